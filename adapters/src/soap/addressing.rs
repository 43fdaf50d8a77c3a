//! Message addressing · WS-Addressing 1.0 (W3C, 2006): core section 3, SOAP binding sections 5 and 6.
//!
//! An answer goes back on the connection of its question and nowhere else, so of the addresses for answers only the
//! anonymous one and the one of nobody are taken. Parameters that an answer would have to repeat are refused: the
//! gateway signs no block that another wrote.

mod ask;
mod fault;
mod read;
mod reply;

pub use ask::{AddressingVersion, Asked, Relation, relation, with_question};
pub use fault::{AddressingCode, AddressingError, AddressingFault, AddressingHeader};
pub use reply::{Reply, with_blocks};

pub(super) use read::Headers;

use contract::{Contract, Limits};

use super::Incoming;
use super::envelope::Envelope;
use super::header;
use super::media::announced;

/// The namespace of WS-Addressing 1.0.
pub const ADDRESSING: &str = "http://www.w3.org/2005/08/addressing";

/// What a message says of where its answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressing {
    /// Its name, which its answer repeats.
    pub message_id: Option<String>,
    /// Where its answer goes.
    pub reply_to: Endpoint,
    /// Where its refusal goes.
    pub fault_to: Endpoint,
}

/// Where an answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Back on the connection of the question.
    Anonymous,
    /// To nobody: it is not told.
    Nobody,
}

/// Whether messages of a contract may be addressed: those of services of others are as their own WSDL says.
pub(super) fn is_understood(contract: &Contract) -> bool {
    contract.fronting().is_none()
}

/// What the header of a message says of addressing, good or bad; nothing for one that says nothing of it, and for one
/// whose header cannot be read.
pub fn addressing(
    message: &Incoming<'_>,
    contract: &Contract,
    limits: &Limits,
) -> Option<Addressing> {
    if !is_understood(contract) {
        return None;
    }
    let announced = announced(message.content_type, message.soap_action).ok()?;
    let bytes = announced.utf8(message.bytes).ok()?;
    if !std::str::from_utf8(&bytes).ok()?.contains(ADDRESSING) {
        return None;
    }
    let mut envelope = Envelope::open(&bytes, limits).ok()?;
    let mut headers = Headers::default();
    // A body that cannot be read has a good header before it.
    let _ = envelope.body(|envelope, start| {
        let ours = header::is_for_us(envelope.version, start);
        if ours && headers.read(envelope, start)? {
            return Ok(());
        }
        envelope.skip()
    });
    headers.told()
}
