//! The official population of the municipalities, in the layout of the file that the INE publishes every year (`pobmunYY`).
//!
//! A title, then the line `CPRO, PROVINCIA, CMUN, NOMBRE, POBYY, HOMBRES, MUJERES`, then one line a municipality. The file is
//! published as a workbook, which `adapters::workbook` reads; its table saved as CSV says the same.

use std::collections::BTreeMap;

use crate::MunicipalityCode;
use crate::coverage::{Fault, Refusal};
use crate::table::{Row, Table};
use crate::territory::municipalities;

/// The population of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// The year, on its first of January.
    pub year: i16,
    /// The inhabitants of each municipality.
    pub residents: BTreeMap<MunicipalityCode, u32>,
    /// Those that the register of this program does not know: made since its edition. They are left out.
    pub unknown: Vec<MunicipalityCode>,
}

impl Population {
    /// Reads a table that was saved as text.
    ///
    /// # Errors
    ///
    /// As [`Population::of`], and whatever is no text.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<Refusal>> {
        let table = Table::csv(bytes).map_err(|fault| vec![Refusal::whole(fault.into())])?;
        Self::of(&table)
    }

    /// Reads a table.
    ///
    /// # Errors
    ///
    /// Every line that is not as it must be is named, and then nothing is taken.
    pub fn of(table: &Table) -> Result<Self, Vec<Refusal>> {
        let mut table = table.rows();
        let columns = table
            .by_ref()
            .take(20)
            .find_map(Columns::of)
            .ok_or_else(|| {
                let fault = Fault::NoHeader("CPRO, CMUN, NOMBRE, POBnn");
                vec![Refusal::whole(fault)]
            })?;
        let mut population = Self {
            year: columns.year,
            residents: BTreeMap::new(),
            unknown: Vec::new(),
        };
        let mut lines = BTreeMap::new();
        let mut refusals = Vec::new();
        for row in table.filter(|row| !row.is_note()) {
            if let Err(refusal) = population.take(row, &columns, &mut lines) {
                refusals.push(refusal);
            }
        }
        if refusals.is_empty() {
            Ok(population)
        } else {
            Err(refusals)
        }
    }

    /// The sum of all.
    pub fn total(&self) -> u64 {
        self.residents.values().copied().map(u64::from).sum()
    }

    fn take(
        &mut self,
        row: &Row,
        columns: &Columns,
        lines: &mut BTreeMap<MunicipalityCode, usize>,
    ) -> Result<(), Refusal> {
        if let Some(column) = row.merged().filter(|column| columns.has(*column)) {
            return Err(row.wrong(column, Fault::Merged));
        }
        let in_code = |fault| row.wrong(columns.municipality, fault);
        // Spreadsheets lose the zeros in front; a province has two digits and a municipality three, so nothing is guessed.
        let text = format!(
            "{:0>2}{:0>3}",
            row.cell(columns.province),
            row.cell(columns.municipality)
        );
        let code: MunicipalityCode = text.parse().map_err(|_| in_code(Fault::NotACode(text)))?;
        if let Some(line) = lines.insert(code, row.line()) {
            let code = code.to_string();
            return Err(in_code(Fault::Duplicate { code, line }));
        }
        let total = number(row, columns.residents)?;
        if let Some((men, women)) = columns.sexes {
            let (men, women) = (number(row, men)?, number(row, women)?);
            if men.checked_add(women) != Some(total) {
                return Err(row.wrong(columns.residents, Fault::Sum { men, women, total }));
            }
        }
        if municipalities::exists(code) {
            self.residents.insert(code, total);
        } else {
            self.unknown.push(code);
        }
        Ok(())
    }
}

/// Where each thing stands on a line.
struct Columns {
    province: usize,
    municipality: usize,
    residents: usize,
    sexes: Option<(usize, usize)>,
    year: i16,
}

impl Columns {
    /// Whether that column is one that is read.
    fn has(&self, column: usize) -> bool {
        let sexes = self.sexes.into_iter().flat_map(|(men, women)| [men, women]);
        let mut read = sexes.chain([self.province, self.municipality, self.residents]);
        read.any(|it| it == column)
    }

    /// Reads the line that names the columns; nothing if this is another line.
    fn of(row: &Row) -> Option<Self> {
        let named = |name: &str| row.cells().position(|cell| cell.eq_ignore_ascii_case(name));
        let (residents, year) = row.cells().enumerate().find_map(|(column, cell)| {
            let year = cell.get(..3).filter(|it| it.eq_ignore_ascii_case("POB"))?;
            let digits = cell.strip_prefix(year)?;
            Some((column, year_of(digits)?))
        })?;
        Some(Self {
            province: named("CPRO")?,
            municipality: named("CMUN")?,
            residents,
            sexes: named("HOMBRES").zip(named("MUJERES")),
            year,
        })
    }
}

