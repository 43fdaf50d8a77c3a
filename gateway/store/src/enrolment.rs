//! Enrolment codes, and the one transaction in which a code is used and a key registered.

use domain::{CertificateKey, OrganismId};
use jiff::Timestamp;

use crate::backend::{durable, reading};
use crate::certificates::{self, Held};
use crate::registry::{BUMP, named, parsed};
use crate::{Error, Store};

const TABLE: &str = "enrolment_codes";

pub(crate) const ISSUE: &str = "
    insert into enrolment_codes (digest, name, organism, issued_by, issued_at, expires_at)
    values ($1, $2, $3, $4, $5, $6)";

const LIST: &str = "
    select name, organism, issued_by, issued_at, expires_at, withdrawn_by, withdrawn_at, used_by, used_at
    from enrolment_codes order by issued_at, name";

const LIST_OF: &str = "
    select name, organism, issued_by, issued_at, expires_at, withdrawn_by, withdrawn_at, used_by, used_at
    from enrolment_codes where organism = $1 order by issued_at desc, name";

const WITHDRAW: &str = "
    update enrolment_codes set withdrawn_by = $2, withdrawn_at = $3
    where name = $1 and used_at is null and withdrawn_at is null";

const ORGANISM_OF: &str = "select organism from enrolment_codes where name = $1";

const USABLE: &str = "
    select name from enrolment_codes
    where digest = $1 and organism = $2 and used_at is null and withdrawn_at is null and expires_at > $3";

// Takes the row's lock: of many at once exactly one finds it unused.
const USE: &str = "
    update enrolment_codes set used_at = $3, used_by = $4
    where digest = $1 and organism = $2 and used_at is null and withdrawn_at is null and expires_at > $3";

/// A code as it is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCode {
    /// Its digest under the key of the supervision.
    pub digest: [u8; 32],
    /// What it is called in lists and evidence; says nothing of the code.
    pub name: String,
    /// For whom.
    pub organism: OrganismId,
    /// By whom, a pseudonym.
    pub issued_by: String,
    /// When.
    pub issued_at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
}

/// A code as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRecord {
    /// What it is called.
    pub name: String,
    /// For whom.
    pub organism: OrganismId,
    /// By whom.
    pub issued_by: String,
    /// When.
    pub issued_at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet; it may have expired.
    Unused,
    /// It was withdrawn.
    Withdrawn {
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// A certificate was registered by it.
    Used {
        /// The certificate's key.
        key: CertificateKey,
        /// When.
        at: Timestamp,
    },
}

/// What came of withdrawing a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// Nobody can use it any more.
    Withdrawn,
    /// There is no code of that name.
    Unknown,
    /// It was used or withdrawn before.
    TooLate,
}

/// What came of an enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolled {
    /// The code is used and the key registered.
    Registered,
    /// The code is none that this organism may use now; nothing was changed.
    CodeNotUsable,
}

/// Writes a code down in a transaction.
macro_rules! issue {
    ($tx:ident, $code:expr) => {
        let code: &$crate::enrolment::NewCode = $code;
        sqlx::query($crate::enrolment::ISSUE)
            .bind(code.digest.as_slice())
            .bind(&code.name)
            .bind(code.organism.as_str())
            .bind(&code.issued_by)
            .bind(code.issued_at.as_microsecond())
            .bind(code.expires_at.as_microsecond())
            .execute(&mut *$tx)
            .await?;
    };
}
pub(crate) use issue;

impl Store {
    /// Remembers a code that was issued; an organism that is not registered is refused.
    pub async fn issue_code(&self, code: &NewCode) -> Result<(), Error> {
        let outcome = durable!(self, "enrolment.issue", tx => {
            issue!(tx, code);
        });
        named(outcome, &code.organism)
    }

