//! The same for many requests of one organism at a time: one statement for all of them.

use std::collections::HashSet;

use domain::{OrganismId, RequestId};
use jiff::Timestamp;
use journal::Digest;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};

use super::{Claim, RELEASE, StoredAnswer, Ticket, forgotten};
use crate::backend::{Backend, relaxed};
use crate::transaction::{RELAXED_POSTGRES, RELAXED_SQLITE, attempts};
use crate::{Error, Store};

/// As many as one statement carries; SQLite takes 32,766 values in one.
const BATCH: usize = 2_000;

const CLAIM: &str = "insert into requests (organism, request_id, digest, claimed_at) ";
// As of one alone.
const CLAIMED: &str = "
    on conflict (organism, request_id) do update set claimed_at = excluded.claimed_at, completed_at = null
    where requests.digest = excluded.digest and requests.answer is null
        and (requests.completed_at is not null or requests.claimed_at <= ";
const CLAIM_POSTGRES: &str = "
    insert into requests (organism, request_id, digest, claimed_at)
    select $1, told.*, $2 from unnest($3::text[], $4::bytea[]) as told
    on conflict (organism, request_id) do update set claimed_at = excluded.claimed_at, completed_at = null
    where requests.digest = excluded.digest and requests.answer is null
        and (requests.completed_at is not null or requests.claimed_at <= $5)
    returning request_id";

const COMPLETE_POSTGRES: &str = "
    update requests set completed_at = $1, answer = told.answer, meta = told.meta
    from unnest($2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::text[])
        as told (organism, request_id, claimed_at, answer, meta)
    where requests.organism = told.organism and requests.request_id = told.request_id
        and requests.claimed_at = told.claimed_at and requests.completed_at is null";

/// A request that was served, and its answer if that may be kept.
pub type Served = (Ticket, Option<StoredAnswer>);

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
        let claims = self.claim_each(organism, requests, now).await;
        if claims.is_err() {
            let ticket = |(request_id, _): &(RequestId, Digest)| Ticket {
                organism: organism.clone(),
                request_id: request_id.clone(),
                claimed_at: now.as_microsecond(),
            };
            let tickets: Vec<Ticket> = requests.iter().map(ticket).collect();
            // What cannot be given back runs out by itself.
            let _ = self.release_all(&tickets).await;
        }
        claims
    }

    async fn claim_each(
        &self,
        organism: &OrganismId,
        requests: &[(RequestId, Digest)],
        now: Timestamp,
    ) -> Result<Vec<Claim>, Error> {
        let claimed_at = now.as_microsecond();
        let mut claims = Vec::with_capacity(requests.len());
        for batch in requests.chunks(BATCH) {
            let claiming = Claiming {
                organism,
                batch,
                claimed_at,
                forgotten: forgotten(now),
            };
            let fresh: HashSet<String> = match &self.0 {
                Backend::Sqlite { write, .. } => claiming.sqlite(write).await?,
                Backend::Postgres(pool) => claiming.postgres(pool).await?,
            };
            for (request_id, digest) in batch {
                claims.push(if fresh.contains(request_id.as_str()) {
                    Claim::Fresh(Ticket {
                        organism: organism.clone(),
                        request_id: request_id.clone(),
                        claimed_at,
                    })
                } else {
                    self.found(organism, request_id, *digest).await?
                });
            }
        }
        Ok(claims)
    }

    /// Records that requests were served, each as [`Store::complete`] does.
    pub async fn complete_all(&self, served: &[Served], now: Timestamp) -> Result<(), Error> {
        let now = now.as_microsecond();
        for batch in served.chunks(BATCH) {
            match &self.0 {
                Backend::Sqlite { write, .. } => complete_sqlite(write, batch, now).await?,
                Backend::Postgres(pool) => complete_postgres(pool, batch, now).await?,
            }
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

/// What is claimed at once.
struct Claiming<'c> {
    organism: &'c OrganismId,
    batch: &'c [(RequestId, Digest)],
    claimed_at: i64,
    forgotten: i64,
}

impl Claiming<'_> {
    async fn sqlite(&self, pool: &SqlitePool) -> Result<HashSet<String>, Error> {
        attempts!("idempotency.claim_all", pool, RELAXED_SQLITE, tx => {
            let mut statement = QueryBuilder::<Sqlite>::new(CLAIM);
            statement.push_values(self.batch, |mut row, (request_id, digest)| {
                row.push_bind(self.organism.as_str())
                    .push_bind(request_id.as_str())
                    .push_bind(digest.as_bytes().as_slice())
                    .push_bind(self.claimed_at);
            });
            statement.push(CLAIMED);
            statement.push_bind(self.forgotten).push(") returning request_id");
            // Not kept prepared: its text depends on the number of rows.
            let fresh: Vec<String> = statement
                .build_query_scalar()
                .persistent(false)
                .fetch_all(&mut *tx)
                .await?;
            fresh.into_iter().collect()
        })
    }

    async fn postgres(&self, pool: &PgPool) -> Result<HashSet<String>, Error> {
        let names: Vec<&str> = self.batch.iter().map(|(id, _)| id.as_str()).collect();
        let digests: Vec<&[u8]> = self
            .batch
            .iter()
            .map(|(_, digest)| digest.as_bytes().as_slice())
            .collect();
        attempts!("idempotency.claim_all", pool, RELAXED_POSTGRES, tx => {
            let fresh: Vec<String> = sqlx::query_scalar(CLAIM_POSTGRES)
                .bind(self.organism.as_str())
                .bind(self.claimed_at)
                .bind(&names)
                .bind(&digests)
                .bind(self.forgotten)
                .fetch_all(&mut *tx)
                .await?;
            fresh.into_iter().collect()
        })
    }
}

