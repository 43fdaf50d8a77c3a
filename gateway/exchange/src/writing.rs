//! Which field groups a message holds.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Content, Contract, Document, GroupId, NodeRef};

/// The groups that have a leaf in the document's cases, each with the path of its first one.
pub(crate) fn groups(document: &Document) -> BTreeMap<GroupId, String> {
    let mut found = BTreeMap::new();
    for unit in document.case_units() {
        let path = format!("/{}/{}", document.root().local(), unit.local());
        collect(document.contract(), unit, &path, &mut found);
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
    groups(document)
        .into_iter()
        .filter(|(group, _)| !writable.contains(group))
        .map(|(group, path)| (contract.group(group).name.to_string(), path))
        .collect()
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

fn collect(
    contract: &Contract,
    node: NodeRef<'_>,
    path: &str,
    found: &mut BTreeMap<GroupId, String>,
) {
    let element = contract.element(node.element());
    if contract.value_type(node.element()).is_some()
        && let Some(governed) = element.governance
    {
        found
            .entry(governed.group)
            .or_insert_with(|| path.to_owned());
    }
    if let Content::Complex(id) = element.content {
        for attribute in &contract.complex(id).attributes {
            let local = &attribute.name.local;
            if let Some(governed) = attribute.governance
                && node.attribute(local).is_some()
            {
                found
                    .entry(governed.group)
                    .or_insert_with(|| format!("{path}/@{local}"));
            }
        }
    }
    for child in node.children() {
        collect(contract, child, &format!("{path}/{}", child.local()), found);
    }
}
