//! Rows gathered into few large statements.

use std::collections::HashMap;

use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, SqliteConnection};
use tokio::sync::mpsc::Sender;

use crate::body::Body;
use crate::database::{DatabaseError, rank};
use crate::population::case::Case;
use crate::population::person::document;
use crate::population::{Section, Share};

/// Rows in one statement.
const ROWS: usize = 500;

/// A table, and the statement that fills it.
struct Table {
    insert: &'static str,
    row: &'static str,
    /// Cases in a row: one in the table of cases, none elsewhere.
    cases: usize,
}

static ORGANISMS: Table = Table {
    insert: "INSERT INTO organismo (num, codigo, cuerpo) VALUES ",
    row: "(?,?,?)",
    cases: 0,
};

static PERSONS: Table = Table {
    insert: "INSERT INTO persona (num, documento) VALUES ",
    row: "(?,?)",
    cases: 0,
};

static CASES: Table = Table {
    insert: "INSERT INTO caso (num, cambio, id, victima, agresor, municipio, responsable, estado, \
             nivel, nivel_origen, creado, actualizado, version, derivado) VALUES ",
    row: "(?,?,?,?,?,?,?,?,?,?,?,?,1,1)",
    cases: 1,
};

/// Rows of one table, ready to be written in one statement.
pub(super) struct Batch {
    table: &'static Table,
    rows: usize,
    values: SqliteArguments,
    /// How many of the rows are cases.
    pub(super) cases: u32,
}

impl Batch {
    /// Writes the rows.
    pub(super) async fn write(
        self,
        connection: &mut SqliteConnection,
    ) -> Result<(), DatabaseError> {
        let mut sql = String::with_capacity(256 + self.rows * (self.table.row.len() + 1));
        sql.push_str(self.table.insert);
        for row in 0..self.rows {
            sql.push_str(if row == 0 { "" } else { "," });
            sql.push_str(self.table.row);
        }
        sqlx::query_with(AssertSqlSafe(sql), self.values)
            .persistent(self.rows == ROWS)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// The receiving end went away, or a value cannot be encoded.
type Stop = BoxDynError;

/// Makes the rows of some shares, province after province, and sends them off.
pub(super) fn make(shares: &[Share], seed: u64, to: &Sender<Batch>) -> Result<(), Stop> {
    let mut organisms = Organisms {
        numbers: HashMap::new(),
        fresh: Vec::new(),
    };
    for share in shares {
        let section = Section::of(share, seed);
        let mut rows = Vec::with_capacity(section.cases.len());
        for case in &section.cases {
            rows.push((case, organisms.number(case)));
        }
        let fresh = std::mem::take(&mut organisms.fresh);
        send(to, &ORGANISMS, &fresh, |values, (number, code, body)| {
            values.add(number)?;
            values.add(code.as_str())?;
            values.add(body.name())
        })?;
        send(to, &PERSONS, &section.persons, |values, number| {
            values.add(number)?;
            values.add(document(*number))
        })?;
        send(to, &CASES, &rows, |values, (case, organism)| {
            add_case(values, case, *organism)
        })?;
    }
    Ok(())
}

fn send<T>(
    to: &Sender<Batch>,
    table: &'static Table,
    rows: &[T],
    add: impl Fn(&mut SqliteArguments, &T) -> Result<(), BoxDynError>,
) -> Result<(), Stop> {
    for rows in rows.chunks(ROWS) {
        let mut values = SqliteArguments::default();
        values.reserve(rows.len() * table.row.len() / 2, 0);
        for row in rows {
            add(&mut values, row)?;
        }
        let cases = u32::try_from(rows.len() * table.cases)?;
        to.blocking_send(Batch {
            table,
            rows: rows.len(),
            values,
            cases,
        })?;
    }
    Ok(())
}

fn add_case(values: &mut SqliteArguments, case: &Case, organism: i64) -> Result<(), BoxDynError> {
    values.add(case.number)?;
    values.add(case.number)?;
    values.add(case.id.as_str())?;
    values.add(case.victim)?;
    values.add(case.aggressor)?;
    values.add(
        case.municipality
            .and_then(|town| town.as_str().parse::<u32>().ok()),
    )?;
    values.add(organism)?;
    values.add(case.state.as_str())?;
    values.add(case.level.map(|level| rank(level.current)))?;
    values.add(case.level.map(|level| level.source))?;
    values.add(case.created)?;
    values.add(case.updated)
}

/// The organisms met so far.
struct Organisms {
    numbers: HashMap<String, i64>,
    fresh: Vec<(i64, String, Body)>,
}

impl Organisms {
    /// The number of the organism responsible for a case.
    fn number(&mut self, case: &Case) -> i64 {
        let code = case.responsible();
        if let Some(number) = self.numbers.get(&code) {
            return *number;
        }
        let number = i64::try_from(self.numbers.len()).unwrap_or(i64::MAX) + 1;
        self.numbers.insert(code.clone(), number);
        self.fresh.push((number, code, case.body));
        number
    }
}
