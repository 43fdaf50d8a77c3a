//! Looking things up in the source.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::plan::Source;
use super::text::Take;
use crate::{NodeRef, Role};

/// The elements gone down to, and what was withheld of the case they are in.
pub(super) struct Sight<'d> {
    nodes: Vec<NodeRef<'d>>,
    withheld: BTreeSet<&'d str>,
}

/// What was found where a value was looked for.
pub(super) enum Found<'d> {
    Text(&'d str),
    Nil,
}

impl<'d> Sight<'d> {
    pub(super) fn of(root: NodeRef<'d>) -> Self {
        Self {
            nodes: vec![root],
            withheld: BTreeSet::new(),
        }
    }

    /// Goes down to `node` for as long as `inside` runs.
    pub(super) fn enter<T>(&mut self, node: NodeRef<'d>, inside: impl FnOnce(&mut Self) -> T) -> T {
        let before = node.case_unit().then(|| {
            let mut paths = BTreeSet::new();
            withheld(node, &mut paths);
            std::mem::replace(&mut self.withheld, paths)
        });
        self.nodes.push(node);
        let result = inside(self);
        self.nodes.pop();
        if let Some(before) = before {
            self.withheld = before;
        }
        result
    }

    /// The elements that `source` leads to.
    pub(super) fn elements(&self, source: &Source) -> Vec<NodeRef<'d>> {
        let mut found = Vec::new();
        if let Some(base) = self.nodes.get(source.base) {
            below(*base, &source.steps, &mut found);
        }
        match source.take {
            None => found,
            Some(Take::Primero) => found.into_iter().take(1).collect(),
            Some(Take::Ultimo) => found.pop().into_iter().collect(),
        }
    }

    /// The value that `source` leads to.
    pub(super) fn value(&self, source: &Source) -> Option<Found<'d>> {
        self.elements(source)
            .into_iter()
            .find_map(|node| match &source.attribute {
                Some(attribute) => node.attribute(attribute).map(Found::Text),
                None if node.is_nil() => Some(Found::Nil),
                None => node.text().map(Found::Text),
            })
    }

    /// Whether anything is there.
    pub(super) fn has(&self, source: &Source) -> bool {
        let nodes = self.elements(source);
        match &source.attribute {
            None => !nodes.is_empty(),
            Some(name) => nodes.iter().any(|node| node.attribute(name).is_some()),
        }
    }

    /// Whether it, or what holds it, was withheld: then its absence says nothing.
    pub(super) fn is_withheld(&self, source: &Source) -> bool {
        let Some(path) = &source.unit_path else {
            return false;
        };
        self.withheld.iter().any(|withheld| {
            let rest = path.strip_prefix(withheld);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

fn below<'d>(node: NodeRef<'d>, steps: &[Arc<str>], found: &mut Vec<NodeRef<'d>>) {
    match steps.split_first() {
        None => found.push(node),
        Some((name, rest)) => {
            for child in node.children().filter(|child| *child.local() == **name) {
                below(child, rest, found);
            }
        }
    }
}

/// The paths that a case lists as withheld, those only masked aside.
fn withheld<'d>(node: NodeRef<'d>, paths: &mut BTreeSet<&'d str>) {
    let contract = node.document().contract();
    if contract.element(node.element()).role == Some(Role::Withheld) {
        if node.attribute("tratamiento") == Some("retenido") {
            paths.extend(node.text());
        }
        return;
    }
    for child in node.children() {
        withheld(child, paths);
    }
}
