//! Simple types by name, and what derives from what.

use std::collections::BTreeMap;

use crate::{QName, SimpleId};

/// What a conversion from XML to JSON and back keeps of the texts of numbers and truth values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fidelity {
    /// Their values: `+07` comes back as `7`. So it is in contracts with our annotations, whose
    /// descriptions are to be short.
    Values,
    /// Every character: what a JSON number or truth value would not give back is a string. So it
    /// is in contracts of others.
    Texts,
}

/// The simple types that `xsi:type` may name.
#[derive(Debug, Default)]
pub(crate) struct NamedSimples {
    pub(crate) ids: BTreeMap<QName, SimpleId>,
    pub(crate) bases: BTreeMap<SimpleId, SimpleId>,
}

impl NamedSimples {
    /// Whether `derived` is `base`, or narrows it in any number of steps.
    pub(crate) fn derives(&self, derived: SimpleId, base: SimpleId) -> bool {
        let mut current = Some(derived);
        // A base is always older than what narrows it, or comes from the table of built-in types.
        for _ in 0..=self.bases.len() {
            match current {
                Some(id) if id == base => return true,
                Some(id) => current = self.bases.get(&id).copied(),
                None => return false,
            }
        }
        false
    }
}
