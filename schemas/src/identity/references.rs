//! `xs:ID` is unique in a document, and `xs:IDREF` names one (XML Schema part 2, 3.3.8 and 3.3.9).

use std::collections::BTreeSet;

use super::note;
use crate::{Builtin, Contract, Document, NodeRef, SimpleType, Violation, ViolationKind};

/// Checks every value that is an identifier or refers to one.
pub(super) fn check(document: &Document, found: &mut Vec<Violation>) {
    let contract = document.contract();
    let mut identifiers = BTreeSet::new();
    let mut path = vec![document.root()];
    walk(contract, &mut path, &mut |path, below, builtin, value| {
        if builtin == Builtin::Id && !identifiers.insert(value.to_owned()) {
            note(contract, path, below, ViolationKind::DuplicateId, found);
        }
    });
    walk(contract, &mut path, &mut |path, below, builtin, value| {
        if builtin == Builtin::IdRef && !identifiers.contains(value) {
            note(
                contract,
                path,
                below,
                ViolationKind::DanglingReference,
                found,
            );
        }
    });
}

/// Gives every identifier and reference, with the elements that it stands in.
fn walk<'d>(
    contract: &Contract,
    path: &mut Vec<NodeRef<'d>>,
    see: &mut impl FnMut(&[NodeRef<'d>], Option<&str>, Builtin, &str),
) {
    let Some(node) = path.last().copied() else {
        return;
    };
    for (attribute, value) in node.declared_attributes() {
        let simple = contract.simple(attribute.simple);
        if concerns(simple) {
            let below = format!("/@{}", attribute.name.local);
            simple.each_atom(value, &mut |builtin, value| {
                see(path, Some(&below), builtin, value);
            });
        }
    }
    let simple = node.simple().map(|simple| contract.simple(simple));
    if let (Some(simple), Some(text)) = (simple, node.text())
        && concerns(simple)
    {
        simple.each_atom(text, &mut |builtin, value| see(path, None, builtin, value));
    }
    for child in node.elements() {
        path.push(child);
        walk(contract, path, see);
        path.pop();
    }
}

fn concerns(simple: &SimpleType) -> bool {
    simple.holds(Builtin::Id) || simple.holds(Builtin::IdRef)
}
