//! Subjects about which a question raises an alarm.
//!
//! What is kept of them is a digest of a word, under a key that the database does not have. Each use has words of its
//! own, so that no two lists of digests can be laid side by side.

use crate::text::words;
use crate::{Alarm, CaseId, OfficerId, OrganismId};

words! {
    /// Why a subject is watched.
    Watched is "a kind of watched subject" {
        /// A record that nobody has a reason to ask about.
        Honey = "trampa",
        /// An officer's own document, or that of a relative.
        Own = "propio",
    }
}

impl Watched {
    /// The alarm that a question about such a subject raises.
    pub const fn alarm(self) -> Alarm {
        match self {
            Self::Honey => Alarm::HoneyRecord,
            Self::Own => Alarm::OwnLookup,
        }
    }
}

/// The word of a case.
pub fn case_word(case: &CaseId) -> String {
    format!("caso:{case}")
}

/// The word of an identity document, however it is spelled.
pub fn document_word(number: &str) -> String {
    format!("documento:{}", number.trim().to_uppercase())
}

/// The word under which a record is watched by whoever asks.
pub fn honey_word(subject: &str) -> String {
    format!("trampa:{subject}")
}

/// The word under which a subject is watched when that officer asks.
pub fn own_word(organism: &OrganismId, officer: &OfficerId, subject: &str) -> String {
    // Neither identifier holds a line break.
    format!("propio:{organism}\n{officer}\n{subject}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_use_has_words_of_its_own() {
        let organism: OrganismId = "L01130473".parse().unwrap();
        let officer: OfficerId = "A-1".parse().unwrap();
        let document = document_word(" 99999018d ");
        assert_eq!(document, "documento:99999018D");
        let words = [
            document.clone(),
            honey_word(&document),
            own_word(&organism, &officer, &document),
        ];
        for (at, one) in words.iter().enumerate() {
            assert!(words.iter().skip(at + 1).all(|other| one != other));
        }
    }
}
