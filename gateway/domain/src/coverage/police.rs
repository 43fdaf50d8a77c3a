//! The list of municipalities that have local police, as a table of codes and names.
//!
//! One line a municipality: its INE code of five digits, or of six with the check digit (`09410`, `094108`, `09410-8`), and
//! its name. A first line that names the columns is passed over.

use std::collections::{BTreeMap, BTreeSet};

use crate::coverage::{Fault, Refusal};
use crate::table::{Row, Table};
use crate::territory::municipalities;
use crate::{MunicipalityCode, fold};

/// The columns that are read: code and name.
const COLUMNS: usize = 2;

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
    /// Reads a list that was saved as text.
    ///
    /// # Errors
    ///
    /// As [`PoliceList::of`], and whatever is no text.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<Refusal>> {
        let table = Table::csv(bytes).map_err(|fault| vec![Refusal::whole(fault.into())])?;
        Self::of(&table)
    }

    /// Reads a list.
    ///
    /// # Errors
    ///
    /// Every line that is not as it must be is named, and then nothing is taken.
    pub fn of(table: &Table) -> Result<Self, Vec<Refusal>> {
        let mut list = Self::default();
        let mut lines = BTreeMap::new();
        let mut refusals = Vec::new();
        let mut table = table.rows().skip_while(|row| is_title(row)).peekable();
        table.next_if(|row| !row.cell(0).contains(|letter: char| letter.is_ascii_digit()));
        for row in table {
            if let Err(refusal) = list.take(row, &mut lines) {
                refusals.push(refusal);
            }
        }
        if list.codes.is_empty() && refusals.is_empty() {
            refusals.push(Refusal::whole(Fault::NoColumn("codigo")));
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
    ) -> Result<(), Refusal> {
        if let Some(column) = row.merged().filter(|column| *column < COLUMNS) {
            return Err(row.wrong(column, Fault::Merged));
        }
        let told = row.cell(1);
        let in_code = |fault| row.wrong(0, fault);
        kept_zero(row.cell(0), told).map_err(in_code)?;
        let code = code(row.cell(0)).map_err(in_code)?;
        let official = official(code).map_err(in_code)?;
        if let Some(line) = lines.insert(code, row.line()) {
            let code = code.to_string();
            return Err(in_code(Fault::Duplicate { code, line }));
        }
        if told.is_empty() {
            return Err(row.wrong(1, Fault::NoColumn("nombre")));
        }
        if !is_named(told, official) {
            self.renamed.push(Renamed {
                line: row.line(),
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

/// A title above the table, as workbooks have them; a code is none.
fn is_title(row: &Row) -> bool {
    row.is_note()
        && !row
            .cell(0)
            .starts_with(|letter: char| letter.is_ascii_digit())
}

/// Refuses a code without the zero that it begins with. One of four digits is nothing else. One of five is another code, or
/// one with its check digit: of two readings the one is meant whose municipality has that name.
fn kept_zero(text: &str, told: &str) -> Result<(), Fault> {
    let lost = || Fault::LostZero(text.to_owned());
    let whole = code(&format!("0{text}")).ok();
    let Some(whole) = whole.filter(|whole| municipalities::exists(*whole)) else {
        return Ok(());
    };
    if text.len() == 4 {
        return Err(lost());
    }
    let named = |code| municipalities::name(code).is_some_and(|name| is_named(told, name));
    let as_it_is = code(text).ok();
    if named(whole) && !as_it_is.is_some_and(named) {
        return Err(lost());
    }
    Ok(())
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
                "line 3, column A: no municipality has the code `13999`",
                "line 4, column A: the check digit of `13047` is 3, not 4",
                "line 5, column A: `13047` is on line 2 already",
                "line 6, column A: `1304` is no municipality code",
                "line 7, column A: `13047x` is no municipality code",
                "line 8, column B: the line has no column nombre",
                "line 9, column A: `9410` lost its leading zero: the code is `09410`",
                "line 10, column A: `1304733` is no municipality code",
                "line 11, column A: `13ó47` is no municipality code",
            ]
        );
    }

    #[test]
    fn a_zero_that_was_lost_is_named_where_another_code_is_read() {
        let table = [
            // With its check digit and without the zero it is the code of a town in Cáceres.
            ("10014", "Alegría-Dulantzi", Some("10014")),
            ("10014", "Aldeanueva de la Vera", None),
            ("010014", "Alegría-Dulantzi", None),
            ("1001", "Alegría-Dulantzi", Some("1001")),
            ("1001", "", Some("1001")),
        ];
        for (code, name, expected) in table {
            let lost = expected.map(|text| Fault::LostZero(text.to_owned()));
            assert_eq!(kept_zero(code, name).err(), lost, "{code} {name}");
        }
    }

    #[test]
    fn a_title_stands_above_the_table() {
        let list = "Municipios de PRUEBA;\n;\nCódigo;Municipio\n13047;Herencia\n";
        let list = PoliceList::read(list.as_bytes()).unwrap();
        assert_eq!(list.codes.len(), 1);
    }

    #[test]
    fn an_empty_list_is_refused() {
        for file in ["", "codigo,nombre\n", "\n\n"] {
            assert!(PoliceList::read(file.as_bytes()).is_err(), "{file:?}");
        }
    }
}
