//! Idempotency: the same request sent twice has one effect and one answer.
//!
//! A request is named by its organism and the id it gave. Before it is served it is claimed; what
//! came of it is recorded, so that a repetition gets the same answer.
//!
//! None of this waits for the disk; the evidence does, and makes durable what was committed before it.
//! So: claim before the question is recorded, complete before the answer is.
//!
//! INVARIANT: the caller of [`Store::complete`] hands over an answer only if it holds no case content
//! (the acknowledgement of a submission). Without one, a repetition of the same request is served
//! anew: what only reads may be done twice.

mod gathered;
mod many;

use domain::{OrganismId, RequestId};
use jiff::{SignedDuration, Timestamp};
use journal::Digest;

use crate::backend::{reading, relaxed};
use crate::{Error, Store};

pub(crate) use gathered::Gathered;
pub use many::Served;
use many::{Done, Wanted};

/// How long a claim holds without being completed; then whoever served it is taken to be gone.
pub const LEASE: SignedDuration = SignedDuration::from_secs(120);

const FOUND: &str =
    "select digest, answer, meta from requests where organism = $1 and request_id = $2";

const RELEASE: &str = "
    delete from requests
    where organism = $1 and request_id = $2 and claimed_at = $3 and completed_at is null";

const PURGE: &str = "delete from requests where claimed_at < $1";

/// What a claim came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Claim {
    /// Serve it; then complete the ticket, or release it.
    Fresh(Ticket),
    /// It was served: answer this again.
    Replay(StoredAnswer),
    /// It is being served at this moment.
    InProgress,
    /// The id was used for another content.
    Conflict,
}

/// The right to serve one request, and to record what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    organism: OrganismId,
    request_id: RequestId,
    claimed_at: i64,
}

/// An answer kept for repetition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// What the edge needs besides the body, in its own words.
    pub meta: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Store {
    /// Claims a request for serving; of several at once, one gets it.
    pub async fn claim(
        &self,
        organism: &OrganismId,
        request_id: &RequestId,
        digest: Digest,
        now: Timestamp,
    ) -> Result<Claim, Error> {
        let wanted = Wanted {
            organism: organism.clone(),
            request_id: request_id.clone(),
            digest,
            claimed_at: now.as_microsecond(),
            kept: None,
        };
        if self.is_fresh(&wanted).await? {
            return Ok(Claim::Fresh(wanted.ticket()));
        }
        self.found(organism, request_id, digest).await
    }

    /// Takes in a name that needs no serving; whether it is the first time.
    pub async fn take_in(
        &self,
        organism: &OrganismId,
        name: &RequestId,
        digest: Digest,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let kept = StoredAnswer {
            meta: String::new(),
            body: Vec::new(),
        };
        let wanted = Wanted {
            organism: organism.clone(),
            request_id: name.clone(),
            digest,
            claimed_at: now.as_microsecond(),
            kept: Some(kept),
        };
        self.is_fresh(&wanted).await
    }

    async fn is_fresh(&self, wanted: &Wanted) -> Result<bool, Error> {
        if let Some(fresh) = self.1.claim(wanted.clone()).await {
            return Ok(fresh);
        }
        let alone = self.0.claim(&[wanted]).await?;
        Ok(alone.first().copied().unwrap_or_default())
    }

    /// What stands in the way of a claim.
    async fn found(
        &self,
        organism: &OrganismId,
        request_id: &RequestId,
        digest: Digest,
    ) -> Result<Claim, Error> {
        type Row = (Vec<u8>, Option<Vec<u8>>, Option<String>);
        let row: Option<Row> = reading!(self, pool => {
            sqlx::query_as(FOUND)
                .bind(organism.as_str())
                .bind(request_id.as_str())
                .fetch_optional(pool)
                .await?
        });
        Ok(match row {
            Some((known, ..)) if known != digest.as_bytes() => Claim::Conflict,
            Some((_, Some(body), meta)) => Claim::Replay(StoredAnswer {
                meta: meta.unwrap_or_default(),
                body,
            }),
            // Released between the two statements: whoever asks again will get it.
            Some((_, None, _)) | None => Claim::InProgress,
        })
    }

    /// Records that the request was served, and its answer if that may be kept.
    ///
    /// Does nothing if the claim has run out and another has taken the request over.
    pub async fn complete(
        &self,
        ticket: Ticket,
        answer: Option<&StoredAnswer>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let done = Done {
            served: (ticket, answer.cloned()),
            at: now.as_microsecond(),
        };
        match self.1.complete(done.clone()).await {
            Some(()) => Ok(()),
            None => self.0.complete(&[&done]).await,
        }
    }

    /// Gives a claim back unserved: the request may be sent again.
    pub async fn release(&self, ticket: Ticket) -> Result<(), Error> {
        relaxed!(self, "idempotency.release", tx => {
            sqlx::query(RELEASE)
                .bind(ticket.organism.as_str())
                .bind(ticket.request_id.as_str())
                .bind(ticket.claimed_at)
                .execute(&mut *tx)
                .await?;
        })
    }

    /// Forgets the requests claimed before an instant; says how many.
    pub async fn purge_requests(&self, before: Timestamp) -> Result<u64, Error> {
        relaxed!(self, "idempotency.purge", tx => {
            sqlx::query(PURGE).bind(before.as_microsecond()).execute(&mut *tx).await?.rows_affected()
        })
    }
}
