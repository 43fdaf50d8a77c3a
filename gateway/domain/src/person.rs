//! Identity numbers of persons: DNI and NIE, with their check letter.
//!
//! Personal data: neither type shows its number in `Debug`, and a refused text is not repeated.

use std::fmt;
use std::str::FromStr;

use crate::text::Malformed;

const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// The check letter of a number: its remainder by 23, looked up.
pub fn check_letter(number: u32) -> char {
    LETTERS
        .get((number % 23) as usize)
        .copied()
        .map_or('T', char::from)
}

/// A Spanish identity number: eight digits and a check letter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dni(String);

/// The identity number of a foreigner: `X`, `Y` or `Z`, seven digits and a check letter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nie(String);

impl Dni {
    /// Adds the check letter to a number of up to eight digits; nothing beyond.
    pub fn from_number(number: u32) -> Option<Self> {
        (number <= 99_999_999).then(|| Self(format!("{number:08}{}", check_letter(number))))
    }

    /// The nine characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Nie {
    /// The nine characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Dni {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let found = digits(text, 8)
            .and_then(Self::from_number)
            .filter(|dni| dni.0 == text);
        found.ok_or(Malformed::personal("a DNI (eight digits and their letter)"))
    }
}

impl FromStr for Nie {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = Malformed::personal("a NIE (X, Y or Z, seven digits and their letter)");
        let (leading, rest) = match text.as_bytes() {
            [b'X', ..] => (0, text.strip_prefix('X')),
            [b'Y', ..] => (1, text.strip_prefix('Y')),
            [b'Z', ..] => (2, text.strip_prefix('Z')),
            _ => return Err(malformed),
        };
        let number = rest
            .and_then(|rest| digits(rest, 7))
            .map(|seven| leading * 10_000_000 + seven);
        let right = number.is_some_and(|number| text.ends_with(check_letter(number)));
        if right {
            Ok(Self(text.to_owned()))
        } else {
            Err(malformed)
        }
    }
}

/// The number before the last character of `text`, if that has exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let (number, _letter) = text
        .split_at_checked(count)
        .filter(|(_, letter)| letter.len() == 1)?;
    number
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| number.parse().ok())?
}

/// Whether a text that should name nobody looks like the number of an identity document: it is one, with a right letter or
/// a wrong one, or a part of it is between points, hyphens or underlines; or one with its right letter lies within it.
pub fn resembles_document(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let parted = |letter: char| matches!(letter, '.' | '-' | '_');
    let joined: String = text.chars().filter(|letter| !parted(*letter)).collect();
    let within = joined
        .as_bytes()
        .windows(9)
        .filter_map(|it| std::str::from_utf8(it).ok());
    let right = |it: &str| it.parse::<Dni>().is_ok() || it.parse::<Nie>().is_ok();
    text.split(parted).chain([joined.as_str()]).any(is_shaped) || within.into_iter().any(right)
}

/// Eight digits and a letter, or a letter of those that stand before numbers, seven digits and a letter.
fn is_shaped(text: &str) -> bool {
    let [first, middle @ .., last] = text.as_bytes() else {
        return false;
    };
    let begins = first.is_ascii_digit() || b"XYZKLM".contains(first);
    begins
        && middle.len() == 7
        && middle.iter().all(u8::is_ascii_digit)
        && last.is_ascii_alphabetic()
}

impl fmt::Debug for Dni {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dni(…)")
    }
}

impl fmt::Debug for Nie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nie(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spanish_numbers() {
        let table = [
            ("00000000T", true),
            ("99999999R", true),
            ("99999998T", true),
            ("99999999A", false),
            ("9999999R", false),
            ("99999999r", false),
            ("99999999RR", false),
            ("9999999ñR", false),
            ("+9999999R", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<Dni>().is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn numbers_of_foreigners() {
        let table = [
            ("X0000000T", true),
            ("Y0000000Z", true),
            ("Z0000000M", true),
            ("Z9999999R", false),
            ("Z9999999H", true),
            ("W0000000T", false),
            ("X000000T", false),
            ("X00000000T", false),
            ("x0000000T", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<Nie>().is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn the_letter_is_added() {
        assert_eq!(Dni::from_number(99_999_999).unwrap().as_str(), "99999999R");
        assert_eq!(Dni::from_number(1).unwrap().as_str(), "00000001R");
        assert_eq!(Dni::from_number(100_000_000), None);
    }

    #[test]
    fn nothing_personal_is_shown() {
        let number: Dni = "99999999R".parse().unwrap();
        assert_eq!(format!("{number:?}"), "Dni(…)");
        let refused = "99999999A".parse::<Dni>().unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("99999999"));
    }

    #[test]
    fn what_looks_like_a_document() {
        let table = [
            ("99999999R", true),
            ("99999999r", true),
            ("99999999A", true), // a wrong letter: mistyped
            ("99.999.999-R", true),
            ("AGENTE-99999999R", true),
            ("AGENTE99999999R", true),
            ("AGENTE99999999A", false),
            ("X9999999J", true),
            ("K9999999A", true),
            ("AGENTE-0001", false),
            ("agente.prueba", false),
            ("12345678", false), // a number of service has no letter
            ("4f0c2ab1d9", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(resembles_document(text), expected, "{text}");
        }
    }
}
