//! What changes between two sets of policies, cell by cell.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{OperationKind, OrganismKind};

use super::cell;
use crate::slices::Slices;
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
    let differing = Differing::new(old, new);
    let mut changes = Vec::new();
    for viewer in viewers {
        if !alike.contains(&viewer.kind) {
            differing.compare(viewer, &mut changes);
        }
    }
    changes
}

/// Two sets of policies, and what of each the other does not have. Where none of that applies, both say the same: most
/// cells are passed over by asking a policy or two instead of all.
struct Differing<'e> {
    old: &'e Engine,
    new: &'e Engine,
    gone: Slices,
    come: Slices,
    groups: BTreeSet<Arc<str>>,
}

impl<'e> Differing<'e> {
    fn new(old: &'e Engine, new: &'e Engine) -> Self {
        Self {
            old,
            new,
            gone: old.changed_from(new),
            come: new.changed_from(old),
            groups: old.groups().iter().chain(new.groups()).cloned().collect(),
        }
    }

    fn compare(&self, viewer: Viewer, changes: &mut Vec<Change>) {
        let known = |engine: &Engine, group: &Arc<str>| {
            let knows = engine.groups().contains(group);
            knows.then(|| engine.ruling(viewer, group))
        };
        for group in self.candidates(viewer) {
            let (old, new) = (known(self.old, group), known(self.new, group));
            if old.as_ref().map(cell) != new.as_ref().map(cell) {
                changes.push(Change {
                    viewer,
                    group: Arc::clone(group),
                    old,
                    new,
                });
            }
        }
    }

    /// The groups of which a viewer may see or write more, or less, than before.
    fn candidates(&self, viewer: Viewer) -> BTreeSet<&Arc<str>> {
        let mut found = self.old.touched(&self.gone, viewer, &self.groups);
        found.extend(self.new.touched(&self.come, viewer, &self.groups));
        let of_one = |group: &&Arc<str>| {
            self.old.groups().contains(group) != self.new.groups().contains(group)
        };
        found.extend(self.groups.iter().filter(of_one));
        found
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
    let (gone, come) = (old.changed_from(new), new.changed_from(old));
    postures
        .into_iter()
        .filter(|posture| !alike.contains(&(posture.kind, posture.operation)))
        .filter(|posture| old.decides_by(&gone, posture) || new.decides_by(&come, posture))
        .filter_map(|posture| {
            let old = old.decide_posture(&posture).verdict;
            let new = new.decide_posture(&posture).verdict;
            (old != new).then_some(OperationChange { posture, old, new })
        })
        .collect()
}
