//! The pairs of messages in `fixtures/`: `ida/<message>[-…]/` holds what the partner says and what it becomes,
//! `vuelta/<message>[-…]/` what is said in the canonical contract and what the partner is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use adapters::partner::{Partner, Style};
use contract::{Contract, Conversion, Document, Limits, Loss, QName, json, xml};

use crate::{CANONICAL, PARTNERS, golden};

/// How one side of a pair is written.
struct Form {
    file: &'static str,
    json: bool,
}

const CANONICAL_XML: Form = Form {
    file: "canonico.xml",
    json: false,
};

fn form(partner: &Partner) -> Form {
    match partner.settings.protocol.style {
        Style::Soap11 | Style::Soap12 => Form {
            file: "mensaje.xml",
            json: false,
        },
        Style::Rest => Form {
            file: "mensaje.json",
            json: true,
        },
    }
}

fn pairs(partner: &Partner, way: &str) -> Vec<PathBuf> {
    let folder = partner.dir.join("fixtures").join(way);
    let entries = std::fs::read_dir(&folder);
    let entries = entries.unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert!(!found.is_empty(), "{}", folder.display());
    found
}

/// The message of a folder, by the folder's name.
fn read(contract: &Arc<Contract>, dir: &Path, form: &Form) -> Document {
    let path = dir.join(form.file);
    let text = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let name = dir.file_name().unwrap().to_str().unwrap();
    let root = QName::new(Some(contract.namespace()), name.split('-').next().unwrap());
    let root = contract
        .root(&root)
        .unwrap_or_else(|| panic!("{}: no {root}", path.display()));
    let decode = if form.json { json::decode } else { xml::decode };
    let document = decode(contract, root, &text, &Limits::default());
    document.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(document: &Document, form: &Form) -> String {
    let mut bytes = Vec::new();
    if form.json {
        document.write_json(&mut bytes);
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        return serde_json::to_string_pretty(&value).unwrap() + "\n";
    }
    document.write_xml(&mut bytes);
    // One leaf a line: a change is seen where it is.
    String::from_utf8(bytes).unwrap().replace("><", ">\n<") + "\n"
}

fn told(losses: &[Loss]) -> String {
    let line = |loss: &Loss| format!("{}: {}\n", loss.path, loss.reason);
    losses.iter().map(line).collect()
}

fn check(conversion: &Conversion, dir: &Path, (from, to): (&Form, &Form)) {
    let document = read(conversion.from(), dir, from);
    let made = conversion.convert(&document, &[]);
    let made = made.unwrap_or_else(|fault| panic!("{}: {fault} {fault:?}", dir.display()));
    golden(&dir.join(to.file), &write(&made.document, to));
    golden(&dir.join("perdidas.txt"), &told(&made.losses));
}

#[test]
fn every_pair_holds() {
    for partner in PARTNERS.iter() {
        let Some(dialect) = &partner.dialect else {
            for dir in pairs(partner, "canonico") {
                read(&CANONICAL, &dir, &form(partner));
            }
            continue;
        };
        let own = form(partner);
        for dir in pairs(partner, "ida") {
            check(&dialect.conversions.forth, &dir, (&own, &CANONICAL_XML));
        }
        for dir in pairs(partner, "vuelta") {
            check(&dialect.conversions.back, &dir, (&CANONICAL_XML, &own));
        }
    }
}

/// Whoever says that it is still at it, or that it failed, has not said that nobody is known, whatever its form made it
/// write beside that.
#[test]
fn what_is_not_done_is_no_answer() {
    let partner = PARTNERS.iter().find(|it| it.slug == "ua-galicia").unwrap();
    let conversion = &partner.dialect.as_ref().unwrap().conversions.forth;
    let root = QName::new(Some(conversion.from().namespace()), "Respuesta");
    let root = conversion.from().root(&root).unwrap();
    let fixture = partner.dir.join("fixtures/ida/Respuesta-muda/mensaje.xml");
    let text = std::fs::read_to_string(fixture).unwrap();
    for (state, said) in [("0003", true), ("0002", false), ("0502", false)] {
        let text = text.replace("0003", state);
        let limits = Limits::default();
        let document = xml::decode(conversion.from(), root, text.as_bytes(), &limits).unwrap();
        let made = conversion.convert(&document, &[]);
        assert_eq!(made.is_ok(), said, "{state}: {made:?}");
    }
}
