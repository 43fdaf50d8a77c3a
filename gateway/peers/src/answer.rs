//! The answer as it came, read under the contract.

use std::sync::Arc;

use adapters::soap::{self, AnswerError, SoapVersion};
use contract::{Contract, Document, ElementId, Limits};

use crate::PeerFault;
use crate::transport::Reply;

/// Reads the document that was asked for, or the fault in its place.
pub(crate) fn read(
    reply: &Reply,
    contract: &Arc<Contract>,
    expected: ElementId,
    version: SoapVersion,
) -> Result<Document, PeerFault> {
    let Reply {
        status,
        media_type,
        body,
    } = reply;
    if media_type != version.media_type() {
        return Err(PeerFault::NotSoap {
            status: *status,
            media_type: media_type.clone(),
        });
    }
    let limits = Limits {
        max_bytes: body.len(),
        ..Limits::default()
    };
    match soap::read_response(body, contract, expected, &limits) {
        Ok(response) if (200..300).contains(status) => Ok(response.document),
        Ok(_) => Err(PeerFault::Garbage(format!(
            "a document under the status {status}"
        ))),
        Err(AnswerError::Fault(report)) => Err(PeerFault::Fault(report)),
        Err(AnswerError::Garbage(error)) => Err(PeerFault::Garbage(error.to_string())),
    }
}
