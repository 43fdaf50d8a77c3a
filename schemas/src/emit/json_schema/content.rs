//! Schemas of complex types: objects whose properties are attributes and children.

use serde_json::{Map, Value, json};

use crate::json::{ANY, LIST, TEXT, TYPE, property};
use crate::{Body, Child, ComplexType, Contract, Fidelity, Form, Particle, QName, Role};

use super::super::Direction;
use super::{Definitions, any, rules};

/// The property that holds an attribute is its name after this sign.
const ATTRIBUTE: char = '@';

/// The schema of an object of that type, without the children that `hidden` names and, in a request,
/// without those that only the gateway writes; `named` is what it says as its type.
pub(super) fn schema(
    definitions: &mut Definitions<'_>,
    complex: &ComplexType,
    hidden: &dyn Fn(&str) -> bool,
    named: Option<&QName>,
) -> Value {
    let contract = definitions.contract();
    let unasked = match definitions.direction() {
        Direction::Request => reserved_names(contract, complex),
        Direction::Response => Vec::new(),
    };
    let hidden = |local: &str| hidden(local) || unasked.contains(&local);
    let mut object = Object::default();
    head(definitions, complex, named, &mut object);
    match &complex.body {
        Body::Empty => {}
        Body::Simple(simple) => {
            let schema = definitions.simple(*simple);
            object.insert(TEXT.to_owned(), schema, true);
        }
        Body::Elements(_) if complex.form == Form::List => {
            let required = !complex.mixed && !is_emptiable(complex);
            let list = any::list(definitions, complex);
            object.insert(LIST.to_owned(), list, required);
        }
        Body::Elements(_) => {
            children(definitions, complex, &hidden, &mut object);
            if let Some(particle) = &complex.particle {
                object.rules = rules::of(contract, complex, particle, &hidden);
            }
            if let Some(others) = any::others(definitions, complex) {
                let required = complex.particle.as_ref().is_some_and(wants_others);
                object.insert(ANY.to_owned(), others, required);
            }
        }
    }
    if complex.mixed && named.is_none() {
        object.any_of = Some(any::short_form());
        let bare = is_emptiable(complex) && object.required.is_empty();
        let object = object.finish();
        return if bare {
            json!({ "anyOf": [any::text(), object] })
        } else {
            object
        };
    }
    object.finish()
}

/// The schema of nil where the type has attributes: they stay, and the text is `null`.
pub(super) fn nil(definitions: &mut Definitions<'_>, complex: &ComplexType) -> Value {
    let mut object = Object::default();
    head(definitions, complex, None, &mut object);
    object.insert(TEXT.to_owned(), json!({ "type": "null" }), true);
    if complex.mixed {
        object.any_of = Some(json!([{ "minProperties": 2 }]));
    }
    object.finish()
}

fn is_emptiable(complex: &ComplexType) -> bool {
    complex.particle.as_ref().is_none_or(Particle::emptiable)
}

/// Whether every valid content has a child that a wildcard admits.
fn wants_others(particle: &Particle) -> bool {
    let needed = particle.occurs().min > 0;
    needed
        && match particle {
            Particle::Wildcard(..) => true,
            Particle::Element(..) => false,
            Particle::Sequence(items, _) | Particle::All(items, _) => {
                items.iter().any(wants_others)
            }
            Particle::Choice(items, _) => items.iter().all(wants_others),
        }
}

/// The type that is named, and the attributes.
fn head(
    definitions: &mut Definitions<'_>,
    complex: &ComplexType,
    named: Option<&QName>,
    object: &mut Object,
) {
    if let Some(name) = named {
        object.insert(TYPE.to_owned(), any::type_name(name), true);
    }
    for attribute in &complex.attributes {
        let name = property(&attribute.name, &complex.attribute_clashes);
        let schema = definitions.attribute(attribute);
        object.insert(format!("{ATTRIBUTE}{name}"), schema, attribute.required);
    }
    if let Some(any) = complex.any_attribute {
        let mut pattern = any::attributes(definitions.contract(), any);
        // What is declared is known by its own property.
        let own = complex.attributes.iter();
        let own: Vec<String> = own.map(|it| any::escaped(&it.name.local)).collect();
        if !own.is_empty() {
            pattern = format!(
                "^(?!@(?:{})$){}",
                own.join("|"),
                pattern.trim_start_matches('^')
            );
        }
        object.patterns.insert(pattern, any::text());
    }
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
            Some(particle) if child.repeated => list(contract, schema, *child, particle),
            Some(_) | None => schema,
        };
        let schema = reserved(schema, contract.element(child.element).role);
        let name = property(&contract.element(child.element).name, &complex.clashes);
        object.insert(name, schema, child.required);
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
fn list(contract: &Contract, items: Value, child: Child, particle: &Particle) -> Value {
    let (least, most) = rules::occurrence(particle, child.element);
    // Where every form is kept, nothing is said in one way only: by leaving it out.
    let least = match contract.fidelity() {
        Fidelity::Texts => least.max(1),
        Fidelity::Values => least,
    };
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
    patterns: Map<String, Value>,
    any_of: Option<Value>,
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
        if !self.patterns.is_empty() {
            let patterns = Value::Object(self.patterns);
            members.insert("patternProperties".into(), patterns);
        }
        if let Some(any_of) = self.any_of {
            members.insert("anyOf".into(), any_of);
        }
        if !self.rules.is_empty() {
            members.insert("allOf".into(), self.rules.into());
        }
        members.insert("additionalProperties".into(), json!(false));
        Value::Object(members)
    }
}
