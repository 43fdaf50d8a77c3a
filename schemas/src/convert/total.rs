//! Nothing of the source is forgotten, and nothing required of the target.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::compile::Site;
use super::fault::ConversionFault;
use super::place::{Place, attributes, steps};
use super::plan::{Change, Leaf, Node, Presence, Source};
use crate::{Content, Contract, ElementId, Form, Particle, Role};

/// Checks the whole tree; gives the paths of the source that it reads.
pub(super) fn check(
    site: &mut Site<'_>,
    root: &Node,
    contexts: &[Place],
    losses: &[(Source, Arc<str>)],
) -> BTreeSet<String> {
    let mut read = BTreeSet::new();
    sources(root, &mut read);
    let Some(source) = contexts.first() else {
        return read;
    };
    let mut leaves = Vec::new();
    let mut trail = vec![source.root];
    walk(site, source, &mut trail, &mut leaves);
    for (place, path) in &leaves {
        let lost = losses
            .iter()
            .any(|(lost, _)| lost.place.holds(place) || lost.place == *place);
        if !lost && !read.contains(path) {
            site.fault(ConversionFault::Unmapped(path.clone()));
        }
    }
    for (lost, _) in losses {
        let unread = |(place, path): &(Place, String)| {
            (lost.place.holds(place) || lost.place == *place) && !read.contains(path)
        };
        if !leaves.iter().any(unread) {
            site.fault(ConversionFault::Idle(lost.path.to_string()));
        }
    }
    filled(site, root, &[]);
    read
}

/// The paths that the tree reads.
fn sources(node: &Node, read: &mut BTreeSet<String>) {
    let leaves = node
        .attributes
        .iter()
        .map(|(_, _, leaf)| leaf)
        .chain(&node.value);
    for leaf in leaves {
        read.extend(leaf.sources.iter().map(|source| source.path.to_string()));
    }
    match &node.presence {
        Presence::Withheld(source) => {
            read.insert(source.path.to_string());
            for attribute in ["tratamiento", "clausula"] {
                read.insert(format!("{}/@{attribute}", source.path));
            }
        }
        // An element without content says something by being there.
        Presence::Each(source) if node.value.is_none() && node.children.is_empty() => {
            read.insert(source.path.to_string());
        }
        Presence::Each(_) | Presence::When(_) | Presence::Made => {}
    }
    for child in &node.children {
        sources(child, read);
    }
}

/// The leaves of the source: values, attributes, and elements without any content.
fn walk(
    site: &mut Site<'_>,
    here: &Place,
    trail: &mut Vec<ElementId>,
    leaves: &mut Vec<(Place, String)>,
) {
    let from = site.from;
    // What the gateway writes about a conversion is not converted.
    if from.element(here.element()).role == Some(Role::Losses) {
        return;
    }
    if is_open(from, here.element()) {
        site.fault(ConversionFault::Open(here.path(from)));
    }
    let (inner, declared) = (
        steps(from, here.element()),
        attributes(from, here.element()),
    );
    if here.simple(from).is_some() || (inner.is_empty() && declared.is_empty()) {
        leaves.push((here.clone(), here.path(from)));
    }
    for attribute in declared {
        let place = here.with(attribute);
        let path = place.path(from);
        leaves.push((place, path));
    }
    for step in inner {
        let below = here.below(step);
        if trail.contains(&below.element()) {
            site.fault(ConversionFault::Recursive(below.path(from)));
            continue;
        }
        trail.push(below.element());
        walk(site, &below, trail, leaves);
        trail.pop();
    }
}

/// Whether names and values are not all there is to an element's content.
fn is_open(contract: &Contract, element: ElementId) -> bool {
    let Content::Complex(id) = contract.element(element).content else {
        return false;
    };
    let complex = contract.complex(id);
    complex.mixed
        || complex.form == Form::List
        || complex.any_attribute.is_some()
        || !complex.derived.is_empty()
        || complex.particle.as_ref().is_some_and(has_wildcard)
}

fn has_wildcard(particle: &Particle) -> bool {
    match particle {
        Particle::Element(..) => false,
        Particle::Wildcard(..) => true,
        Particle::Sequence(items, _) | Particle::Choice(items, _) | Particle::All(items, _) => {
            items.iter().any(has_wildcard)
        }
    }
}

/// Checks that whatever is required of `node` is there whenever the node is; `given` is what its
/// presence rests on.
fn filled(site: &mut Site<'_>, node: &Node, given: &[Source]) {
    let to = site.to;
    if matches!(node.presence, Presence::Withheld(_)) {
        return;
    }
    for attribute in attributes(to, node.element)
        .iter()
        .filter(|known| known.required)
    {
        let mut known = node.attributes.iter();
        let leaf = known.find(|(name, ..)| *name == attribute.name);
        if !leaf.is_some_and(|(_, _, leaf)| sure(leaf, given)) {
            let path = format!("{}/@{}", node.path, attribute.name);
            site.fault(ConversionFault::Unfilled(path));
        }
    }
    for step in steps(to, node.element).iter().filter(|step| step.required) {
        let mut known = node.children.iter();
        let child = known.find(|child| child.element == step.element);
        if !child.is_some_and(|child| there(child, given)) {
            let path = format!("{}/{}", node.path, step.name);
            site.fault(ConversionFault::Unfilled(path));
        }
    }
    for child in &node.children {
        let given = match &child.presence {
            Presence::When(sources) => sources.as_slice(),
            Presence::Made => given,
            Presence::Each(_) | Presence::Withheld(_) => &[],
        };
        filled(site, child, given);
    }
}

/// Whether an element of the target is there whenever what holds it is.
fn there(node: &Node, given: &[Source]) -> bool {
    let value = |given: &[Source]| node.value.as_ref().is_none_or(|leaf| sure(leaf, given));
    match &node.presence {
        Presence::Each(source) => certain(source, given) && value(&[]),
        Presence::When(sources) => sources.iter().any(|source| source.certain),
        Presence::Withheld(_) => false,
        Presence::Made => match &node.value {
            Some(leaf) => sure(leaf, given),
            None => node.children.iter().any(|child| there(child, given)),
        },
    }
}

/// Whether a leaf gets a value whenever what holds it is there.
fn sure(leaf: &Leaf, given: &[Source]) -> bool {
    if matches!(leaf.change, Change::Constant(_)) || leaf.default.is_some() {
        return !leaf.drops();
    }
    let sourced = leaf.sources.iter().any(|source| source.certain)
        || (!given.is_empty() && given.iter().all(|given| follows(leaf, given)));
    sourced && !leaf.drops()
}

fn certain(source: &Source, given: &[Source]) -> bool {
    let within = |given: &Source| implied(source, given);
    source.certain || (!given.is_empty() && given.iter().all(within))
}

/// Whether one of the leaf's sources is there when `given` is.
fn follows(leaf: &Leaf, given: &Source) -> bool {
    leaf.sources.iter().any(|source| implied(source, given))
}

fn implied(source: &Source, given: &Source) -> bool {
    if source.place == given.place {
        return true;
    }
    let rest = source.place.steps.get(given.place.steps.len()..);
    let attribute = source.place.attribute.as_ref();
    given.place.holds(&source.place)
        && rest.is_some_and(|rest| rest.iter().all(|step| step.required))
        && attribute.is_none_or(|attribute| attribute.required)
}
