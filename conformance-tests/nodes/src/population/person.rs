//! Who a synthetic person is: everything follows from her or his number, nothing from a real person.
//!
//! Documents are of ranges never issued (DNI from 99 000 000, NIE from Z9 000 000) with a valid letter, so that every
//! check passes and no living person is met; names say what they are.

use domain::person::check_letter;

/// The kind of identity document, as the contract writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// Documento nacional de identidad.
    Dni,
    /// Número de identidad de extranjero.
    Nie,
    /// Another document.
    Other,
}

impl DocumentKind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            DocumentKind::Dni => "DNI",
            DocumentKind::Nie => "NIE",
            DocumentKind::Other => "OTRO",
        }
    }

    /// The kind that a document number has the shape of.
    pub fn of(document: &str) -> DocumentKind {
        if document.starts_with(['X', 'Y', 'Z']) {
            DocumentKind::Nie
        } else if document.starts_with(|first: char| first.is_ascii_digit()) {
            DocumentKind::Dni
        } else {
            DocumentKind::Other
        }
    }
}

/// One person in so many has a NIE.
const FOREIGNERS: u32 = 5;

/// The identity document of the person with this number, with its letter.
pub fn document(number: u32) -> String {
    let foreigner = number / FOREIGNERS;
    if number.is_multiple_of(FOREIGNERS) {
        let digits = 9_000_000 + foreigner;
        format!("Z{digits:07}{}", check_letter(20_000_000 + digits))
    } else {
        let digits = 99_000_000 + number - foreigner;
        format!("{digits}{}", check_letter(digits))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::person::{Dni, Nie};

    use super::{DocumentKind, document};

    #[test]
    fn documents_are_valid_and_of_their_kind() {
        for number in [1, 4, 5, 6, 999, 1_000, 1_118_644] {
            let document = document(number);
            match DocumentKind::of(&document) {
                DocumentKind::Dni => assert!(document.parse::<Dni>().is_ok(), "{document}"),
                DocumentKind::Nie => assert!(document.parse::<Nie>().is_ok(), "{document}"),
                DocumentKind::Other => panic!("{document}"),
            }
            assert!(
                document.starts_with("99") || document.starts_with("Z9"),
                "{document}"
            );
        }
    }

    #[test]
    fn no_two_persons_share_a_document() {
        let documents: BTreeSet<String> = (1..20_000).map(document).collect();
        assert_eq!(documents.len(), 19_999);
    }
}
