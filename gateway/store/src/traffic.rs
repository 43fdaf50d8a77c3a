//! What organisms ask, what they are answered and what they are refused: counts by day, taken from the journals.
//!
//! Counted behind the evidence and never on its way: a cursor in each journal says how far, and moves in the
//! transaction of the counts, so that no entry counts twice however many nodes count. Counts are of no officer and of no
//! case.

use std::collections::BTreeMap;

use domain::{OrganismId, day_in_madrid};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use journal::{Entry, EntryKind, NodeName};

use crate::backend::{durable, reading};
use crate::registry::parsed;
use crate::{Error, Store};

/// How many days counts are kept, today included.
pub const DAYS: i32 = 31;

const TABLE: &str = "traffic";

/// The operation by which an organism obtains its first certificate.
const ENROLMENT: &str = "alta";

const CURSOR: &str = "select next from traffic_cursors where node = $1";

const READ: &str = "
    select bytes from journal_entries where node = $1 and seq >= $2 and seq < $3 order by seq";

/// Only from where it was read: of two that count the same entries one does.
const MOVE: &str = "
    insert into traffic_cursors (node, next) values ($1, $3)
    on conflict (node) do update set next = excluded.next where traffic_cursors.next = $2";

const ADD: &str = "
    insert into traffic (organism, day, kind, operation, problem, entries)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (organism, day, kind, operation, problem)
    do update set entries = traffic.entries + excluded.entries";

const FORGET: &str = "delete from traffic where day < $1";

const OF: &str = "
    select day, kind, operation, problem, entries from traffic
    where organism = $1 and day >= $2 order by day, kind, operation, problem";

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It was permitted, and whoever holds the answer asked.
    Asked,
    /// It was answered.
    Answered,
    /// It was refused.
    Refused,
}

impl Fate {
    fn of(kind: EntryKind) -> Option<Self> {
        match kind {
            EntryKind::Asked => Some(Self::Asked),
            EntryKind::Released => Some(Self::Answered),
            EntryKind::Refused => Some(Self::Refused),
            EntryKind::Explained
            | EntryKind::HandshakeRefused
            | EntryKind::Alert
            | EntryKind::Notified
            | EntryKind::Reviewed
            | EntryKind::Managed
            | EntryKind::Certificate => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Asked => "pregunta",
            Self::Answered => "entrega",
            Self::Refused => "denegacion",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::Asked, Self::Answered, Self::Refused]
            .into_iter()
            .find(|fate| fate.word() == word)
    }
}

/// So many of one kind on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The day, in Madrid.
    pub day: Date,
    /// What became of them.
    pub fate: Fate,
    /// Which operation, as the contract names it; empty where that was never known.
    pub operation: String,
    /// Why they were refused.
    pub problem: Option<String>,
    /// How many.
    pub entries: u64,
}

/// How far it has been counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Every entry that there was.
    All,
    /// There are more.
    Part,
}

