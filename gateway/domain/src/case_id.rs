//! The identifier of a case: a ULID, 26 characters of Crockford's base 32.

use std::fmt;
use std::str::FromStr;

use crate::text::{Malformed, serde_as_text};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const WHAT: &str = "a case identifier";

/// The gateway's identifier of a case; orders by time of creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId([u8; 26]);

impl CaseId {
    /// Makes an identifier from an instant (milliseconds since 1970, 48 bits) and 80 random bits.
    ///
    /// Bits beyond those are ignored.
    pub fn new(milliseconds: u64, randomness: u128) -> Self {
        let time = u128::from(milliseconds & 0xFFFF_FFFF_FFFF) << 80;
        Self::from_bits(time | (randomness & ((1 << 80) - 1)))
    }

    /// Makes the identifier of these 128 bits.
    pub fn from_bits(bits: u128) -> Self {
        let mut text = [b'0'; 26];
        let mut rest = bits;
        for slot in text.iter_mut().rev() {
            let digit = usize::from((rest & 31) as u8);
            *slot = ALPHABET.get(digit).copied().unwrap_or(b'0');
            rest >>= 5;
        }
        Self(text)
    }

    /// The 26 characters.
    pub fn as_str(&self) -> &str {
        // INVARIANT: only characters of the alphabet get in, so the bytes are always UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CaseId({self})")
    }
}

impl FromStr for CaseId {
    type Err = Malformed;

    /// Upper case only: one case has one spelling.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::new(WHAT, text);
        let bytes: [u8; 26] = text.as_bytes().try_into().map_err(|_| malformed())?;
        let fits = bytes
            .first()
            .is_some_and(|first| (b'0'..=b'7').contains(first));
        if fits && bytes.iter().all(|b| ALPHABET.contains(b)) {
            Ok(Self(bytes))
        } else {
            Err(malformed())
        }
    }
}

serde_as_text!(CaseId);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spelling() {
        let table = [
            ("01ARZ3NDEKTSV4RRFFQ69G5FAV", true),
            ("00000000000000000000000000", true),
            ("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", true),
            ("8ZZZZZZZZZZZZZZZZZZZZZZZZZ", false), // beyond 128 bits
            ("01arz3ndektsv4rrffq69g5fav", false),
            ("01ARZ3NDEKTSV4RRFFQ69G5FAI", false), // I, L, O, U are no digits
            ("01ARZ3NDEKTSV4RRFFQ69G5FA", false),
            ("01ARZ3NDEKTSV4RRFFQ69G5FAVV", false),
            ("01ARZ3NDEKTSV4RRFFQ69G5FÑ", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<CaseId>().is_ok(), expected, "{text}");
        }
        // The example of the ULID specification: its first ten characters are the milliseconds.
        assert_eq!(
            CaseId::new(1_469_918_176_385, 0).as_str(),
            "01ARYZ6S410000000000000000"
        );
    }

    proptest! {
        #[test]
        fn bits_survive_and_order(a: u128, b: u128) {
            let (first, second) = (CaseId::from_bits(a), CaseId::from_bits(b));
            prop_assert_eq!(first.as_str().parse(), Ok(first));
            prop_assert_eq!(a.cmp(&b), first.cmp(&second));
        }
    }
}
