//! Whether a mask lets anything through.

use std::collections::BTreeSet;

use contract::{Content, Contract, ElementId, Mask, Role, Treatment};

/// How deep the search goes: a type that holds itself is never looked through to the end.
const DEPTH: usize = 32;

/// Whether a reader with that mask sees no leaf of a case at all, the list of what was withheld
/// aside. Such a case is not there for the reader: even an empty one would say that it exists.
pub fn shows_nothing(contract: &Contract, mask: &Mask) -> bool {
    let withheld = mask.withheld().iter();
    let gone = withheld.filter(|withheld| withheld.treatment == Treatment::Withheld);
    let gone: BTreeSet<&str> = gone.map(|withheld| withheld.path.as_str()).collect();
    !shows(contract, mask.unit(), &gone, &mut Vec::new())
}

fn shows<'c>(
    contract: &'c Contract,
    element: ElementId,
    gone: &BTreeSet<&str>,
    path: &mut Vec<&'c str>,
) -> bool {
    let Content::Complex(id) = contract.element(element).content else {
        return true;
    };
    if contract.value_type(element).is_some() {
        return true;
    }
    let children = contract.complex(id).children.iter();
    children.map(|child| child.element).any(|child| {
        let known = contract.element(child);
        if known.role == Some(Role::Withheld) || path.len() == DEPTH {
            return false;
        }
        path.push(&known.name.local);
        let visible = !gone.contains(path.join("/").as_str()) && shows(contract, child, gone, path);
        path.pop();
        visible
    })
}
