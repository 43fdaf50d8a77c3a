//! What a member of staff is known by: the key of her certificate, or what an identity provider calls her.

use std::fmt;
use std::str::FromStr;

use crate::CertificateKey;
use crate::text::{Malformed, serde_as_text};

const WHAT: &str = "the key of a member of staff";
const PREFIX: &str = "oidc:";

/// What an identity provider calls someone, as a keyed digest of 32 bytes: who it is cannot be read back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProviderIdentity(CertificateKey);

/// One of the ways to know a member of staff; she may have several of both.
///
/// As text 64 hexadecimal digits for a certificate's key, `oidc:` and 64 of them for an identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StaffKey {
    /// The key of a certificate.
    Certificate(CertificateKey),
    /// What the identity provider calls her.
    Provider(ProviderIdentity),
}

impl ProviderIdentity {
    /// Takes the digest as it was computed.
    pub const fn from_digest(digest: [u8; 32]) -> Self {
        Self(CertificateKey::from_digest(digest))
    }
}

impl StaffKey {
    /// The key of the certificate, if that is the way.
    pub fn certificate(self) -> Option<CertificateKey> {
        match self {
            Self::Certificate(key) => Some(key),
            Self::Provider(_) => None,
        }
    }

    /// The identity, if that is the way.
    pub fn identity(self) -> Option<ProviderIdentity> {
        match self {
            Self::Certificate(_) => None,
            Self::Provider(identity) => Some(identity),
        }
    }
}

impl fmt::Display for ProviderIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}

impl FromStr for ProviderIdentity {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let digest = text.strip_prefix(PREFIX).and_then(|it| it.parse().ok());
        digest.map(Self).ok_or_else(|| Malformed::new(WHAT, text))
    }
}

impl fmt::Display for StaffKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(key) => key.fmt(f),
            Self::Provider(identity) => identity.fmt(f),
        }
    }
}

impl FromStr for StaffKey {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        if text.starts_with(PREFIX) {
            text.parse().map(Self::Provider)
        } else {
            let key = text.parse().map(Self::Certificate);
            key.map_err(|_| Malformed::new(WHAT, text))
        }
    }
}

impl From<CertificateKey> for StaffKey {
    fn from(key: CertificateKey) -> Self {
        Self::Certificate(key)
    }
}

impl From<&CertificateKey> for StaffKey {
    fn from(key: &CertificateKey) -> Self {
        Self::Certificate(*key)
    }
}

impl From<ProviderIdentity> for StaffKey {
    fn from(identity: ProviderIdentity) -> Self {
        Self::Provider(identity)
    }
}

serde_as_text!(StaffKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_has_its_text_and_none_is_the_other() {
        let digits = "0a".repeat(32);
        let table = [
            (digits.clone(), true),
            (format!("oidc:{digits}"), true),
            (format!("oidc:{digits}0"), false),
            (format!("OIDC:{digits}"), false),
            (format!("oidc:oidc:{digits}"), false),
            ("oidc:".to_owned(), false),
            (String::new(), false),
        ];
        for (text, good) in table {
            let read = text.parse::<StaffKey>();
            assert_eq!(read.is_ok(), good, "{text}");
            if let Ok(key) = read {
                assert_eq!(key.to_string(), text);
                assert_eq!(key.identity().is_some(), text.starts_with("oidc:"));
                assert_ne!(key.identity().is_some(), key.certificate().is_some());
            }
        }
    }
}
