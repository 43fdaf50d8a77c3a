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

/// Why a signer cannot be made to sign as configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceFault {
    /// A curve goes with one hash function.
    #[error("P-256 signs with SHA-256 and P-384 with SHA-384: only RSA has a choice")]
    HashOfCurve,
    /// Its certificate names its key by nothing.
    #[error("the certificate has no subject key identifier to name it by")]
    NoKeyId,
    /// The name of its issuer cannot be written as RFC 4514 has it.
    #[error("the name of the certificate's issuer cannot be written as RFC 4514 has it")]
    NoIssuerName,
}
