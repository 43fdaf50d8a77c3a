//! What the provider answers: `Respuesta`, or a fault with its typed detail.

use contract::{Builder, Document, NodeRef, Violation};
use jiff::Timestamp;

use super::Resident;

/// The certificate of the intermediation catalogue that the service stands for.
const CERTIFICATE: &str = "PADRON-RESIDENCIA";

/// The answer about a resident; `None` when it breaks the contract.
pub(super) fn answer(request: &Document, resident: &Resident, now: Timestamp) -> Option<Document> {
    let contract = request.contract();
    let operation = contract.operation("peticionSincrona")?;
    let mut builder = Builder::new(contract, operation.response);
    let asked = request.root();
    let name = asked.at("Atributos/IdPeticion")?.text()?;
    fill(&mut builder, (name, asked), resident, now).ok()?;
    builder.finish().ok()
}

fn fill(
    out: &mut Builder,
    (name, asked): (&str, NodeRef<'_>),
    resident: &Resident,
    now: Timestamp,
) -> Result<(), Violation> {
    out.open("Atributos")?;
    out.leaf("IdPeticion", name)?;
    out.leaf("NumElementos", "1")?;
    out.leaf("TimeStamp", &now.to_string())?;
    out.open("Estado")?;
    out.leaf("CodigoEstado", "0003")?;
    out.leaf("LiteralError", "Tramitada")?;
    out.close()?;
    out.leaf("CodigoCertificado", CERTIFICATE)?;
    out.close()?;
    out.open("Transmisiones")?;
    out.open("TransmisionDatos")?;
    let generic = asked.at("Solicitudes/SolicitudTransmision/DatosGenericos");
    if let Some(generic) = generic {
        out.open("DatosGenericos")?;
        for part in generic.children() {
            match part.local() {
                "Titular" => holder(out, resident)?,
                _ => copy(out, part)?,
            }
        }
        out.close()?;
    }
    specific(out, resident)?;
    out.close()?;
    out.close()
}

/// The same element again, from the question.
fn copy(out: &mut Builder, node: NodeRef<'_>) -> Result<(), Violation> {
    if let Some(text) = node.text() {
        return out.leaf(node.local(), text);
    }
    out.open(node.local())?;
    node.children().try_for_each(|child| copy(out, child))?;
    out.close()
}

fn holder(out: &mut Builder, resident: &Resident) -> Result<(), Violation> {
    let kind = crate::population::person::DocumentKind::of(&resident.document);
    out.open("Titular")?;
    out.leaf("TipoDocumentacion", kind.as_str())?;
    out.leaf("Documentacion", &resident.document)?;
    out.leaf("Nombre", "TITULAR")?;
    out.leaf("Apellido1", "PRUEBA")?;
    out.close()
}

fn specific(out: &mut Builder, resident: &Resident) -> Result<(), Violation> {
    let (persons, minors) = resident.household;
    out.open("DatosEspecificos")?;
    out.open("Residencia")?;
    out.leaf("CodigoMunicipio", resident.municipality)?;
    out.leaf("FechaAlta", "2019-05-01")?;
    out.close()?;
    out.open("Domicilio")?;
    out.leaf("Via", "CALLE DE PRUEBA")?;
    out.leaf("Numero", "1")?;
    out.close()?;
    out.open("Convivencia")?;
    out.attribute("personas", &persons.to_string())?;
    out.attribute("menores", &minors.to_string())?;
    out.close()?;
    out.close()
}

/// A refusal in the contract's own terms.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    request: String,
    code: &'static str,
    text: String,
}

impl Fault {
    pub(super) fn new(request: &str, code: &'static str, text: &str) -> Self {
        // A request that could not be read has no name.
        let request = if request.is_empty() { "-" } else { request };
        Self {
            request: request.to_owned(),
            code,
            text: text.to_owned(),
        }
    }

    /// SOAP 1.1, section 4.4.
    pub(super) fn message(&self, now: Timestamp) -> Vec<u8> {
        let (request, code, text) = (escape(&self.request), self.code, escape(&self.text));
        let who = if code == "0502" { "Server" } else { "Client" };
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>\
             <faultcode>s:{who}</faultcode><faultstring>{text}</faultstring><detail>\
             <f:Atributos xmlns:f=\"urn:pasarela:padron:1:soapfaultatributos\" \
             xmlns:c=\"urn:pasarela:padron:1:comunes\"><c:IdPeticion>{request}</c:IdPeticion>\
             <c:NumElementos>1</c:NumElementos><c:TimeStamp>{now}</c:TimeStamp><c:Estado>\
             <c:CodigoEstado>{code}</c:CodigoEstado><c:LiteralError>{text}</c:LiteralError></c:Estado>\
             <c:CodigoCertificado>{CERTIFICATE}</c:CodigoCertificado></f:Atributos></detail></s:Fault>\
             </s:Body></s:Envelope>"
        )
        .into_bytes()
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
