//! Messages as HTTP carries them: alone, or in packages with their binary content beside them (MTOM).

use std::sync::atomic::{AtomicU64, Ordering};

use adapters::soap::{self, Binary, SoapVersion};
use contract::{Contract, Limits};
use jiff::Timestamp;

use crate::request::{Form, Request};
use crate::transport::Reply;
use crate::{PeerFault, rest, seal};

/// A question as it leaves.
pub(crate) struct Parcel {
    pub(crate) content_type: String,
    pub(crate) accept: String,
    /// Headers beside those of the question.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// Packs a question, signed or not, where it holds binary content that is worth a part.
pub(crate) fn wrap(
    request: &Request,
    body: Vec<u8>,
    binary: Binary,
    contract: &Contract,
) -> Parcel {
    let (accept, packed, version) = match request.form {
        Form::Envelope(version) => {
            let packed = match binary {
                Binary::Inline => None,
                Binary::Mtom => soap::pack(version, &body, contract, &name()),
            };
            (binary.accept(version), packed, version)
        }
        Form::Json => (rest::ACCEPT.to_owned(), None, SoapVersion::V11),
    };
    let Some(packed) = packed else {
        return Parcel {
            content_type: request.content_type.clone(),
            accept,
            headers: Vec::new(),
            body,
        };
    };
    // In SOAP 1.2 the action is a parameter of the content type, of the package's too.
    let action = match version {
        SoapVersion::V11 => "",
        SoapVersion::V12 => action(&request.content_type),
    };
    Parcel {
        content_type: packed.content_type + action,
        accept,
        headers: Vec::new(),
        body: packed.body,
    }
}

/// Takes an answer out of its package, if it may come in one and does.
pub(crate) fn unwrap(
    reply: Reply,
    binary: Binary,
    contract: &Contract,
) -> Result<Reply, PeerFault> {
    if binary == Binary::Inline {
        return Ok(reply);
    }
    let limits = Limits {
        max_bytes: reply.body.len(),
        ..Limits::default()
    };
    let unpacked = soap::unpack(Some(&reply.content_type), &reply.body, contract, &limits);
    match unpacked.map_err(|rejection| seal::fault(&rejection.error))? {
        None => Ok(reply),
        Some(unpacked) => Ok(Reply {
            content_type: unpacked.content_type,
            body: unpacked.message,
            ..reply
        }),
    }
}

/// The parameter `action` of a content type of ours, with what is before it.
fn action(content_type: &str) -> &str {
    let at = content_type.find("; action=");
    at.and_then(|at| content_type.get(at..)).unwrap_or_default()
}

/// A name that no other message of this process has.
fn name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}.{number}", Timestamp::now().as_microsecond())
}
