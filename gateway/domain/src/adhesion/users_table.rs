//! The users form as a table: a line with the names of the columns, then one line an officer.
//!
//! `funcionario` · `rol` · `formacion` · `desde` · `hasta`, in any order, accents and case aside; of them `formacion` and
//! `hasta` may be left out. Days are `2026-01-20`, `20/01/2026` or a date of a workbook.

use jiff::civil::Date;

use crate::adhesion::{User, UserRole};
use crate::fold;
use crate::table::{FileFault, Row, Table, Wrong};

/// The columns, as the wire calls its fields.
const COLUMNS: [&str; 5] = ["funcionario", "rol", "formacion", "desde", "hasta"];
/// A title may stand above the line with the names, within so many lines.
const TITLES: usize = 20;

/// What is wrong with a table of users, told in Spanish. What stands in a cell is never repeated: it may be a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The line with the names of the columns is missing.
    #[error("falta la línea con los nombres de columna: funcionario, rol, formacion, desde, hasta")]
    NoHeader,
    /// A column is none of those of the form.
    #[error("el formulario no tiene esa columna: son funcionario, rol, formacion, desde y hasta")]
    OtherColumn,
    /// A column comes twice.
    #[error("la columna {0} está dos veces")]
    TwiceColumn(&'static str),
    /// No officer.
    #[error("no hay ningún funcionario bajo los nombres de columna")]
    Nobody,
    /// A cell is joined with others.
    #[error("la celda está combinada con otras: sepárelas")]
    Merged,
    /// A cell that must say something says nothing.
    #[error("falta {0}")]
    Missing(&'static str),
    /// No pseudonym.
    #[error(
        "no es un seudónimo: letras sin acento, cifras, punto, guion y barra baja, sin espacios"
    )]
    Officer,
    /// No role.
    #[error("no es un rol: agente, responsable o administrador")]
    Role,
    /// No day.
    #[error("no es un día: 2026-01-20 o 20/01/2026")]
    Day,
}

impl Fault {
    /// The word that names it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(fault) => fault.code(),
            Self::NoHeader => "sin-columnas",
            Self::OtherColumn => "columna-ajena",
            Self::TwiceColumn(_) => "columna-repetida",
            Self::Nobody => "sin-funcionarios",
            Self::Merged => "celda-combinada",
            Self::Missing(_) => "celda-vacia",
            Self::Officer => "seudonimo-no-valido",
            Self::Role => "rol-no-valido",
            Self::Day => "fecha-no-valida",
        }
    }

    /// What it names, or the limit that is passed; empty where there is nothing.
    pub fn value(&self) -> String {
        match self {
            Self::File(fault) => fault.value(),
            Self::TwiceColumn(column) | Self::Missing(column) => (*column).to_owned(),
            Self::NoHeader
            | Self::OtherColumn
            | Self::Nobody
            | Self::Merged
            | Self::Officer
            | Self::Role
            | Self::Day => String::new(),
        }
    }
}

/// The officers of a form, each with the line that she is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersTable {
    /// The officers, as they come.
    pub users: Vec<User>,
    /// The line of each, from 1.
    pub lines: Vec<usize>,
}

impl UsersTable {
    /// Reads a form.
    ///
    /// # Errors
    /// Every cell that is not as it must be is named, and then nothing is taken.
    pub fn of(table: &Table) -> Result<Self, Vec<Wrong<Fault>>> {
        let mut rows = table.rows();
        let header = rows.by_ref().take(TITLES).find(|row| is_header(row));
        let header = header.ok_or_else(|| vec![Wrong::whole(Fault::NoHeader)])?;
        let columns = Columns::of(header).map_err(|wrong| vec![wrong])?;
        let mut read = Self::default();
        let mut wrongs = Vec::new();
        for row in rows.filter(|row| !row.is_note()) {
            match columns.user(row) {
                Ok(user) => {
                    read.users.push(user);
                    read.lines.push(row.line());
                }
                Err(wrong) => wrongs.push(wrong),
            }
        }
        if read.users.is_empty() && wrongs.is_empty() {
            wrongs.push(header.refused(Fault::Nobody));
        }
        if wrongs.is_empty() {
            Ok(read)
        } else {
            Err(wrongs)
        }
    }
}

/// Whether a line names columns: that of the officer and that of the role tell it from any other.
fn is_header(row: &Row) -> bool {
    let [officer, role, ..] = COLUMNS;
    let names = |name: &str| row.cells().any(|cell| fold::folded(cell) == name);
    names(officer) && names(role)
}

/// Where each thing stands on a line.
struct Columns {
    officer: usize,
    role: usize,
    trained: Option<usize>,
    from: usize,
    until: Option<usize>,
}

impl Columns {
    fn of(header: &Row) -> Result<Self, Wrong<Fault>> {
        let mut found = [None; COLUMNS.len()];
        let named = header.cells().map(fold::folded).enumerate();
        for (column, cell) in named.filter(|(_, cell)| !cell.is_empty()) {
            let known = COLUMNS
                .iter()
                .zip(&mut found)
                .find(|(name, _)| **name == cell);
            let (name, place) = known.ok_or_else(|| header.wrong(column, Fault::OtherColumn))?;
            if place.replace(column).is_some() {
                return Err(header.wrong(column, Fault::TwiceColumn(name)));
            }
        }
        let [officer, role, trained, from, until] = found;
        let there = |column: Option<usize>, name| {
            column.ok_or_else(|| header.refused(Fault::Missing(name)))
        };
        Ok(Self {
            officer: there(officer, "funcionario")?,
            role: there(role, "rol")?,
            trained,
            from: there(from, "desde")?,
            until,
        })
    }

