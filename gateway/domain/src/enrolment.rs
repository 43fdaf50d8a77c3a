//! Enrolment: the one-time code by which an organism registers a certificate, and how a certificate came to be known.

use std::fmt;
use std::str::FromStr;

use crate::text::{Malformed, words};

/// The characters of a code: no `0`, `1`, `I`, `L`, `O`, which hands and eyes confuse. A prime number of them.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Random characters: 27 of 31 are 133 bits.
const RANDOM: usize = 27;
/// With the check character.
const LENGTH: usize = RANDOM + 1;
const GROUP: usize = 4;
const WHAT: &str = "an enrolment code";

words! {
    /// How a certificate came to be registered.
    CertificateOrigin is "an origin of a certificate" {
        /// From the registry's text file.
        Imported = "importado",
        /// Issued by the federation's authority against an enrolment code.
        Issued = "alta",
        /// Issued by a public provider, registered against an enrolment code.
        Existing = "existente",
        /// Issued by the federation's authority to whoever held a certificate that was still good.
        Renewed = "renovado",
    }
}

/// A one-time code: 27 random characters and one that checks them, in groups of four.
///
/// The check is a weighted sum modulo 31, a prime: every wrong character and every two swapped ones are noticed.
/// No log shows it: whoever must calls [`EnrolmentCode::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode(String);

impl EnrolmentCode {
    /// Makes a code of random bytes; `None` where they are too few, and then more are needed (64 nearly always do).
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        // The rest of a byte's values would make some characters likelier than others.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        let values: Vec<usize> = fair
            .take(RANDOM)
            .map(|byte| usize::from(byte % 31))
            .collect();
        if values.len() < RANDOM {
            return None;
        }
        let check = check(&values);
        let all = values.iter().chain([&check]);
        let text: Option<String> = all
            .map(|value| ALPHABET.get(*value).map(|byte| char::from(*byte)))
            .collect();
        text.map(Self)
    }

    /// The code in groups, as it is handed over.
    pub fn expose(&self) -> String {
        let groups: Vec<&str> = (0..LENGTH / GROUP)
            .filter_map(|group| self.0.get(group * GROUP..(group + 1) * GROUP))
            .collect();
        groups.join("-")
    }

    /// The code as it is digested: without groups.
    pub fn canonical(&self) -> &str {
        &self.0
    }
}

fn check(values: &[usize]) -> usize {
    let weighted = (1..).zip(values).map(|(weight, value)| weight * value);
    weighted.sum::<usize>() % ALPHABET.len()
}

impl FromStr for EnrolmentCode {
    type Err = Malformed;

    /// Takes it in any case, with blanks and hyphens anywhere.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::personal(WHAT);
        if text.len() > 4 * LENGTH {
            return Err(malformed());
        }
        let kept: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let place = |c: char| ALPHABET.iter().position(|byte| char::from(*byte) == c);
        let values: Option<Vec<usize>> = kept.chars().map(place).collect();
        match values.as_deref() {
            Some([random @ .., last]) if random.len() == RANDOM && check(random) == *last => {
                Ok(Self(kept))
            }
            Some(_) | None => Err(malformed()),
        }
    }
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<code>")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(bytes: &[u8]) -> EnrolmentCode {
        EnrolmentCode::from_random(bytes).unwrap()
    }

    #[test]
    fn too_few_bytes_make_no_code() {
        assert_eq!(EnrolmentCode::from_random(&[7; 26]), None);
        assert_eq!(EnrolmentCode::from_random(&[255; 64]), None);
        assert!(EnrolmentCode::from_random(&[7; 27]).is_some());
    }

    #[test]
    fn it_is_typed_as_people_type() {
        let code = code(&(0..64).collect::<Vec<u8>>());
        let shown = code.expose();
        assert_eq!(shown.len(), LENGTH + 6, "{shown}");
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', " "),
            format!("  {}\n", code.canonical()),
        ] {
            assert_eq!(typed.parse(), Ok(code.clone()), "{typed}");
        }
        for bad in [
            "",
            "-",
            &shown[1..],
            &format!("{shown}2"),
            &"2".repeat(5_000),
        ] {
            let error = bad.parse::<EnrolmentCode>().unwrap_err();
            assert_eq!(error.to_string(), "the value is not an enrolment code");
        }
        assert_eq!(format!("{code:?}"), "<code>");
    }

    proptest! {
        #[test]
        fn a_slip_is_noticed(bytes: [u8; 48], at in 0..LENGTH, other in 0..31_usize) {
            let Some(code) = EnrolmentCode::from_random(&bytes) else { return Ok(()) };
            let mut wrong = code.canonical().as_bytes().to_vec();
            wrong[at] = ALPHABET[other];
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(wrong.parse::<EnrolmentCode>().is_ok(), wrong == code.canonical());
        }

        #[test]
        fn two_swapped_are_noticed(bytes: [u8; 48], at in 0..RANDOM - 1) {
            let Some(code) = EnrolmentCode::from_random(&bytes) else { return Ok(()) };
            let mut wrong = code.canonical().as_bytes().to_vec();
            wrong.swap(at, at + 1);
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(wrong.parse::<EnrolmentCode>().is_ok(), wrong == code.canonical());
        }
    }
}
