//! A coverage as a source states it: counts, and the names of those that have not joined.
//!
//! The sample is Castilla y León in the founding documents. They give the number of those that have joined, not their names:
//! neither do we.

use crate::coverage::{Coverage, Fault, Pending, Refusal, Tally, police};
use crate::{MunicipalityCode, Place};

use crate::table::{Row, Table};

/// The sample: Castilla y León, 62 of 71, nine named as pending (`data/NOTICE.md`).
pub static CASTILLA_Y_LEON: &str = include_str!("../../data/cobertura-castilla-y-leon.csv");

/// Reads a statement: lines `dato,codigo,valor` with the data `con-policia-local`, `adheridos` (a place and a count) and
/// `pendiente` (a municipality and its name).
///
/// # Errors
///
/// If a line is none of these, or the pending are not those that the counts leave.
pub fn read(bytes: &[u8]) -> Result<Coverage, Vec<Refusal>> {
    let table = Table::csv(bytes).map_err(|fault| vec![Refusal::whole(fault.into())])?;
    let mut statement = Statement::default();
    let mut refusals = Vec::new();
    for row in table.rows().skip(1) {
        if let Err(fault) = statement.take(row) {
            refusals.push(row.refused(fault));
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let whole = |fault| vec![Refusal::whole(fault)];
    statement.coverage().map_err(whole)
}

#[derive(Default)]
struct Statement {
    with_police: Option<(Place, u32)>,
    joined: Option<u32>,
    pending: Vec<MunicipalityCode>,
}

impl Statement {
    fn take(&mut self, row: &Row) -> Result<(), Fault> {
        let (code, value) = (row.cell(1), row.cell(2));
        match row.cell(0) {
            "con-policia-local" => {
                let place = code.parse().map_err(|_| Fault::NotACode(code.to_owned()))?;
                self.with_police = Some((place, count(value)?));
            }
            "adheridos" => self.joined = Some(count(value)?),
            "pendiente" => self.pending.push(police::code(code)?),
            _ => return Err(Fault::NoColumn("dato")),
        }
        Ok(())
    }

    fn coverage(self) -> Result<Coverage, Fault> {
        let (scope, with_police) = self
            .with_police
            .ok_or(Fault::NoColumn("con-policia-local"))?;
        let joined = self.joined.ok_or(Fault::NoColumn("adheridos"))?;
        let total = Tally {
            with_police,
            joined,
            ..Tally::default()
        };
        // What is stated must agree with itself.
        if usize::try_from(total.pending()).ok() != Some(self.pending.len()) || joined > with_police
        {
            return Err(Fault::NoColumn("pendiente"));
        }
        let pending = self.pending.into_iter();
        Ok(Coverage {
            scope,
            total,
            communities: match scope {
                Place::Community(code) => [(code, total)].into(),
                Place::Nation | Place::Province(_) | Place::Municipality(_) => [].into(),
            },
            provinces: [].into(),
            pending: pending
                .map(|code| Pending {
                    code,
                    residents: None,
                })
                .collect(),
            without_police: Vec::new(),
        })
    }
}

fn count(text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| Fault::NotANumber(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::territory::{communities, municipalities};

    #[test]
    fn the_sample_yields_its_percentage() {
        let coverage = read(CASTILLA_Y_LEON.as_bytes()).unwrap();
        assert_eq!(coverage.scope, Place::Community(7));
        assert_eq!(
            (coverage.total.joined, coverage.total.with_police),
            (62, 71)
        );
        assert_eq!(coverage.total.tenths(), Some(873));
        let names = coverage
            .pending
            .iter()
            .map(|one| municipalities::name(one.code));
        assert_eq!(
            names.collect::<Vec<_>>(),
            [
                "Valle de Mena",
                "Bembibre",
                "Cacabelos",
                "Fabero",
                "Robla, La",
                "Valverde de la Virgen",
                "Villafranca del Bierzo",
                "Íscar",
                "Pedrajas de San Esteban",
            ]
            .map(Some)
        );
        for one in &coverage.pending {
            assert_eq!(communities::of_province(one.code.province()), Some(7));
        }
        assert!(coverage.provinces.is_empty(), "the sources do not say");
    }

    #[test]
    fn a_statement_agrees_with_itself() {
        let table = [
            "dato,codigo,valor\ncon-policia-local,CA07,2\nadheridos,CA07,1",
            "dato,codigo,valor\ncon-policia-local,CA07,1\nadheridos,CA07,2",
            "dato,codigo,valor\nadheridos,CA07,2",
            "dato,codigo,valor\ncon-policia-local,CA77,1\nadheridos,CA07,1",
            "dato,codigo,valor\ncon-policia-local,CA07,uno\nadheridos,CA07,1",
            "dato,codigo,valor\notros,CA07,1",
        ];
        for file in table {
            assert!(read(file.as_bytes()).is_err(), "{file}");
        }
    }
}
