//! What of a message has a place on the other side, leaf by leaf.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Conversion;
use super::place::{Place, attributes, steps};
use super::plan::{Message, Node, Presence};
use crate::{Contract, ElementId, Role};

/// What of one message has a place on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The message that is converted.
    pub from: Arc<str>,
    /// The message that it becomes.
    pub to: Arc<str>,
    /// The leaves of the one, each by its path: why it is lost; none when something is made of it.
    pub taken: BTreeMap<String, Option<Arc<str>>>,
    /// The leaves of the other, each by its path: whether something ever stands there.
    pub given: BTreeMap<String, bool>,
}

impl Reach {
    pub(super) fn of(conversion: &Conversion, root: ElementId, message: &Message) -> Self {
        let mut filled = BTreeSet::new();
        fill(&message.root, &mut filled);
        let fate = |(place, path): (Place, String)| {
            let lost = !message.read.contains(&path);
            let reason = lost.then(|| reason(message, &place));
            (path, reason)
        };
        let given = leaves(&conversion.to, message.target).into_iter();
        Self {
            from: Arc::clone(&message.source_name),
            to: Arc::clone(&message.target_name),
            taken: leaves(&conversion.from, root)
                .into_iter()
                .map(fate)
                .collect(),
            given: given
                .map(|(_, path)| {
                    let is_filled = filled.contains(&path);
                    (path, is_filled)
                })
                .collect(),
        }
    }
}

/// The reason that the file gives for a loss; it gives one for every leaf that is not read.
fn reason(message: &Message, place: &Place) -> Arc<str> {
    let mut losses = message.losses.iter();
    let lost = losses.find(|(lost, _)| lost.place.holds(place) || lost.place == *place);
    lost.map_or_else(|| Arc::from(""), |(_, reason)| Arc::clone(reason))
}

/// The leaves of a message: values, attributes, and elements without any content.
fn leaves(contract: &Contract, root: ElementId) -> Vec<(Place, String)> {
    let mut found = Vec::new();
    walk(contract, &Place::root(root), &mut vec![root], &mut found);
    found
}

fn walk(
    contract: &Contract,
    here: &Place,
    trail: &mut Vec<ElementId>,
    found: &mut Vec<(Place, String)>,
) {
    // What the gateway writes about a conversion is not converted.
    if contract.element(here.element()).role == Some(Role::Losses) {
        return;
    }
    let (inner, declared) = (
        steps(contract, here.element()),
        attributes(contract, here.element()),
    );
    if here.simple(contract).is_some() || (inner.is_empty() && declared.is_empty()) {
        found.push((here.clone(), here.path(contract)));
    }
    for attribute in declared {
        let place = here.with(attribute);
        let path = place.path(contract);
        found.push((place, path));
    }
    for step in inner {
        let below = here.below(step);
        if trail.contains(&below.element()) {
            continue;
        }
        trail.push(below.element());
        walk(contract, &below, trail, found);
        trail.pop();
    }
}

/// The leaves of the target that something comes to stand in.
fn fill(node: &Node, filled: &mut BTreeSet<String>) {
    let attributes = node.attributes.iter().map(|(_, _, leaf)| leaf);
    for leaf in attributes.chain(&node.value) {
        filled.insert(leaf.path.to_string());
    }
    match &node.presence {
        Presence::Withheld(_) => {
            filled.insert(node.path.to_string());
            for attribute in ["tratamiento", "clausula"] {
                filled.insert(format!("{}/@{attribute}", node.path));
            }
        }
        Presence::Each(_) | Presence::When(_) if node.children.is_empty() => {
            filled.insert(node.path.to_string());
        }
        Presence::Each(_) | Presence::When(_) | Presence::Made => {}
    }
    for child in &node.children {
        fill(child, filled);
    }
}
