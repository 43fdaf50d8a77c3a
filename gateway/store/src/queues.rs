//! What waits: how much of it, and since when. Counts only.

use jiff::{SignedDuration, Timestamp};

use crate::backend::reading;
use crate::{Error, Store};

const NOTICES: &str = "
    select count(*), min(accessed_at) from exceptional_notices
    join exceptional_accesses on exceptional_accesses.exchange = exceptional_notices.exchange
    where read_at is null";

const REVIEWS: &str =
    "select count(*), min(accessed_at) from exceptional_accesses where closed_at is null";

/// Of late: what is older was given up, and is taken over by whoever asks again.
const REQUESTS: &str = "
    select count(*), min(claimed_at) from requests where claimed_at >= $1 and completed_at is null";
/// How far back requests are looked for.
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// A queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    /// How many wait.
    pub waiting: u64,
    /// Since when the one that waits longest.
    pub since: Option<Timestamp>,
}

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queues {
    /// Notices of exceptional accesses that whoever is in charge has not read.
    pub notices: Queue,
    /// Exceptional accesses that nobody has reviewed.
    pub reviews: Queue,
    /// Requests that were claimed in the last ten minutes and are not finished: under way, or left behind by a node.
    pub requests: Queue,
}

impl Store {
    /// What waits.
    pub async fn queues(&self, now: Timestamp) -> Result<Queues, Error> {
        let since = now.saturating_sub(LATE).unwrap_or(now).as_microsecond();
        let (notices, reviews, requests): (Row, Row, Row) = reading!(self, pool => (
            sqlx::query_as(NOTICES).fetch_one(pool).await?,
            sqlx::query_as(REVIEWS).fetch_one(pool).await?,
            sqlx::query_as(REQUESTS).bind(since).fetch_one(pool).await?,
        ));
        Ok(Queues {
            notices: queue(notices)?,
            reviews: queue(reviews)?,
            requests: queue(requests)?,
        })
    }
}

type Row = (i64, Option<i64>);

fn queue((waiting, since): Row) -> Result<Queue, Error> {
    let corrupt = Error::corrupt("queues");
    let since = since.map(Timestamp::from_microsecond).transpose();
    Ok(Queue {
        waiting: u64::try_from(waiting).map_err(|reason| corrupt(&reason))?,
        since: since.map_err(|reason| corrupt(&reason))?,
    })
}
