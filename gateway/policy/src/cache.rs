//! What was decided once for a kind of reader, kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use contract::{Contract, ElementId, GroupId, Mask};

use crate::Viewer;

/// The masks and writable groups made so far. Bounded: by contract and case unit, as many as kinds of
/// reader there are.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    masks: Table<(ContractKey, ElementId, Viewer), Mask>,
    writable: Table<(ContractKey, Viewer), BTreeSet<GroupId>>,
    // Keeps the contracts alive, so that no other can take the place in memory that names them.
    contracts: RwLock<BTreeMap<ContractKey, Arc<Contract>>>,
}

type ContractKey = usize;
type Table<K, V> = RwLock<BTreeMap<K, Arc<V>>>;

impl Cache {
    pub(crate) fn mask(
        &self,
        (contract, unit, viewer): (&Arc<Contract>, ElementId, Viewer),
        make: impl FnOnce() -> Mask,
    ) -> Arc<Mask> {
        let key = (key(contract), unit, viewer);
        find(&self.masks, &key).unwrap_or_else(|| {
            self.pin(contract);
            keep(&self.masks, key, make())
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
    let mut table = table.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(table.entry(key).or_insert_with(|| Arc::new(value)))
}
