//! Proposing a set of policies and deciding on it, for the pages and for programs. Each act is evidence before it is done,
//! and so is what is refused.

use std::sync::Arc;

use domain::{Staff, StaffRole};
use jiff::Timestamp;
use journal::{Digest, Entry};
use policy::{Engine, LoadErrors};
use store::Error;
use store::policies::{NewPolicies, Outcome, PolicyFault, PolicyProposal, PolicySet};

use crate::console::desk::{Desk, act};
use crate::console::differences::proposed::{Changed, Fault, Proposed};
use crate::console::differences::{NotCompared, compared};
use crate::console::refusal::Refusal;
use crate::deep::{Unusable, compiled};
use crate::standing::Standing;

/// How long a reason may be, in characters.
const REASON: std::ops::RangeInclusive<usize> = 3..=1000;

/// What someone wants to be in force.
pub(in crate::console) struct Wanted {
    /// The version that she has seen in force.
    pub(in crate::console) base: String,
    /// What changes of it.
    pub(in crate::console) changed: Changed,
    /// Why.
    pub(in crate::console) reason: String,
}

/// Why nothing was done.
pub(in crate::console) enum NotDone {
    /// The files are none that a set may have.
    Files(Fault),
    /// The set does not hold together.
    Unfit(LoadErrors),
    /// Others are being compared.
    Busy,
    /// A rule, or the store.
    Store(Error),
    /// The evidence, or something else of ours.
    Broken(Refusal),
}

impl From<PolicyFault> for NotDone {
    fn from(fault: PolicyFault) -> Self {
        Self::Store(fault.into())
    }
}

