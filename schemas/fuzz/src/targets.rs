//! What is done with foreign bytes, by the fuzzers and by the test that replays their corpus.
//!
//! Whatever the bytes are, nothing may panic or run away; what is accepted must be written in a way
//! that is accepted again.

#![allow(dead_code, reason = "each fuzzer takes one of the functions")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use contract::{Contract, Document, ElementId, Governance, Limits, QName};

/// The most bytes that are tried: longer ones say no more.
const LONGEST: usize = 64 << 10;

/// Bytes as an XML document.
pub(crate) fn xml(data: &[u8]) {
    let (contract, root) = fixture();
    if let Ok(document) = contract::xml::decode(contract, root, data, &Limits::default()) {
        again(contract, root, &document);
    }
}

/// Bytes as a JSON document.
pub(crate) fn json(data: &[u8]) {
    let (contract, root) = fixture();
    if let Ok(document) = contract::json::decode(contract, root, data, &Limits::default()) {
        again(contract, root, &document);
    }
}

/// Bytes as a schema.
pub(crate) fn xsd(data: &[u8]) {
    load("a.xsd", data);
}

/// Bytes as a WSDL.
pub(crate) fn wsdl(data: &[u8]) {
    load("a.wsdl", data);
}

/// What was accepted is accepted again.
fn again(contract: &Arc<Contract>, root: ElementId, document: &Document) {
    let mut xml = Vec::new();
    document.root().write_xml(&mut xml);
    let read = contract::xml::decode(contract, root, &xml, &Limits::default());
    let shown = || String::from_utf8_lossy(&xml).into_owned();
    assert!(read.is_ok(), "{:?} {}", read.err(), shown());
    let mut json = Vec::new();
    document.root().write_json(&mut json);
    let read = contract::json::decode(contract, root, &json, &Limits::default());
    let shown = || String::from_utf8_lossy(&json).into_owned();
    assert!(read.is_ok(), "{:?} {}", read.err(), shown());
}

/// A contract with something of everything, and its root.
fn fixture() -> (&'static Arc<Contract>, ElementId) {
    static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
    let contract = CONTRACT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = [folder.join("contract"), folder.join("fuzz/contract")];
        let folder = folder.iter().find(|folder| folder.is_dir());
        let loaded = Contract::load(folder.expect("the contract"), Governance::Ungoverned);
        loaded.unwrap_or_else(|errors| panic!("{errors}"))
    });
    let root = contract.root(&QName::new(Some("urn:fuzz"), "Todo"));
    (contract, root.expect("the root"))
}

/// Loads the bytes as the only file of a folder.
fn load(name: &str, data: &[u8]) {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    if data.len() > LONGEST {
        return;
    }
    let folder = FOLDER.get_or_init(|| {
        let shared = Path::new("/dev/shm");
        let temporary = std::env::temp_dir();
        let base = if shared.is_dir() { shared } else { &temporary };
        let folder = base.join(format!("contract-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    });
    let file = folder.join(name);
    std::fs::write(&file, data).expect("a file");
    match Contract::load_file(folder, &file, Governance::Ungoverned) {
        Ok(contract) => assert!(contract.roots().len() <= contract.element_count()),
        Err(errors) => assert!(!errors.0.is_empty(), "refused without a reason"),
    }
    std::fs::remove_file(&file).expect("the file");
}
