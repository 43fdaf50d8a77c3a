//! The contract, and envelopes around what a test wants to send.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use adapters::soap::{Incoming, Rejection, SoapRequest, SoapVersion, read_request};
use contract::{Contract, Governance, Limits};
use domain::problem::Report;

/// A case identifier as good as any.
pub(crate) const CASE: &str = "01JQ5Z7N2R8X4V6T0K3M9B1CDF";

/// The fields of a good context.
pub(crate) const FIELDS: &str = "<Solicitante>L01130473</Solicitante>\
    <Funcionario>PRUEBA-7</Funcionario><Finalidad>proteccion</Finalidad>\
    <IdPeticion>p-1</IdPeticion><TimeStamp>2026-03-02T10:00:00+01:00</TimeStamp>";

/// The contract VioGén 2.
pub(crate) fn viogen() -> Arc<Contract> {
    static VIOGEN: LazyLock<Arc<Contract>> = LazyLock::new(|| load("viogen/2"));
    Arc::clone(&VIOGEN)
}

/// The contract of header blocks and fault details.
pub(crate) fn contexto() -> Arc<Contract> {
    static CONTEXTO: LazyLock<Arc<Contract>> = LazyLock::new(|| load("contexto/1"));
    Arc::clone(&CONTEXTO)
}

fn load(name: &str) -> Arc<Contract> {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/contracts");
    Contract::load(&base.join(name), Governance::Required).unwrap()
}

/// The header with these context fields.
pub(crate) fn header(fields: &str) -> String {
    format!("<s:Header><Contexto xmlns='urn:pasarela:contexto:1'>{fields}</Contexto></s:Header>")
}

/// The body that asks for a case.
pub(crate) fn body() -> String {
    format!(
        "<s:Body><ConsultarCaso xmlns='urn:pasarela:viogen:2'>\
         <idCaso>{CASE}</idCaso></ConsultarCaso></s:Body>"
    )
}

/// An envelope of that version.
pub(crate) fn envelope(version: SoapVersion, inside: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='{}'>{inside}</s:Envelope>",
        version.namespace()
    )
}

/// A good request.
pub(crate) fn good(version: SoapVersion) -> String {
    envelope(version, &format!("{}{}", header(FIELDS), body()))
}

/// Reads bytes as a request of that version would arrive.
pub(crate) fn read(version: SoapVersion, bytes: &[u8]) -> Result<SoapRequest, Rejection> {
    let content_type = Some(version.content_type());
    let message = Incoming {
        content_type,
        soap_action: None,
        bytes,
    };
    read_request(&message, &viogen(), &Limits::default())
}

/// What the caller is told of a request that cannot be read.
pub(crate) fn report(rejection: &Rejection) -> Report {
    rejection.error.report("i-1".to_owned(), None)
}

/// The codes of a report's violations.
pub(crate) fn codes(report: &Report) -> Vec<&str> {
    report
        .violations
        .iter()
        .map(|violation| violation.code.as_str())
        .collect()
}
