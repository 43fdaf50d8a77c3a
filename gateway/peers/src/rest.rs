//! Questions to a holder that speaks REST, and its answers: JSON, or the problem in its place (RFC 9457).

use std::time::Duration;

use adapters::rest::{self, Outgoing, PROBLEM_CONTENT_TYPE};
use adapters::soap::AnswerError;
use contract::{Document, Limits};

use crate::holder::Question;
use crate::request::{Form, Request, TRACEPARENT};
use crate::transport::Reply;
use crate::{PeerFault, seal};

/// What is taken as an answer.
pub(crate) const ACCEPT: &str = "application/json, application/problem+json";
/// How long we wait, in whole seconds (RFC 7240 section 4.3): later than that nobody reads the answer.
const PREFER: &str = "prefer";

/// Puts the question as a request, in the context of whoever asks.
pub(crate) fn build(question: &Question<'_>, longest: Duration) -> Result<Request, PeerFault> {
    let asked = rest::ask(question.operation, question.document, question.context);
    let Outgoing {
        method,
        target,
        mut headers,
        body,
    } = asked.map_err(|fault| PeerFault::Unsayable(fault.to_string()))?;
    let seconds = longest.as_secs().max(1);
    headers.push((PREFER, format!("wait={seconds}")));
    if let Some(trace) = question.trace {
        headers.push((TRACEPARENT, trace.to_string()));
    }
    let mut content_type = String::new();
    headers.retain(|(name, value)| {
        let named = *name == "content-type";
        if named {
            content_type.clone_from(value);
        }
        !named
    });
    Ok(Request {
        form: Form::Json,
        method,
        target,
        content_type,
        headers,
        body,
    })
}

/// Refuses what is neither JSON nor a problem document, whoever signed it.
pub(crate) fn check_media(reply: &Reply) -> Result<(), PeerFault> {
    let (media_type, status) = (reply.media_type(), reply.status);
    let expected = if (200..300).contains(&status) {
        rest::CONTENT_TYPE
    } else {
        PROBLEM_CONTENT_TYPE
    };
    if media_type == expected {
        return Ok(());
    }
    Err(PeerFault::NotJson { status, media_type })
}

/// Reads the document that was asked for, or the problem in its place.
pub(crate) fn read(reply: &Reply, question: &Question<'_>) -> Result<Document, PeerFault> {
    if !(200..300).contains(&reply.status) {
        let report = rest::read_problem(reply.status, &reply.body);
        return Err(PeerFault::Fault(Box::new(report)));
    }
    let limits = Limits {
        max_bytes: reply.body.len(),
        ..Limits::default()
    };
    let contract = question.document.contract();
    match rest::read_answer(&reply.body, contract, question.expected, &limits) {
        Ok(document) => Ok(document),
        Err(AnswerError::Fault(report)) => Err(PeerFault::Fault(report)),
        Err(AnswerError::Garbage(error)) => Err(seal::fault(&error)),
    }
}
