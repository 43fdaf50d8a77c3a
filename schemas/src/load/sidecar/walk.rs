//! Every leaf that an operation can carry, by its path: which rule it has, and whether it has one.

use std::collections::BTreeSet;

use super::{Place, SidecarFault, refused};
use crate::load::compile::Compiler;
use crate::load::error::{LoadError, SchemaFault};
use crate::load::wildcard::ANY;
use crate::{
    Body, ComplexType, Content, ElementId, Governed, Location, Particle, Role, Sensitivity,
};

/// What a walk from one root has met.
#[derive(Debug, Default)]
pub(in crate::load) struct Reached {
    pub(in crate::load) errors: Vec<LoadError>,
    /// The rules that hold somewhere, by their numbers.
    used: BTreeSet<usize>,
    /// The cases, each with its path and whether its parent requires it.
    pub(super) cases: Vec<(ElementId, String, bool)>,
}

/// An element to look at.
struct Step {
    element: ElementId,
    path: String,
    place: Place,
    in_case: bool,
    required: bool,
}

/// Whose message it is: what a request says stays on its way, what an answer says goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::load) enum Side {
    Request,
    Response,
}

/// Walks from `root`, every element use once.
pub(in crate::load) fn walk(
    compiler: &mut Compiler<'_>,
    root: ElementId,
    side: Side,
    reached: &mut Reached,
) {
    let mut seen = BTreeSet::new();
    let start = compiler.rules.start();
    let mut waiting = vec![step(compiler, root, ("", start), (false, true))];
    while let Some(now) = waiting.pop() {
        let Some(now) = now else { continue };
        let Some(element) = compiler.elements.get(now.element.index()).cloned() else {
            continue;
        };
        let in_case = now.in_case || element.case_unit;
        if !seen.insert((now.element, in_case)) {
            continue;
        }
        if element.case_unit {
            let case = (now.element, now.path.clone(), now.required);
            reached.cases.push(case);
        }
        let mut leaf = Leaf {
            path: now.path.clone(),
            place: now.place,
            governed: element.governance,
            source: element.source.clone(),
            bare: side == Side::Response && !in_case,
        };
        let inside = types(compiler, element.content);
        let branch = inside
            .first()
            .is_some_and(|inside| matches!(inside.body, Body::Elements(_)) && !inside.mixed);
        note(compiler, &leaf, branch, reached);
        for inside in inside {
            for attribute in &inside.attributes {
                let name = format!("@{}", attribute.name.local);
                leaf.path = format!("{}/{name}", now.path);
                leaf.place = compiler.rules.enter(now.place, &name);
                leaf.governed = attribute.governance;
                leaf.source = attribute.source.clone();
                note(compiler, &leaf, false, reached);
            }
            leaf.path = format!("{}/{ANY}", now.path);
            leaf.place = compiler.rules.enter(now.place, ANY);
            open_ends(compiler, &inside, &mut leaf, reached);
            for child in inside.children.iter().rev() {
                let from = (now.path.as_str(), now.place);
                let state = (in_case, child.required);
                waiting.push(step(compiler, child.element, from, state));
            }
        }
    }
}

/// The type of an element, then those that documents may name in its place.
pub(super) fn types(compiler: &Compiler<'_>, content: Content) -> Vec<ComplexType> {
    let Content::Complex(id) = content else {
        return Vec::new();
    };
    let declared = compiler.types.get(id.index());
    let derived = declared.into_iter().flat_map(|it| &it.derived);
    let derived = derived.filter_map(|it| compiler.types.get(it.complex.index()));
    declared.into_iter().chain(derived).cloned().collect()
}

/// What the wildcards of a type admit.
fn open_ends(
    compiler: &Compiler<'_>,
    inside: &ComplexType,
    leaf: &mut Leaf,
    reached: &mut Reached,
) {
    let elements = inside.particle.iter().flat_map(Particle::wildcards);
    for id in elements.chain(inside.any_attribute) {
        if let Some(wildcard) = compiler.wildcards.get(id.index()) {
            leaf.governed = wildcard.governance;
            leaf.source = wildcard.source.clone();
            note(compiler, leaf, false, reached);
        }
    }
}

fn step(
    compiler: &mut Compiler<'_>,
    element: ElementId,
    (path, place): (&str, Place),
    (in_case, required): (bool, bool),
) -> Option<Step> {
    let name = compiler.elements.get(element.index())?.name.local.clone();
    Some(Step {
        element,
        path: format!("{path}/{name}"),
        place: compiler.rules.enter(place, &name),
        in_case,
        required,
    })
}

/// A leaf, or an element on the way to some.
struct Leaf {
    path: String,
    place: Place,
    governed: Option<Governed>,
    source: Location,
    /// In an answer, and in no case of it.
    bare: bool,
}

fn note(compiler: &Compiler<'_>, leaf: &Leaf, branch: bool, reached: &mut Reached) {
    let rules = &compiler.rules;
    for at in rules.matching(leaf.place) {
        if rules.is_case(at) || !branch {
            reached.used.insert(at);
        }
    }
    if branch {
        return;
    }
    if let Some((first, second)) = rules.clash(leaf.place) {
        let text = |at: usize| rules.patterns.get(at).map(|pattern| pattern.text.clone());
        let line = rules.patterns.get(second).map_or(0, |pattern| pattern.line);
        let fault = SidecarFault::Conflict {
            first: text(first).unwrap_or_default(),
            second: text(second).unwrap_or_default(),
            path: leaf.path.clone(),
        };
        reached.errors.push(refused(line, fault));
    }
    let error = |fault| LoadError {
        location: leaf.source.clone(),
        fault,
    };
    match leaf.governed {
        None => {
            let path = leaf.path.clone();
            reached
                .errors
                .push(error(SchemaFault::Unclassified { path }));
        }
        Some(governed) if leaf.bare && governed.sensitivity != Sensitivity::S1 => {
            let fault = SidecarFault::Bare(leaf.path.clone());
            reached.errors.push(error(SchemaFault::Sidecar(fault)));
        }
        Some(_) => {}
    }
}

/// The rules that hold nowhere.
pub(super) fn idle(compiler: &Compiler<'_>, reached: &Reached) -> Vec<LoadError> {
    let patterns = compiler.rules.patterns.iter().enumerate();
    patterns
        .filter(|(at, _)| !reached.used.contains(at))
        .map(|(_, pattern)| refused(pattern.line, SidecarFault::Idle(pattern.text.clone())))
        .collect()
}

/// Whether a leaf of that role stands somewhere below.
pub(super) fn holds(compiler: &Compiler<'_>, top: ElementId, role: Role) -> bool {
    let mut seen = BTreeSet::from([top]);
    let mut waiting = vec![top];
    while let Some(id) = waiting.pop() {
        let Some(element) = compiler.elements.get(id.index()) else {
            continue;
        };
        if element.role == Some(role) {
            return true;
        }
        let Content::Complex(complex) = element.content else {
            continue;
        };
        let Some(complex) = compiler.types.get(complex.index()) else {
            continue;
        };
        if complex.attributes.iter().any(|it| it.role == Some(role)) {
            return true;
        }
        let children = complex.children.iter().map(|child| child.element);
        waiting.extend(children.filter(|child| seen.insert(*child)));
    }
    false
}
