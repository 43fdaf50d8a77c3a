//! Which field groups a message holds.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Content, Contract, Document, GroupId, NodeRef};

/// The groups that have a leaf in the document's cases.
pub(crate) fn groups(document: &Document) -> BTreeSet<GroupId> {
    let mut found = BTreeSet::new();
    for unit in document.case_units() {
        walk(unit, &mut Vec::new(), &mut |group, _, _| {
            found.insert(group);
        });
    }
    found
}

/// The groups in the document's cases that are not among the `writable` ones, by name, each with the
/// path of its first leaf.
pub(crate) fn forbidden(
    document: &Document,
    writable: &BTreeSet<GroupId>,
) -> BTreeMap<String, String> {
    let contract = document.contract();
    let mut found = BTreeMap::new();
    for unit in document.case_units() {
        let mut path = vec!["", document.root().local(), unit.local()];
        walk(unit, &mut path, &mut |group, path, attribute| {
            if !writable.contains(&group) {
                let name = contract.group(group).name.to_string();
                found
                    .entry(name)
                    .or_insert_with(|| leaf_path(path, attribute));
            }
        });
    }
    found
}

/// The names of groups.
pub(crate) fn names<'g>(
    contract: &Contract,
    groups: impl IntoIterator<Item = &'g GroupId>,
) -> BTreeSet<String> {
    groups
        .into_iter()
        .map(|group| contract.group(*group).name.to_string())
        .collect()
}

fn leaf_path(path: &[&str], attribute: Option<&str>) -> String {
    let element = path.join("/");
    attribute.map_or_else(|| element.clone(), |local| format!("{element}/@{local}"))
}

/// Shows `see` the group of every leaf and attribute from `node` down, and where it is.
fn walk<'d>(
    node: NodeRef<'d>,
    path: &mut Vec<&'d str>,
    see: &mut impl FnMut(GroupId, &[&'d str], Option<&'d str>),
) {
    let contract = node.document().contract();
    let element = contract.element(node.element());
    if let Content::Complex(id) = element.content {
        for attribute in &contract.complex(id).attributes {
            let local = &*attribute.name.local;
            if let Some(governed) = attribute.governance
                && node.attribute(local).is_some()
            {
                see(governed.group, path, Some(local));
            }
        }
    }
    if let Some(governed) = element.governance
        && contract.value_type(node.element()).is_some()
    {
        see(governed.group, path, None);
    }
    for child in node.children() {
        path.push(child.local());
        walk(child, path, see);
        path.pop();
    }
}
