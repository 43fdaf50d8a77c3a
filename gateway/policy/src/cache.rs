//! What was decided once for a kind of reader, kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use contract::{Contract, ElementId, GroupId, Mask, Visibility};

use crate::{Decision, Posture, Ruling, Viewer};

/// How many different postures are kept; more are only met by a registry made to that end.
const POSTURES: usize = 65_536;

/// What was decided so far. Bounded: by contract and case unit, as many masks as kinds of reader.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    decisions: RwLock<HashMap<Posture, Arc<Decision>>>,
    rulings: Table<Viewer, BTreeMap<Arc<str>, Ruling>>,
    masks: Table<(ContractKey, ElementId, Viewer), Mask>,
    /// Many kinds of reader see the same: each mask is held once.
    shapes: Table<(ContractKey, ElementId, Vec<Shape>), Mask>,
    writable: Table<(ContractKey, Viewer), BTreeSet<GroupId>>,
    // Keeps the contracts alive, so that no other can take the place in memory that names them.
    contracts: RwLock<BTreeMap<ContractKey, Arc<Contract>>>,
}

/// How a reader sees one field group, and on what it rests where that is not in full.
pub(crate) type Shape = (Visibility, Option<Arc<str>>);

type ContractKey = usize;
type Table<K, V> = RwLock<BTreeMap<K, Arc<V>>>;

impl Cache {
    pub(crate) fn decision(
        &self,
        posture: &Posture,
        make: impl FnOnce() -> Decision,
    ) -> Arc<Decision> {
        let known = self
            .decisions
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(decision) = known.get(posture) {
            return Arc::clone(decision);
        }
        drop(known);
        let decision = Arc::new(make());
        let mut known = self
            .decisions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if known.len() >= POSTURES {
            known.clear();
        }
        Arc::clone(known.entry(*posture).or_insert(decision))
    }

    pub(crate) fn rulings(
        &self,
        viewer: Viewer,
        make: impl FnOnce() -> BTreeMap<Arc<str>, Ruling>,
    ) -> Arc<BTreeMap<Arc<str>, Ruling>> {
        find(&self.rulings, &viewer).unwrap_or_else(|| keep(&self.rulings, viewer, make()))
    }

    pub(crate) fn mask(
        &self,
        (contract, unit, viewer): (&Arc<Contract>, ElementId, Viewer),
        shape: impl FnOnce() -> Vec<Shape>,
        make: impl FnOnce(&[Shape]) -> Mask,
    ) -> Arc<Mask> {
        let key = (key(contract), unit, viewer);
        find(&self.masks, &key).unwrap_or_else(|| {
            self.pin(contract);
            let shape = shape();
            let like = (key.0, unit, shape);
            let mask = find(&self.shapes, &like).unwrap_or_else(|| {
                let mask = make(&like.2);
                keep(&self.shapes, like, mask)
            });
            keep_shared(&self.masks, key, mask)
        })
    }

    pub(crate) fn writable(
        &self,
        (contract, viewer): (&Arc<Contract>, Viewer),
        make: impl FnOnce() -> BTreeSet<GroupId>,
    ) -> Arc<BTreeSet<GroupId>> {
        let key = (key(contract), viewer);
        find(&self.writable, &key).unwrap_or_else(|| {
            self.pin(contract);
            keep(&self.writable, key, make())
        })
    }

    fn pin(&self, contract: &Arc<Contract>) {
        let mut contracts = self
            .contracts
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        contracts
            .entry(key(contract))
            .or_insert_with(|| Arc::clone(contract));
    }
}

fn key(contract: &Arc<Contract>) -> ContractKey {
    Arc::as_ptr(contract).addr()
}

fn find<K: Ord, V>(table: &Table<K, V>, key: &K) -> Option<Arc<V>> {
    let table = table.read().unwrap_or_else(PoisonError::into_inner);
    table.get(key).cloned()
}

fn keep<K: Ord, V>(table: &Table<K, V>, key: K, value: V) -> Arc<V> {
    keep_shared(table, key, Arc::new(value))
}

fn keep_shared<K: Ord, V>(table: &Table<K, V>, key: K, value: Arc<V>) -> Arc<V> {
    let mut table = table.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(table.entry(key).or_insert(value))
}
