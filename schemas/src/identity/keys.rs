//! Keys: no two elements alike, and references to them.

use std::collections::{BTreeMap, BTreeSet};

use super::{MOST, note};
use crate::{
    Contract, Document, Identity, IdentityKind, NodeRef, Path, QName, SimpleId, Violation,
    ViolationKind,
};

/// The values of the fields of one element, in a form that is equal for equal values.
type Tuple = Vec<String>;

/// The tuples of each key, of an element and all below it.
type Tables = BTreeMap<QName, BTreeSet<Tuple>>;

/// Checks every constraint of every element.
pub(super) fn check(document: &Document, found: &mut Vec<Violation>) {
    let mut checker = Checker {
        contract: document.contract(),
        path: vec![document.root()],
        found,
    };
    checker.element();
}

struct Checker<'d, 'f> {
    contract: &'d Contract,
    path: Vec<NodeRef<'d>>,
    found: &'f mut Vec<Violation>,
}

/// What an element has for a field.
enum Field {
    Absent,
    Value(String),
    /// Several values, or something that has none.
    Wrong,
}

impl<'d> Checker<'d, '_> {
    fn element(&mut self) -> Tables {
        let Some(node) = self.path.last().copied() else {
            return Tables::new();
        };
        let mut tables = Tables::new();
        for child in node.elements() {
            if self.is_full() {
                return tables;
            }
            self.path.push(child);
            for (name, tuples) in self.element() {
                tables.entry(name).or_default().extend(tuples);
            }
            self.path.pop();
        }
        let identities = &self.contract.element(node.element()).identities;
        let is_reference = |one: &&Identity| matches!(one.kind, IdentityKind::KeyRef(_));
        for identity in identities.iter().filter(|one| !is_reference(one)) {
            let tuples = self.unique(node, identity);
            tables
                .entry(identity.name.clone())
                .or_default()
                .extend(tuples);
        }
        for identity in identities.iter().filter(is_reference) {
            self.referred(node, identity, &tables);
        }
        tables
    }

    /// The tuples of a key, each once.
    fn unique(&mut self, node: NodeRef<'d>, identity: &Identity) -> BTreeSet<Tuple> {
        let mut tuples = BTreeSet::new();
        for element in select(node, &identity.selector) {
            if self.is_full() {
                break;
            }
            let name = || identity.name.local.to_string();
            match self.tuple(element, identity) {
                Ok(Some(tuple)) => {
                    if !tuples.insert(tuple) {
                        self.refuse(element, ViolationKind::DuplicateKey { name: name() });
                    }
                }
                Ok(None) if identity.kind == IdentityKind::Key => {
                    self.refuse(element, ViolationKind::IncompleteKey { name: name() });
                }
                Ok(None) => {}
                Err(kind) => self.refuse(element, kind),
            }
        }
        tuples
    }

    fn referred(&mut self, node: NodeRef<'d>, identity: &Identity, tables: &Tables) {
        let IdentityKind::KeyRef(refer) = &identity.kind else {
            return;
        };
        for element in select(node, &identity.selector) {
            if self.is_full() {
                break;
            }
            match self.tuple(element, identity) {
                Ok(Some(tuple)) => {
                    let known = tables
                        .get(refer)
                        .is_some_and(|tuples| tuples.contains(&tuple));
                    if !known {
                        let name = identity.name.local.to_string();
                        self.refuse(element, ViolationKind::UnmatchedKey { name });
                    }
                }
                Ok(None) => {}
                Err(kind) => self.refuse(element, kind),
            }
        }
    }

    /// The fields of an element; `None` when one is absent.
    fn tuple(
        &self,
        element: NodeRef<'d>,
        identity: &Identity,
    ) -> Result<Option<Tuple>, ViolationKind> {
        let mut tuple = Tuple::new();
        for field in &identity.fields {
            match self.field(element, field) {
                Field::Value(value) => tuple.push(value),
                Field::Absent => return Ok(None),
                Field::Wrong => {
                    let name = identity.name.local.to_string();
                    return Err(ViolationKind::IncompleteKey { name });
                }
            }
        }
        Ok(Some(tuple))
    }

    fn field(&self, element: NodeRef<'d>, paths: &[Path]) -> Field {
        let mut values = Vec::new();
        for path in paths {
            for node in follow(element, path) {
                match &path.attribute {
                    Some(test) => {
                        let attributes = node.declared_attributes().filter(|(declared, _)| {
                            let name = &declared.name;
                            test.admits(name.namespace.as_deref(), &name.local)
                        });
                        values.extend(
                            attributes.map(|(declared, value)| {
                                Some(self.canonical(declared.simple, value))
                            }),
                        );
                    }
                    None => {
                        values.push(node.simple().and_then(|simple| {
                            node.text().map(|text| self.canonical(simple, text))
                        }));
                    }
                }
            }
        }
        match values.as_slice() {
            [] => Field::Absent,
            [Some(value)] => Field::Value(value.clone()),
            [..] => Field::Wrong,
        }
    }

    fn canonical(&self, simple: SimpleId, text: &str) -> String {
        self.contract.simple(simple).canonical(text)
    }

    /// Whether no more violations are told: then none are looked for, and above all no path to them.
    fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// Notes a violation at an element below the current one.
    fn refuse(&mut self, element: NodeRef<'d>, kind: ViolationKind) {
        let mut path = self.path.clone();
        while let Some(next) = path.last().and_then(|last| {
            let inside =
                |child: &NodeRef<'d>| (child.index()..child.end()).contains(&element.index());
            last.elements().find(inside)
        }) {
            path.push(next);
        }
        note(self.contract, &path, None, kind, self.found);
    }
}

/// The elements that some path leads to, each once.
fn select<'d>(node: NodeRef<'d>, paths: &[Path]) -> Vec<NodeRef<'d>> {
    let mut found: BTreeMap<u32, NodeRef<'d>> = BTreeMap::new();
    for path in paths {
        found.extend(
            follow(node, path)
                .into_iter()
                .map(|node| (node.index(), node)),
        );
    }
    found.into_values().collect()
}

/// The elements at the end of a path, its attribute aside.
fn follow<'d>(node: NodeRef<'d>, path: &Path) -> Vec<NodeRef<'d>> {
    let mut here = vec![node];
    if path.anywhere {
        let mut at = 0;
        while let Some(next) = here.get(at).copied() {
            here.extend(next.elements());
            at += 1;
        }
    }
    for step in &path.steps {
        let children = here.iter().flat_map(|node| node.elements());
        here = children
            .filter(|child| {
                let (namespace, local) = child.name();
                step.admits(namespace, local)
            })
            .collect();
    }
    here
}
