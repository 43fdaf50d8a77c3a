//! The VioGén contract's own examples, through everything.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contract::{
    Contract, Document, ElementId, Fate, Governance, Limits, Mask, Visibility, json, xml,
};

use crate::fixture::{to_json, to_xml};

fn folder(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("contracts/viogen/{version}"))
}

fn load(version: &str) -> Arc<Contract> {
    let loaded = Contract::load(&folder(version), Governance::Required);
    loaded.unwrap_or_else(|errors| panic!("{errors}"))
}

/// Each example with its text and root.
fn examples(contract: &Contract) -> Vec<(String, Vec<u8>, ElementId)> {
    let mut paths: Vec<_> = fs::read_dir(folder(contract.version()).join("ejemplos"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&bytes);
        let root =
            contract.roots().iter().copied().find(|root| {
                text.contains(&format!("<{} xmlns", contract.element(*root).name.local))
            });
        let root = root.unwrap_or_else(|| panic!("{name} has a root of the contract"));
        (name, bytes, root)
    };
    paths.into_iter().map(read).collect()
}

fn decode(contract: &Arc<Contract>, root: ElementId, bytes: &[u8]) -> Document {
    let outcome = xml::decode(contract, root, bytes, &Limits::default());
    outcome.unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(bytes)))
}

#[test]
fn every_example_says_the_same_in_xml_and_in_json() {
    let versions = ["1", "2"].map(load);
    let all = versions.iter().flat_map(|contract| {
        examples(contract)
            .into_iter()
            .map(move |one| (contract, one))
    });
    for (contract, (name, bytes, root)) in all {
        let document = decode(contract, root, &bytes);
        let as_json = to_json(&document);
        let back = json::decode(contract, root, as_json.as_bytes(), &Limits::default());
        let back = back.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(to_xml(&back), to_xml(&document), "{name}");
    }
}

#[test]
fn every_answer_stays_valid_under_any_one_group_hidden_or_masked() {
    let contract = load("2");
    for (name, bytes, root) in examples(&contract) {
        let document = decode(&contract, root, &bytes);
        if !name.contains("Respuesta") || document.case_units().is_empty() {
            continue;
        }
        for group in 0..contract.groups().len() {
            for less in [Visibility::Hidden, Visibility::Masked] {
                let sees = |id: contract::GroupId| {
                    if id.index() == group {
                        less
                    } else {
                        Visibility::Full
                    }
                };
                let text = to_xml(&reduced(&contract, document.clone(), &sees));
                let again = xml::decode(&contract, root, text.as_bytes(), &Limits::default());
                let group = &contract.groups()[group].name;
                assert!(again.is_ok(), "{name}, {group} {less:?}: {again:?}");
            }
        }
        for all in [Visibility::Hidden, Visibility::Masked] {
            let text = to_xml(&reduced(&contract, document.clone(), &|_| all));
            decode(&contract, root, text.as_bytes());
        }
    }
}

fn reduced(
    contract: &Contract,
    document: Document,
    sees: &dyn Fn(contract::GroupId) -> Visibility,
) -> Document {
    let units = contract.case_units();
    let masks: Vec<_> = units
        .iter()
        .map(|unit| Mask::compile(contract, *unit, sees))
        .collect();
    document.reduce(|node| {
        let mask = masks.iter().find(|mask| mask.unit() == node.element());
        mask.map_or(Fate::Drop, Fate::Release)
    })
}
