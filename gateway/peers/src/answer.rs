//! The answer as it came, read under the contract.

use std::sync::Arc;

use adapters::soap::{self, AnswerError, SoapVersion};
use contract::{Contract, Document, ElementId, Limits};

use crate::transport::Reply;
use crate::{PeerFault, seal};

/// Refuses what is no SOAP of that version.
pub(crate) fn check_media(reply: &Reply, version: SoapVersion) -> Result<(), PeerFault> {
    let media_type = reply.media_type();
    if media_type == version.media_type() {
        return Ok(());
    }
    Err(PeerFault::NotSoap {
        status: reply.status,
        media_type,
    })
}

/// Reads the document that was asked for, or the fault in its place.
pub(crate) fn read(
    body: &[u8],
    status: u16,
    contract: &Arc<Contract>,
    expected: ElementId,
) -> Result<Document, PeerFault> {
    let limits = Limits {
        max_bytes: body.len(),
        ..Limits::default()
    };
    match soap::read_response(body, contract, expected, &limits) {
        Ok(response) if (200..300).contains(&status) => Ok(response.document),
        Ok(_) => Err(PeerFault::Garbage(format!(
            "a document under the status {status}"
        ))),
        Err(AnswerError::Fault(report)) => Err(PeerFault::Fault(report)),
        Err(AnswerError::Garbage(error)) => Err(seal::fault(&error)),
    }
}
