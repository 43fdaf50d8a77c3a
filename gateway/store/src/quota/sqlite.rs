//! Counting on SQLite: at most two statements in one transaction of the one connection that writes.

use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};

use super::{Row, Use, WHOLE, number};
use crate::Error;
use crate::transaction::{RELAXED_SQLITE, attempts};

const SEE: &str = "insert into quota_persons (day, organism, officer, person) ";
const SEEN: &str = " on conflict do nothing returning officer, person";

/// `$4` and `$5` are the persons that organism and officer had not asked for before.
const COUNT: &str = "
    insert into quota_use (day, organism, officer, requests, persons, out_of_hours, exceptional)
    values ($1, $2, '', $6, $4, $7, $8), ($1, $2, $3, $6, $5, $7, $8)
    on conflict (day, organism, officer) do update set requests = requests + excluded.requests,
        persons = persons + excluded.persons, out_of_hours = out_of_hours + excluded.out_of_hours,
        exceptional = exceptional + excluded.exceptional
    returning officer, requests, persons, out_of_hours, exceptional";

pub(super) async fn count(
    pool: &SqlitePool,
    day: &str,
    used: &Use,
) -> Result<(Vec<Row>, [Vec<Vec<u8>>; 2]), Error> {
    attempts!("quota.count", pool, RELAXED_SQLITE, tx => {
        let mut fresh = [Vec::new(), Vec::new()];
        if !used.persons.is_empty() {
            let mut statement = see(day, used);
            let seen: Vec<(String, Vec<u8>)> = statement.build_query_as().persistent(false).fetch_all(&mut *tx).await?;
            let [of_officer, of_organism] = &mut fresh;
            for (officer, person) in seen {
                let bearer = if officer == WHOLE { &mut *of_organism } else { &mut *of_officer };
                bearer.push(person);
            }
        }
        let [of_officer, of_organism] = &fresh;
        let rows: Vec<Row> = sqlx::query_as(COUNT)
            .bind(day)
            .bind(used.organism.as_str())
            .bind(used.officer.as_str())
            .bind(number(of_organism.len() as u64))
            .bind(number(of_officer.len() as u64))
            .bind(number(used.amount.requests))
            .bind(number(used.amount.out_of_hours))
            .bind(number(used.amount.exceptional))
            .fetch_all(&mut *tx)
            .await?;
        (rows, fresh)
    })
}

/// Each person once for the organism and once for the officer.
fn see<'q>(day: &'q str, used: &'q Use) -> QueryBuilder<Sqlite> {
    let rows = used.persons.iter().flat_map(|person| {
        [WHOLE, used.officer.as_str()].map(|officer| (officer, person.as_bytes().as_slice()))
    });
    let mut statement = QueryBuilder::new(SEE);
    statement.push_values(rows, |mut row, (officer, person)| {
        row.push_bind(day.to_owned())
            .push_bind(used.organism.as_str().to_owned())
            .push_bind(officer.to_owned())
            .push_bind(person.to_vec());
    });
    statement.push(SEEN);
    statement
}
