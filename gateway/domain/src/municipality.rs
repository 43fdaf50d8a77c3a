//! The INE code of a municipality and its check digit.

use std::fmt;
use std::str::FromStr;

use crate::text::{Malformed, serde_as_text};

const WHAT: &str = "a municipality code (five digits, province 01 to 52)";

/// Five digits: province (01 to 52) and municipality within it (001 to 999).
///
/// Well formed does not mean existing: `territory::municipalities` knows which exist.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalityCode([u8; 5]);

impl MunicipalityCode {
    /// The five digits.
    pub fn as_str(&self) -> &str {
        // INVARIANT: only ASCII digits get in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The province, 1 to 52.
    pub fn province(self) -> u8 {
        let [tens, units, ..] = self.0;
        (tens - b'0') * 10 + (units - b'0')
    }

    /// The control digit of the INE, recovered from and checked against every official row.
    ///
    /// Finds every error in one digit.
    pub fn check_digit(self) -> u8 {
        const WEIGHED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
        const PERMUTED: [u8; 10] = [0, 3, 8, 2, 7, 4, 1, 5, 9, 6];
        const PLAIN: [u8; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        let tables = [WEIGHED, PERMUTED, PLAIN, WEIGHED, PERMUTED];
        let sum: u8 = tables
            .iter()
            .zip(self.0)
            .filter_map(|(table, digit)| table.get(usize::from(digit - b'0')))
            .sum();
        (10 - sum % 10) % 10
    }
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MunicipalityCode({self})")
    }
}

impl FromStr for MunicipalityCode {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::new(WHAT, text);
        let digits: [u8; 5] = text.as_bytes().try_into().map_err(|_| malformed())?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(malformed());
        }
        let code = Self(digits);
        let real = (1..=52).contains(&code.province()) && !text.ends_with("000");
        if real { Ok(code) } else { Err(malformed()) }
    }
}

serde_as_text!(MunicipalityCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling() {
        let table = [
            ("28079", true),
            ("01001", true),
            ("52001", true),
            ("53001", false),
            ("00001", false),
            ("28000", false), // a masked one: the province only
            ("2807", false),
            ("280790", false),
            ("2807a", false),
            ("28 79", false),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<MunicipalityCode>().is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn check_digits() {
        // Of the table of towns in the sources of the project; all official rows in `municipalities`.
        for (code, digit) in [
            ("28079", 6),
            ("13047", 3),
            ("01001", 4),
            ("09410", 8),
            ("24189", 5),
        ] {
            let code: MunicipalityCode = code.parse().unwrap();
            assert_eq!(code.check_digit(), digit, "{code}");
        }
    }
}
