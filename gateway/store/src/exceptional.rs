//! Exceptional accesses: the queue of their reviews, and the notices to whoever is in charge of the cases.
//!
//! Durable like evidence: an access is in the queue before anything is asked, and a notice is there before anything is
//! answered.

use domain::{CaseId, Finding, OfficerId, OrganismId};
use jiff::Timestamp;
use journal::Digest;

use crate::backend::{durable, reading};
use crate::registry::parsed;
use crate::{Error, Store};

mod page;

pub use self::page::{Mark, NoMark, Page};

const TABLE: &str = "exceptional_accesses";

const OPEN: &str = "
    insert into exceptional_accesses (exchange, accessed_at, organism, officer, reason, reason_digest)
    values ($1, $2, $3, $4, $5, $6)";

const NOTIFY: &str =
    "insert into exceptional_notices (exchange, case_id, responsible) values ($1, $2, $3)";

/// Whoever was in charge, or is by now, in the words of the central system where it knows the case.
const NOTICES: &str = "
    select n.exchange, a.accessed_at, a.organism, a.officer, n.case_id, n.responsible, n.read_at, a.finding
    from exceptional_notices n join exceptional_accesses a on a.exchange = n.exchange
    where (n.responsible = $1 or exists (
        select 1 from case_index i where i.case_id = n.case_id and i.responsible = $1 and (i.holder = '' or not exists (
            select 1 from case_index c where c.case_id = i.case_id and c.holder = ''))))
        and (a.accessed_at, n.exchange, n.case_id) > ($2, $3, $4)
    order by a.accessed_at, n.exchange, n.case_id limit $5";

const READ: &str = "
    update exceptional_notices set read_at = $2
    where responsible = $1 and exchange = $3 and case_id = $4 and read_at is null";

const NOTICES_OF: &str = "
    select n.exchange, a.accessed_at, a.organism, a.officer, n.case_id, n.responsible, n.read_at, a.finding
    from exceptional_notices n join exceptional_accesses a on a.exchange = n.exchange
    where n.exchange = $1 order by n.case_id";

const QUEUE: &str = "
    select exchange, accessed_at, organism, officer, reason, reason_digest, closed_at, closed_by, finding
    from exceptional_accesses where (closed_at is null or $1) and (accessed_at, exchange) > ($2, $3)
    order by accessed_at, exchange limit $4";

const FIND: &str = "
    select exchange, accessed_at, organism, officer, reason, reason_digest, closed_at, closed_by, finding
    from exceptional_accesses where exchange = $1";

const CLOSE: &str = "
    update exceptional_accesses set closed_at = $2, closed_by = $3, finding = $4, reason = null
    where exchange = $1 and closed_at is null and officer <> $3";

/// An exceptional access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The exchange.
    pub exchange: String,
    /// When.
    pub at: Timestamp,
    /// Whose officer.
    pub organism: OrganismId,
    /// Which officer.
    pub officer: OfficerId,
    /// The reason, sealed; nothing once the review is closed.
    pub reason: Option<Vec<u8>>,
    /// The digest of the reason.
    pub reason_digest: Digest,
    /// Its review, once closed.
    pub review: Option<Review>,
}

/// A review that is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: OfficerId,
    /// What it found.
    pub finding: Finding,
}

/// A notice that others learned of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The exchange by which they did.
    pub exchange: String,
    /// When.
    pub at: Timestamp,
    /// Which organism.
    pub organism: OrganismId,
    /// Which officer of it.
    pub officer: OfficerId,
    /// The case.
    pub case: CaseId,
    /// Who was in charge of it, if known.
    pub responsible: Option<OrganismId>,
    /// When that one read the notice first.
    pub read_at: Option<Timestamp>,
    /// What the review found, once closed.
    pub finding: Option<Finding>,
}

/// Which accesses are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Those whose review is open.
    Open,
    /// All of them.
    Whole,
}

impl Access {
    /// Where a page that ends with it ends.
    pub fn mark(&self) -> Mark {
        Mark::new(self.at, &self.exchange, "")
    }
}

impl Notice {
    /// Where a page that ends with it ends.
    pub fn mark(&self) -> Mark {
        Mark::new(self.at, &self.exchange, self.case.as_str())
    }
}

/// What came of closing a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// It is closed now; this is the access, without its reason.
    Closed(Access),
    /// There is no such access.
    Unknown,
    /// It was closed before.
    ClosedBefore(Review),
    /// Whoever closes it is whom it is about: four eyes see more than two.
    SameOfficer,
}