    /// Every code, oldest first.
    pub async fn codes(&self) -> Result<Vec<CodeRecord>, Error> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(LIST).fetch_all(pool).await?);
        rows.into_iter().map(CodeRecord::try_from).collect()
    }

    /// The codes of one organism, newest first.
    pub async fn codes_of(&self, organism: &OrganismId) -> Result<Vec<CodeRecord>, Error> {
        let rows: Vec<Row> = reading!(self, pool => {
            sqlx::query_as(LIST_OF).bind(organism.as_str()).fetch_all(pool).await?
        });
        rows.into_iter().map(CodeRecord::try_from).collect()
    }

    /// The organism of a code, by the code's name.
    pub async fn organism_of_code(&self, name: &str) -> Result<Option<OrganismId>, Error> {
        let found: Option<String> = reading!(self, pool => {
            sqlx::query_scalar(ORGANISM_OF).bind(name).fetch_optional(pool).await?
        });
        found.map(|id| parsed(TABLE, &id)).transpose()
    }

    /// Makes a code that was not used yet useless.
    pub async fn withdraw_code(
        &self,
        name: &str,
        by: &str,
        at: Timestamp,
    ) -> Result<Withdrawal, Error> {
        let changed = durable!(self, "enrolment.withdraw", tx => {
            sqlx::query(WITHDRAW)
                .bind(name)
                .bind(by)
                .bind(at.as_microsecond())
                .execute(&mut *tx)
                .await?
                .rows_affected()
        })?;
        Ok(match self.organism_of_code(name).await? {
            _ if changed > 0 => Withdrawal::Withdrawn,
            Some(_) => Withdrawal::TooLate,
            None => Withdrawal::Unknown,
        })
    }

    /// The name of the code with this digest, if the organism may use it at `now`; one statement, whatever is wrong.
    pub async fn usable_code(
        &self,
        digest: &[u8; 32],
        organism: &OrganismId,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        Ok(reading!(self, pool => {
            sqlx::query_scalar(USABLE)
                .bind(digest.as_slice())
                .bind(organism.as_str())
                .bind(now.as_microsecond())
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Uses a code and registers the key of a certificate, both or neither; a key that is another organism's, or was
    /// revoked, is refused.
    pub async fn enrol(
        &self,
        digest: &[u8; 32],
        organism: &OrganismId,
        held: &Held,
        now: Timestamp,
    ) -> Result<Enrolled, Error> {
        let outcome = durable!(self, "enrolment.use", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            let used = sqlx::query(USE)
                .bind(digest.as_slice())
                .bind(organism.as_str())
                .bind(now.as_microsecond())
                .bind(held.key.to_string())
                .execute(&mut *tx)
                .await?;
            if used.rows_affected() == 0 {
                return Ok(Enrolled::CodeNotUsable);
            }
            certificates::put!(tx, held, organism, None);
            Enrolled::Registered
        });
        named(outcome, organism)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    organism: String,
    issued_by: String,
    issued_at: i64,
    expires_at: i64,
    withdrawn_by: Option<String>,
    withdrawn_at: Option<i64>,
    used_by: Option<String>,
    used_at: Option<i64>,
}

impl TryFrom<Row> for CodeRecord {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let fate = match (row.withdrawn_by, row.withdrawn_at, row.used_by, row.used_at) {
            (None, None, None, None) => Fate::Unused,
            (Some(by), Some(at), None, None) => Fate::Withdrawn {
                by,
                at: instant(at)?,
            },
            (None, None, Some(key), Some(at)) => Fate::Used {
                key: parsed(TABLE, &key)?,
                at: instant(at)?,
            },
            _ => {
                return Err(Error::corrupt(TABLE)(
                    &"a code is used or withdrawn by halves",
                ));
            }
        };
        Ok(Self {
            name: row.name,
            organism: parsed(TABLE, &row.organism)?,
            issued_by: row.issued_by,
            issued_at: instant(row.issued_at)?,
            expires_at: instant(row.expires_at)?,
            fate,
        })
    }
}

fn instant(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds).map_err(|reason| Error::corrupt(TABLE)(&reason))
}
