//! The algorithms, and which key each is of.

use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
}

/// A way to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaSha256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RsaSha384,
    /// ECDSA with SHA-256.
    EcdsaSha256,
    /// ECDSA with SHA-384.
    EcdsaSha384,
}

/// A family of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Rsa,
    Ec,
}

impl Hash {
    pub(super) fn message_digest(self) -> MessageDigest {
        match self {
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
        }
    }
}

impl Algorithm {
    /// What it hashes with.
    pub fn hash(self) -> Hash {
        match self {
            Self::RsaSha256 | Self::EcdsaSha256 => Hash::Sha256,
            Self::RsaSha384 | Self::EcdsaSha384 => Hash::Sha384,
        }
    }

    pub(crate) fn family(self) -> Family {
        match self {
            Self::RsaSha256 | Self::RsaSha384 => Family::Rsa,
            Self::EcdsaSha256 | Self::EcdsaSha384 => Family::Ec,
        }
    }
}

/// The digest of the bytes.
pub fn digest(with: Hash, bytes: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    Ok(hash(with.message_digest(), bytes)?.to_vec())
}
