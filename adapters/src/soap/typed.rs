//! The typed fault of a contract of others, both ways: its code means a problem of ours, and our
//! problems are told in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::{
    Builder, Content, Contract, Document, ElementId, FaultTerms, FaultText, Fronting, Violation,
};
use domain::Problem;
use domain::problem::Report;
use jiff::Timestamp;

use crate::problem::shown;
use crate::text::clip;

/// The code of a problem for which the intermediation standard has none.
const OTHER: &str = "0904";

/// The longest text that is put into a leaf, in characters.
const LONGEST_TEXT: usize = 250;

/// What a typed fault of the contract says of a problem; `None` when it has none, or cannot say it.
pub fn typed_fault(contract: &Arc<Contract>, report: &Report, now: Timestamp) -> Option<Document> {
    let terms = contract.fronting()?.fault.as_ref()?;
    let report = shown(report);
    let mut leaves = BTreeMap::new();
    for (path, what) in &terms.leaves {
        leaves.insert(&**path, text(terms, what, &report, now)?);
    }
    let mut builder = Builder::new(contract, terms.element);
    let root = format!("/{}", contract.element(terms.element).name.local);
    fill(contract, &mut builder, (terms.element, &root), &leaves).ok()?;
    builder.finish().ok()
}

fn text(terms: &FaultTerms, what: &FaultText, report: &Report, now: Timestamp) -> Option<String> {
    let entry = report.problem.entry();
    Some(match what {
        FaultText::Code => {
            let told = terms
                .problems
                .iter()
                .find(|(_, problem)| ***problem == *entry.code);
            let own = told.map(|(code, _)| &**code);
            own.or(entry.scsp).unwrap_or(OTHER).to_owned()
        }
        FaultText::Text => clip(&report.detail, LONGEST_TEXT).into_owned(),
        // A request that could not be read has no name: then the fault is told in our own words.
        FaultText::RequestId => report.request_id.as_ref()?.to_string(),
        FaultText::Timestamp => now.to_string(),
        FaultText::Incident => report.incident.clone(),
        FaultText::Fixed(text) => text.to_string(),
    })
}

/// Puts the leaves below an element, in the order of the schema; as deep as their paths.
fn fill(
    contract: &Contract,
    builder: &mut Builder,
    (element, path): (ElementId, &str),
    leaves: &BTreeMap<&str, String>,
) -> Result<(), Violation> {
    let Content::Complex(id) = contract.element(element).content else {
        return Ok(());
    };
    for child in &contract.complex(id).children {
        let local = &contract.element(child.element).name.local;
        let path = format!("{path}/{local}");
        let below = format!("{path}/");
        if let Some(text) = leaves.get(path.as_str()) {
            builder.leaf(local, text)?;
        } else if leaves.keys().any(|leaf| leaf.starts_with(&below)) {
            builder.open(local)?;
            fill(contract, builder, (child.element, &path), leaves)?;
            builder.close()?;
        }
    }
    Ok(())
}

/// What a code of the contract's typed fault means.
pub(super) fn problem(fronting: &Fronting, code: &str) -> Option<Problem> {
    let terms = fronting.fault.as_ref()?;
    Problem::from_code(terms.problems.get(code)?)
}

/// The names from the fault's element down to the leaf that says `what`.
pub(super) fn path<'f>(fronting: &'f Fronting, what: &FaultText) -> Option<Vec<&'f str>> {
    let terms = fronting.fault.as_ref()?;
    let (path, _) = terms.leaves.iter().find(|(_, told)| *told == what)?;
    Some(path.split('/').skip(1).collect())
}