/// `24` is 2024 and `98` is 1998; four digits are what they say.
fn year_of(digits: &str) -> Option<i16> {
    let year: i16 = digits.parse().ok()?;
    match digits.len() {
        2 if year < 90 => Some(2000 + year),
        2 => Some(1900 + year),
        4 => Some(year),
        _ => None,
    }
}

/// A whole number, with or without marks between its thousands.
fn number(row: &Row, column: usize) -> Result<u32, Refusal> {
    let text = row.cell(column);
    let refused = || row.wrong(column, Fault::NotANumber(text.chars().take(64).collect()));
    let mut groups = text.split(['.', ',', ' ', '\u{a0}']);
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return Err(refused());
        }
        digits.push_str(group);
    }
    // A sign would be read as part of a number.
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(refused());
    }
    digits.parse().map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "Cifras de PRUEBA a 1 de enero;;;;;;\nCPRO;PROVINCIA;CMUN;NOMBRE;POB24;HOMBRES;MUJERES\n";

    fn read(rows: &str) -> Result<Population, Vec<Refusal>> {
        Population::read(format!("{HEAD}{rows}").as_bytes())
    }

    #[test]
    fn the_file_is_read() {
        let population = read(
            "13;Ciudad Real;047;Herencia;8.450;4.200;4.250\n01;Araba/Álava;001;Alegría-Dulantzi;2965;1500;1465\n\
             5;Ávila;1;Adanero;200;100;100\n48;Bizkaia;916;Usansolo;4500;2200;2300\nFuente: PRUEBA;;;;;;\n",
        )
        .unwrap();
        assert_eq!(population.year, 2024);
        let told = population.residents.iter();
        let told: Vec<_> = told
            .map(|(code, number)| format!("{code} {number}"))
            .collect();
        assert_eq!(told, ["01001 2965", "05001 200", "13047 8450"]);
        assert_eq!(population.total(), 11_615);
        let unknown = population.unknown.first().map(ToString::to_string);
        assert_eq!(unknown.as_deref(), Some("48916"));
    }

    #[test]
    fn with_commas_and_without_title_or_sexes() {
        let file = "CPRO,PROVINCIA,CMUN,NOMBRE,POB98\n24,León,134,\"Robla, La\",\"5,012\"\n";
        let population = Population::read(file.as_bytes()).unwrap();
        assert_eq!((population.year, population.total()), (1998, 5012));
    }

    #[test]
    fn every_wrong_line_is_named() {
        let table = [
            (
                "13;CR;047;Herencia;muchos;1;1",
                "line 3, column E: `muchos` is no number of inhabitants",
            ),
            (
                "13;CR;047;Herencia;-3;1;1",
                "line 3, column E: `-3` is no number of inhabitants",
            ),
            (
                "13;CR;047;Herencia;8.45;1;1",
                "line 3, column E: `8.45` is no number of inhabitants",
            ),
            (
                "13;CR;047;Herencia;;;",
                "line 3, column E: `` is no number of inhabitants",
            ),
            (
                "13;CR;047;Herencia;5;2;2",
                "line 3, column E: 2 men and 2 women are not 5 inhabitants",
            ),
            (
                "13;CR;000;Herencia;5;2;3",
                "line 3, column C: `13000` is no municipality code",
            ),
            (
                "99;CR;047;Herencia;5;2;3",
                "line 3, column C: `99047` is no municipality code",
            ),
            (
                "13;CR;047;Herencia;5;2;3\n13;CR;47;Herencia;5;2;3",
                "line 4, column C: `13047` is on line 3 already",
            ),
        ];
        for (rows, expected) in table {
            let refusals = read(rows).unwrap_err();
            let told: Vec<_> = refusals.iter().map(ToString::to_string).collect();
            assert_eq!(told, [expected], "{rows}");
        }
    }

    #[test]
    fn a_file_without_its_columns_is_refused() {
        for file in ["", "13047;8450", "CPRO;CMUN;NOMBRE\n13;047;Herencia"] {
            let refusals = Population::read(file.as_bytes()).unwrap_err();
            let faults: Vec<_> = refusals.into_iter().map(|it| it.fault).collect();
            assert_eq!(
                faults,
                [Fault::NoHeader("CPRO, CMUN, NOMBRE, POBnn")],
                "{file:?}"
            );
        }
    }
}
