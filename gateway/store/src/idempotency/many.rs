//! The same for many requests at a time: one statement for all of them, and on SQLite one message to the thread that
//! speaks to the database.

use std::collections::HashSet;
use std::ops::ControlFlow;

use domain::{OrganismId, RequestId};
use jiff::Timestamp;
use journal::Digest;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};

use super::{Claim, LEASE, RELEASE, StoredAnswer, Ticket};
use crate::backend::{Backend, relaxed};
use crate::transaction::{Attempts, RELAXED, RELAXED_POSTGRES, attempts};
use crate::{Error, Store};

/// As many as one statement carries; SQLite takes 32,766 values in one.
const BATCH: usize = 2_000;
/// Statements of so many rows are kept prepared; those of more seldom come twice.
const KEPT: usize = 16;

const CLAIM: &str =
    "insert into requests (organism, request_id, digest, claimed_at, completed_at, answer, meta) ";
// As of one alone; whatever is claimed later by the lease or more takes over what was left behind.
const CLAIMED: &str = "
    on conflict (organism, request_id) do update set claimed_at = excluded.claimed_at, completed_at = null
    where requests.digest = excluded.digest and requests.answer is null
        and (requests.completed_at is not null or requests.claimed_at <= excluded.claimed_at - ";
const TAKEN: &str = ") returning organism, request_id";
const FROM_ARRAYS: &str = "
    select * from unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bytea[], $7::text[])";

const COMPLETE_POSTGRES: &str = "
    update requests set completed_at = told.completed_at, answer = told.answer, meta = told.meta
    from unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::text[], $6::bigint[])
        as told (organism, request_id, claimed_at, answer, meta, completed_at)
    where requests.organism = told.organism and requests.request_id = told.request_id
        and requests.claimed_at = told.claimed_at and requests.completed_at is null";

/// A request that was served, and its answer if that may be kept.
pub type Served = (Ticket, Option<StoredAnswer>);

/// A name that somebody wants.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) organism: OrganismId,
    pub(super) request_id: RequestId,
    pub(super) digest: Digest,
    pub(super) claimed_at: i64,
    /// What is kept at once of that which needs no serving.
    pub(super) kept: Option<StoredAnswer>,
}

/// A request that was served, and when.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) served: Served,
    pub(super) at: i64,
}

impl Wanted {
    pub(super) fn name(&self) -> (&str, &str) {
        (self.organism.as_str(), self.request_id.as_str())
    }

    pub(super) fn ticket(&self) -> Ticket {
        Ticket {
            organism: self.organism.clone(),
            request_id: self.request_id.clone(),
            claimed_at: self.claimed_at,
        }
    }

    fn kept_at(&self) -> Option<i64> {
        self.kept.as_ref().map(|_| self.claimed_at)
    }

    fn body(&self) -> Option<&[u8]> {
        Some(self.kept.as_ref()?.body.as_slice())
    }

    fn meta(&self) -> Option<&str> {
        Some(self.kept.as_ref()?.meta.as_str())
    }
}

impl Done {
    fn body(&self) -> Option<&[u8]> {
        Some(self.served.1.as_ref()?.body.as_slice())
    }

    fn meta(&self) -> Option<&str> {
        Some(self.served.1.as_ref()?.meta.as_str())
    }
}

impl Store {
    /// Claims requests for serving, each as [`Store::claim`] does; what became of them, in their order. No name occurs
    /// twice among them.
    ///
    /// # Errors
    /// The database failed; none is claimed then, as far as it can still be told so.
    pub async fn claim_all(
        &self,
        organism: &OrganismId,
        requests: &[(RequestId, Digest)],
        now: Timestamp,
    ) -> Result<Vec<Claim>, Error> {
        let wanted = |(request_id, digest): &(RequestId, Digest)| Wanted {
            organism: organism.clone(),
            request_id: request_id.clone(),
            digest: *digest,
            claimed_at: now.as_microsecond(),
            kept: None,
        };
        let wanted: Vec<Wanted> = requests.iter().map(wanted).collect();
        let claims = self.claim_each(&wanted).await;
        if claims.is_err() {
            let tickets: Vec<Ticket> = wanted.iter().map(Wanted::ticket).collect();
            // What cannot be given back runs out by itself.
            let _ = self.release_all(&tickets).await;
        }
        claims
    }

    async fn claim_each(&self, wanted: &[Wanted]) -> Result<Vec<Claim>, Error> {
        let mut claims = Vec::with_capacity(wanted.len());
        for batch in wanted.chunks(BATCH) {
            let rows: Vec<&Wanted> = batch.iter().collect();
            let fresh = self.0.claim(&rows).await?;
            for (wanted, fresh) in batch.iter().zip(fresh) {
                claims.push(if fresh {
                    Claim::Fresh(wanted.ticket())
                } else {
                    self.found(&wanted.organism, &wanted.request_id, wanted.digest)
                        .await?
                });
            }
        }
        Ok(claims)
    }

    /// Records that requests were served, each as [`Store::complete`] does.
    pub async fn complete_all(&self, served: &[Served], now: Timestamp) -> Result<(), Error> {
        let done = |(ticket, answer): &Served| Done {
            served: (ticket.clone(), answer.clone()),
            at: now.as_microsecond(),
        };
        for batch in served.chunks(BATCH) {
            let done: Vec<Done> = batch.iter().map(done).collect();
            self.0.complete(&done.iter().collect::<Vec<_>>()).await?;
        }
        Ok(())
    }

