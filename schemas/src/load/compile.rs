//! From components to the tables of a contract.
//!
//! A complex type is compiled once for each governance that it inherits, so that a type which
//! contains itself is still finite; types wait in a queue, so that no chain of types is deep.

use super::annotation::Inherited;
use super::automaton::Terms;
use super::components::{At, Components, NodeId};
use super::error::{LoadError, SchemaFault};
use super::hierarchy::Hierarchy;
use super::sidecar::Rules;
use crate::{
    Body, Builtin, ComplexType, Content, Element, ElementId, Group, QName, SimpleId, SimpleType,
    TypeId, Wildcard,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The tables of a contract while they are filled.
pub(super) struct Compiler<'s> {
    pub(super) components: &'s Components<'s>,
    pub(super) groups: &'s [Group],
    pub(super) rules: Rules,
    pub(super) elements: Vec<Element>,
    pub(super) types: Vec<ComplexType>,
    pub(super) simples: Vec<SimpleType>,
    pub(super) wildcards: Vec<Wildcard>,
    pub(super) hierarchy: Hierarchy<'s>,
    /// What each simple type narrows.
    pub(super) simple_bases: BTreeMap<SimpleId, SimpleId>,
    pub(super) roots: BTreeMap<QName, ElementId>,
    pub(super) errors: BTreeSet<LoadError>,
    /// Simple types that are being compiled, innermost last.
    pub(super) busy: Vec<NodeId>,
    pub(super) simple_ids: BTreeMap<SimpleKey, SimpleId>,
    type_ids: BTreeMap<(NodeId, Inherited), TypeId>,
    /// `xs:anyType`, by what it inherits.
    any_types: BTreeMap<Inherited, TypeId>,
    queue: VecDeque<(TypeId, Wanted<'s>, Inherited)>,
    /// Particles and attribute uses so far, and edges of content models.
    spent: usize,
}

/// The most that is spent on one contract: groups that name groups could ask for any number.
const BUDGET: usize = 4_000_000;

/// A complex type to compile.
#[derive(Clone, Copy)]
enum Wanted<'s> {
    Declared(At<'s>),
    /// `xs:anyType`, named there.
    Any(At<'s>),
}

/// What names a simple type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SimpleKey {
    Builtin(Builtin),
    /// The built-in list of these.
    List(Builtin),
    Declared(NodeId),
}

impl<'s> Compiler<'s> {
    /// Compiles every global element and what it needs.
    pub(super) fn run(components: &'s Components<'s>, groups: &'s [Group], rules: Rules) -> Self {
        let mut compiler = Self {
            components,
            groups,
            rules,
            elements: Vec::new(),
            types: Vec::new(),
            simples: Vec::new(),
            wildcards: Vec::new(),
            hierarchy: Hierarchy::of(components),
            simple_bases: BTreeMap::new(),
            roots: BTreeMap::new(),
            errors: BTreeSet::new(),
            busy: Vec::new(),
            simple_ids: BTreeMap::new(),
            type_ids: BTreeMap::new(),
            any_types: BTreeMap::new(),
            queue: VecDeque::new(),
            spent: 0,
        };
        let place = compiler.rules.start();
        for (name, at) in &components.elements {
            let inherited = Inherited {
                place,
                ..Inherited::default()
            };
            let root = compiler.element(*at, inherited);
            let root = compiler.note(root);
            if let Some(id) = root.and_then(|root| compiler.add_element(root)) {
                compiler.roots.insert(name.clone(), id);
            }
        }
        compiler.drain();
        compiler.try_unused();
        compiler.settle();
        compiler
    }

    /// Rules of paths are for leaves: an element that has others inside it needs none.
    fn settle(&mut self) {
        if !self.rules.any() {
            return;
        }
        for element in &mut self.elements {
            let Content::Complex(id) = element.content else {
                continue;
            };
            // Text among the elements is a leaf of the element itself.
            let branch =
                |complex: &ComplexType| matches!(complex.body, Body::Elements(_)) && !complex.mixed;
            if self.types.get(id.index()).is_some_and(branch) {
                element.governance = None;
            }
        }
    }

    /// Compiles the complex types that wait, and those that they need.
    pub(super) fn drain(&mut self) {
        while let Some((id, at, inherited)) = self.queue.pop_front() {
            let complex = match at {
                Wanted::Declared(at) => self.complex(at, inherited),
                Wanted::Any(at) => self.any_type(inherited, at),
            };
            let complex = self.note(complex);
            if let (Some(complex), Some(slot)) = (complex, self.types.get_mut(id.index())) {
                *slot = complex;
            }
        }
    }

    /// Whether some element uses the complex type.
    pub(super) fn is_used(&self, at: At<'s>) -> bool {
        let range = (at.id(), Inherited::default())..;
        self.type_ids
            .range(range)
            .next()
            .is_some_and(|((id, _), _)| *id == at.id())
    }

    /// Takes out the elements and complex types from these numbers on.
    pub(super) fn forget(&mut self, elements: usize, types: usize) {
        self.elements.truncate(elements);
        self.types.truncate(types);
        self.type_ids.retain(|_, id| id.index() < types);
        self.any_types.retain(|_, id| id.index() < types);
    }

    /// The value, or its error put with the others.
    pub(super) fn note<T>(&mut self, result: Result<T, LoadError>) -> Option<T> {
        result.map_err(|error| self.errors.insert(error)).ok()
    }

    /// Puts an element use into the table.
    pub(super) fn add_element(&mut self, element: Element) -> Option<ElementId> {
        let Ok(id) = u32::try_from(self.elements.len()) else {
            let location = element.source;
            self.errors.insert(LoadError {
                location,
                fault: SchemaFault::TooMany("elements"),
            });
            return None;
        };
        self.elements.push(element);
        Some(ElementId(id))
    }

    /// Notes so much work, and refuses it when it is too much in all.
    pub(super) fn spend(&mut self, at: At<'s>, work: usize) -> Result<(), LoadError> {
        self.spent = self.spent.saturating_add(work);
        if self.spent > BUDGET {
            let what = "particles, attributes and edges of content models";
            return Err(at.node.error(SchemaFault::TooMany(what)));
        }
        Ok(())
    }

    /// What the terms of content models point into.
    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            elements: &self.elements,
            wildcards: &self.wildcards,
        }
    }

    /// Puts a simple type into the table.
    pub(super) fn add_simple(&mut self, simple: SimpleType) -> SimpleId {
        let id = SimpleId(u32::try_from(self.simples.len()).unwrap_or(u32::MAX));
        self.simples.push(simple);
        id
    }

    /// The number of a complex type that inherits that governance; compiled later if it is new.
    pub(super) fn complex_id(&mut self, at: At<'s>, inherited: Inherited) -> TypeId {
        let key = (at.id(), inherited);
        if let Some(known) = self.type_ids.get(&key) {
            return *known;
        }
        let id = TypeId(u32::try_from(self.types.len()).unwrap_or(u32::MAX));
        self.types.push(ComplexType::default());
        self.type_ids.insert(key, id);
        self.queue.push_back((id, Wanted::Declared(at), inherited));
        id
    }

    /// The number of `xs:anyType` with that governance, named at `at`.
    pub(super) fn any_type_id(&mut self, at: At<'s>, inherited: Inherited) -> TypeId {
        if let Some(known) = self.any_types.get(&inherited) {
            return *known;
        }
        let id = TypeId(u32::try_from(self.types.len()).unwrap_or(u32::MAX));
        self.types.push(ComplexType::default());
        self.any_types.insert(inherited, id);
        self.queue.push_back((id, Wanted::Any(at), inherited));
        id
    }
}
