//! Problem documents · RFC 9457.

use domain::problem::{Report, Violation};
use serde_json::{Map, Value, json};

use crate::problem::shown;

/// The `Content-Type` of a problem document.
pub const PROBLEM_CONTENT_TYPE: &str = "application/problem+json";

/// The problem document of a report.
pub fn problem_json(report: &Report) -> Vec<u8> {
    let report = shown(report);
    let entry = report.problem.entry();
    let mut members = Map::new();
    let mut member = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    member(
        "type",
        json!(format!("urn:pasarela:problema:{}", entry.code)),
    );
    member("title", json!(entry.title));
    member("status", json!(entry.http));
    member("detail", json!(report.detail));
    member(
        "instance",
        json!(format!("urn:pasarela:incidencia:{}", report.incident)),
    );
    member("codigo", json!(entry.code));
    if let Some(scsp) = entry.scsp {
        member("codigoScsp", json!(scsp));
    }
    member("culpa", json!(entry.blame.as_str()));
    member("reintento", json!(entry.retry.as_str()));
    if let Some(seconds) = report.retry_seconds() {
        member("segundos", json!(seconds));
    }
    member("incidencia", json!(report.incident));
    if !report.violations.is_empty() {
        member(
            "violaciones",
            report.violations.iter().map(violation).collect(),
        );
    }
    Value::Object(members).to_string().into_bytes()
}

fn violation(violation: &Violation) -> Value {
    let mut members = Map::new();
    members.insert("ruta".to_owned(), json!(violation.path));
    if let Some(line) = violation.line {
        members.insert("linea".to_owned(), json!(line));
    }
    members.insert("codigo".to_owned(), json!(violation.code));
    members.insert("mensaje".to_owned(), json!(violation.message));
    Value::Object(members)
}
