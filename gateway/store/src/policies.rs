//! Sets of policies that two people put in force: what is kept, what is proposed, what was in force since when.

mod decide;
mod fault;
mod rows;

use std::collections::BTreeMap;

use domain::{Staff, StaffId};
use jiff::Timestamp;

use crate::backend::{durable, reading};
use crate::{Error, Store};
use rows::{ChangeRow, ProposalRow, SetRow};

pub use fault::PolicyFault;

/// The most proposals that wait at once.
pub const MOST_WAITING: i64 = 20;
/// The most of a list that is read.
const MOST_LISTED: i64 = 200;
/// How often the next number is tried while others take it.
const TRIES: u8 = 5;

const KEEP: &str = "
    insert into policy_sets (version, texts, kept_at) values ($1, $2, $3)
    on conflict (version) do nothing";
const SET: &str = "select version, texts from policy_sets where version = $1";
const IN_FORCE: &str = "select version from policy_changes order by seq desc limit 1";
const PUT: &str = "
    insert into policy_changes (seq, version, proposal, put_by, put_at)
    values ((select coalesce(max(seq), 0) + 1 from policy_changes), $1, $2, $3, $4)";
const CHANGES: &str = "
    select seq, version, proposal, put_by, put_at from policy_changes order by seq desc limit $1";
const WAITING: &str = "select count(*) from policy_proposals where outcome is null";
const PROPOSE: &str = "
    insert into policy_proposals (number, version, base, reason, changes, proposed_by, proposed_at)
    values ((select coalesce(max(number), 0) + 1 from policy_proposals), $1, $2, $3, $4, $5, $6)
    returning number";
const PROPOSALS: &str = "
    select number, version, base, reason, '' as changes, proposed_by, proposed_at, outcome, decided_by, decided_at
    from policy_proposals order by number desc limit $1";
const PROPOSAL: &str = "
    select number, version, base, reason, changes, proposed_by, proposed_at, outcome, decided_by, decided_at
    from policy_proposals where number = $1";

/// A set of policies: texts by file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySet {
    /// The digest of the texts, as evidence names it.
    pub version: String,
    /// The texts.
    pub texts: BTreeMap<String, String>,
}

/// A set that is proposed in the place of another.
#[derive(Clone, Copy, Debug)]
pub struct NewPolicies<'p> {
    /// What is in force as it is made.
    pub base: &'p PolicySet,
    /// What is proposed.
    pub set: &'p PolicySet,
    /// Why, in words.
    pub reason: &'p str,
    /// What it changes, as whoever decides is shown it; the store does not read it.
    pub changes: &'p str,
}

/// How a proposal has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Another has approved it.
    Approved,
    /// Another has rejected it.
    Rejected,
    /// Whoever proposed it has taken it back.
    Withdrawn,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyProposal {
    /// Its number, from 1.
    pub number: i64,
    /// The version that it proposes.
    pub version: String,
    /// The version that it was made from.
    pub base: String,
    /// Why.
    pub reason: String,
    /// What it changes; empty in a list.
    pub changes: String,
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// How it has ended, by whom and when; nothing while it waits.
    pub decided: Option<(Outcome, StaffId, Timestamp)>,
}

/// What came into force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    /// Its place in the order, from 1.
    pub seq: i64,
    /// Which set.
    pub version: String,
    /// By which proposal; none of the founding set.
    pub proposal: Option<i64>,
    /// By whom: who approved it, or the gateway itself.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

impl Outcome {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "aprobada",
            Self::Rejected => "rechazada",
            Self::Withdrawn => "retirada",
        }
    }
}

/// Keeps a set in a transaction; one that is kept stays as it is.
macro_rules! keep {
    ($tx:ident, $set:expr, $at:expr) => {
        sqlx::query(KEEP)
            .bind(&$set.version)
            .bind(rows::text_of(&$set.texts)?)
            .bind($at.as_microsecond())
            .execute(&mut *$tx)
            .await?
    };
}

