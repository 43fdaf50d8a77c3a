//! Schemas of complex types: objects whose properties are attributes and children.

use serde_json::{Map, Value, json};

use crate::{Body, Child, ComplexType, Contract, Particle, Role};

use super::super::Direction;
use super::Definitions;
use super::rules;

/// The property that holds an attribute is its name after this sign.
const ATTRIBUTE: char = '@';
/// The property that holds the text of an element with attributes.
pub(super) const TEXT: &str = "#texto";

/// The schema of an object of that type, without the children that `hidden` names and, in a request,
/// without those that only the gateway writes.
pub(super) fn schema(
    definitions: &mut Definitions<'_>,
    complex: &ComplexType,
    hidden: &dyn Fn(&str) -> bool,
) -> Value {
    let contract = definitions.contract();
    let unasked = match definitions.direction() {
        Direction::Request => reserved_names(contract, complex),
        Direction::Response => Vec::new(),
    };
    let hidden = |local: &str| hidden(local) || unasked.contains(&local);
    let mut object = Object::default();
    for attribute in &complex.attributes {
        let property = format!("{ATTRIBUTE}{}", attribute.name.local);
        let schema = definitions.attribute(attribute);
        object.insert(property, schema, attribute.required);
    }
    match &complex.body {
        Body::Empty => {}
        Body::Simple(simple) => {
            let schema = definitions.simple(*simple);
            object.insert(TEXT.to_owned(), schema, true);
        }
        Body::Elements(_) => {
            children(definitions, complex, &hidden, &mut object);
            if let Some(particle) = &complex.particle {
                object.rules = rules::of(contract, particle, &hidden);
            }
        }
    }
    object.finish()
}

fn children(
    definitions: &mut Definitions<'_>,
    complex: &ComplexType,
    hidden: &dyn Fn(&str) -> bool,
    object: &mut Object,
) {
    let contract = definitions.contract();
    for child in &complex.children {
        let local = &contract.element(child.element).name.local;
        if hidden(local) {
            continue;
        }
        let schema = definitions.element(child.element);
        let schema = match &complex.particle {
            Some(particle) if child.repeated => list(schema, *child, particle),
            Some(_) | None => schema,
        };
        let schema = reserved(schema, contract.element(child.element).role);
        object.insert(local.to_string(), schema, child.required);
    }
}

/// The children that only the gateway writes.
fn reserved_names<'c>(contract: &'c Contract, complex: &ComplexType) -> Vec<&'c str> {
    let elements = complex.children.iter();
    elements
        .map(|child| contract.element(child.element))
        .filter(|element| element.role.is_some_and(Role::is_reserved))
        .map(|element| &*element.name.local)
        .collect()
}

/// Marks what only the gateway writes.
fn reserved(mut schema: Value, role: Option<Role>) -> Value {
    let own = role.is_some_and(Role::is_reserved);
    if let (Value::Object(members), true) = (&mut schema, own) {
        members.insert("readOnly".into(), json!(true));
    }
    schema
}

/// An array: the property of a child that may be repeated.
fn list(items: Value, child: Child, particle: &Particle) -> Value {
    let (least, most) = rules::occurrence(particle, child.element);
    let mut array = Map::new();
    array.insert("type".into(), json!("array"));
    array.insert("items".into(), items);
    if least > 0 {
        array.insert("minItems".into(), json!(least));
    }
    if let Some(most) = most {
        array.insert("maxItems".into(), json!(most));
    }
    Value::Object(array)
}

#[derive(Default)]
struct Object {
    properties: Map<String, Value>,
    required: Vec<Value>,
    rules: Vec<Value>,
}

impl Object {
    fn insert(&mut self, name: String, schema: Value, required: bool) {
        if required {
            self.required.push(json!(name));
        }
        self.properties.insert(name, schema);
    }

    fn finish(self) -> Value {
        let mut members = Map::new();
        members.insert("type".into(), json!("object"));
        members.insert("properties".into(), Value::Object(self.properties));
        if !self.required.is_empty() {
            members.insert("required".into(), self.required.into());
        }
        if !self.rules.is_empty() {
            members.insert("allOf".into(), self.rules.into());
        }
        members.insert("additionalProperties".into(), json!(false));
        Value::Object(members)
    }
}
