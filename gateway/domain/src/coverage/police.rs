//! The list of municipalities that have local police, as a table of codes and names.
//!
//! One line a municipality: its INE code of five digits, or of six with the check digit (`09410`, `094108`, `09410-8`), and
//! its name. A first line that names the columns is passed over.

use std::collections::{BTreeMap, BTreeSet};

use crate::coverage::rows::{Row, decoded, rows};
use crate::coverage::{Fault, Refusal};
use crate::territory::municipalities;
use crate::{MunicipalityCode, fold};

/// A list as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoliceList {
    /// The municipalities.
    pub codes: BTreeSet<MunicipalityCode>,
    /// Those that the list names otherwise than the register does: a renamed one, or a wrong code.
    pub renamed: Vec<Renamed>,
}

/// A municipality with two names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The line, from 1.
    pub line: usize,
    /// The municipality.
    pub code: MunicipalityCode,
    /// Its name on the list.
    pub told: String,
    /// Its name in the register.
    pub official: &'static str,
}

impl PoliceList {
    /// Reads a list.
    ///
    /// # Errors
    ///
    /// Every line that is not as it must be is named, and then nothing is taken.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<Refusal>> {
        let text = decoded(bytes).map_err(|refusal| vec![refusal])?;
        let mut list = Self::default();
        let mut lines = BTreeMap::new();
        let mut refusals = Vec::new();
        let mut table = rows(&text).peekable();
        table.next_if(|row| !row.cell(0).contains(|letter: char| letter.is_ascii_digit()));
        for row in table {
            match list.take(&row, &mut lines) {
                Ok(()) => {}
                Err(fault) => refusals.push(row.refused(fault)),
            }
        }
        if list.codes.is_empty() && refusals.is_empty() {
            let fault = Fault::NoColumn("codigo");
            refusals.push(Refusal { line: 1, fault });
        }
        if refusals.is_empty() {
            Ok(list)
        } else {
            Err(refusals)
        }
    }

    fn take(
        &mut self,
        row: &Row,
        lines: &mut BTreeMap<MunicipalityCode, usize>,
    ) -> Result<(), Fault> {
        let code = code(row.cell(0))?;
        let official = official(code)?;
        if let Some(line) = lines.insert(code, row.line) {
            let code = code.to_string();
            return Err(Fault::Duplicate { code, line });
        }
        let told = row.cell(1);
        if told.is_empty() {
            return Err(Fault::NoColumn("nombre"));
        }
        if !is_named(told, official) {
            self.renamed.push(Renamed {
                line: row.line,
                code,
                told: told.to_owned(),
                official,
            });
        }
        self.codes.insert(code);
        Ok(())
    }
}

/// Reads a code of five digits, or of six of which the last is the check digit.
///
/// # Errors
///
/// If it is no code, or the check digit is of another one.
pub fn code(text: &str) -> Result<MunicipalityCode, Fault> {
    let not_a_code = || Fault::NotACode(text.chars().take(64).collect());
    let digits: String = text
        .chars()
        .filter(|letter| !matches!(letter, '-' | ' '))
        .collect();
    let (five, check) = match digits.char_indices().nth(5) {
        Some((at, check)) if at + check.len_utf8() == digits.len() => {
            (digits.get(..at).unwrap_or_default(), Some(check))
        }
        Some(_) => return Err(not_a_code()),
        None => (digits.as_str(), None),
    };
    let code: MunicipalityCode = five.parse().map_err(|_| not_a_code())?;
    let right = code.check_digit();
    match check {
        Some(told) if !told.is_ascii_digit() => Err(not_a_code()),
        Some(told) if told.to_digit(10) != Some(right.into()) => Err(Fault::CheckDigit {
            code: code.to_string(),
            told,
            right,
        }),
        Some(_) | None => Ok(code),
    }
}

/// The name of a municipality that exists.
fn official(code: MunicipalityCode) -> Result<&'static str, Fault> {
    municipalities::name(code).ok_or_else(|| Fault::UnknownCode(code.to_string()))
}

/// Whether it is the official name, with the article in front, or one of two names; accents and case aside.
fn is_named(told: &str, official: &str) -> bool {
    let words = |text: &str| {
        fold::folded(text)
            .split(' ')
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    let told = words(told);
    told == words(official) || official.split('/').any(|name| told == words(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read() {
        let list =
            "codigo;nombre\n13047;Herencia\n241345;La Robla\n47075-8;ISCAR\n\n01051;Salvatierra\n";
        let list = PoliceList::read(list.as_bytes()).unwrap();
        let codes: Vec<_> = list.codes.iter().map(ToString::to_string).collect();
        assert_eq!(codes, ["01051", "13047", "24134", "47075"]);
        assert_eq!(list.renamed, []);
        let other = PoliceList::read(b"13047,Herencia Nueva").unwrap();
        let renamed = other.renamed.first().map(|one| (one.line, one.official));
        assert_eq!(renamed, Some((1, "Herencia")));
    }

    #[test]
    fn every_wrong_line_is_named() {
        let file = "codigo,nombre\n13047,Herencia\n13999,Nada\n130474,Herencia\n13047,Herencia\n1304,Herencia\n13047x,Herencia\n24014,\n\
                    9410,Valle de Mena\n1304733,Herencia\n13\u{f3}47,x";
        let refusals = PoliceList::read(file.as_bytes()).unwrap_err();
        let told: Vec<_> = refusals.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 3: no municipality has the code `13999`",
                "line 4: the check digit of `13047` is 3, not 4",
                "line 5: `13047` is on line 2 already",
                "line 6: `1304` is no municipality code",
                "line 7: `13047x` is no municipality code",
                "line 8: the line has no column nombre",
                "line 9: `9410` is no municipality code", // the zero that spreadsheets lose
                "line 10: `1304733` is no municipality code",
                "line 11: `13ó47` is no municipality code",
            ]
        );
    }

    #[test]
    fn an_empty_list_is_refused() {
        for file in ["", "codigo,nombre\n", "\n\n"] {
            assert!(PoliceList::read(file.as_bytes()).is_err(), "{file:?}");
        }
    }
}
