//! Reading an answer, as a client does: the document, or the problem in its place.

use std::sync::Arc;

use contract::{Contract, Document, ElementId, Limits};
use domain::Problem;
use serde_json::Value;

use crate::ReadError;
use crate::soap::{AnswerError, FaultReport};
use crate::text::{clip, collapse};

/// The longest text kept of a problem, in characters.
const LONGEST_TEXT: usize = 2000;
/// What the names of our problems begin with.
const OURS: &str = "urn:pasarela:problema:";
/// Statuses below 500 that are told of the other side's state, not of what was asked: too slow, too early, too many.
const LATER: [u16; 3] = [408, 425, 429];

/// Reads the document of an answer that is no problem.
///
/// # Errors
/// What makes it unreadable.
pub fn read_answer(
    body: &[u8],
    contract: &Arc<Contract>,
    expected: ElementId,
    limits: &Limits,
) -> Result<Document, AnswerError> {
    let document = contract::json::decode(contract, expected, body, limits);
    document.map_err(|error| AnswerError::Garbage(Box::new(ReadError::Json(error))))
}

/// Reads a problem document (RFC 9457). Its code is what the status says of whose fault it is, in the words of SOAP 1.1;
/// one that names no problem of our table keeps to that.
pub fn read_problem(status: u16, body: &[u8]) -> FaultReport {
    let read: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| {
        let text = read.get(name).and_then(Value::as_str)?;
        Some(clip(&collapse(text), LONGEST_TEXT).into_owned())
    };
    let named = text("type");
    let named = named.as_deref().and_then(|it| it.strip_prefix(OURS));
    let code = text("codigo");
    let client = (400..500).contains(&status) && !LATER.contains(&status);
    FaultReport {
        code: if client { "Client" } else { "Server" }.to_owned(),
        reason: text("title").unwrap_or_default(),
        problem: named.or(code.as_deref()).and_then(Problem::from_code),
        detail: text("detail"),
        incident: text("incidencia"),
        service_code: None,
    }
}
