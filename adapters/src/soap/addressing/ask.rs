//! The other side of addressing: what a question of ours says, and whether an answer is to it.

use contract::Limits;
use contract::xml::Start;
use serde::Deserialize;

use super::read::ANONYMOUS;
use super::reply::put;
use super::{ADDRESSING, AddressingHeader};
use crate::ReadError;
use crate::soap::envelope::Envelope;
use crate::soap::header;
use crate::soap::write::Writer;

/// The relation of an answer to its question, which is meant where nothing is said.
const REPLY: &str = "http://www.w3.org/2005/08/addressing/reply";

/// By which WS-Addressing what we ask is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum AddressingVersion {
    /// WS-Addressing 1.0 (W3C, 2006).
    #[serde(rename = "1.0")]
    V10,
}

/// What a question of ours says of addressing; its answer comes back on the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The action of its operation.
    pub action: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The address that it is sent to.
    pub to: &'a str,
}

/// What an answer says of the question that it is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is not addressed.
    Unsaid,
    /// It is the answer to that question.
    Answer,
    /// It is addressed, and answers no message.
    ToNothing,
    /// It is the answer to another message, or to several.
    ToAnother,
}

/// Puts the blocks of addressing into a question that this crate wrote.
pub fn with_question(message: Vec<u8>, asked: &Asked<'_>) -> Vec<u8> {
    let mut out = Writer::blank();
    let mut block = |header: AddressingHeader, inside: &dyn Fn(&mut Writer)| {
        let local = header.local();
        out.raw(&format!("<{local} xmlns=\"{ADDRESSING}\">"));
        inside(&mut out);
        out.raw(&format!("</{local}>"));
    };
    block(AddressingHeader::Action, &|out| out.text(asked.action));
    block(AddressingHeader::MessageId, &|out| out.text(asked.name));
    block(AddressingHeader::To, &|out| out.text(asked.to));
    block(AddressingHeader::ReplyTo, &|out| {
        out.element("Address", ANONYMOUS);
    });
    put(message, &out.finish())
}

/// What an answer says of the question of that name.
///
/// # Errors
/// What makes its header unreadable.
pub fn relation(answer: &[u8], name: &str, limits: &Limits) -> Result<Relation, ReadError> {
    let bytes = contract::xml::utf8(answer, None).map_err(crate::soap::envelope::xml)?;
    let mut envelope = Envelope::open(&bytes, limits)?;
    let (mut seen, mut related) = (false, Vec::new());
    envelope.body(|envelope, start| {
        let own = start.namespace() == Some(ADDRESSING);
        if !(own && header::is_for_us(envelope.version, start)) {
            return envelope.skip();
        }
        seen = true;
        if is_of_an_answer(start) {
            let value = envelope.leaf()?.unwrap_or_default();
            related.push(value.trim() == name);
            return Ok(());
        }
        envelope.skip()
    })?;
    Ok(match related.as_slice() {
        [] if seen => Relation::ToNothing,
        [] => Relation::Unsaid,
        [true] => Relation::Answer,
        [_, ..] => Relation::ToAnother,
    })
}

/// Whether the block says which message this one answers.
fn is_of_an_answer(start: &Start<'_>) -> bool {
    let relation = start.attribute(None, "RelationshipType").map(str::trim);
    start.local() == AddressingHeader::RelatesTo.local()
        && relation.is_none_or(|relation| relation == REPLY)
}
