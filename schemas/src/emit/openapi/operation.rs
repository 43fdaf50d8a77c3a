//! One operation in one REST shape.

use serde_json::{Map, Value, json};

use crate::{Contract, Operation, RestBinding, Role, catalogue};

use super::super::Direction;
use super::super::json_schema::{self, Definitions};
use super::{Options, operation_id, parameters};

/// A lot of any length: one item a line in, one result a line out.
const LINES: &str = "application/x-ndjson";

/// The entry of the path.
pub(super) fn item(
    definitions: &mut Definitions<'_>,
    operation: &Operation,
    binding: &RestBinding,
    options: &Options<'_>,
) -> Value {
    let mut item = Map::new();
    item.insert(
        "operationId".into(),
        json!(operation_id(operation, binding)),
    );
    item.insert("tags".into(), json!([&*operation.class]));
    item.insert("summary".into(), json!(summary(&operation.doc)));
    item.insert("description".into(), json!(&*operation.doc));
    definitions.turn(Direction::Request);
    let parameters = parameters::of(definitions, operation, binding, options);
    item.insert("parameters".into(), parameters.into());
    if let Some(schema) = json_schema::body(definitions, operation, binding) {
        let lot = operation.lot.as_ref();
        let line = lot.map(|lot| definitions.element(lot.item));
        let content = media(&schema, line.as_ref());
        item.insert(
            "requestBody".into(),
            json!({ "required": true, "content": content }),
        );
    }
    definitions.turn(Direction::Response);
    item.insert(
        "responses".into(),
        responses(definitions, operation, binding, options),
    );
    Value::Object(item)
}

/// What travels as JSON, and, of a lot, what each line of it is.
fn media(schema: &Value, line: Option<&Value>) -> Value {
    let mut content = Map::new();
    content.insert("application/json".into(), json!({ "schema": schema }));
    if let Some(line) = line {
        content.insert(LINES.into(), json!({ "schema": line }));
    }
    Value::Object(content)
}

/// The first sentence.
fn summary(doc: &str) -> &str {
    doc.split_inclusive(['.', ';', ':'])
        .next()
        .unwrap_or(doc)
        .trim_end_matches(['.', ';', ':'])
}

fn responses(
    definitions: &mut Definitions<'_>,
    operation: &Operation,
    binding: &RestBinding,
    options: &Options<'_>,
) -> Value {
    let contract = definitions.contract();
    let answer = contract.element(operation.response);
    let mut success = Map::new();
    success.insert("description".into(), json!(&*answer.doc));
    success.insert("headers".into(), headers(contract, operation, binding));
    let schema = definitions.element(operation.response);
    let result = operation.lot.as_ref().and_then(|_| {
        let results = contract.children_of(operation.response);
        results.first().map(|result| result.element)
    });
    let result = result.map(|result| definitions.element(result));
    success.insert("content".into(), media(&schema, result.as_ref()));
    let mut responses = Map::new();
    responses.insert(binding.success.to_string(), Value::Object(success));
    for status in statuses(operation, binding, contract, options) {
        let reference = format!("#/components/responses/Problema{status}");
        responses.insert(status.to_string(), json!({ "$ref": reference }));
    }
    Value::Object(responses)
}

/// The statuses of the problems that this shape can meet, ascending.
fn statuses(
    operation: &Operation,
    binding: &RestBinding,
    contract: &Contract,
    options: &Options<'_>,
) -> Vec<u16> {
    let conditional = parameters::is_conditional(contract, operation, binding);
    let mut statuses: Vec<u16> = options
        .problems
        .iter()
        .map(|problem| problem.status)
        .filter(|status| conditional || ![412, 428].contains(status))
        .collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn headers(contract: &Contract, operation: &Operation, binding: &RestBinding) -> Value {
    let mut headers = Map::new();
    let mut add = |name: &str| {
        let reference = format!("#/components/headers/{name}");
        headers.insert(name.to_owned(), json!({ "$ref": reference }));
    };
    add("Pasarela-Peticion");
    add("Pasarela-Transmision");
    if is_of_one_version(contract, operation) {
        add("ETag");
    }
    if binding.success == 201 {
        add("Location");
    }
    Value::Object(headers)
}

/// Whether the answer is about one case, and shows its version.
fn is_of_one_version(contract: &Contract, operation: &Operation) -> bool {
    let fields = || catalogue::fields(contract, operation.response);
    operation.lot.is_none()
        && matches!(&*operation.class, "consulta" | "presentacion")
        && fields()
            .iter()
            .any(|field| field.role == Some(Role::Version))
}
