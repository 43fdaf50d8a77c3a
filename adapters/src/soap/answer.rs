//! Reading an answer, as a client does: the document, or the fault in its place.

use std::sync::Arc;

use contract::xml::{Event, Start};
use contract::{Contract, Document, ElementId, FaultText, Fronting, Limits, QName};
use domain::{Problem, RequestId};
use jiff::Timestamp;

use super::envelope::{Envelope, name, xml};
use super::{CONTEXT_NAMESPACE, SoapError, SoapVersion, header, typed};
use crate::ReadError;
use crate::text::{clip, collapse, instant, is_blank};

/// The longest text kept of a fault, in characters.
const LONGEST_TEXT: usize = 2000;

/// The number under which an answer is on record (`Transmision`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmission {
    /// The request it answers.
    pub request_id: RequestId,
    /// The number of this answer.
    pub id: String,
    /// When it was given.
    pub at: Timestamp,
}

/// An answer that is no fault.
#[derive(Debug)]
pub struct Response {
    /// Its number, if the other side gives one.
    pub transmission: Option<Transmission>,
    /// What it says.
    pub document: Document,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The other side says why.
    #[error("fault `{}`: {}", .0.code, .0.reason)]
    Fault(Box<FaultReport>),
    /// The answer cannot be read, or breaks the contract.
    #[error("garbage: {0}")]
    Garbage(Box<ReadError>),
}

/// A fault as the other side tells it; all of it is foreign text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultReport {
    /// The SOAP code without prefix, such as `Sender`.
    pub code: String,
    /// The reason, for people.
    pub reason: String,
    /// The problem of our own table that the typed detail names.
    pub problem: Option<Problem>,
    /// The detail of the typed detail.
    pub detail: Option<String>,
    /// The incident on the other side.
    pub incident: Option<String>,
    /// The code of the typed fault of a contract that is not ours.
    pub service_code: Option<String>,
}

/// Reads the answer to a request whose response element is `expected`.
///
/// # Errors
/// The fault that the other side tells, or what makes the answer unreadable.
pub fn read_response(
    bytes: &[u8],
    contract: &Arc<Contract>,
    expected: ElementId,
    limits: &Limits,
) -> Result<Response, AnswerError> {
    match read(bytes, contract, expected, limits) {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(fault)) => Err(AnswerError::Fault(Box::new(fault))),
        Err(error) => Err(AnswerError::Garbage(Box::new(error))),
    }
}

fn read(
    bytes: &[u8],
    contract: &Arc<Contract>,
    expected: ElementId,
    limits: &Limits,
) -> Result<Result<Response, FaultReport>, ReadError> {
    let bytes = contract::xml::utf8(bytes, None).map_err(super::envelope::xml)?;
    let mut envelope = Envelope::open(&bytes, limits)?;
    let mut transmission = None;
    let start = envelope.body(|envelope, start| {
        if start.is(Some(CONTEXT_NAMESPACE), "Transmision") {
            transmission = self::transmission(&leaves(envelope)?);
            return Ok(());
        }
        // A service of others may sign what nobody here looks at; who speaks our contracts has agreed on it.
        if contract.fronting().is_none() {
            header::refuse_security(envelope, start)?;
        }
        envelope.skip()
    })?;
    if start.is(Some(envelope.version.namespace()), "Fault") {
        let leaves = leaves(&mut envelope)?;
        let mut fault = fault(envelope.version, &leaves);
        if let Some(fronting) = contract.fronting() {
            told_by_others(fronting, envelope.version, &leaves, &mut fault);
        }
        envelope.close()?;
        return Ok(Err(fault));
    }
    check_name(contract, expected, &start)?;
    let source = &mut envelope.source;
    let document = contract::xml::decode_at(contract, expected, source, &start, limits)
        .map_err(ReadError::Xml)?;
    envelope.close()?;
    Ok(Ok(Response {
        transmission,
        document,
    }))
}