async fn complete_sqlite(pool: &SqlitePool, batch: &[Served], now: i64) -> Result<(), Error> {
    attempts!("idempotency.complete_all", pool, RELAXED_SQLITE, tx => {
        let mut statement = QueryBuilder::<Sqlite>::new("update requests set completed_at = ");
        statement.push_bind(now);
        statement.push(", answer = told.column4, meta = told.column5 from (");
        statement.push_values(batch, |mut row, (ticket, answer)| {
            row.push_bind(ticket.organism.as_str())
                .push_bind(ticket.request_id.as_str())
                .push_bind(ticket.claimed_at)
                .push_bind(answer.as_ref().map(|answer| answer.body.as_slice()))
                .push_bind(answer.as_ref().map(|answer| answer.meta.as_str()));
        });
        statement.push(
            ") as told where requests.organism = told.column1 and requests.request_id = told.column2
             and requests.claimed_at = told.column3 and requests.completed_at is null",
        );
        statement.build().persistent(false).execute(&mut *tx).await?;
    })
}

async fn complete_postgres(pool: &PgPool, batch: &[Served], now: i64) -> Result<(), Error> {
    fn column<'s, T>(batch: &'s [Served], value: impl Fn(&'s Served) -> T) -> Vec<T> {
        batch.iter().map(value).collect()
    }
    let organisms = column(batch, |(ticket, _)| ticket.organism.as_str());
    let names = column(batch, |(ticket, _)| ticket.request_id.as_str());
    let instants = column(batch, |(ticket, _)| ticket.claimed_at);
    let answers = column(batch, |(_, it)| it.as_ref().map(|it| it.body.as_slice()));
    let metas = column(batch, |(_, it)| it.as_ref().map(|it| it.meta.as_str()));
    attempts!("idempotency.complete_all", pool, RELAXED_POSTGRES, tx => {
        sqlx::query(COMPLETE_POSTGRES)
            .bind(now)
            .bind(&organisms)
            .bind(&names)
            .bind(&instants)
            .bind(&answers)
            .bind(&metas)
            .execute(&mut *tx)
            .await?;
    })
}
