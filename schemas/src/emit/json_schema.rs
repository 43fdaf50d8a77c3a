//! JSON Schema 2020-12 of what the JSON codec reads and writes.
//!
//! Where the two differ the schema is the wider one, with two exceptions: the codec also strips white
//! space around a value, and the schema describes the value without it; and the schema of a request
//! leaves out what only the gateway writes, which the codec reads and whoever takes requests refuses.

mod annotations;
mod any;
mod content;
mod definitions;
mod rules;
mod value;

use serde_json::{Map, Value, json};

use crate::{Contract, ElementId, Operation, RestBinding, RestBody, Segment, SimpleType};

use super::Direction;
pub(super) use definitions::Definitions;

/// The dialect that the schemas are written in.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of the JSON form of a document with that root: the value is the root's content.
pub fn of_root(contract: &Contract, root: ElementId, direction: Direction) -> Value {
    let mut definitions = Definitions::new(contract, direction);
    let schema = definitions.element(root);
    closed(
        contract,
        &contract.element(root).name.local,
        schema,
        definitions,
    )
}

/// The schema of the body that one REST shape of an operation carries, if it carries one.
pub fn of_body(contract: &Contract, operation: &Operation, binding: &RestBinding) -> Option<Value> {
    let mut definitions = Definitions::new(contract, Direction::Request);
    let schema = body(&mut definitions, operation, binding)?;
    Some(closed(contract, &operation.name, schema, definitions))
}

/// The schema of one leaf's value, written out.
pub(super) fn of_value(simple: &SimpleType) -> Value {
    value::schema(simple, crate::Fidelity::Values)
}

/// As [`of_body`], with the definitions kept by the caller.
pub(super) fn body(
    definitions: &mut Definitions<'_>,
    operation: &Operation,
    binding: &RestBinding,
) -> Option<Value> {
    let contract = definitions.contract();
    match &binding.body {
        RestBody::None => None,
        RestBody::Whole => {
            let in_path = |local: &str| {
                binding.path.iter().any(|segment| match segment {
                    Segment::Param(name) => name == local,
                    Segment::Literal(_) => false,
                })
            };
            Some(definitions.element_without(operation.request, &in_path))
        }
        RestBody::Child(local) => {
            let child = contract
                .children_of(operation.request)
                .iter()
                .find(|child| *contract.element(child.element).name.local == **local)?;
            Some(definitions.element(child.element))
        }
    }
}

/// A schema that stands on its own, its definitions inside.
fn closed(contract: &Contract, title: &str, schema: Value, definitions: Definitions<'_>) -> Value {
    let mut document = Map::new();
    document.insert("$schema".into(), json!(DIALECT));
    document.insert("title".into(), json!(title));
    document.insert(
        "$comment".into(),
        json!(format!(
            "{} {} · {}",
            contract.name(),
            contract.version(),
            contract.namespace()
        )),
    );
    if let Value::Object(members) = schema {
        document.extend(members);
    }
    document.insert("$defs".into(), Value::Object(definitions.finish()));
    Value::Object(document)
}
