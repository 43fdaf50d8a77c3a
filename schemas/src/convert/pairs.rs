//! Tables of pairs: read one way as they stand, the other way turned around.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::compile::Tables;
use super::fault::{ConversionErrors, ConversionFault};
use super::plan::Entry;

/// The tables of pairs, for each way.
pub(super) struct Pairs {
    pub forth: Tables,
    pub back: Tables,
}

/// Reads the tables for both ways.
pub(super) fn both(
    texts: &BTreeMap<String, BTreeMap<String, String>>,
    errors: &mut ConversionErrors,
) -> Pairs {
    let mut pairs = Pairs {
        forth: Tables::new(),
        back: Tables::new(),
    };
    for (name, text) in texts {
        let (mut forth, mut back) = (BTreeMap::new(), BTreeMap::new());
        for (one, other) in text {
            forth.insert(one.clone(), entry(other));
            if back.insert(other.clone(), entry(one)).is_some() {
                let (table, value) = (name.clone(), other.clone());
                errors.push("parejas", ConversionFault::NotPairs { table, value });
            }
        }
        pairs.forth.insert(name.clone(), Arc::new(forth));
        pairs.back.insert(name.clone(), Arc::new(back));
    }
    pairs
}

fn entry(value: &str) -> Entry {
    Entry {
        value: Some(value.into()),
        loss: None,
    }
}

/// Notes the tables of pairs that neither way uses.
pub(super) fn idle(pairs: &Pairs, used: [&BTreeSet<String>; 2], errors: &mut ConversionErrors) {
    for name in pairs.forth.keys() {
        if !used.iter().any(|used| used.contains(name)) {
            errors.push("parejas", ConversionFault::Idle(name.clone()));
        }
    }
}