impl From<Error> for NotDone {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<NotCompared> for NotDone {
    fn from(why: NotCompared) -> Self {
        match why {
            NotCompared::Unfit(errors) => Self::Unfit(errors),
            NotCompared::Busy => Self::Busy,
            NotCompared::Broken(why) => Self::Broken(Refusal::broken(why)),
        }
    }
}

impl From<Unusable> for NotDone {
    fn from(why: Unusable) -> Self {
        match why {
            Unusable::Unfit(errors) => Self::Unfit(errors),
            other @ (Unusable::Tampered(_) | Unusable::NoThread(_) | Unusable::Broken) => {
                Self::Broken(Refusal::broken(other))
            }
        }
    }
}

/// Proposes a set; gives the number of the proposal.
pub(in crate::console) async fn propose(
    desk: &Desk,
    (by, now): (&Staff, Timestamp),
    wanted: Wanted,
) -> Result<i64, NotDone> {
    may(by, StaffRole::Manager).or_else(|_| may(by, StaffRole::Supervisor))?;
    let standing = desk.current.get();
    let engine = Arc::clone(&standing.engine);
    if wanted.base != engine.version() {
        return Err(PolicyFault::Moved.into());
    }
    let approved = desk.store.policies_version().await?;
    if approved.is_some_and(|approved| approved != engine.version()) {
        return Err(PolicyFault::Behind.into());
    }
    let reason = wanted.reason.trim();
    if !REASON.contains(&reason.chars().count()) {
        return Err(PolicyFault::Reason.into());
    }
    let proposed = Proposed::of(engine.texts(), wanted.changed).map_err(NotDone::Files)?;
    let set = PolicySet {
        version: Engine::version_of(&proposed.texts),
        texts: proposed.texts,
    };
    let changes = compared(desk, standing, set.texts.clone(), now).await?;
    let changes = serde_json::to_string(&*changes);
    let changes = changes.map_err(|why| NotDone::Broken(Refusal::broken(why)))?;
    let base = in_force(&engine);
    let summary = [&*base.version, &*set.version, reason].join("\n");
    let entry = Entry {
        policy_version: Some(set.version.clone()),
        request_digest: Some(Digest::of(summary.as_bytes())),
        ..act("proponerPoliticas")
    };
    desk.record(entry, by).await.map_err(NotDone::Broken)?;
    let new = NewPolicies {
        base: &base,
        set: &set,
        reason,
        changes: &changes,
    };
    Ok(desk.store.propose_policies(new, (&by.id, now)).await?)
}

/// What it takes to have, in the place of what is in force, a set that was in force before.
pub(in crate::console) async fn back(
    desk: &Desk,
    standing: &Standing,
    version: &str,
) -> Result<Changed, NotDone> {
    let set = desk.store.policy_set(version).await?;
    let texts = set.ok_or(PolicyFault::UnknownSet)?.texts;
    let present = standing.engine.texts().keys();
    let gone = present.filter(|name| !texts.contains_key(*name));
    let mut changed: Changed = gone.map(|name| (name.clone(), None)).collect();
    let other = texts.into_iter();
    let other = other.filter(|(name, text)| standing.engine.texts().get(name) != Some(text));
    changed.extend(other.map(|(name, text)| (name, Some(text))));
    Ok(changed)
}

/// Decides on a proposal: another than whoever made it approves or rejects it, and she takes it back.
pub(in crate::console) async fn decide(
    desk: &Desk,
    (by, now): (&Staff, Timestamp),
    (number, outcome): (i64, Outcome),
) -> Result<(), NotDone> {
    if by.roles.has(StaffRole::Auditor) {
        return Err(PolicyFault::AuditorActs.into());
    }
    let proposal = desk.store.policy_proposal(number).await?;
    let proposal = proposal.ok_or(PolicyFault::UnknownProposal)?;
    let here = in_force(&desk.current.get().engine);
    decidable(desk, (by, &here), &proposal, outcome).await?;
    let operation = match outcome {
        Outcome::Approved => "aprobarPoliticas",
        Outcome::Rejected => "rechazarPoliticas",
        Outcome::Withdrawn => "retirarPoliticas",
    };
    let entry = Entry {
        policy_version: Some(proposal.version.clone()),
        file: Some(number.to_string()),
        ..act(operation)
    };
    desk.record(entry, by).await.map_err(NotDone::Broken)?;
    let (store, by) = (&desk.store, (&by.id, now));
    match outcome {
        Outcome::Approved => store.approve_policies(number, &here, by).await?,
        Outcome::Rejected => store.reject_policies(number, by).await?,
        Outcome::Withdrawn => store.withdraw_policies(number, by).await?,
    }
    Ok(())
}

/// Whether it is hers to end a proposal so, and the proposal one that may end so. The store asks four eyes and what is in
/// force again, in the transaction.
async fn decidable(
    desk: &Desk,
    (by, here): (&Staff, &PolicySet),
    proposal: &PolicyProposal,
    outcome: Outcome,
) -> Result<(), NotDone> {
    if proposal.decided.is_some() {
        return Err(PolicyFault::Decided.into());
    }
    let own = proposal.by == by.id;
    match outcome {
        Outcome::Withdrawn if own => return Ok(()),
        Outcome::Withdrawn => return Err(PolicyFault::Others.into()),
        Outcome::Approved | Outcome::Rejected if own => return Err(PolicyFault::Own.into()),
        Outcome::Approved | Outcome::Rejected => may(by, StaffRole::Supervisor)?,
    }
    if outcome == Outcome::Approved {
        let approved = desk.store.policies_version().await?;
        if proposal.base != approved.unwrap_or_else(|| here.version.clone()) {
            return Err(PolicyFault::Moved.into());
        }
        let set = desk.store.policy_set(&proposal.version).await?;
        let set = set.ok_or(PolicyFault::UnknownSet)?;
        // Every node must be able to use it: this program may be another than when it was proposed.
        compiled(set.version, set.texts).await?;
    }
    Ok(())
}

fn may(by: &Staff, role: StaffRole) -> Result<(), PolicyFault> {
    if by.roles.has(StaffRole::Auditor) {
        Err(PolicyFault::AuditorActs)
    } else if by.roles.has(role) {
        Ok(())
    } else {
        Err(PolicyFault::RoleMissing(role))
    }
}

/// The set that this node has in force.
fn in_force(engine: &Engine) -> PolicySet {
    PolicySet {
        version: engine.version().to_owned(),
        texts: engine.texts().clone(),
    }
}
