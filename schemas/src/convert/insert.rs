//! Rules of their own, put into the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::change;
use super::compile::{Located, Site};
use super::fault::ConversionFault;
use super::fit;
use super::place::{Place, Step};
use super::plan::{Leaf, Node, Presence, Source};
use super::reach;
use super::text::{Rule, Take};
use crate::{Contract, Role};

/// What has rules of its own, by its path at the target.
#[derive(Default)]
pub(super) struct Explicit {
    pub leaves: BTreeSet<String>,
    pub made: BTreeMap<String, Vec<Place>>,
}

/// A rule whose paths were found.
pub(super) struct Resolved<'r> {
    pub rule: &'r Rule,
    target: Place,
    pub sources: Vec<Place>,
    pub with: Vec<(Arc<str>, Place)>,
    explicit: &'r Explicit,
}

/// Finds out what has rules of its own.
pub(super) fn explicit(site: &mut Site<'_>, located: &[Located<'_>]) -> Explicit {
    let mut explicit = Explicit::default();
    for block in located {
        for rule in &block.block.regla {
            let target = block.target.follow(site.to, &rule.destino);
            if let Some(target) = site.noted(target)
                && !explicit.leaves.insert(target.path(site.to))
            {
                site.fault(ConversionFault::Twice(target.path(site.to)));
            }
        }
        for make in &block.block.crea {
            let target = block.target.follow(site.to, &make.destino);
            let sources = make
                .con
                .iter()
                .map(|path| block.source.follow(site.from, path));
            let sources: Result<Vec<Place>, _> = sources.collect();
            let (Some(target), Some(sources)) = (site.noted(target), site.noted(sources)) else {
                continue;
            };
            if target.simple(site.to).is_some() {
                site.fault(ConversionFault::IsLeaf(target.path(site.to)));
            }
            explicit.made.insert(target.path(site.to), sources);
        }
    }
    explicit
}

/// Puts every rule into the tree.
pub(super) fn rules(
    site: &mut Site<'_>,
    root: &mut Node,
    contexts: &mut Vec<Place>,
    located: &[Located<'_>],
    explicit: &Explicit,
) {
    for block in located {
        for rule in &block.block.regla {
            if let Some(resolved) = resolve(site, block, rule, explicit) {
                let steps = resolved.target.steps.clone();
                let start = Place::root(resolved.target.root);
                put(site, root, contexts, (&start, &steps), &resolved);
            }
        }
    }
    // What is to be there under a condition must have something to hold.
    for path in explicit.made.keys() {
        if !has(root, path) {
            site.fault(ConversionFault::Idle(path.clone()));
        }
    }
}

fn has(node: &Node, path: &str) -> bool {
    *node.path == *path || node.children.iter().any(|child| has(child, path))
}

fn resolve<'r>(
    site: &mut Site<'_>,
    block: &Located<'_>,
    rule: &'r Rule,
    explicit: &'r Explicit,
) -> Option<Resolved<'r>> {
    let target = block.target.follow(site.to, &rule.destino).ok()?;
    let sources: Result<Vec<Place>, _> = rule
        .origen
        .all()
        .iter()
        .map(|path| block.source.follow(site.from, path))
        .collect();
    let with: Result<Vec<_>, _> = rule
        .beside()
        .map(|(name, path)| Ok((name.into(), block.source.follow(site.from, path)?)))
        .collect();
    let (sources, with) = (site.noted(sources)?, site.noted(with)?);
    for place in sources.iter().chain(with.iter().map(|(_, place)| place)) {
        if place.simple(site.from).is_none() {
            site.fault(ConversionFault::NoLeaf(place.path(site.from)));
            return None;
        }
    }
    if target.simple(site.to).is_none() {
        site.fault(ConversionFault::NoLeaf(target.path(site.to)));
        return None;
    }
    let changed = rule.tabla.is_some() || rule.expresion.is_some();
    let shaped = match (&rule.constante, sources.is_empty()) {
        (Some(_), empty) => empty && !changed && rule.defecto.is_none(),
        (None, empty) => !empty,
    };
    let provenance = rule.procedencia.is_none()
        || (rule.tabla.is_some() && rule.expresion.is_none() && rule.con.is_empty());
    if !shaped || !provenance || (!rule.con.is_empty() && rule.expresion.is_none()) {
        site.fault(ConversionFault::Shape(target.path(site.to)));
        return None;
    }
    Some(Resolved {
        rule,
        target,
        sources,
        with,
        explicit,
    })
}

/// Goes down the tree along `rest`, making what is not there yet.
fn put(
    site: &mut Site<'_>,
    parent: &mut Node,
    contexts: &mut Vec<Place>,
    (here, rest): (&Place, &[Step]),
    resolved: &Resolved<'_>,
) {
    let Some((step, below)) = rest.split_first() else {
        set(site, parent, contexts, resolved);
        return;
    };
    let here = here.below(step.clone());
    let leaf = below.is_empty() && resolved.target.attribute.is_none();
    if !parent
        .children
        .iter()
        .any(|child| child.element == step.element)
    {
        let made = resolved.explicit.made.get(&here.path(site.to));
        let presence = match made {
            Some(when) => {
                let sources = when.iter();
                let found = sources.filter_map(|at| located(site.from, contexts, at, None));
                Presence::When(found.collect())
            }
            None => presence(site, contexts, step, leaf, resolved),
        };
        parent.children.push(node(site.to, step, &here, presence));
        parent.children.sort_by_key(|child| child.order);
    }
    let mut known = parent.children.iter_mut();
    let Some(child) = known.find(|child| child.element == step.element) else {
        return;
    };
    let entered = match &child.presence {
        Presence::Each(source) => Some(source.place.clone()),
        Presence::When(_) | Presence::Made | Presence::Withheld(_) => None,
    };
    let first = resolved.sources.first();
    if let (Some(entered), Some(first)) = (&entered, first)
        && child.repeated
        && !entered.holds(first)
    {
        site.fault(ConversionFault::TwoLists(here.path(site.to)));
        return;
    }
    if leaf && is_withheld_list(site, &here, resolved) {
        match resolved.sources.first() {
            Some(first) if resolved.rule.is_plain() => {
                child.presence = located(site.from, contexts, first, None)
                    .map_or(Presence::Made, Presence::Withheld);
            }
            Some(_) | None => site.fault(ConversionFault::Shape(here.path(site.to))),
        }
        return;
    }
    let depth = contexts.len();
    contexts.extend(entered);
    put(site, child, contexts, (&here, below), resolved);
    contexts.truncate(depth);
}

