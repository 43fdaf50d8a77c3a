//! Looking things up in the source.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::plan::Source;
use super::text::Take;
use crate::{Content, NodeRef, Role};

/// The elements gone down to, and what was withheld of the case they are in.
pub(super) struct Sight<'d> {
    nodes: Vec<NodeRef<'d>>,
    /// Paths from the root.
    withheld: BTreeSet<String>,
}

/// What was found where a value was looked for.
pub(super) enum Found<'d> {
    Text(&'d str),
    Nil,
}

impl<'d> Sight<'d> {
    pub(super) fn of(root: NodeRef<'d>, name: &str) -> Self {
        let mut told = BTreeSet::new();
        let path = format!("/{name}");
        withheld(root, &path, root.case_unit().then_some(&*path), &mut told);
        Self {
            nodes: vec![root],
            withheld: told,
        }
    }

    /// Goes down to `node`, which stands at `path`, for as long as `inside` runs. What a case around it
    /// withholds stays withheld.
    pub(super) fn enter<T>(
        &mut self,
        node: NodeRef<'d>,
        path: &str,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = node.case_unit().then(|| {
            let mut told = self.withheld.clone();
            withheld(node, path, Some(path), &mut told);
            std::mem::replace(&mut self.withheld, told)
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
        self.withheld.iter().any(|withheld| {
            let rest = source.path.strip_prefix(&**withheld);
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

/// The paths that the cases from `node` down list as withheld, those only masked aside. A case of a
/// list has its own: it counts when it is entered.
fn withheld(node: NodeRef<'_>, path: &str, unit: Option<&str>, told: &mut BTreeSet<String>) {
    let contract = node.document().contract();
    if contract.element(node.element()).role == Some(Role::Withheld) {
        if let (Some(unit), Some(text), Some("retenido")) =
            (unit, node.text(), node.attribute("tratamiento"))
        {
            told.insert(format!("{unit}/{text}"));
        }
        return;
    }
    for child in node.children() {
        let path = format!("{path}/{}", child.local());
        let is_unit = child.case_unit();
        if is_unit && repeats(node, child) {
            continue;
        }
        let unit = if is_unit { Some(&*path) } else { unit };
        withheld(child, &path, unit, told);
    }
}

/// Whether the parent may hold several of that child.
fn repeats(parent: NodeRef<'_>, child: NodeRef<'_>) -> bool {
    let contract = parent.document().contract();
    let Content::Complex(complex) = contract.element(parent.element()).content else {
        return false;
    };
    let mut known = contract.complex(complex).children.iter();
    known.any(|known| known.element == child.element() && known.repeated)
}
