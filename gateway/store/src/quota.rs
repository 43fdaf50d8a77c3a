//! What was used of the quotas of a day, counted by the database itself: right whichever node a request comes to.
//!
//! One statement a request on PostgreSQL, one small transaction on SQLite, neither waiting for the disk: the evidence
//! that follows does, and makes durable what was committed before it.
//!
//! Counted first, judged then, taken back if refused: of many at once never more than the quota pass.

mod postgres;
mod sqlite;

use domain::quota::{Amount, Tally, Usage};
use domain::{OfficerId, OrganismId};
use jiff::civil::Date;
use journal::Digest;

use crate::backend::{Backend, relaxed};
use crate::{Error, Store};

/// Under this officer stands the organism as a whole; no officer has an empty name.
const WHOLE: &str = "";

const TAKE_BACK: &str = "
    update quota_use set requests = requests - $4, persons = persons - $5,
        out_of_hours = out_of_hours - $6, exceptional = exceptional - $7
    where day = $1 and organism = $2 and officer = $3";

const FORGET_PERSON: &str =
    "delete from quota_persons where day = $1 and organism = $2 and officer = $3 and person = $4";

/// Only if no other officer asked for the same meanwhile.
const FORGET_PERSON_WHOLE: &str = "
    delete from quota_persons where day = $1 and organism = $2 and officer = '' and person = $3
        and not exists (select 1 from quota_persons as other where other.day = $1
            and other.organism = $2 and other.officer <> '' and other.person = $3)";

const FORGET_USE: &str = "delete from quota_use where day < $1";
const FORGET_PERSONS: &str = "delete from quota_persons where day < $1";

/// What a request uses.
#[derive(Clone, Debug)]
pub struct Use {
    /// The day it counts on.
    pub day: Date,
    /// Whose quota.
    pub organism: OrganismId,
    /// Which officer's.
    pub officer: OfficerId,
    /// How much, persons aside.
    pub amount: Amount,
    /// Whom or which cases it is about, by digest.
    pub persons: Vec<Digest>,
}

/// What was counted, for whoever judges it; and what must be taken back if it is refused.
#[derive(Clone, Debug)]
pub struct Counted {
    /// What organism and officer have used, this included.
    pub usage: Usage,
    used: Use,
    /// The persons that the officer, and the organism, had not asked for before.
    fresh: [Vec<Vec<u8>>; 2],
}

/// What the database says of one bearer: officer, then the four totals.
type Row = (String, i64, i64, i64, i64);

impl Store {
    /// Counts a request, and says what was used until then.
    pub async fn count_use(&self, mut used: Use) -> Result<Counted, Error> {
        // In one order from everyone: no two statements wait for each other.
        used.persons.sort_unstable();
        used.persons.dedup();
        let day = used.day.to_string();
        let (rows, fresh) = match &self.0 {
            Backend::Sqlite { write, .. } => sqlite::count(write, &day, &used).await?,
            Backend::Postgres(pool) => postgres::count(pool, &day, &used).await?,
        };
        let tally = |officer: &str, fresh: usize| {
            let total = rows.iter().find(|row| row.0 == officer).map(amount);
            let added = Amount {
                persons: fresh as u64,
                ..used.amount
            };
            total.map(|total| Tally { total, added })
        };
        let [of_officer, of_organism] = &fresh;
        let usage = tally(used.officer.as_str(), of_officer.len())
            .zip(tally(WHOLE, of_organism.len()))
            .map(|(officer, organism)| Usage { organism, officer })
            .ok_or_else(|| Error::corrupt("quota_use")(&"a count is missing"))?;
        Ok(Counted { usage, used, fresh })
    }

    /// Takes back what was counted for a request that was refused because of it.
    pub async fn take_back(&self, counted: &Counted) -> Result<(), Error> {
        let Counted { used, fresh, .. } = counted;
        let (day, organism) = (used.day.to_string(), used.organism.as_str());
        let [of_officer, of_organism] = fresh;
        relaxed!(self, "quota.take_back", tx => {
            let mut gone = [0_u64; 2];
            for person in of_officer {
                gone[0] += sqlx::query(FORGET_PERSON)
                    .bind(&day)
                    .bind(organism)
                    .bind(used.officer.as_str())
                    .bind(person)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected();
            }
            for person in of_organism {
                gone[1] += sqlx::query(FORGET_PERSON_WHOLE)
                    .bind(&day)
                    .bind(organism)
                    .bind(person)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected();
            }
            // The organism first, as when counting.
            for (officer, persons) in [(WHOLE, gone[1]), (used.officer.as_str(), gone[0])] {
                sqlx::query(TAKE_BACK)
                    .bind(&day)
                    .bind(organism)
                    .bind(officer)
                    .bind(number(used.amount.requests))
                    .bind(number(persons))
                    .bind(number(used.amount.out_of_hours))
                    .bind(number(used.amount.exceptional))
                    .execute(&mut *tx)
                    .await?;
            }
        })
    }

    /// Forgets what was used before a day.
    pub async fn forget_use(&self, before: Date) -> Result<(), Error> {
        let before = before.to_string();
        relaxed!(self, "quota.forget", tx => {
            sqlx::query(FORGET_USE).bind(&before).execute(&mut *tx).await?;
            sqlx::query(FORGET_PERSONS).bind(&before).execute(&mut *tx).await?;
        })
    }
}

fn amount((_, requests, persons, out_of_hours, exceptional): &Row) -> Amount {
    // Never below nothing: what is taken back was counted before.
    let told = |value: &i64| u64::try_from(*value).unwrap_or(0);
    Amount {
        requests: told(requests),
        persons: told(persons),
        out_of_hours: told(out_of_hours),
        exceptional: told(exceptional),
    }
}

/// As the database takes it; no request uses so much.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
