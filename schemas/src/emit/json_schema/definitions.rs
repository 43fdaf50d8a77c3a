//! The named schemas of one document, each built once, in the order of their first use.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{
    Body, Content, Contract, Element, ElementId, Governed, Masking, Role, SimpleId, TypeId,
    ValueConstraint,
};

use super::super::Direction;
use super::{content, value};

/// What is defined once: a type, and for complex ones the way it travels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Complex(TypeId, Direction),
    Simple(SimpleId),
}

/// Collects the schemas of the types that are referred to.
pub(crate) struct Definitions<'c> {
    contract: &'c Contract,
    direction: Direction,
    place: &'static str,
    names: BTreeMap<Key, String>,
    taken: BTreeSet<String>,
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
                let schema = content::schema(self, contract.complex(complex), hidden);
                self.annotated(contract.element(id), schema)
            }
            Content::Complex(_) | Content::Simple(_) => self.element(id),
        }
    }

    /// The schema of an attribute's value.
    pub(super) fn attribute(&mut self, attribute: &crate::Attribute) -> Value {
        let mut schema = self.simple(attribute.simple);
        describe(&mut schema, &attribute.doc);
        self.govern(&mut schema, attribute.governance, attribute.role);
        constrain(
            &mut schema,
            attribute.value.as_ref(),
            self.contract,
            attribute.simple,
        );
        schema
    }

    /// A reference to a named simple type, or an unnamed one written out.
    pub(super) fn simple(&mut self, id: SimpleId) -> Value {
        let simple = self.contract.simple(id);
        let Some(name) = simple.name() else {
            return value::schema(simple);
        };
        let key = Key::Simple(id);
        if let Some(known) = self.names.get(&key) {
            return self.reference(known);
        }
        let name = self.name(key, &name.local);
        let mut schema = value::schema(simple);
        describe(&mut schema, simple.doc());
        self.schemas.insert(name.clone(), schema);
        self.reference(&name)
    }

    fn complex(&mut self, id: TypeId, element: &str) -> Value {
        let complex = self.contract.complex(id);
        if let (Body::Simple(simple), true) = (&complex.body, complex.attributes.is_empty()) {
            return self.simple(*simple);
        }
        let key = Key::Complex(id, self.direction);
        if let Some(known) = self.names.get(&key) {
            return self.reference(known);
        }
        let name = self.name(
            key,
            complex.name.as_ref().map_or(element, |name| &name.local),
        );
        self.schemas.insert(name.clone(), Value::Null);
        let mut schema = content::schema(self, complex, &|_| false);
        describe(&mut schema, &complex.doc);
        self.schemas.insert(name.clone(), schema);
        self.reference(&name)
    }

    fn reference(&self, name: &str) -> Value {
        json!({ "$ref": format!("{}{name}", self.place) })
    }

    fn name(&mut self, key: Key, wanted: &str) -> String {
        let name = (1..)
            .map(|number: u32| match number {
                1 => wanted.to_owned(),
                _ => format!("{wanted}-{number}"),
            })
            .find(|name| !self.taken.contains(name))
            .unwrap_or_default();
        self.taken.insert(name.clone());
        self.names.insert(key, name.clone());
        name
    }

    fn annotated(&self, element: &Element, schema: Value) -> Value {
        let mut schema = if element.nillable {
            json!({ "anyOf": [schema, { "type": "null" }] })
        } else {
            schema
        };
        describe(&mut schema, &element.doc);
        if let Some(simple) = self.contract.text_of(element) {
            self.govern(&mut schema, element.governance, element.role);
            constrain(&mut schema, element.value.as_ref(), self.contract, simple);
        }
        schema
    }

    /// Says who may see a leaf, and keeps masked forms out of requests.
    fn govern(&self, schema: &mut Value, governed: Option<Governed>, role: Option<Role>) {
        let Value::Object(members) = schema else {
            return;
        };
        if let Some(governed) = governed {
            let group = self.contract.group(governed.group);
            members.insert("x-pasarela-grupo".into(), json!(&*group.name));
            let sensitivity = governed.sensitivity.as_str();
            members.insert("x-pasarela-sensibilidad".into(), json!(sensitivity));
            if let Some(masking) = governed.masking {
                members.insert("x-pasarela-mascara".into(), json!(masking.as_str()));
                if self.direction == Direction::Request {
                    members.insert("not".into(), json!({ "pattern": masked_form(masking) }));
                }
            }
        }
        if let Some(role) = role {
            members.insert("x-pasarela-funcion".into(), json!(role.as_str()));
        }
    }
}

/// The masked forms, as an expression; what a request may not carry.
fn masked_form(masking: Masking) -> &'static str {
    match masking {
        Masking::Document => r"^\*{3}[0-9A-Za-z]{0,4}\*$",
        Masking::Year => "^-?[0-9]{4,}$",
        Masking::Province => "^[0-9]{2}000$",
        Masking::Initial => r"^.\*{3}$",
        Masking::Phone => r"^\*+[0-9]{0,3}$",
    }
}

fn describe(schema: &mut Value, doc: &str) {
    if let (Value::Object(members), false) = (schema, doc.is_empty()) {
        members.insert("description".into(), json!(doc));
    }
}

fn constrain(
    schema: &mut Value,
    given: Option<&ValueConstraint>,
    contract: &Contract,
    simple: SimpleId,
) {
    let (Value::Object(members), Some(given)) = (schema, given) else {
        return;
    };
    let kind = contract.simple(simple).json_kind();
    match given {
        ValueConstraint::Default(text) => {
            members.insert("default".into(), value::literal(kind, text))
        }
        ValueConstraint::Fixed(text) => members.insert("const".into(), value::literal(kind, text)),
    };
}
