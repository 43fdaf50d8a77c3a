//! How sets, proposals and changes are written down.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Outcome, PolicyChange, PolicyProposal, PolicySet};
use crate::Error;
use crate::registry::parsed;

const TABLE: &str = "policy_proposals";

pub(super) type SetRow = (String, String);
pub(super) type ChangeRow = (i64, String, Option<i64>, String, i64);

/// A proposal as it is stored.
#[derive(sqlx::FromRow)]
pub(super) struct ProposalRow {
    number: i64,
    version: String,
    base: String,
    reason: String,
    changes: String,
    proposed_by: String,
    proposed_at: i64,
    outcome: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<i64>,
}

/// The texts as they are stored: one JSON object, in the order of the names.
pub(super) fn text_of(texts: &BTreeMap<String, String>) -> Result<String, Error> {
    serde_json::to_string(texts).map_err(|reason| Error::corrupt("policy_sets")(&reason))
}

pub(super) fn set((version, texts): SetRow) -> Result<PolicySet, Error> {
    let texts = serde_json::from_str(&texts);
    let texts = texts.map_err(|reason| Error::corrupt("policy_sets")(&reason))?;
    Ok(PolicySet { version, texts })
}

pub(super) fn change(row: ChangeRow) -> Result<PolicyChange, Error> {
    let (seq, version, proposal, by, at) = row;
    Ok(PolicyChange {
        seq,
        version,
        proposal,
        by: parsed("policy_changes", &by)?,
        at: instant(at)?,
    })
}

pub(super) fn proposal(row: ProposalRow) -> Result<PolicyProposal, Error> {
    let decided = match (row.outcome, row.decided_by, row.decided_at) {
        (None, None, None) => None,
        (Some(word), Some(by), Some(at)) => {
            Some((outcome(&word)?, parsed(TABLE, &by)?, instant(at)?))
        }
        _ => return Err(Error::corrupt(TABLE)(&"half of a decision")),
    };
    Ok(PolicyProposal {
        number: row.number,
        version: row.version,
        base: row.base,
        reason: row.reason,
        changes: row.changes,
        by: parsed(TABLE, &row.proposed_by)?,
        at: instant(row.proposed_at)?,
        decided,
    })
}

fn outcome(word: &str) -> Result<Outcome, Error> {
    let all = [Outcome::Approved, Outcome::Rejected, Outcome::Withdrawn];
    let found = all.into_iter().find(|it| it.as_str() == word);
    found.ok_or_else(|| Error::corrupt(TABLE)(&word))
}

fn instant(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds).map_err(|reason| Error::corrupt(TABLE)(&reason))
}
