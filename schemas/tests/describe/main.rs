//! What the emitters say of contracts, judged by what the codecs do.
#![allow(clippy::pedantic, reason = "tests read as tables, however long")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod check;
mod golden;
mod openapi;
mod schemas;
mod small;
mod wsdl;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use contract::{Contract, Governance};
use serde_json::Value;

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts")
}

fn contract(name: &str) -> Arc<Contract> {
    match Contract::load(&contracts().join(name), Governance::Required) {
        Ok(contract) => contract,
        Err(errors) => panic!("{errors}"),
    }
}

fn places_of(value: &Value, place: &str, places: &mut Vec<String>) {
    places.push(place.to_owned());
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                places_of(member, &format!("{place}/{key}"), places);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                places_of(item, &format!("{place}/{at}"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every `$ref` of the document leads to something inside it.
fn assert_references_resolve(document: &Value) {
    let mut places = Vec::new();
    places_of(document, "", &mut places);
    for place in places.iter().filter(|place| place.ends_with("/$ref")) {
        let reference = document.pointer(place).unwrap().as_str().unwrap();
        let target = reference
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("{reference}"));
        assert!(document.pointer(target).is_some(), "{place}: {reference}");
    }
}
