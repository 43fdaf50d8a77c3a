//! How questions over SOAP are addressed (WS-Addressing 1.0), and whether an answer is to the one that was sent.

use std::borrow::Cow;

use adapters::soap::{self, AddressingVersion, Asked, Relation};
use contract::{Limits, Operation};
use reqwest::Url;
use uuid::Uuid;

use crate::request::{self, Form, Request};
use crate::{PeerFault, seal};

/// A question with its blocks, and its name, which its answer repeats.
pub(crate) type Addressed<'r> = (Cow<'r, Request>, Option<String>);

/// Addresses a question where that was agreed; by a new name each time that it is sent, for a name counts once.
pub(crate) fn put<'r>(
    request: &'r Request,
    agreed: Option<AddressingVersion>,
    (operation, address): (&Operation, &Url),
) -> Addressed<'r> {
    match (agreed, request.form) {
        (Some(AddressingVersion::V10), Form::Envelope(_)) => {
            let name = format!("urn:uuid:{}", Uuid::now_v7());
            let asked = Asked {
                action: request::action(operation),
                name: &name,
                to: address.as_str(),
            };
            let addressed = Request {
                body: soap::with_question(request.body.clone(), &asked),
                ..request.clone()
            };
            (Cow::Owned(addressed), Some(name))
        }
        (Some(AddressingVersion::V10), Form::Json) | (None, _) => (Cow::Borrowed(request), None),
    }
}

/// Refuses an answer that says that it is to another message. One that is not addressed is taken: it came back on the
/// connection of its question.
pub(crate) fn check(answer: &[u8], name: Option<&str>) -> Result<(), PeerFault> {
    let Some(name) = name else {
        return Ok(());
    };
    let limits = Limits {
        max_bytes: answer.len(),
        ..Limits::default()
    };
    match soap::relation(answer, name, &limits).map_err(|fault| seal::fault(&fault))? {
        Relation::Unsaid | Relation::Answer => Ok(()),
        Relation::ToNothing => Err(garbage("it is addressed without `wsa:RelatesTo`")),
        Relation::ToAnother => Err(garbage("its `wsa:RelatesTo` is another message")),
    }
}

fn garbage(what: &str) -> PeerFault {
    PeerFault::Garbage(what.to_owned())
}
