//! What changes between two sets of policies, cell by cell.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{OperationKind, OrganismKind};

use super::cell;
use crate::{Engine, Posture, Ruling, Verdict, Viewer};

/// One cell of the fields that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose cell it is.
    pub viewer: Viewer,
    /// Which group.
    pub group: Arc<str>,
    /// How it was; absent when the old policies do not know the group.
    pub old: Option<Ruling>,
    /// How it is; absent when the new policies do not know the group.
    pub new: Option<Ruling>,
}

/// One decision that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationChange {
    /// Of what.
    pub posture: Posture,
    /// What it was.
    pub old: Verdict,
    /// What it is.
    pub new: Verdict,
}

/// Every field cell of these viewers that differs. Kinds to whom the same policies speak are passed over.
pub fn fields(
    old: &Engine,
    new: &Engine,
    viewers: impl IntoIterator<Item = Viewer>,
) -> Vec<Change> {
    let alike: BTreeSet<OrganismKind> = OrganismKind::ALL
        .iter()
        .copied()
        .filter(|kind| old.reads_as(new, *kind))
        .collect();
    let mut changes = Vec::new();
    for viewer in viewers {
        if !alike.contains(&viewer.kind) {
            compare(old, new, viewer, &mut changes);
        }
    }
    changes
}

fn compare(old: &Engine, new: &Engine, viewer: Viewer, changes: &mut Vec<Change>) {
    let (before, after) = (old.rulings(viewer), new.rulings(viewer));
    let groups: BTreeSet<&Arc<str>> = before.keys().chain(after.keys()).collect();
    for group in groups {
        let (old, new) = (before.get(group), after.get(group));
        if old.map(cell) != new.map(cell) {
            changes.push(Change {
                viewer,
                group: Arc::clone(group),
                old: old.cloned(),
                new: new.cloned(),
            });
        }
    }
}

/// Every decision on these postures that differs. Operations of kinds to which the same policies speak are passed over.
pub fn operations(
    old: &Engine,
    new: &Engine,
    postures: impl IntoIterator<Item = Posture>,
) -> Vec<OperationChange> {
    let alike: BTreeSet<(OrganismKind, OperationKind)> = OrganismKind::ALL
        .iter()
        .flat_map(|kind| OperationKind::ALL.iter().map(|it| (*kind, *it)))
        .filter(|(kind, operation)| old.allows_as(new, *kind, *operation))
        .collect();
    postures
        .into_iter()
        .filter(|posture| !alike.contains(&(posture.kind, posture.operation)))
        .filter_map(|posture| {
            let old = old.decide_posture(&posture).verdict;
            let new = new.decide_posture(&posture).verdict;
            (old != new).then_some(OperationChange { posture, old, new })
        })
        .collect()
}
