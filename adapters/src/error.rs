//! Everything that is wrong with a message from outside, by name.

use contract::DecodeError;

use crate::rest::RestError;
use crate::soap::SoapError;
use crate::wsse::SecurityError;
use crate::{ContextError, Reserved};

/// Why a request, or an answer, could not be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The envelope, or what HTTP says about it.
    #[error(transparent)]
    Soap(#[from] SoapError),
    /// The address, the query, or what HTTP says about the body.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// The context.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// The message's security.
    #[error(transparent)]
    Security(SecurityError),
    /// XML that cannot be read, or that the contract does not allow.
    #[error("xml: {0}")]
    Xml(DecodeError),
    /// JSON that cannot be read, or that the contract does not allow.
    #[error("json: {0}")]
    Json(DecodeError),
    /// A leaf that only the gateway fills.
    #[error(transparent)]
    Reserved(#[from] Reserved),
}
