//! Valid documents, made from a contract.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Attribute, Body, Builtin, ComplexType, Content, Contract, Element, ElementId, Occurs, Particle,
    Process, QName, SimpleId, ValueConstraint, WildcardId,
};

use super::random::Random;
use super::tree::{INSTANCE, Part, Tree};
use super::values::values;

/// How deep a document may be before only what must be there is.
const DEEP: usize = 12;

/// How deep it may be at all.
const DEEPEST: usize = 60;

/// How large a document may be before only what must be there is.
const LARGE: usize = 2_000;

/// Makes documents of one contract.
pub struct Maker<'c> {
    contract: &'c Contract,
    /// Values of each simple type, made once.
    values: BTreeMap<SimpleId, Vec<String>>,
    /// How many of a hundred optional things are there.
    richness: usize,
    /// How many elements the document has so far, and how many identifiers.
    size: usize,
    identifiers: usize,
    /// What the documents could not be given, so that they are not valid.
    pub lacking: BTreeSet<String>,
}

impl<'c> Maker<'c> {
    /// A maker for the contract.
    pub fn new(contract: &'c Contract) -> Self {
        Self {
            contract,
            values: BTreeMap::new(),
            richness: 50,
            size: 0,
            identifiers: 0,
            lacking: BTreeSet::new(),
        }
    }

    /// A document with that root, valid unless it is `lacking` something.
    pub fn document(&mut self, root: ElementId, random: &mut Random) -> Tree {
        self.richness = random.pick(&[5, 25, 50, 90]).copied().unwrap_or(50);
        (self.size, self.identifiers) = (0, 0);
        self.element(root, random, 0)
    }

    fn element(&mut self, id: ElementId, random: &mut Random, depth: usize) -> Tree {
        self.size += 1;
        let element = self.contract.element(id);
        let mut tree = Tree {
            name: element.name.clone(),
            attributes: Vec::new(),
            parts: Vec::new(),
        };
        match element.content {
            Content::Simple(simple) => {
                if !nil(element, random, &mut tree) {
                    let value = self.value(simple, element.value.as_ref(), random);
                    tree.parts.push(Part::Text(value));
                }
            }
            Content::Complex(complex) => {
                let complex = self.contract.complex(complex);
                let complex = self.standing(element, complex, random, &mut tree);
                self.attributes(complex, random, &mut tree);
                if !nil(element, random, &mut tree) {
                    self.inside(element, complex, (random, depth), &mut tree);
                }
            }
        }
        tree
    }