impl Store {
    /// Puts an exceptional access into the queue of reviews.
    pub async fn open_review(&self, access: &Access) -> Result<(), Error> {
        durable!(self, "exceptional.open", tx => {
            sqlx::query(OPEN)
                .bind(&access.exchange)
                .bind(access.at.as_microsecond())
                .bind(access.organism.as_str())
                .bind(access.officer.as_str())
                .bind(access.reason.as_deref())
                .bind(access.reason_digest.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        })
    }

    /// Leaves a notice for whoever is in charge of each case.
    pub async fn notify(
        &self,
        exchange: &str,
        opened: &[(CaseId, Option<OrganismId>)],
    ) -> Result<(), Error> {
        durable!(self, "exceptional.notify", tx => {
            for (case, responsible) in opened {
                sqlx::query(NOTIFY)
                    .bind(exchange)
                    .bind(case.as_str())
                    .bind(responsible.as_ref().map(OrganismId::as_str))
                    .execute(&mut *tx)
                    .await?;
            }
        })
    }

    /// A page of the notices for an organism: of cases of which it was in charge then, or is now.
    pub async fn notices(
        &self,
        responsible: &OrganismId,
        page: &Page,
    ) -> Result<Vec<Notice>, Error> {
        let (at, exchange, case) = page.begin();
        let rows: Vec<NoticeRow> = reading!(self, pool => {
            sqlx::query_as(NOTICES)
                .bind(responsible.as_str())
                .bind(at)
                .bind(exchange)
                .bind(case)
                .bind(i64::from(page.most))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(Notice::try_from).collect()
    }

    /// Remembers that an organism has read these notices, those of them that are for it; one that came since it
    /// asked is still unread.
    pub async fn notices_read(
        &self,
        responsible: &OrganismId,
        told: &[Notice],
        at: Timestamp,
    ) -> Result<(), Error> {
        let is_new = |notice: &&Notice| {
            notice.read_at.is_none() && notice.responsible.as_ref() == Some(responsible)
        };
        let fresh: Vec<&Notice> = told.iter().filter(is_new).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        durable!(self, "exceptional.read", tx => {
            for notice in &fresh {
                sqlx::query(READ)
                    .bind(responsible.as_str())
                    .bind(at.as_microsecond())
                    .bind(&notice.exchange)
                    .bind(notice.case.as_str())
                    .execute(&mut *tx)
                    .await?;
            }
        })
    }

    /// The notices that an access has left.
    pub async fn notices_of(&self, exchange: &str) -> Result<Vec<Notice>, Error> {
        let rows: Vec<NoticeRow> = reading!(self, pool => {
            sqlx::query_as(NOTICES_OF).bind(exchange).fetch_all(pool).await?
        });
        rows.into_iter().map(Notice::try_from).collect()
    }

    /// A page of the exceptional accesses, oldest first.
    pub async fn accesses(&self, queue: Queue, page: &Page) -> Result<Vec<Access>, Error> {
        let whole = queue == Queue::Whole;
        let (at, exchange, _) = page.begin();
        let rows: Vec<AccessRow> = reading!(self, pool => {
            sqlx::query_as(QUEUE)
                .bind(whole)
                .bind(at)
                .bind(exchange)
                .bind(i64::from(page.most))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(Access::try_from).collect()
    }

    /// The exceptional access of that exchange.
    pub async fn access(&self, exchange: &str) -> Result<Option<Access>, Error> {
        let row: Option<AccessRow> = reading!(self, pool => {
            sqlx::query_as(FIND).bind(exchange).fetch_optional(pool).await?
        });
        row.map(Access::try_from).transpose()
    }

    /// Closes a review, and erases the reason.
    pub async fn close_review(&self, exchange: &str, review: &Review) -> Result<Closing, Error> {
        let closed = durable!(self, "exceptional.close", tx => {
            sqlx::query(CLOSE)
                .bind(exchange)
                .bind(review.at.as_microsecond())
                .bind(review.by.as_str())
                .bind(review.finding.as_str())
                .execute(&mut *tx)
                .await?
                .rows_affected()
        })?;
        let Some(access) = self.access(exchange).await? else {
            return Ok(Closing::Unknown);
        };
        Ok(match access.review.clone() {
            _ if closed > 0 => Closing::Closed(access),
            Some(before) => Closing::ClosedBefore(before),
            None => Closing::SameOfficer,
        })
    }
}

#[derive(sqlx::FromRow)]
struct AccessRow {
    exchange: String,
    accessed_at: i64,
    organism: String,
    officer: String,
    reason: Option<Vec<u8>>,
    reason_digest: Vec<u8>,
    closed_at: Option<i64>,
    closed_by: Option<String>,
    finding: Option<String>,
}

impl TryFrom<AccessRow> for Access {
    type Error = Error;

    fn try_from(row: AccessRow) -> Result<Self, Error> {
        let digest = <[u8; 32]>::try_from(row.reason_digest)
            .map_err(|_| Error::corrupt(TABLE)(&"a digest has 32 bytes"))?;
        let review = match (row.closed_at, row.closed_by, row.finding) {
            (Some(at), Some(by), Some(finding)) => Some(Review {
                at: instant(at)?,
                by: parsed(TABLE, &by)?,
                finding: parsed(TABLE, &finding)?,
            }),
            (None, None, None) => None,
            _ => return Err(Error::corrupt(TABLE)(&"a review is closed by halves")),
        };
        Ok(Self {
            exchange: row.exchange,
            at: instant(row.accessed_at)?,
            organism: parsed(TABLE, &row.organism)?,
            officer: parsed(TABLE, &row.officer)?,
            reason: row.reason,
            reason_digest: Digest::from_bytes(digest),
            review,
        })
    }
}

#[derive(sqlx::FromRow)]
struct NoticeRow {
    exchange: String,
    accessed_at: i64,
    organism: String,
    officer: String,
    case_id: String,
    responsible: Option<String>,
    read_at: Option<i64>,
    finding: Option<String>,
}

impl TryFrom<NoticeRow> for Notice {
    type Error = Error;

    fn try_from(row: NoticeRow) -> Result<Self, Error> {
        const TABLE: &str = "exceptional_notices";
        let responsible = row.responsible.as_deref();
        let finding = row.finding.as_deref();
        Ok(Self {
            exchange: row.exchange,
            at: instant(row.accessed_at)?,
            organism: parsed(TABLE, &row.organism)?,
            officer: parsed(TABLE, &row.officer)?,
            case: parsed(TABLE, &row.case_id)?,
            responsible: responsible.map(|id| parsed(TABLE, id)).transpose()?,
            read_at: row.read_at.map(instant).transpose()?,
            finding: finding.map(|word| parsed(TABLE, word)).transpose()?,
        })
    }
}

fn instant(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds).map_err(|reason| Error::corrupt(TABLE)(&reason))
}
