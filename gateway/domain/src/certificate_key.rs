//! The key of a certificate, as the registry knows it.

use std::fmt;
use std::str::FromStr;

use crate::text::{Malformed, serde_as_text};

const WHAT: &str = "a certificate key (64 lower-case hexadecimal digits)";

/// The SHA-256 digest of a certificate's `SubjectPublicKeyInfo` (DER), written as 64 hexadecimal digits.
///
/// A renewed certificate on the same key keeps it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CertificateKey([u8; 32]);

impl CertificateKey {
    /// Takes the digest as it was computed.
    pub const fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest.
    pub const fn digest(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateKey({self})")
    }
}

impl FromStr for CertificateKey {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::new(WHAT, text);
        if text.len() != 64 {
            return Err(malformed());
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = pair
                .iter()
                .try_fold(0, |value, digit| Some(value << 4 | nibble(*digit)?))
                .ok_or_else(malformed)?;
        }
        Ok(Self(digest))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

serde_as_text!(CertificateKey);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spelling() {
        let good = "0123456789abcdef".repeat(4);
        let table = [
            (good.clone(), true),
            (good.to_uppercase(), false),
            (good[1..].to_owned(), false),
            (format!("{good}0"), false),
            (good.replace('f', "g"), false),
            (format!("{}ñ", &good[2..]), false),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<CertificateKey>().is_ok(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_reads_back(digest: [u8; 32]) {
            let key = CertificateKey::from_digest(digest);
            prop_assert_eq!(key.to_string().parse(), Ok(key));
        }
    }
}
