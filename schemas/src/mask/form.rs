//! The masked forms of values.

use crate::Masking;

/// The masked form of a value.
pub(crate) fn masked(masking: Masking, value: &str) -> String {
    match masking {
        Masking::Document => document(value),
        Masking::Year => value.chars().take(4).collect(),
        Masking::Province => value.chars().take(2).chain("000".chars()).collect(),
        Masking::Initial => value.chars().take(1).chain("***".chars()).collect(),
        Masking::Phone => phone(value),
        Masking::Whole => value.to_owned(),
    }
}

/// Whether a value is, or could be, the masked form of another.
pub(crate) fn is_masked(masking: Masking, value: &str) -> bool {
    let value = value.trim_matches([' ', '\t', '\n', '\r']);
    match masking {
        Masking::Document | Masking::Phone => value.contains('*'),
        Masking::Year => value.len() == 4 && value.bytes().all(|byte| byte.is_ascii_digit()),
        Masking::Province => value.ends_with("000"),
        Masking::Initial => value.ends_with("***"),
        Masking::Whole => false,
    }
}

/// Three stars, digits four to seven, one star: what the data protection agency recommends to
/// publish of a document (letters are skipped, as in foreigners' numbers).
fn document(value: &str) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).skip(3).take(4);
    "***".chars().chain(digits).chain("*".chars()).collect()
}

/// A star for each character but the last three; all stars when there are no more than three.
fn phone(value: &str) -> String {
    let length = value.chars().count();
    let kept = if length > 3 { length - 3 } else { length };
    value
        .chars()
        .enumerate()
        .map(|(at, c)| if at < kept { '*' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{is_masked, masked};
    use crate::Masking;

    #[test]
    fn each_form_shows_what_it_may() {
        let cases = [
            (Masking::Document, "99999018D", "***9901*"),
            (Masking::Document, "Z9900018K", "***0018*"),
            (Masking::Document, "AB12", "****"),
            (Masking::Document, "", "****"),
            (Masking::Year, "1990-01-31", "1990"),
            (Masking::Province, "13047", "13000"),
            (Masking::Initial, "PRUEBA", "P***"),
            (Masking::Initial, "Ñu", "Ñ***"),
            (Masking::Initial, "", "***"),
            (Masking::Phone, "+34900000018", "*********018"),
            (Masking::Phone, "112", "***"),
            (Masking::Phone, "", ""),
        ];
        for (masking, value, expected) in cases {
            let form = masked(masking, value);
            assert_eq!(form, expected, "{value}");
            assert!(
                value.is_empty() || is_masked(masking, &form),
                "{form} tells it is masked"
            );
        }
    }

    #[test]
    fn whole_values_are_not_taken_for_masked_ones() {
        let cases = [
            (Masking::Document, "99999018D"),
            (Masking::Year, "1990-01-31"),
            (Masking::Province, "13047"),
            (Masking::Initial, "A*B"),
            (Masking::Phone, "+34900000018"),
            (Masking::Whole, "A***"),
        ];
        for (masking, value) in cases {
            assert!(!is_masked(masking, value), "{value}");
        }
        assert!(
            is_masked(Masking::Year, " 1990\n"),
            "white space does not hide it"
        );
    }
}
