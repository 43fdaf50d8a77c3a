//! Why nothing is signed.

use openssl::error::ErrorStack;

use crate::token::TokenFault;

/// Why bytes are not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignFault {
    /// The algorithm is of another family than the key.
    #[error("the key is of another kind than the algorithm")]
    Family,
    /// OpenSSL failed.
    #[error("OpenSSL: {0}")]
    Library(#[from] ErrorStack),
    /// The token that keeps the key does not sign.
    #[error(transparent)]
    Token(#[from] TokenFault),
}