/// Whether it is the list of what was withheld on both sides: its paths are told in the target's names.
fn is_withheld_list(site: &Site<'_>, here: &Place, resolved: &Resolved<'_>) -> bool {
    let role = |contract: &Contract, place: &Place| contract.element(place.element()).role;
    role(site.to, here) == Some(Role::Withheld)
        && resolved
            .sources
            .iter()
            .any(|source| role(site.from, source) == Some(Role::Withheld))
}

/// When a new element is there: a list once for each element of the source's list.
fn presence(
    site: &Site<'_>,
    contexts: &[Place],
    step: &Step,
    leaf: bool,
    resolved: &Resolved<'_>,
) -> Presence {
    let Some(first) = resolved.sources.first().filter(|_| step.repeated) else {
        return Presence::Made;
    };
    let from = deepest(contexts, first).map_or(0, |(_, place)| place.steps.len());
    let mut lists = first
        .steps
        .iter()
        .enumerate()
        .skip(from)
        .filter(|(_, step)| step.repeated);
    let list = if leaf {
        lists.next_back()
    } else {
        lists.next()
    };
    let Some((at, _)) = list else {
        return Presence::Made;
    };
    let mut place = first.clone();
    place.steps.truncate(at + 1);
    place.attribute = None;
    located(site.from, contexts, &place, None).map_or(Presence::Made, Presence::Each)
}

/// Gives the element, or its attribute, the rule's value.
fn set(site: &mut Site<'_>, node: &mut Node, contexts: &[Place], resolved: &Resolved<'_>) {
    let Some(leaf) = leaf(site, contexts, resolved) else {
        return;
    };
    fit::check(site, &leaf);
    match &resolved.target.attribute {
        None if node.value.is_some() => {
            site.fault(ConversionFault::Twice(leaf.path.to_string()));
        }
        None => node.value = Some(leaf),
        Some(attribute) => {
            let (name, order) = (Arc::clone(&attribute.name), attribute.order);
            node.attributes.push((name, order, leaf));
            node.attributes.sort_by_key(|(_, order, _)| *order);
        }
    }
}

fn leaf(site: &mut Site<'_>, contexts: &[Place], resolved: &Resolved<'_>) -> Option<Leaf> {
    let (from, to) = (site.from, site.to);
    let path: Arc<str> = resolved.target.path(to).into();
    let mut sources = Vec::new();
    for place in &resolved.sources {
        let source = located(from, contexts, place, resolved.rule.toma)?;
        if resolved.rule.toma.is_none() && lists(contexts, place) {
            site.fault(ConversionFault::List(place.path(from)));
            return None;
        }
        sources.push(source);
    }
    reach::check(site, &path, &sources, resolved.rule);
    let change = change::of(site, contexts, resolved, &path)?;
    Some(Leaf {
        path,
        simple: resolved.target.simple(to)?,
        sources,
        change,
        default: resolved.rule.defecto.as_deref().map(Into::into),
        lossy: resolved.rule.si_no_cabe.as_deref().map(Into::into),
        refuses: resolved.rule.si_no_cabe_rechaza.is_some(),
        told: resolved.rule.pierde.as_deref().map(Into::into),
    })
}

/// A new element of the tree.
pub(super) fn node(contract: &Contract, step: &Step, here: &Place, presence: Presence) -> Node {
    Node {
        element: step.element,
        name: Arc::clone(&step.name),
        order: step.order,
        repeated: step.repeated,
        presence,
        attributes: Vec::new(),
        value: None,
        children: Vec::new(),
        path: here.path(contract).into(),
    }
}

/// The deepest of the elements gone down to that holds `place`.
fn deepest<'p>(contexts: &'p [Place], place: &Place) -> Option<(usize, &'p Place)> {
    let mut down = contexts.iter().enumerate().rev();
    down.find(|(_, context)| context.holds(place))
}

/// Whether the way down to `place` goes over a list.
fn lists(contexts: &[Place], place: &Place) -> bool {
    let from = deepest(contexts, place).map_or(0, |(_, context)| context.steps.len());
    place.steps.iter().skip(from).any(|step| step.repeated)
}

/// Where to look for `place` from the elements gone down to.
pub(super) fn located(
    contract: &Contract,
    contexts: &[Place],
    place: &Place,
    take: Option<Take>,
) -> Option<Source> {
    let (base, context) = deepest(contexts, place)?;
    let rest = place.steps.get(context.steps.len()..)?;
    let attribute = place.attribute.as_ref();
    Some(Source {
        base,
        steps: rest.iter().map(|step| Arc::clone(&step.name)).collect(),
        attribute: attribute.map(|attribute| Arc::clone(&attribute.name)),
        take,
        path: place.path(contract).into(),
        certain: rest.iter().all(|step| step.required)
            && attribute.is_none_or(|attribute| attribute.required),
        place: place.clone(),
    })
}
