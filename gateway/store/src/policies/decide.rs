//! Deciding on a proposal: once, by another than whoever made it, and only on what is in force still.

use domain::{Staff, StaffId};
use jiff::Timestamp;

use super::{IN_FORCE, KEEP, Outcome, PUT, PolicyFault, PolicySet, rows};
use crate::backend::durable;
use crate::{Error, Store};

const FOR: &str = "select version, base, proposed_by from policy_proposals where number = $1";
// Takes the row's lock: of two at once one finds it open.
const DECIDE: &str = "
    update policy_proposals set outcome = $2, decided_by = $3, decided_at = $4
    where number = $1 and outcome is null";

/// Decides in a transaction; gives the version proposed and the one that it was made from.
macro_rules! decided {
    ($tx:ident, $number:expr, $outcome:expr, $by:expr, $at:expr) => {{
        let found: Option<(String, String, String)> = sqlx::query_as(FOR)
            .bind($number)
            .fetch_optional(&mut *$tx)
            .await?;
        let (version, base, proposer) = found.ok_or(PolicyFault::UnknownProposal)?;
        may_decide($outcome, proposer == $by.as_str())?;
        let changed = sqlx::query(DECIDE)
            .bind($number)
            .bind($outcome.as_str())
            .bind($by.as_str())
            .bind($at.as_microsecond())
            .execute(&mut *$tx)
            .await?;
        if changed.rows_affected() == 0 {
            return Err(PolicyFault::Decided.into());
        }
        (version, base)
    }};
}

/// Whether whoever proposed it, or another, may end it so.
///
/// # Errors
/// Four eyes.
pub(super) fn may_decide(outcome: Outcome, own: bool) -> Result<(), PolicyFault> {
    match (outcome, own) {
        (Outcome::Withdrawn, true) | (Outcome::Approved | Outcome::Rejected, false) => Ok(()),
        (Outcome::Withdrawn, false) => Err(PolicyFault::Others),
        (Outcome::Approved | Outcome::Rejected, true) => Err(PolicyFault::Own),
    }
}

impl Store {
    /// Approves a proposal: its set is in force from then on. `here` is what this node has in force, which counts while
    /// nothing has been put in force by four eyes; it is then kept as the founding set.
    pub async fn approve_policies(
        &self,
        number: i64,
        here: &PolicySet,
        (by, at): (&StaffId, Timestamp),
    ) -> Result<(), Error> {
        let approved = durable!(self, "policies.approve", tx => {
            let (version, base) = decided!(tx, number, Outcome::Approved, by, at);
            let in_force: Option<String> = sqlx::query_scalar(IN_FORCE).fetch_optional(&mut *tx).await?;
            if in_force.as_ref().unwrap_or(&here.version) != &base {
                return Err(PolicyFault::Moved.into());
            }
            if in_force.is_none() {
                sqlx::query(KEEP)
                    .bind(&here.version)
                    .bind(rows::text_of(&here.texts)?)
                    .bind(at.as_microsecond())
                    .execute(&mut *tx)
                    .await?;
                sqlx::query(PUT)
                    .bind(&here.version)
                    .bind(None::<i64>)
                    .bind(Staff::gateway().id.as_str())
                    .bind(at.as_microsecond())
                    .execute(&mut *tx)
                    .await?;
            }
            sqlx::query(PUT)
                .bind(&version)
                .bind(Some(number))
                .bind(by.as_str())
                .bind(at.as_microsecond())
                .execute(&mut *tx)
                .await?;
        });
        match approved {
            // Another proposal came into force in the same moment.
            Err(error) if error.is_collision() => Err(PolicyFault::Moved.into()),
            approved => approved,
        }
    }

    /// Ends a proposal that does not come into force: another rejects it, or whoever made it takes it back.
    pub async fn reject_policies(
        &self,
        number: i64,
        (by, at): (&StaffId, Timestamp),
    ) -> Result<(), Error> {
        durable!(self, "policies.reject", tx => {
            decided!(tx, number, Outcome::Rejected, by, at);
        })
    }

    /// Takes a proposal back.
    pub async fn withdraw_policies(
        &self,
        number: i64,
        (by, at): (&StaffId, Timestamp),
    ) -> Result<(), Error> {
        durable!(self, "policies.withdraw", tx => {
            decided!(tx, number, Outcome::Withdrawn, by, at);
        })
    }
}
