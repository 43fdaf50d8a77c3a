//! OpenAPI 3.1 of a contract's operations in REST.

mod components;
mod operation;
mod parameters;

use serde_json::{Map, Value, json};

use crate::{Contract, Operation, RestBinding, Segment};

use super::Direction;
use super::json_schema::Definitions;

/// What the contract itself does not say.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The title of the document.
    pub title: &'a str,
    /// Where the paths begin, such as `/v2`.
    pub base: &'a str,
    /// The contract of the request context (`Contexto`, `Error`), whose leaves become headers.
    pub context: Option<&'a Contract>,
    /// The purposes that a request may name.
    pub purposes: &'a [&'a str],
    /// What can go wrong.
    pub problems: &'a [Problem<'a>],
}

/// One thing that can go wrong.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: &'a str,
    /// The title.
    pub title: &'a str,
}

/// The OpenAPI document.
pub fn document(contract: &Contract, options: &Options<'_>) -> Value {
    let mut definitions =
        Definitions::new(contract, Direction::Request).at("#/components/schemas/");
    definitions.reserve(components::PROBLEM);
    let paths = paths(&mut definitions, options);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": options.title,
            "version": contract.version(),
            "description": format!(
                "Contrato `{}`, versión {} (`{}`). Escrito a partir de sus ficheros XSD. {WITHHELD}",
                contract.name(), contract.version(), contract.namespace(),
            ),
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
        },
        "jsonSchemaDialect": super::json_schema::DIALECT,
        "servers": [{ "url": options.base }],
        "security": [{ components::MUTUAL_TLS: [] }],
        "tags": tags(contract),
        "paths": paths,
        "components": components::of(definitions, options),
    })
}

/// What every reader of an answer must know.
const WITHHELD: &str = "Lo que quien pregunta no puede ver no viene, y el caso lo dice en los \
     elementos de función `retenidos`: un dato que falta sin estar ahí nombrado es que no consta.";

fn tags(contract: &Contract) -> Value {
    let mut classes: Vec<&str> = Vec::new();
    for operation in contract
        .operations()
        .iter()
        .filter(|operation| !operation.rest.is_empty())
    {
        if !classes.contains(&&*operation.class) {
            classes.push(&operation.class);
        }
    }
    classes
        .into_iter()
        .map(|class| json!({ "name": class }))
        .collect()
}

fn paths(definitions: &mut Definitions<'_>, options: &Options<'_>) -> Value {
    let mut paths = Map::new();
    for operation in definitions.contract().operations() {
        for binding in &operation.rest {
            let method = binding.method.as_str().to_ascii_lowercase();
            let item = operation::item(definitions, operation, binding, options);
            let path = paths.entry(path(binding)).or_insert_with(|| json!({}));
            if let Value::Object(methods) = path {
                methods.insert(method, item);
            }
        }
    }
    Value::Object(paths)
}

/// The path as OpenAPI writes it: parameters in braces.
fn path(binding: &RestBinding) -> String {
    let segments = binding.path.iter().map(|segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Param(name) => format!("/{{{name}}}"),
    });
    segments.collect()
}

/// Whether the binding addresses one thing that exists.
fn is_addressed(binding: &RestBinding) -> bool {
    binding.path.iter().any(|segment| match segment {
        Segment::Param(_) => true,
        Segment::Literal(_) => false,
    })
}

/// The name of one REST shape: the operation's, with the method when there are several.
fn operation_id(operation: &Operation, binding: &RestBinding) -> String {
    match operation.rest.len() {
        0 | 1 => operation.name.to_string(),
        _ => format!(
            "{}.{}",
            operation.name,
            binding.method.as_str().to_ascii_lowercase()
        ),
    }
}
