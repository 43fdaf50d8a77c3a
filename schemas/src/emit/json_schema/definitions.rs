//! The named schemas of one document, each built once, in the order of their first use.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{Body, Content, Contract, ElementId, QName, SimpleId, TypeId};

use super::super::Direction;
use super::annotations::describe;
use super::{content, value};

/// What is defined once: a type, and for complex ones the way it travels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Complex(TypeId, Direction),
    /// One that names its type.
    Named(TypeId, Direction),
    Shared(&'static str),
    Simple(SimpleId),
}

/// Collects the schemas of the types that are referred to.
pub(crate) struct Definitions<'c> {
    contract: &'c Contract,
    direction: Direction,
    place: &'static str,
    names: BTreeMap<Key, String>,
    taken: BTreeSet<String>,
    wanted: BTreeMap<String, Vec<String>>,
    schemas: Map<String, Value>,
}

impl<'c> Definitions<'c> {
    /// Definitions inside the schema document itself.
    pub(crate) fn new(contract: &'c Contract, direction: Direction) -> Self {
        Self {
            contract,
            direction,
            place: "#/$defs/",
            names: BTreeMap::new(),
            taken: BTreeSet::new(),
            wanted: BTreeMap::new(),
            schemas: Map::new(),
        }
    }

    /// Definitions that are referred to at another place.
    pub(crate) fn at(self, place: &'static str) -> Self {
        Self { place, ..self }
    }

    /// Keeps a name for something else.
    pub(crate) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// From here on, schemas of documents that travel that way.
    pub(crate) fn turn(&mut self, direction: Direction) {
        self.direction = direction;
    }

    pub(crate) fn contract(&self) -> &'c Contract {
        self.contract
    }

    pub(super) fn direction(&self) -> Direction {
        self.direction
    }

    /// The schemas by name.
    pub(crate) fn finish(self) -> Map<String, Value> {
        self.schemas
    }

    /// The schema of the element's value, whatever its number.
    pub(crate) fn element(&mut self, id: ElementId) -> Value {
        let element = self.contract.element(id);
        let schema = match element.content {
            Content::Simple(simple) => self.simple(simple),
            Content::Complex(complex) => self.complex(complex, &element.name.local),
        };
        self.annotated(element, schema)
    }

    /// As [`Self::element`], written out, without the children that `hidden` names.
    pub(crate) fn element_without(
        &mut self,
        id: ElementId,
        hidden: &dyn Fn(&str) -> bool,
    ) -> Value {
        let contract = self.contract;
        let hides = contract
            .children_of(id)
            .iter()
            .any(|child| hidden(&contract.element(child.element).name.local));
        match contract.element(id).content {
            Content::Complex(complex) if hides => {
                let schema = content::schema(self, contract.complex(complex), hidden, None);
                self.annotated(contract.element(id), schema)
            }
            Content::Complex(_) | Content::Simple(_) => self.element(id),
        }
    }

    /// A reference to a named simple type, or an unnamed one written out.
    pub(super) fn simple(&mut self, id: SimpleId) -> Value {
        let simple = self.contract.simple(id);
        let Some(name) = simple.name() else {
            return value::schema(simple, self.contract.fidelity());
        };
        let key = Key::Simple(id);
        if let Some(known) = self.names.get(&key) {
            return self.reference(known);
        }
        let name = self.name(key, &name.local);
        let mut schema = value::schema(simple, self.contract.fidelity());
        describe(&mut schema, simple.doc());
        self.schemas.insert(name.clone(), schema);
        self.reference(&name)
    }

    fn complex(&mut self, id: TypeId, element: &str) -> Value {
        let complex = self.contract.complex(id);
        if let (Body::Simple(simple), false) = (&complex.body, complex.has_attributes()) {
            return self.simple(*simple);
        }
        let key = Key::Complex(id, self.direction);
        if let Some(known) = self.names.get(&key) {
            return self.reference(known);
        }
        let wanted = complex.name.as_ref().map_or(element, |name| &name.local);
        let name = self.name(key, wanted);
        self.schemas.insert(name.clone(), Value::Null);
        let mut schema = content::schema(self, complex, &|_| false, None);
        describe(&mut schema, &complex.doc);
        if let Some(same) = self.known(wanted, &schema) {
            self.schemas.shift_remove(&name);
            self.taken.remove(&name);
            self.names.insert(key, same.clone());
            return self.reference(&same);
        }
        self.schemas.insert(name.clone(), schema);
        self.reference(&name)
    }

    /// The schema of a type that says its name because it stands for another.
    pub(super) fn named(&mut self, id: TypeId, name: &QName) -> Value {
        let key = Key::Named(id, self.direction);
        if let Some(known) = self.names.get(&key) {
            return self.reference(known);
        }
        let title = self.name(key, &format!("{}-con-tipo", name.local));
        self.schemas.insert(title.clone(), Value::Null);
        let complex = self.contract.complex(id);
        let schema = content::schema(self, complex, &|_| false, Some(name));
        self.schemas.insert(title.clone(), schema);
        self.reference(&title)
    }

    /// A schema of that name, made when it is first referred to.
    pub(super) fn shared(
        &mut self,
        name: &'static str,
        make: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let key = Key::Shared(name);
        if let Some(known) = self.names.get(&key) {
            return self.reference(known);
        }
        let title = self.name(key, name);
        self.schemas.insert(title.clone(), Value::Null);
        let schema = make(self);
        self.schemas.insert(title.clone(), schema);
        self.reference(&title)
    }

    /// The definition, wanted under that name, that says exactly this: most types say the same
    /// whatever they inherit and whichever way they travel.
    fn known(&self, wanted: &str, schema: &Value) -> Option<String> {
        let names = self.wanted.get(wanted)?;
        names
            .iter()
            .find(|name| self.schemas.get(*name) == Some(schema))
            .cloned()
    }

    fn reference(&self, name: &str) -> Value {
        json!({ "$ref": format!("{}{name}", self.place) })
    }

    /// A name that is free: the one wanted, else with the way it travels, else with a number.
    fn name(&mut self, key: Key, wanted: &str) -> String {
        let way = match self.direction {
            Direction::Request => "peticion",
            Direction::Response => "respuesta",
        };
        let mut name = wanted.to_owned();
        let mut number = 1;
        while self.taken.contains(&name) {
            name = match number {
                1 => format!("{wanted}-{way}"),
                _ => format!("{wanted}-{number}"),
            };
            number += 1;
        }
        self.taken.insert(name.clone());
        self.wanted
            .entry(wanted.to_owned())
            .or_default()
            .push(name.clone());
        self.names.insert(key, name.clone());
        name
    }
}