    /// The type, or one that stands for it and that the element names then.
    fn standing(
        &mut self,
        element: &Element,
        complex: &'c ComplexType,
        random: &mut Random,
        tree: &mut Tree,
    ) -> &'c ComplexType {
        if !complex.is_abstract && !random.chance(self.richness / 4) {
            return complex;
        }
        let contract = self.contract;
        let blocked = element.block.with(complex.block);
        let stands = |derived: &&crate::Derived| {
            !derived.by.meets(blocked) && !contract.complex(derived.complex).is_abstract
        };
        let derived: Vec<_> = complex.derived.iter().filter(stands).collect();
        let Some(derived) = random.pick(&derived) else {
            if complex.is_abstract {
                self.lacking.insert(format!("a type for {}", element.name));
            }
            return complex;
        };
        let named = QName::new(Some(INSTANCE), "type");
        tree.attributes.push((named, derived.name.to_string()));
        contract.complex(derived.complex)
    }

    fn attributes(&mut self, complex: &ComplexType, random: &mut Random, tree: &mut Tree) {
        let mut has_id = false;
        for Attribute {
            name,
            simple,
            required,
            value,
            ..
        } in &complex.attributes
        {
            if !required && !random.chance(self.richness) {
                continue;
            }
            // One attribute identifies an element, no more (XML Schema part 1, 3.4.6).
            let id = self.contract.simple(*simple).holds(Builtin::Id);
            if id && std::mem::replace(&mut has_id, true) {
                continue;
            }
            let value = self.value(*simple, value.as_ref(), random);
            tree.attributes.push((name.clone(), value));
        }
        let wild = complex
            .any_attribute
            .map(|wild| self.contract.wildcard(wild));
        if let Some(wild) = wild
            && wild.process != Process::Strict
            && wild.namespaces.has(Some("urn:ajeno"))
            && random.chance(self.richness)
        {
            let name = QName::new(Some("urn:ajeno"), "ajeno");
            tree.attributes.push((name, "ajeno".to_owned()));
        }
    }

    fn inside(
        &mut self,
        element: &Element,
        complex: &ComplexType,
        (random, depth): (&mut Random, usize),
        tree: &mut Tree,
    ) {
        match (&complex.body, &complex.particle) {
            (Body::Simple(simple), _) => {
                let value = self.value(*simple, element.value.as_ref(), random);
                tree.parts.push(Part::Text(value));
            }
            (Body::Elements(_), Some(particle)) => {
                self.content(particle, random, depth, tree);
                if complex.mixed && fixed(element.value.as_ref()).is_none() && random.chance(60) {
                    let at = random.below(tree.parts.len() + 1);
                    tree.parts.insert(at, Part::Text(" texto ".to_owned()));
                }
            }
            (Body::Elements(_) | Body::Empty, _) => {}
        }
    }

    fn content(&mut self, particle: &Particle, random: &mut Random, depth: usize, tree: &mut Tree) {
        for _ in 0..self.times(particle.occurs(), random, depth) {
            match particle {
                Particle::Element(id, _) => {
                    if depth > DEEPEST {
                        self.lacking.insert("an end".to_owned());
                        return;
                    }
                    tree.parts
                        .push(Part::Element(self.element(*id, random, depth + 1)));
                }
                Particle::Wildcard(id, _) => {
                    let wild = self.wild(*id, random, depth);
                    tree.parts.extend(wild.map(Part::Element));
                }
                Particle::Sequence(items, _) | Particle::All(items, _) => {
                    for item in items {
                        self.content(item, random, depth, tree);
                    }
                }
                Particle::Choice(items, _) => {
                    if let Some(item) = self.branch(items, random, depth) {
                        self.content(item, random, depth, tree);
                    }
                }
            }
        }
    }

    /// A branch that can be gone down; the shortest one of a document that is deep already.
    fn branch<'p>(
        &mut self,
        items: &'p [Particle],
        random: &mut Random,
        depth: usize,
    ) -> Option<&'p Particle> {
        let open: Vec<&Particle> = items.iter().filter(|item| self.opens(item)).collect();
        if open.is_empty() {
            self.lacking.insert("a branch".to_owned());
            return None;
        }
        if depth < DEEP && self.size < LARGE {
            return random.pick(&open).copied();
        }
        let ends = (0..8).find_map(|levels| {
            let mut open = open.iter();
            open.find(|item| self.ends(item, levels)).copied()
        });
        ends.or_else(|| random.pick(&open).copied())
    }

    /// Whether the particle is no element that only stands for others.
    fn opens(&self, particle: &Particle) -> bool {
        match particle {
            Particle::Element(id, _) => !self.contract.element(*id).is_abstract,
            Particle::Wildcard(..)
            | Particle::Sequence(..)
            | Particle::Choice(..)
            | Particle::All(..) => true,
        }
    }

    /// Whether the least that the particle asks for is no more than so many levels deep.
    fn ends(&self, particle: &Particle, levels: usize) -> bool {
        if particle.occurs().min == 0 {
            return true;
        }
        match particle {
            Particle::Wildcard(..) => true,
            Particle::Sequence(items, _) | Particle::All(items, _) => {
                items.iter().all(|item| self.ends(item, levels))
            }
            Particle::Choice(items, _) => items.iter().any(|item| self.ends(item, levels)),
            Particle::Element(id, _) => {
                let element = self.contract.element(*id);
                if element.is_abstract {
                    return false;
                }
                let Content::Complex(complex) = element.content else {
                    return true;
                };
                let particle = self.contract.complex(complex).particle.as_ref();
                particle.is_none_or(|inner| levels > 0 && self.ends(inner, levels - 1))
            }
        }
    }

    /// An element that the wildcard admits.
    fn wild(&mut self, id: WildcardId, random: &mut Random, depth: usize) -> Option<Tree> {
        let contract = self.contract;
        let wildcard = contract.wildcard(id);
        let foreign = QName::new(Some("urn:ajeno"), "ajeno");
        if wildcard.process != Process::Strict && wildcard.namespaces.has(Some("urn:ajeno")) {
            return Some(Tree::leaf(foreign, "x".to_owned()));
        }
        let admitted = |root: &&ElementId| {
            let element = contract.element(**root);
            !element.is_abstract && wildcard.namespaces.has(element.name.namespace.as_deref())
        };
        let roots: Vec<ElementId> = contract.roots().iter().filter(admitted).copied().collect();
        match random.pick(&roots) {
            Some(root) if depth <= DEEP => Some(self.element(*root, random, depth + 1)),
            Some(_) | None => {
                self.lacking.insert("an element for a wildcard".to_owned());
                None
            }
        }
    }

    fn times(&self, occurs: Occurs, random: &mut Random, depth: usize) -> u32 {
        let mut times = occurs.min;
        let more = |times| occurs.max.is_none_or(|max| times < max);
        while depth < DEEP
            && self.size < LARGE
            && times < occurs.min + 4
            && more(times)
            && random.chance(self.richness)
        {
            times += 1;
        }
        times
    }

    fn value(
        &mut self,
        id: SimpleId,
        given: Option<&ValueConstraint>,
        random: &mut Random,
    ) -> String {
        if let Some(fixed) = fixed(given) {
            return fixed.to_owned();
        }
        let simple = self.contract.simple(id);
        if simple.is_atomic() && simple.holds(Builtin::Id) {
            self.identifiers += 1;
            return format!("id-{}", self.identifiers);
        }
        if simple.holds(Builtin::IdRef) && self.identifiers > 0 {
            return format!("id-{}", 1 + random.below(self.identifiers));
        }
        let values = self.values.entry(id).or_insert_with(|| values(simple));
        let Some(value) = random.pick(values) else {
            self.lacking.insert(format!("a value for {simple:?}"));
            return String::new();
        };
        value.clone()
    }
}

/// Says sometimes that the element is nil.
fn nil(element: &Element, random: &mut Random, tree: &mut Tree) -> bool {
    let nil = element.nillable && fixed(element.value.as_ref()).is_none() && random.chance(20);
    if nil {
        let name = QName::new(Some(INSTANCE), "nil");
        tree.attributes.push((name, "true".to_owned()));
    }
    nil
}

fn fixed(value: Option<&ValueConstraint>) -> Option<&str> {
    match value {
        Some(ValueConstraint::Fixed(text)) => Some(text),
        Some(ValueConstraint::Default(_)) | None => None,
    }
}
