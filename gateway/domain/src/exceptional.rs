//! Exceptional access: why an officer asked for it, and what its review found.

use std::fmt;
use std::str::FromStr;

use crate::text::{Malformed, words};

/// Why an imminent danger is declared, in the officer's own words: 10 to 500 characters, no control characters.
///
/// It may name persons: shown by no `Debug` and no `Display`, and never written to a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// The least and the most characters; a reason shorter than a word says nothing.
    pub const LENGTH: std::ops::RangeInclusive<usize> = 10..=500;

    /// The words themselves, for whoever reviews the access.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reason(…)")
    }
}

impl FromStr for Reason {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let text = text.trim();
        let fits = Self::LENGTH.contains(&text.chars().count());
        if fits && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Malformed::personal("a reason of 10 to 500 characters"))
        }
    }
}

words! {
    /// What the review of an exceptional access found.
    Finding is "a finding of a review" {
        /// There was a danger, or good reason to think so.
        Justified = "justificado",
        /// There was none.
        Unjustified = "injustificado",
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn a_reason_says_something_and_not_too_much() {
        let most = "ñ".repeat(500);
        for (text, fits) in [
            ("gritos en el domicilio", true),
            ("  gritos en el domicilio ", true),
            ("gritos", false),
            ("gritos en\nel domicilio", false),
            ("          x          ", false),
            (&most, true),
            (&format!("{most}ñ"), false),
        ] {
            let read = text.parse::<Reason>();
            assert_eq!(read.is_ok(), fits, "{text}");
            if let Err(fault) = read {
                assert!(!fault.to_string().contains("gritos"));
            }
        }
        let reason: Reason = " gritos en el domicilio".parse().unwrap();
        assert_eq!(reason.expose(), "gritos en el domicilio");
        assert!(!format!("{reason:?}").contains("gritos"));
    }
}
