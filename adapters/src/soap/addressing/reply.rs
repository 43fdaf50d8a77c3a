//! Writing the header blocks that every answer has alike, good or bad: how it is addressed, and what it answers.

use super::ADDRESSING;
use crate::soap::CONTEXT_NAMESPACE;
use crate::soap::write::Writer;

/// What stands in the header of an answer beside what is its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reply<'r> {
    /// Its action, its name, and the name of what it relates to, where the request was addressed.
    pub addressed: Option<(&'r str, &'r str, Option<&'r str>)>,
    /// The digest of the request, SHA-256 over the body as HTTP brought it, in hexadecimal digits.
    pub request: Option<&'r str>,
}

/// Puts the blocks into a message that this crate wrote; any other is left as it is.
pub fn with_blocks(message: Vec<u8>, reply: &Reply<'_>) -> Vec<u8> {
    if *reply == Reply::default() {
        return message;
    }
    put(message, &blocks(reply))
}

/// Puts blocks at the beginning of the header of a message that this crate wrote; any other is left as it is.
pub(super) fn put(message: Vec<u8>, blocks: &[u8]) -> Vec<u8> {
    const HEADER: &[u8] = b"<soap:Header>";
    let found = message
        .windows(HEADER.len())
        .position(|bytes| bytes == HEADER);
    let Some(at) = found.map(|at| at + HEADER.len()) else {
        return message;
    };
    let mut whole = Vec::with_capacity(message.len() + blocks.len());
    let (before, after) = message.split_at(at);
    whole.extend_from_slice(before);
    whole.extend_from_slice(blocks);
    whole.extend_from_slice(after);
    whole
}

fn blocks(reply: &Reply<'_>) -> Vec<u8> {
    let mut out = Writer::blank();
    let mut block = |local: &str, namespace: &str, text: &str| {
        out.raw(&format!("<{local} xmlns=\"{namespace}\">"));
        out.text(text);
        out.raw(&format!("</{local}>"));
    };
    if let Some((action, name, relates_to)) = reply.addressed {
        block("Action", ADDRESSING, action);
        block("MessageID", ADDRESSING, name);
        if let Some(request) = relates_to {
            block("RelatesTo", ADDRESSING, request);
        }
    }
    if let Some(digest) = reply.request {
        block("ResumenPeticion", CONTEXT_NAMESPACE, digest);
    }
    out.finish()
}