impl Store {
    /// The version in force by four eyes; none as long as nobody has put one in force. Cheap to ask.
    pub async fn policies_version(&self) -> Result<Option<String>, Error> {
        Ok(reading!(self, pool => sqlx::query_scalar(IN_FORCE).fetch_optional(pool).await?))
    }

    /// The set of that version, if it is kept.
    pub async fn policy_set(&self, version: &str) -> Result<Option<PolicySet>, Error> {
        let row: Option<SetRow> =
            reading!(self, pool => sqlx::query_as(SET).bind(version).fetch_optional(pool).await?);
        row.map(rows::set).transpose()
    }

    /// What was in force, the newest first.
    pub async fn policy_changes(&self) -> Result<Vec<PolicyChange>, Error> {
        let rows: Vec<ChangeRow> = reading!(self, pool => sqlx::query_as(CHANGES).bind(MOST_LISTED).fetch_all(pool).await?);
        rows.into_iter().map(rows::change).collect()
    }

    /// Puts the first set in force, unless there is one already.
    pub async fn found_policies(&self, set: &PolicySet, at: Timestamp) -> Result<(), Error> {
        let founded = durable!(self, "policies.found", tx => {
            let in_force: Option<String> = sqlx::query_scalar(IN_FORCE).fetch_optional(&mut *tx).await?;
            if in_force.is_none() {
                keep!(tx, set, at);
                sqlx::query(PUT)
                    .bind(&set.version)
                    .bind(None::<i64>)
                    .bind(Staff::gateway().id.as_str())
                    .bind(at.as_microsecond())
                    .execute(&mut *tx)
                    .await?;
            }
        });
        match founded {
            // Another node was first.
            Err(error) if error.is_collision() => Ok(()),
            founded => founded,
        }
    }

    /// Keeps a proposal; gives its number. One that was not made from what is in force is refused, and one too many.
    pub async fn propose_policies(
        &self,
        new: NewPolicies<'_>,
        (by, at): (&StaffId, Timestamp),
    ) -> Result<i64, Error> {
        let mut tries = TRIES;
        loop {
            match self.try_to_propose(new, (by, at)).await {
                Err(error) if error.is_collision() && tries > 1 => tries -= 1,
                outcome => return outcome,
            }
        }
    }

    async fn try_to_propose(
        &self,
        new: NewPolicies<'_>,
        (by, at): (&StaffId, Timestamp),
    ) -> Result<i64, Error> {
        durable!(self, "policies.propose", tx => {
            let in_force: Option<String> = sqlx::query_scalar(IN_FORCE).fetch_optional(&mut *tx).await?;
            if in_force.is_some_and(|version| version != new.base.version) {
                return Err(PolicyFault::Moved.into());
            }
            let waiting: i64 = sqlx::query_scalar(WAITING).fetch_one(&mut *tx).await?;
            if waiting >= MOST_WAITING {
                return Err(PolicyFault::TooMany.into());
            }
            keep!(tx, new.base, at);
            keep!(tx, new.set, at);
            sqlx::query_scalar(PROPOSE)
                .bind(&new.set.version)
                .bind(&new.base.version)
                .bind(new.reason)
                .bind(new.changes)
                .bind(by.as_str())
                .bind(at.as_microsecond())
                .fetch_one(&mut *tx)
                .await?
        })
    }

    /// Every proposal, the newest first.
    pub async fn policy_proposals(&self) -> Result<Vec<PolicyProposal>, Error> {
        let rows: Vec<ProposalRow> = reading!(self, pool => sqlx::query_as(PROPOSALS).bind(MOST_LISTED).fetch_all(pool).await?);
        rows.into_iter().map(rows::proposal).collect()
    }

    /// The proposal of that number.
    pub async fn policy_proposal(&self, number: i64) -> Result<Option<PolicyProposal>, Error> {
        let row: Option<ProposalRow> = reading!(self, pool => sqlx::query_as(PROPOSAL).bind(number).fetch_optional(pool).await?);
        row.map(rows::proposal).transpose()
    }
}
