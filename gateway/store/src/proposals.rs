//! What takes two people about an organism's certificates, proposed and decided.

use domain::{OrganismId, StaffId};
use jiff::Timestamp;

use crate::backend::{durable, reading};
use crate::certificates::{self, Held};
use crate::enrolment::{self, NewCode};
use crate::registry::{BUMP, named, parsed};
use crate::{Error, Store};

const TABLE: &str = "certificate_proposals";

const PROPOSE: &str = "
    insert into certificate_proposals (id, organism, what, content, proposed_by, proposed_at)
    values ($1, $2, $3, $4, $5, $6)";

const OPEN: &str = "
    select id, organism, what, content, proposed_by, proposed_at from certificate_proposals
    where organism = $1 and outcome is null order by proposed_at, id";

const ONE: &str = "
    select id, organism, what, content, proposed_by, proposed_at from certificate_proposals
    where id = $1 and outcome is null";

// Takes the row's lock: of two at once one finds it open. Nobody approves or rejects her own, nor takes back another's.
const DECIDE: &str = "
    update certificate_proposals set outcome = $2, decided_by = $3, decided_at = $4
    where id = $1 and outcome is null and (proposed_by = $3) = ($2 = 'retirada')";

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// To issue a code that is good for so many days.
    Code(u8),
    /// To register this certificate of a public provider, PEM.
    Certificate(String),
}

/// A proposal that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateProposal {
    /// Its name.
    pub id: String,
    /// For whom.
    pub organism: OrganismId,
    /// What.
    pub what: Proposed,
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// How a proposal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Another has approved it.
    Approved,
    /// Another has rejected it.
    Rejected,
    /// Whoever proposed it has taken it back.
    Withdrawn,
}

/// What came of deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is so.
    Done,
    /// It was decided before, or it is not hers to decide so.
    NotDone,
}

impl Proposed {
    fn word(&self) -> &'static str {
        match self {
            Self::Code(_) => "codigo",
            Self::Certificate(_) => "certificado",
        }
    }

    fn content(&self) -> String {
        match self {
            Self::Code(days) => days.to_string(),
            Self::Certificate(pem) => pem.clone(),
        }
    }

    fn read(what: &str, content: String) -> Result<Self, Error> {
        match what {
            "codigo" => parsed(TABLE, &content).map(Self::Code),
            "certificado" => Ok(Self::Certificate(content)),
            _ => Err(Error::corrupt(TABLE)(&what)),
        }
    }
}

impl Decision {
    fn word(self) -> &'static str {
        match self {
            Self::Approved => "aprobada",
            Self::Rejected => "rechazada",
            Self::Withdrawn => "retirada",
        }
    }
}

impl Store {
    /// Keeps a proposal; of an organism that is not registered there is none.
    pub async fn propose_certificate(&self, proposal: &CertificateProposal) -> Result<(), Error> {
        let outcome = durable!(self, "proposals.propose", tx => {
            sqlx::query(PROPOSE)
                .bind(&proposal.id)
                .bind(proposal.organism.as_str())
                .bind(proposal.what.word())
                .bind(proposal.what.content())
                .bind(proposal.by.as_str())
                .bind(proposal.at.as_microsecond())
                .execute(&mut *tx)
                .await?;
        });
        named(outcome, &proposal.organism)
    }

    /// The proposals of an organism that wait, oldest first.
    pub async fn certificate_proposals(
        &self,
        organism: &OrganismId,
    ) -> Result<Vec<CertificateProposal>, Error> {
        let rows: Vec<Row> = reading!(self, pool => {
            sqlx::query_as(OPEN).bind(organism.as_str()).fetch_all(pool).await?
        });
        rows.into_iter().map(proposal).collect()
    }

    /// The proposal of that name, if it waits.
    pub async fn certificate_proposal(
        &self,
        id: &str,
    ) -> Result<Option<CertificateProposal>, Error> {
        let row: Option<Row> = reading!(self, pool => {
            sqlx::query_as(ONE).bind(id).fetch_optional(pool).await?
        });
        row.map(proposal).transpose()
    }

    /// Rejects a proposal or takes it back, once, and nobody rejects her own.
    pub async fn decide_certificate(
        &self,
        id: &str,
        decision: Decision,
        (by, at): (&StaffId, Timestamp),
    ) -> Result<Decided, Error> {
        let changed = durable!(self, "proposals.decide", tx => {
            decide!(tx, id, decision, by, at)
        })?;
        Ok(Decided::by(changed))
    }

    /// Approves that a code be issued, and issues it: both or neither, once, and nobody approves her own.
    pub async fn approve_code(
        &self,
        id: &str,
        (by, at): (&StaffId, Timestamp),
        code: &NewCode,
    ) -> Result<Decided, Error> {
        let changed = durable!(self, "proposals.approve_code", tx => {
            let changed = decide!(tx, id, Decision::Approved, by, at);
            if changed > 0 {
                enrolment::issue!(tx, code);
            }
            changed
        });
        named(changed, &code.organism).map(Decided::by)
    }

    /// Approves that a certificate be registered, and registers it: both or neither, once, and nobody approves her own.
    pub async fn approve_certificate(
        &self,
        id: &str,
        (by, at): (&StaffId, Timestamp),
        (held, organism): (&Held, &OrganismId),
    ) -> Result<Decided, Error> {
        let changed = durable!(self, "proposals.approve_certificate", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            let changed = decide!(tx, id, Decision::Approved, by, at);
            if changed > 0 {
                certificates::put!(tx, held, organism, None);
            }
            changed
        });
        named(changed, organism).map(Decided::by)
    }
}

impl Decided {
    fn by(changed: u64) -> Self {
        if changed == 0 {
            Self::NotDone
        } else {
            Self::Done
        }
    }
}

/// Decides in a transaction; says how many were decided by it.
macro_rules! decide {
    ($tx:ident, $id:expr, $decision:expr, $by:expr, $at:expr) => {
        sqlx::query(DECIDE)
            .bind($id)
            .bind($decision.word())
            .bind($by.as_str())
            .bind($at.as_microsecond())
            .execute(&mut *$tx)
            .await?
            .rows_affected()
    };
}
use decide;

type Row = (String, String, String, String, String, i64);

fn proposal((id, organism, what, content, by, at): Row) -> Result<CertificateProposal, Error> {
    Ok(CertificateProposal {
        id,
        organism: parsed(TABLE, &organism)?,
        what: Proposed::read(&what, content)?,
        by: parsed(TABLE, &by)?,
        at: Timestamp::from_microsecond(at).map_err(|reason| Error::corrupt(TABLE)(&reason))?,
    })
}
