//! What holds between the values of a whole document: identity constraints, `xs:ID` and `xs:IDREF`.
//!
//! Looked at once the document is complete, whatever it was read from, and only where the contract
//! says something of the kind.

mod keys;
mod references;

use std::fmt::Write as _;

use crate::violation::{Violation, ViolationKind};
use crate::{Contract, Document, NodeRef};

/// The most violations that are told.
const MOST: usize = 100;

/// What the contract says of values across a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Across {
    /// Some element carries an identity constraint.
    pub(crate) keys: bool,
    /// Some type is an `xs:ID` or an `xs:IDREF`, or holds one.
    pub(crate) references: bool,
}

/// The document, or everything that is wrong between its values.
pub(crate) fn checked(document: Document) -> Result<Document, Vec<Violation>> {
    let mut found = Vec::new();
    let across = document.contract().across;
    if across.references {
        references::check(&document, &mut found);
    }
    if across.keys {
        keys::check(&document, &mut found);
    }
    if found.is_empty() {
        Ok(document)
    } else {
        Err(found)
    }
}

/// Notes a violation at the last of these elements, each inside the one before.
fn note(
    contract: &Contract,
    elements: &[NodeRef<'_>],
    below: Option<&str>,
    kind: ViolationKind,
    found: &mut Vec<Violation>,
) {
    if found.len() >= MOST {
        return;
    }
    let mut path = String::new();
    let mut parent: Option<NodeRef<'_>> = None;
    for element in elements {
        path.push('/');
        path.push_str(element.local());
        if let Some(number) = parent.and_then(|parent| number(contract, parent, *element)) {
            // Writing to a `String` cannot fail.
            let _ = write!(path, "[{number}]");
        }
        parent = Some(*element);
    }
    path.extend(below);
    found.push(Violation {
        path,
        line: None,
        kind,
    });
}

/// Which of the children of its name it is, from 1; `None` where there is no other.
fn number(contract: &Contract, parent: NodeRef<'_>, element: NodeRef<'_>) -> Option<usize> {
    let name = |node: NodeRef<'_>| &contract.element(node.element()).name;
    let alike: Vec<u32> = parent
        .elements()
        .filter(|child| name(*child) == name(element))
        .map(NodeRef::index)
        .collect();
    let at = alike.iter().position(|index| *index == element.index())?;
    (alike.len() > 1).then_some(at + 1)
}
