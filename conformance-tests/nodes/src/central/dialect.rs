//! A regional force's system: the same records, asked and answered in the force's own dialect.

use std::sync::Arc;

use adapters::partner::Dialect;
use adapters::soap::SoapRequest;
use contract::Document;
use domain::Problem;

use crate::central::refusal::Refusal;

/// The request as the records know it.
pub(super) fn understood(dialect: &Dialect, asked: SoapRequest) -> Result<SoapRequest, Refusal> {
    let forth = &dialect.conversions.forth;
    let made = forth.convert(&asked.document, &[]).map_err(|fault| {
        tracing::warn!(%fault, "a request could not be converted");
        Refusal::Problem(Problem::NotConvertible, "la petición no se puede traducir")
    })?;
    let root = made.document.root().element();
    let mut known = forth.to().operations().iter();
    let operation = known.find(|operation| operation.request == root);
    let operation = operation.ok_or(Refusal::Problem(
        Problem::UnknownOperation,
        "operación sin servicio",
    ))?;
    Ok(SoapRequest {
        operation: Arc::clone(&operation.name),
        document: made.document,
        ..asked
    })
}

/// The answer in the force's words.
pub(super) fn told(dialect: &Dialect, answer: &Document) -> Result<Document, Refusal> {
    let made = dialect.conversions.back.convert(answer, &[]);
    let made = made.map_err(|fault| {
        tracing::error!(%fault, "an answer could not be converted");
        Refusal::Broken
    })?;
    Ok(made.document)
}
