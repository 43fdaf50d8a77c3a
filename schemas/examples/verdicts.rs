//! What is thought of schemas and documents that others wrote, to be compared with another validator:
//! `verdicts < PAIRS`, a line each of a schema file, a tab, and a document file or nothing.
//!
//! One line a pair, in their order: `schema refused`, `accepted`, `valid`, `invalid` or `no root`, a tab,
//! and the first reason.

use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;

use contract::{Contract, Governance, Limits, QName, xml};
use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (schema, document) = line.split_once('\t').unwrap_or((&line, ""));
        let (verdict, reason) = verdict(Path::new(schema), document)?;
        let reason: Vec<_> = reason.split_whitespace().collect();
        writeln!(out, "{verdict}\t{:.300}", reason.join(" "))?;
    }
    Ok(())
}

fn verdict(schema: &Path, document: &str) -> std::io::Result<(&'static str, String)> {
    let folder = schema.parent().unwrap_or(Path::new("."));
    let contract = match Contract::load_file(folder, schema, Governance::Ungoverned) {
        Ok(contract) => contract,
        Err(errors) => return Ok(("schema refused", errors.to_string())),
    };
    if document.is_empty() {
        return Ok(("accepted", String::new()));
    }
    let bytes = std::fs::read(document)?;
    Ok(match decoded(&contract, &bytes) {
        None => ("no root", String::new()),
        Some(Ok(())) => ("valid", String::new()),
        Some(Err(reason)) => ("invalid", reason),
    })
}

/// The verdict on a document, none if nothing in the schema declares its outermost element.
fn decoded(contract: &Arc<Contract>, bytes: &[u8]) -> Option<Result<(), String>> {
    let text = xml::utf8(bytes, None).ok()?;
    let root = contract.root(&outermost(&text)?)?;
    let read = xml::decode(contract, root, bytes, &Limits::default());
    Some(read.map(|_| ()).map_err(|error| error.to_string()))
}

fn outermost(bytes: &[u8]) -> Option<QName> {
    let mut reader = NsReader::from_reader(bytes);
    loop {
        let (namespace, event) = reader.read_resolved_event().ok()?;
        let (Event::Start(start) | Event::Empty(start)) = event else {
            if matches!(event, Event::Eof) {
                return None;
            }
            continue;
        };
        let local = start.local_name();
        let name = match namespace {
            ResolveResult::Bound(bound) => format!("{{{}}}{}", bound.as_ref(), local.as_ref()),
            ResolveResult::Unbound | ResolveResult::Unknown(_) => local.as_ref().to_owned(),
        };
        return name.parse().ok();
    }
}
