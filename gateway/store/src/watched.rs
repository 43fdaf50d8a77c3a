//! Subjects about which a question raises an alarm, by digest; and the alarms that they raised.

use domain::{Alarm, OfficerId, OrganismId, Watched};
use jiff::Timestamp;
use journal::Digest;

use crate::backend::{durable, reading};
use crate::exceptional::{Mark, Page};
use crate::registry::parsed;
use crate::{Error, Store};

const TABLE: &str = "watched_subjects";

const ADD: &str = "
    insert into watched_subjects (digest, kind, added_at, added_by) values ($1, $2, $3, $4)
    on conflict (digest) do nothing";
const REMOVE: &str = "delete from watched_subjects where digest = $1";
const BUMP: &str = "update watched_version set version = version + 1";
const VERSION: &str = "select version from watched_version";
const ALL: &str =
    "select digest, kind, added_at, added_by from watched_subjects order by added_at, digest";

const RAISE: &str = "
    insert into watched_alarms (exchange, alarm, raised_at, organism, officer)
    values ($1, $2, $3, $4, $5) on conflict (exchange, alarm) do nothing";
const ALARMS: &str = "
    select exchange, alarm, raised_at, organism, officer from watched_alarms
    where raised_at >= $1 order by raised_at, exchange, alarm limit $2";

const NEWEST: &str = "
    select exchange, alarm, raised_at, organism, officer from watched_alarms
    where (raised_at, exchange, alarm) < ($1, $2, $3)
    order by raised_at desc, exchange desc, alarm desc limit $4";

/// A watched subject. Nothing of it tells who or what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its digest.
    pub digest: Digest,
    /// Why it is watched.
    pub watched: Watched,
    /// Since when.
    pub at: Timestamp,
    /// Who put it on the list.
    pub by: String,
}

/// An alarm that a question raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// The exchange: its entries say what was asked and answered.
    pub exchange: String,
    /// Which alarm.
    pub alarm: Alarm,
    /// When.
    pub at: Timestamp,
    /// Whose officer asked.
    pub organism: OrganismId,
    /// Which officer.
    pub officer: OfficerId,
}

impl Raised {
    /// Where a page that ends with it ended.
    pub fn mark(&self) -> Mark {
        Mark::new(self.at, &self.exchange, self.alarm.as_str())
    }
}

impl Store {
    /// Puts subjects on the list; those that are on it stay as they are. Says how many are new.
    pub async fn watch(&self, subjects: &[Subject]) -> Result<u64, Error> {
        durable!(self, "watched.add", tx => {
            let mut added = 0;
            for subject in subjects {
                added += sqlx::query(ADD)
                    .bind(subject.digest.as_bytes().as_slice())
                    .bind(subject.watched.as_str())
                    .bind(subject.at.as_microsecond())
                    .bind(&subject.by)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected();
            }
            sqlx::query(BUMP).execute(&mut *tx).await?;
            added
        })
    }

    /// Takes a subject off the list. Says whether it was on it.
    pub async fn unwatch(&self, digest: &Digest) -> Result<u64, Error> {
        durable!(self, "watched.remove", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            sqlx::query(REMOVE)
                .bind(digest.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?
                .rows_affected()
        })
    }

    /// The version of the list: cheap to ask, other after every change.
    pub async fn watched_version(&self) -> Result<i64, Error> {
        Ok(reading!(self, pool => sqlx::query_scalar(VERSION).fetch_one(pool).await?))
    }

    /// The whole list, oldest first.
    pub async fn watched(&self) -> Result<Vec<Subject>, Error> {
        let rows: Vec<(Vec<u8>, String, i64, String)> =
            reading!(self, pool => sqlx::query_as(ALL).fetch_all(pool).await?);
        rows.into_iter().map(subject).collect()
    }

    /// Remembers an alarm for the supervision.
    pub async fn raise(&self, raised: &Raised) -> Result<(), Error> {
        durable!(self, "watched.raise", tx => {
            sqlx::query(RAISE)
                .bind(&raised.exchange)
                .bind(raised.alarm.as_str())
                .bind(raised.at.as_microsecond())
                .bind(raised.organism.as_str())
                .bind(raised.officer.as_str())
                .execute(&mut *tx)
                .await?;
        })
    }

    /// The alarms since an instant, oldest first, at most so many.
    pub async fn alarms(&self, since: Timestamp, most: u32) -> Result<Vec<Raised>, Error> {
        let rows: Vec<(String, String, i64, String, String)> = reading!(self, pool => {
            sqlx::query_as(ALARMS)
                .bind(since.as_microsecond())
                .bind(i64::from(most))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(raised).collect()
    }

    /// A page of the alarms, the newest first.
    pub async fn newest_alarms(&self, page: &Page) -> Result<Vec<Raised>, Error> {
        let (at, exchange, alarm) = page.end();
        let rows: Vec<(String, String, i64, String, String)> = reading!(self, pool => {
            sqlx::query_as(NEWEST)
                .bind(at)
                .bind(exchange)
                .bind(alarm)
                .bind(i64::from(page.most))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(raised).collect()
    }
}

fn subject((digest, kind, at, by): (Vec<u8>, String, i64, String)) -> Result<Subject, Error> {
    let digest = <[u8; 32]>::try_from(digest)
        .map_err(|_| Error::corrupt(TABLE)(&"a digest has 32 bytes"))?;
    Ok(Subject {
        digest: Digest::from_bytes(digest),
        watched: parsed(TABLE, &kind)?,
        at: instant(at)?,
        by,
    })
}

fn raised(row: (String, String, i64, String, String)) -> Result<Raised, Error> {
    const TABLE: &str = "watched_alarms";
    let (exchange, alarm, at, organism, officer) = row;
    Ok(Raised {
        exchange,
        alarm: parsed(TABLE, &alarm)?,
        at: instant(at)?,
        organism: parsed(TABLE, &organism)?,
        officer: parsed(TABLE, &officer)?,
    })
}

fn instant(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds).map_err(|reason| Error::corrupt(TABLE)(&reason))
}
