//! Contracts in the shapes in which administrations publish theirs, written for these tests: what of each compiles, what is refused
//! and how, and that documents of it go to JSON and back. With the feature `oracle`, `xmllint` judges the documents too.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a panic is the report"
)]

mod bundle;
#[path = "../support/meaning.rs"]
mod meaning;

use std::path::Path;
use std::sync::Arc;

use contract::example::{Maker, Random, example};
use contract::{Contract, Document, ElementId, Governance, Limits, check, json, xml};

use bundle::{Bundle, Expected};
use meaning::{Space, meaning};

/// How many documents are made of one element.
const DOCUMENTS: usize = 12;

#[test]
fn every_contract_is_read_or_refused_as_it_says() {
    let bundles = bundle::all();
    assert!(bundles.len() >= 28, "{} contracts", bundles.len());
    for bundle in &bundles {
        let folder = bundle.unpacked();
        let report = check::check(folder.path(), Governance::Ungoverned).unwrap();
        for verdict in &report.files {
            let found: Vec<String> = verdict
                .reasons
                .iter()
                .map(|one| format!("{}:{}: {}", one.file, one.line.unwrap_or(0), one.message))
                .collect();
            let expected: Vec<&str> = bundle.refusals(&verdict.file).collect();
            assert_eq!(found, expected, "{}", bundle.name);
        }
        for Expected { file, .. } in &bundle.expected {
            let named = report.files.iter().any(|verdict| verdict.file == *file);
            assert!(named, "{}: {file} is no root", bundle.name);
        }
    }
}

#[test]
fn documents_of_every_contract_go_to_json_and_back() {
    for bundle in bundle::all() {
        let folder = bundle.unpacked();
        for file in bundle::compiling(folder.path()) {
            let path = folder.path().join(&file);
            let contract = Contract::load_file(folder.path(), &path, Governance::Ungoverned);
            let contract = contract.unwrap_or_else(|errors| panic!("{}: {errors}", bundle.name));
            let made = documents(&contract);
            let least = usize::from(!contract.roots().is_empty());
            assert!(
                made.len() >= least,
                "{}: no document of {file}",
                bundle.name
            );
            for (root, document) in &made {
                goes_round(&contract, *root, document);
            }
            if cfg!(feature = "oracle") && bundle.is_judged() {
                judged(&bundle, folder.path(), &file, &made);
            }
        }
    }
}

/// Documents of every element that has some.
fn documents(contract: &Arc<Contract>) -> Vec<(ElementId, Document)> {
    let mut made = Vec::new();
    for root in contract.roots() {
        let (mut maker, mut random) = (Maker::new(contract), Random::new(7));
        if contract.element(*root).is_abstract {
            continue;
        }
        for _ in 0..DOCUMENTS {
            let document = example(contract, *root, &mut maker, &mut random);
            let name = &contract.element(*root).name;
            made.push((
                *root,
                document.unwrap_or_else(|why| panic!("{name}: {why}")),
            ));
        }
    }
    made
}

fn text(document: &Document) -> String {
    let mut out = Vec::new();
    document.write_xml(&mut out);
    String::from_utf8(out).unwrap()
}

fn goes_round(contract: &Arc<Contract>, root: ElementId, document: &Document) {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    document.write_json(&mut first);
    let shown = String::from_utf8_lossy(&first);
    let back = json::decode(contract, root, &first, &Limits::default());
    let back = back.unwrap_or_else(|error| panic!("{shown}: {error}"));
    back.write_json(&mut second);
    assert_eq!(String::from_utf8_lossy(&second), shown);
    let (came, went) = (text(document), text(&back));
    assert_eq!(
        meaning(&went, Space::Kept),
        meaning(&came, Space::Kept),
        "{shown}"
    );
    let again = xml::decode(contract, root, went.as_bytes(), &Limits::default());
    again.unwrap_or_else(|error| panic!("{went}: {error}"));
}

/// Fails unless `xmllint` accepts every document.
fn judged(bundle: &Bundle, folder: &Path, file: &str, made: &[(ElementId, Document)]) {
    let out = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..made.len()).map(|at| format!("{at}.xml")).collect();
    for (name, (_, document)) in names.iter().zip(made) {
        std::fs::write(out.path().join(name), text(document)).unwrap();
    }
    let run = std::process::Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(folder.join(file))
        .args(&names)
        .current_dir(out.path())
        .output()
        .unwrap_or_else(|error| panic!("`xmllint` cannot be run: {error}"));
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{} {file}:\n{said}", bundle.name);
}
