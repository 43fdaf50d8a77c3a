//! What was held back of an answer, and on what that rests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contract::{Contract, ElementId, Mask};
use journal::Entry;
use policy::{Engine, Viewer};

use crate::reduce::Sight;

/// By the name of each field group that was held back in part or as a whole.
#[derive(Debug, Default)]
pub(crate) struct Held(BTreeMap<String, Grounds>);

#[derive(Debug, Default)]
struct Grounds {
    policies: BTreeSet<String>,
    clauses: BTreeSet<Arc<str>>,
}

impl Held {
    /// What these sights of the cases of one answer hold back.
    pub(crate) fn of<'s>(
        contract: &Contract,
        sights: impl Iterator<Item = &'s Sight>,
        engine: &Engine,
    ) -> Self {
        let mut held = Self::default();
        // A page of a search holds many cases and few kinds of them.
        let kinds: BTreeMap<(ElementId, Viewer), &Mask> = sights
            .map(|(mask, viewer)| ((mask.unit(), *viewer), &**mask))
            .collect();
        for ((_, viewer), mask) in kinds {
            held.add(contract, mask, viewer, engine);
        }
        held
    }

    fn add(&mut self, contract: &Contract, mask: &Mask, viewer: Viewer, engine: &Engine) {
        let rulings = engine.rulings(viewer);
        let mut seen = BTreeSet::new();
        for withheld in mask.withheld() {
            if !seen.insert(withheld.group) {
                continue;
            }
            let group = contract.group(withheld.group);
            let grounds = self.0.entry(group.name.to_string()).or_default();
            grounds.clauses.extend(withheld.clause.clone());
            let ruling = rulings.get(group.policy_name());
            let policies = ruling.into_iter().flat_map(|ruling| &ruling.seen_by);
            grounds.policies.extend(policies.map(ToString::to_string));
        }
    }

    /// Puts it into the evidence: the groups, and the policies that hold them back.
    pub(crate) fn note(&self, entry: &mut Entry) {
        entry.withheld = self.0.keys().cloned().collect();
        let by = self
            .0
            .iter()
            .map(|(group, grounds)| (group, &grounds.policies));
        let by = by.filter(|(_, policies)| !policies.is_empty());
        entry.withheld_by = by.map(|(group, by)| (group.clone(), by.clone())).collect();
    }

    /// Whether nothing was held back.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The groups, each with its clauses.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.0.iter().map(|(group, grounds)| {
            let clauses = grounds.clauses.iter().map(|clause| &**clause);
            (group.as_str(), clauses.collect())
        })
    }
}