/// What is counted apart: organism, day, fate, operation, problem.
type Key = (String, String, &'static str, String, String);

impl Store {
    /// Counts entries that were not counted yet, at most so many of each journal; days that are over long ago are left out
    /// and forgotten.
    pub async fn count_traffic(&self, most: u32, now: Timestamp) -> Result<Counted, Error> {
        let today = day_in_madrid(now);
        let first = today.saturating_sub((DAYS - 1).days());
        let mut counted = Counted::All;
        for state in self.journal_states().await? {
            // What is asked in a sandbox is asked about nobody.
            if state.node.is_sandbox() {
                continue;
            }
            let part = self.count_journal((&state.node, state.entries), most, first);
            if part.await? == Counted::Part {
                counted = Counted::Part;
            }
        }
        Ok(counted)
    }

    async fn count_journal(
        &self,
        (node, size): (&NodeName, u64),
        most: u32,
        first: Date,
    ) -> Result<Counted, Error> {
        let size = i64::try_from(size).map_err(|reason| Error::corrupt(TABLE)(&reason))?;
        let before: Option<i64> = reading!(self, pool => {
            sqlx::query_scalar(CURSOR).bind(node.as_str()).fetch_optional(pool).await?
        });
        let before = before.unwrap_or_default();
        if before >= size {
            return Ok(Counted::All);
        }
        let from = self.skipped((node, size), (before, most), first).await?;
        let until = size.min(from.saturating_add(i64::from(most)));
        let rows: Vec<Vec<u8>> = reading!(self, pool => {
            sqlx::query_scalar(READ).bind(node.as_str()).bind(from).bind(until).fetch_all(pool).await?
        });
        let mut counts: BTreeMap<Key, i64> = BTreeMap::new();
        for bytes in &rows {
            // One that cannot be read is for whoever verifies the journal: counts go on without it.
            let key = match journal::sealed::open(bytes) {
                Ok(entry) => key(entry.entry, first),
                Err(error) => {
                    tracing::error!(%node, %error, "an entry of the journal cannot be read, and is not counted");
                    None
                }
            };
            if let Some(key) = key {
                *counts.entry(key).or_default() += 1;
            }
        }
        self.add_counts(node, (before, until), (&counts, first))
            .await?;
        Ok(if until < size {
            Counted::Part
        } else {
            Counted::All
        })
    }

    /// The entry from which it is counted: where much is left, what is older than the first day is passed over.
    async fn skipped(
        &self,
        (node, size): (&NodeName, i64),
        (before, most): (i64, u32),
        first: Date,
    ) -> Result<i64, Error> {
        if size - before <= i64::from(most) {
            return Ok(before);
        }
        // Entries stand nearly in the order of their times: a day more makes up for that.
        let day = first.saturating_sub(1.day());
        let begins = day.to_zoned(jiff::tz::TimeZone::UTC);
        let Ok(begins) = begins.map(|it| it.timestamp()) else {
            return Ok(before);
        };
        let entries = u64::try_from(size).unwrap_or_default();
        let since = self.journal_since(node, entries, begins).await?;
        Ok(i64::try_from(since).unwrap_or(before).max(before))
    }

    async fn add_counts(
        &self,
        node: &NodeName,
        (before, until): (i64, i64),
        (counts, first): (&BTreeMap<Key, i64>, Date),
    ) -> Result<(), Error> {
        durable!(self, "traffic.count", tx => {
            let moved = sqlx::query(MOVE)
                .bind(node.as_str())
                .bind(before)
                .bind(until)
                .execute(&mut *tx)
                .await?;
            if moved.rows_affected() > 0 {
                for ((organism, day, kind, operation, problem), entries) in counts {
                    sqlx::query(ADD)
                        .bind(organism)
                        .bind(day)
                        .bind(*kind)
                        .bind(operation)
                        .bind(problem)
                        .bind(*entries)
                        .execute(&mut *tx)
                        .await?;
                }
                sqlx::query(FORGET).bind(first.to_string()).execute(&mut *tx).await?;
            }
        })
    }

    /// What was counted of an organism since a day.
    pub async fn traffic_of(
        &self,
        organism: &OrganismId,
        since: Date,
    ) -> Result<Vec<Count>, Error> {
        let rows: Vec<(String, String, String, String, i64)> = reading!(self, pool => {
            sqlx::query_as(OF).bind(organism.as_str()).bind(since.to_string()).fetch_all(pool).await?
        });
        rows.into_iter().map(count).collect()
    }
}

/// Where an entry is counted; nowhere if it is of no request, of nobody that showed who it is, or too old.
fn key(entry: Entry, first: Date) -> Option<Key> {
    let fate = Fate::of(entry.kind)?;
    let day = day_in_madrid(entry.at);
    // Whoever enrols only says who it is: nobody else's counts grow by that.
    let shown = entry.operation.as_deref() != Some(ENROLMENT);
    let organism = entry
        .organism
        .filter(|_| shown && day >= first && entry.staff.is_none())?;
    Some((
        organism.as_str().to_owned(),
        day.to_string(),
        fate.word(),
        entry.operation.unwrap_or_default(),
        entry.problem.unwrap_or_default(),
    ))
}

fn count(row: (String, String, String, String, i64)) -> Result<Count, Error> {
    let (day, kind, operation, problem, entries) = row;
    let corrupt = Error::corrupt(TABLE);
    Ok(Count {
        day: parsed(TABLE, &day)?,
        fate: Fate::read(&kind).ok_or_else(|| corrupt(&kind))?,
        operation,
        problem: Some(problem).filter(|it| !it.is_empty()),
        entries: u64::try_from(entries).map_err(|reason| corrupt(&reason))?,
    })
}
