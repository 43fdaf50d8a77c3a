//! Tables of pairs: read one way as they stand, the other way turned around.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::compile::Tables;
use super::fault::{ConversionErrors, ConversionFault};
use super::levels;
use super::plan::Entry;

/// The tables that both ways are made of.
pub(super) struct Pairs {
    pub forth: Shared,
    pub back: Shared,
}

/// What the tables of the whole file give to one way.
#[derive(Default)]
pub(super) struct Shared {
    pub tables: Tables,
    /// Those that must speak of every value.
    pub whole: BTreeSet<String>,
    /// For tables of levels of a scale with a name: the expression that gives a level of that scale as it came;
    /// none where there is nothing to tell apart.
    pub returns: BTreeMap<String, Option<String>>,
}

/// Reads the tables for both ways.
pub(super) fn both(
    texts: &BTreeMap<String, BTreeMap<String, String>>,
    errors: &mut ConversionErrors,
) -> Pairs {
    let mut pairs = Pairs {
        forth: Shared::default(),
        back: Shared::default(),
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
        pairs.forth.tables.insert(name.clone(), Arc::new(forth));
        pairs.back.tables.insert(name.clone(), Arc::new(back));
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
    for name in pairs.forth.tables.keys() {
        // That without origin is one of the two faces of a table of levels.
        let face = levels::without_origin(name);
        let of_levels = name.ends_with(levels::WITHOUT_ORIGIN);
        let meets = |used: &&BTreeSet<String>| used.contains(name) || used.contains(&face);
        if !of_levels && !used.iter().any(meets) {
            errors.push("parejas", ConversionFault::Idle(name.clone()));
        }
    }
}
