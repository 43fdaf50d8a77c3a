//! Messages that come in packages (`multipart/related`), and answers that leave in them.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE};
use actix_web::web::Bytes;
use adapters::soap::{self, Rejection, SoapVersion, Wish};

use super::text;
use crate::gateway::Gateway;

/// A message as it is read, whatever it came in.
pub(super) struct Brought {
    /// Its content type, without the package.
    pub(super) content_type: Option<String>,
    /// Its envelope, with all that was beside it.
    pub(super) bytes: Bytes,
    /// How its answer may come.
    pub(super) wish: Wish,
}

/// Takes a message out of its package, if it is in one. What HTTP brought is let go: no more than the message is held.
pub(super) fn open(
    gateway: &Gateway,
    request: &HttpRequest,
    bytes: Bytes,
) -> Result<Brought, Rejection> {
    let headers = request.headers();
    let content_type = text(headers, CONTENT_TYPE.as_str());
    let unpacked = soap::unpack(content_type, &bytes, &gateway.contract, &gateway.limits)?;
    let came = unpacked.as_ref().map(|unpacked| unpacked.packaging);
    let accepted: Vec<&str> = headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .collect();
    let accepted = (!accepted.is_empty()).then(|| accepted.join(", "));
    let wish = soap::wish(gateway.packing, accepted.as_deref(), came);
    Ok(match unpacked {
        Some(unpacked) => Brought {
            content_type: Some(unpacked.content_type),
            bytes: unpacked.message.into(),
            wish,
        },
        None => Brought {
            content_type: content_type.map(str::to_owned),
            bytes,
            wish,
        },
    })
}

/// An answer as it leaves: its content type and its bytes. It is signed before it is packed.
pub(super) fn leave(
    gateway: &Gateway,
    wish: Wish,
    version: SoapVersion,
    answer: Vec<u8>,
    exchange: &str,
) -> (String, Vec<u8>) {
    let packed = match wish {
        Wish::Package => soap::pack(version, &answer, &gateway.contract, exchange),
        Wish::Plain => None,
    };
    match packed {
        Some(packed) => (packed.content_type, packed.body),
        None => (version.content_type().to_owned(), answer),
    }
}