fn check_name(
    contract: &Contract,
    expected: ElementId,
    start: &Start<'_>,
) -> Result<(), SoapError> {
    let expected = &contract.element(expected).name;
    if start.is(expected.namespace.as_deref(), &expected.local) {
        return Ok(());
    }
    Err(SoapError::UnexpectedAnswer {
        found: name(start),
        expected: expected.clone(),
    })
}

/// A leaf: the names from below the element read down to it, and its text.
type Leaf = (Vec<QName>, String);

/// Every text of the element whose start was just given.
fn leaves(envelope: &mut Envelope<'_>) -> Result<Vec<Leaf>, ReadError> {
    let mut path = Vec::new();
    let mut leaves = Vec::new();
    loop {
        match envelope.source.next().map_err(xml)? {
            Event::Start(start) => path.push(name(&start)),
            Event::Text(text) if is_blank(&text) => {}
            Event::Text(text) => {
                let text = clip(&collapse(&text), LONGEST_TEXT).into_owned();
                leaves.push((path.clone(), text));
            }
            Event::End | Event::Eof => {
                if path.pop().is_none() {
                    return Ok(leaves);
                }
            }
        }
    }
}

/// The text of the leaf at the end of that path.
fn at<'l>(leaves: &'l [Leaf], path: &[(&str, &str)]) -> Option<&'l str> {
    let matches = |names: &[QName]| {
        names.len() == path.len()
            && names.iter().zip(path).all(|(name, (namespace, local))| {
                name.namespace.as_deref().unwrap_or_default() == *namespace
                    && &*name.local == *local
            })
    };
    leaves
        .iter()
        .find(|(names, _)| matches(names))
        .map(|(_, text)| text.as_str())
}

/// What the typed fault of a contract of others says.
fn told_by_others(
    fronting: &Fronting,
    version: SoapVersion,
    leaves: &[Leaf],
    fault: &mut FaultReport,
) {
    let detail = match version {
        SoapVersion::V11 => "detail",
        SoapVersion::V12 => "Detail",
    };
    let text = |what: &FaultText| {
        let path = typed::path(fronting, what)?;
        let wanted = std::iter::once(detail).chain(path);
        let found = leaves
            .iter()
            .find(|(names, _)| names.iter().map(|name| &*name.local).eq(wanted.clone()));
        found.map(|(_, text)| text.clone())
    };
    fault.service_code = text(&FaultText::Code);
    fault.detail = text(&FaultText::Text);
    let code = fault.service_code.as_deref();
    fault.problem = code.and_then(|code| typed::problem(fronting, code));
}

/// The block of an answer; nothing when a part of it is not well formed.
fn transmission(leaves: &[Leaf]) -> Option<Transmission> {
    let part = |local| at(leaves, &[(CONTEXT_NAMESPACE, local)]);
    Some(Transmission {
        request_id: part("IdPeticion")?.parse().ok()?,
        id: part("IdTransmision")?.to_owned(),
        at: instant(part("TimeStamp")?)?,
    })
}

fn fault(version: SoapVersion, leaves: &[Leaf]) -> FaultReport {
    let soap = version.namespace();
    let (code, reason, detail) = match version {
        SoapVersion::V11 => (
            at(leaves, &[("", "faultcode")]),
            at(leaves, &[("", "faultstring")]),
            ("", "detail"),
        ),
        SoapVersion::V12 => (
            at(leaves, &[(soap, "Code"), (soap, "Value")]),
            at(leaves, &[(soap, "Reason"), (soap, "Text")]),
            (soap, "Detail"),
        ),
    };
    let typed = |local| {
        let path = [
            detail,
            (CONTEXT_NAMESPACE, "Error"),
            (CONTEXT_NAMESPACE, local),
        ];
        at(leaves, &path).map(str::to_owned)
    };
    let code = code.unwrap_or_default();
    FaultReport {
        code: code
            .rsplit_once(':')
            .map_or(code, |(_, local)| local)
            .to_owned(),
        reason: reason.unwrap_or_default().to_owned(),
        problem: typed("codigo").and_then(|code| Problem::from_code(&code)),
        detail: typed("detalle"),
        incident: typed("incidencia"),
        service_code: None,
    }
}
