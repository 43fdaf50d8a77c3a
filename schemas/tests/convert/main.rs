//! Conversions between contracts, rules between fields, and forms: what the contract folders say as data.
#![allow(clippy::pedantic, reason = "tests read as tables, however long")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod levels;
mod refused;
mod rules;
mod small;
mod viogen;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use contract::{Contract, Conversions, Document, ElementId, Governance, Limits, QName, json, xml};

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts")
}

/// The contract of that name, loaded once.
fn contract(name: &str) -> Arc<Contract> {
    static LOADED: Mutex<BTreeMap<String, Arc<Contract>>> = Mutex::new(BTreeMap::new());
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let contract = loaded.entry(name.to_owned()).or_insert_with(|| {
        let loaded = Contract::load(&contracts().join(name), Governance::Required);
        loaded.unwrap_or_else(|errors| panic!("{errors}"))
    });
    Arc::clone(contract)
}

fn conversions(own: &Arc<Contract>, other: &Arc<Contract>) -> Conversions {
    let folder = contracts().join(own.id());
    let loaded = Conversions::load(&folder, own, other);
    loaded.unwrap_or_else(|errors| panic!("{errors}"))
}

fn root(contract: &Contract, name: &str) -> ElementId {
    let name = QName::new(Some(contract.namespace()), name);
    contract.root(&name).unwrap_or_else(|| panic!("no {name}"))
}

fn from_xml(contract: &Arc<Contract>, name: &str, text: &str) -> Document {
    let decoded = xml::decode(
        contract,
        root(contract, name),
        text.as_bytes(),
        &Limits::default(),
    );
    decoded.unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn from_json(contract: &Arc<Contract>, name: &str, text: &str) -> Document {
    let decoded = json::decode(
        contract,
        root(contract, name),
        text.as_bytes(),
        &Limits::default(),
    );
    decoded.unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn to_json(document: &Document) -> serde_json::Value {
    let mut bytes = Vec::new();
    document.write_json(&mut bytes);
    serde_json::from_slice(&bytes).unwrap()
}
