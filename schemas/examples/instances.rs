//! Makes documents of every element that a schema declares, takes each through XML, JSON and XML, and
//! writes them for another validator: `instances FOLDER FILE COUNT OUT`.
//!
//! One line a document: its file in `OUT`, its element, and what became of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a tool for developers: a panic is the report; what is shared with the tests is not all used"
)]

#[path = "../tests/support/meaning.rs"]
mod meaning;

use std::path::Path;
use std::sync::Arc;

use contract::example::{Maker, Random};
use contract::{Contract, ElementId, Governance, Limits, json, xml};

use meaning::{Space, meaning};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, file, count, out] = arguments.as_slice() else {
        return Err("instances FOLDER FILE COUNT OUT".into());
    };
    let folder = Path::new(folder);
    let contract = Contract::load_file(folder, &folder.join(file), Governance::Ungoverned)?;
    let count: usize = count.parse()?;
    let mut maker = Maker::new(&contract);
    let mut random = Random::new(1);
    let mut number = 0;
    for root in contract.roots() {
        let element = contract.element(*root);
        if element.is_abstract {
            continue;
        }
        for _ in 0..count {
            maker.lacking.clear();
            let text = maker.document(*root, &mut random).text();
            let fate = match maker.lacking.first() {
                Some(lacking) => format!("lacking {lacking:.80}"),
                None => fate(&contract, *root, &text),
            };
            std::fs::write(Path::new(out).join(format!("{number}.xml")), text)?;
            println!("{number}.xml\t{}\t{fate}", element.name);
            number += 1;
        }
    }
    Ok(())
}

/// What becomes of a document on its way through JSON.
fn fate(contract: &Arc<Contract>, root: ElementId, text: &str) -> String {
    let limits = Limits::default();
    let document = match xml::decode(contract, root, text.as_bytes(), &limits) {
        Ok(document) => document,
        Err(error) => return format!("refused {}", one_line(&error.to_string())),
    };
    let (mut as_json, mut back, mut again) = (Vec::new(), Vec::new(), Vec::new());
    document.write_json(&mut as_json);
    let returned = match json::decode(contract, root, &as_json, &limits) {
        Ok(document) => document,
        Err(error) => return format!("lost {}", one_line(&error.to_string())),
    };
    returned.write_xml(&mut back);
    returned.write_json(&mut again);
    let back = String::from_utf8_lossy(&back);
    let same = |space| meaning(text, space) == meaning(&back, space);
    // What the types of the contract do with white space is done to one of the two only.
    match (same(Space::Kept), same(Space::Collapsed)) {
        _ if as_json != again => "differs in JSON".to_owned(),
        (true, _) => "same".to_owned(),
        (false, true) => "collapsed".to_owned(),
        (false, false) => "differs in XML".to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