    fn user(&self, row: &Row) -> Result<User, Wrong<Fault>> {
        let read = [
            Some(self.officer),
            Some(self.role),
            self.trained,
            Some(self.from),
            self.until,
        ];
        if let Some(column) = row.merged().filter(|column| read.contains(&Some(*column))) {
            return Err(row.wrong(column, Fault::Merged));
        }
        let told = |column: usize, name| match row.cell(column) {
            "" => Err(row.wrong(column, Fault::Missing(name))),
            text => Ok(text),
        };
        let officer = told(self.officer, "funcionario")?.parse();
        let role = told(self.role, "rol")?.to_lowercase().parse::<UserRole>();
        let from = told(self.from, "desde")?;
        Ok(User {
            officer: officer.map_err(|_| row.wrong(self.officer, Fault::Officer))?,
            role: role.map_err(|_| row.wrong(self.role, Fault::Role))?,
            trained_on: self
                .trained
                .map_or(Ok(None), |column| day_in(row, column))?,
            from: day(from).ok_or_else(|| row.wrong(self.from, Fault::Day))?,
            until: self.until.map_or(Ok(None), |column| day_in(row, column))?,
        })
    }
}

fn day_in(row: &Row, column: usize) -> Result<Option<Date>, Wrong<Fault>> {
    match row.cell(column) {
        "" => Ok(None),
        text => day(text)
            .map(Some)
            .ok_or_else(|| row.wrong(column, Fault::Day)),
    }
}

/// A day as it is written on the wire, or as Spanish programs for tables write it.
fn day(text: &str) -> Option<Date> {
    let Some((day, rest)) = text.split_once('/') else {
        // Not a moment within a day, which also reads as one.
        return text.parse().ok().filter(|_| text.len() == 10);
    };
    let (month, year) = rest.split_once('/')?;
    let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    if !(digits(day) && digits(month) && digits(year) && year.len() == 4) {
        return None;
    }
    let (day, month) = (day.parse().ok()?, month.parse().ok()?);
    Date::new(year.parse().ok()?, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Usuarios de PRUEBA;;;;\nFuncionario;Rol;Formación;Desde;Hasta\n";

    fn read(text: &str) -> Result<UsersTable, Vec<Wrong<Fault>>> {
        UsersTable::of(&Table::csv(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_form_is_read() {
        let rows =
            "A-1;agente;2026-01-15;20/01/2026;\nA-2;Responsable;;1/2/2026;2026-12-31\nNota;;;;\n";
        let form = read(&format!("{HEAD}{rows}")).unwrap();
        let told = form.users.iter().map(|user| {
            let day = |day: Option<Date>| day.map_or("-".to_owned(), |day| day.to_string());
            let (trained, until) = (day(user.trained_on), day(user.until));
            format!(
                "{} {} {trained} {} {until}",
                user.officer, user.role, user.from
            )
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "A-1 agente 2026-01-15 2026-01-20 -",
                "A-2 responsable - 2026-02-01 2026-12-31"
            ]
        );
        assert_eq!(form.lines, [3, 4]);
        let other = read("desde,rol,funcionario\n2026-01-20,agente,A-1").unwrap();
        assert_eq!(other.users.len(), 1);
    }

    #[test]
    fn every_wrong_cell_is_named_and_none_repeated() {
        let table = [
            (
                "María Pérez;agente;;2026-01-20;",
                "column A",
                "seudonimo-no-valido",
            ),
            (";agente;;2026-01-20;", "column A", "celda-vacia"),
            ("A-1;María Pérez;;2026-01-20;", "column B", "rol-no-valido"),
            (
                "A-1;agente;ayer, María Pérez;2026-01-20;",
                "column C",
                "fecha-no-valida",
            ),
            ("A-1;agente;;;", "column D", "celda-vacia"),
            ("A-1;agente;;2026-13-20;", "column D", "fecha-no-valida"),
            ("A-1;agente;;20/13/2026;", "column D", "fecha-no-valida"),
            ("A-1;agente;;20/1/26;", "column D", "fecha-no-valida"),
            ("A-1;agente;;+1/1/2026;", "column D", "fecha-no-valida"),
            (
                "A-1;agente;;2026-01-20T10:00;",
                "column D",
                "fecha-no-valida",
            ),
            (
                "A-1;agente;;2026-01-20;31/02/2026",
                "column E",
                "fecha-no-valida",
            ),
        ];
        for (row, column, code) in table {
            let wrongs = read(&format!("{HEAD}{row}")).unwrap_err();
            let [wrong] = wrongs.as_slice() else {
                panic!("{row}: {wrongs:?}")
            };
            let told = wrong.to_string();
            assert_eq!(wrong.fault.code(), code, "{row}");
            assert!(
                told.starts_with(&format!("line 3, {column}: ")),
                "{row}: {told}"
            );
            assert!(!told.contains("Pérez"), "{told}");
        }
    }

    #[test]
    fn a_table_of_other_columns_is_refused() {
        let table = [
            ("", "sin-columnas"),
            ("A-1;agente;2026-01-20", "sin-columnas"),
            ("funcionario;rol", "celda-vacia"),
            ("funcionario;rol;desde;nombre", "columna-ajena"),
            ("funcionario;rol;desde;Rol", "columna-repetida"),
            (HEAD, "sin-funcionarios"),
        ];
        for (text, code) in table {
            let wrongs = read(text).unwrap_err();
            let codes: Vec<_> = wrongs.iter().map(|wrong| wrong.fault.code()).collect();
            assert_eq!(codes, [code], "{text}");
        }
    }
}
