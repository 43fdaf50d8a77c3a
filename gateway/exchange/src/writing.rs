//! Which field groups a message holds.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Contract, Document, GroupId};

/// The groups that have a value in the document's cases, or in what wildcards admit outside of them.
pub(crate) fn groups(document: &Document) -> BTreeSet<GroupId> {
    let mut found = BTreeSet::new();
    document.each_field(&mut |field| {
        found.insert(field.group);
    });
    found
}

/// Those of these groups that are not among the `writable` ones, by name, each with the path of its
/// first value.
pub(crate) fn forbidden(
    document: &Document,
    writable: &BTreeSet<GroupId>,
) -> BTreeMap<String, String> {
    let contract = document.contract();
    let mut found: BTreeMap<GroupId, String> = BTreeMap::new();
    document.each_field(&mut |field| {
        if !writable.contains(&field.group) {
            found.entry(field.group).or_insert_with(|| field.path());
        }
    });
    let named = |(group, path)| (contract.group(group).name.to_string(), path);
    found.into_iter().map(named).collect()
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
