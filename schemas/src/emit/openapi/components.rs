//! The parts that operations refer to.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::json_schema::Definitions;
use super::{Options, parameters};

/// The name of the security scheme.
pub(super) const MUTUAL_TLS: &str = "tlsMutuo";

/// The name of the schema of problem documents, kept free for it.
pub(super) const PROBLEM: &str = "Problema";

/// Schemas, parameters, headers, problem answers and the security scheme.
pub(super) fn of(definitions: Definitions<'_>, options: &Options<'_>) -> Value {
    let mut schemas = definitions.finish();
    schemas.insert(PROBLEM.into(), problem(options));
    json!({
        "schemas": schemas,
        "parameters": parameters::components(options),
        "headers": headers(),
        "responses": responses(options),
        "securitySchemes": { MUTUAL_TLS: {
            "type": "mutualTLS",
            "description": "Certificado de cliente de un organismo registrado, y de uno solo.",
        }},
    })
}

fn headers() -> Value {
    json!({
        "ETag": {
            "description": "La versión del caso, para If-Match.",
            "schema": { "type": "string", "pattern": r#"^"[0-9]+"$"# },
        },
        "Pasarela-Peticion": {
            "description": "El número de la petición: el que traía o, si no traía, el que se le ha dado.",
            "schema": { "type": "string" },
        },
        "Pasarela-Transmision": {
            "description": "El número del intercambio en el registro de operaciones de la pasarela.",
            "schema": { "type": "string" },
        },
        "Location": {
            "description": "Dónde está lo que se ha creado.",
            "schema": { "type": "string", "format": "uri-reference" },
        },
    })
}

/// One answer a status, with every problem that has it.
fn responses(options: &Options<'_>) -> Value {
    let mut by_status: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for problem in options.problems {
        let line = format!("`{}`: {}", problem.code, problem.title);
        let lines = by_status.entry(problem.status).or_default();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let schema = json!({ "$ref": format!("#/components/schemas/{PROBLEM}") });
    let answers = by_status.into_iter().map(|(status, lines)| {
        let answer = json!({
            "description": lines.join("\n\n"),
            "content": { "application/problem+json": { "schema": schema } },
        });
        (format!("Problema{status}"), answer)
    });
    Value::Object(answers.collect::<Map<_, _>>())
}

/// RFC 9457, with the members that our problems add.
fn problem(options: &Options<'_>) -> Value {
    let mut codes: Vec<&str> = options
        .problems
        .iter()
        .map(|problem| problem.code)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    json!({
        "type": "object",
        "description": "Un problema (RFC 9457): qué ha pasado, de quién es la culpa y si sirve repetir.",
        "required": ["type", "title", "status", "codigo", "culpa", "reintento", "incidencia"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string" },
            "instance": { "type": "string", "format": "uri-reference" },
            "codigo": { "type": "string", "enum": codes },
            "codigoScsp": { "type": "string", "pattern": "^[0-9]{4}$" },
            "culpa": { "type": "string" },
            "reintento": { "type": "string" },
            "segundos": { "type": "integer", "minimum": 0 },
            "incidencia": { "type": "string" },
            "violaciones": { "type": "array", "items": {
                "type": "object",
                "required": ["ruta", "codigo", "mensaje"],
                "properties": {
                    "ruta": { "type": "string" },
                    "linea": { "type": "integer", "minimum": 1 },
                    "codigo": { "type": "string" },
                    "mensaje": { "type": "string" },
                },
            }},
        },
    })
}