    /// Gives claims back unserved: the requests may be sent again.
    pub async fn release_all(&self, tickets: &[Ticket]) -> Result<(), Error> {
        if tickets.is_empty() {
            return Ok(());
        }
        relaxed!(self, "idempotency.release_all", tx => {
            for ticket in tickets {
                sqlx::query(RELEASE)
                    .bind(ticket.organism.as_str())
                    .bind(ticket.request_id.as_str())
                    .bind(ticket.claimed_at)
                    .execute(&mut *tx)
                    .await?;
            }
        })
    }
}

impl Backend {
    /// Claims names, of which none occurs twice; whether each is fresh, in their order.
    pub(super) async fn claim(&self, wanted: &[&Wanted]) -> Result<Vec<bool>, Error> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let fresh = match self {
            Self::Sqlite { write, .. } => claim_sqlite(write, wanted).await?,
            Self::Postgres(pool) => claim_postgres(pool, wanted).await?,
        };
        let fresh: HashSet<(&str, &str)> = fresh
            .iter()
            .map(|(organism, request_id)| (organism.as_str(), request_id.as_str()))
            .collect();
        Ok(wanted.iter().map(|it| fresh.contains(&it.name())).collect())
    }

    /// Marks requests as served.
    pub(super) async fn complete(&self, done: &[&Done]) -> Result<(), Error> {
        match self {
            _ if done.is_empty() => Ok(()),
            Self::Sqlite { write, .. } => complete_sqlite(write, done).await,
            Self::Postgres(pool) => complete_postgres(pool, done).await,
        }
    }
}

type Names = Vec<(String, String)>;

async fn claim_sqlite(pool: &SqlitePool, wanted: &[&Wanted]) -> Result<Names, Error> {
    let mut attempts = Attempts::of("idempotency.claim");
    loop {
        let mut statement = QueryBuilder::<Sqlite>::new(RELAXED);
        statement.push(CLAIM);
        statement.push_values(wanted, |mut row, wanted| {
            row.push_bind(wanted.organism.as_str())
                .push_bind(wanted.request_id.as_str())
                .push_bind(wanted.digest.as_bytes().as_slice())
                .push_bind(wanted.claimed_at)
                .push_bind(wanted.kept_at())
                .push_bind(wanted.body())
                .push_bind(wanted.meta());
        });
        statement.push(CLAIMED).push_bind(LEASE_US).push(TAKEN);
        let asked = statement.build_query_as().persistent(wanted.len() <= KEPT);
        let outcome = asked.fetch_all(pool).await.map_err(Error::from);
        if let ControlFlow::Break(outcome) = attempts.judge(outcome).await {
            return outcome;
        }
    }
}

async fn claim_postgres(pool: &PgPool, wanted: &[&Wanted]) -> Result<Names, Error> {
    let text = format!("{CLAIM}{FROM_ARRAYS}{CLAIMED}$8{TAKEN}");
    attempts!("idempotency.claim", pool, RELAXED_POSTGRES, tx => {
        sqlx::query_as(sqlx::AssertSqlSafe(text.as_str()))
            .bind(column(wanted, |it| it.organism.as_str()))
            .bind(column(wanted, |it| it.request_id.as_str()))
            .bind(column(wanted, |it| it.digest.as_bytes().as_slice()))
            .bind(column(wanted, |it| it.claimed_at))
            .bind(column(wanted, Wanted::kept_at))
            .bind(column(wanted, |it| it.body()))
            .bind(column(wanted, |it| it.meta()))
            .bind(LEASE_US)
            .fetch_all(&mut *tx)
            .await?
    })
}

async fn complete_sqlite(pool: &SqlitePool, done: &[&Done]) -> Result<(), Error> {
    let mut attempts = Attempts::of("idempotency.complete");
    loop {
        let mut statement = QueryBuilder::<Sqlite>::new(RELAXED);
        statement.push(
            "update requests set completed_at = told.column6, answer = told.column4, meta = told.column5 from (",
        );
        statement.push_values(done, |mut row, done| {
            let (ticket, _) = &done.served;
            row.push_bind(ticket.organism.as_str())
                .push_bind(ticket.request_id.as_str())
                .push_bind(ticket.claimed_at)
                .push_bind(done.body())
                .push_bind(done.meta())
                .push_bind(done.at);
        });
        statement.push(
            ") as told where requests.organism = told.column1 and requests.request_id = told.column2
             and requests.claimed_at = told.column3 and requests.completed_at is null",
        );
        let told = statement.build().persistent(done.len() <= KEPT);
        let outcome = told.execute(pool).await.map(|_| ()).map_err(Error::from);
        if let ControlFlow::Break(outcome) = attempts.judge(outcome).await {
            return outcome;
        }
    }
}

async fn complete_postgres(pool: &PgPool, done: &[&Done]) -> Result<(), Error> {
    attempts!("idempotency.complete", pool, RELAXED_POSTGRES, tx => {
        sqlx::query(COMPLETE_POSTGRES)
            .bind(column(done, |it| it.served.0.organism.as_str()))
            .bind(column(done, |it| it.served.0.request_id.as_str()))
            .bind(column(done, |it| it.served.0.claimed_at))
            .bind(column(done, |it| it.body()))
            .bind(column(done, |it| it.meta()))
            .bind(column(done, |it| it.at))
            .execute(&mut *tx)
            .await?;
    })
}

fn column<'r, R, T>(rows: &[&'r R], value: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(|row| value(row)).collect()
}

const LEASE_US: i64 = LEASE.as_secs() * 1_000_000;
