//! The answer to a lot, as lines of results: in the words in which results are kept, whatever those of the contract.

use std::sync::Arc;

use ::contract::{Document, LotResults, NodeRef};
use serde_json::{Map, Value, json};

use crate::exit::Failure;

/// The words of a refusal and of a breach, in the order of [`LotResults`].
const REFUSAL: [&str; 6] = [
    "codigo",
    "titulo",
    "detalle",
    "culpa",
    "reintento",
    "incidencia",
];
const BREACH: [&str; 3] = ["camino", "codigo", "mensaje"];

/// The results, a line each. What was accepted stays as the contract says it.
pub(super) fn lines(answer: &Document, words: &LotResults) -> Result<Vec<String>, Failure> {
    let results = answer.root().children();
    results.map(|result| line(result, words)).collect()
}

fn line(result: NodeRef<'_>, words: &LotResults) -> Result<String, Failure> {
    let fail = |e: &dyn std::fmt::Display| Failure::broken("results", e);
    let position = result.child(&words.position).and_then(NodeRef::text);
    let position = position.unwrap_or_default();
    if let Some(accepted) = result.child(&words.accepted) {
        let mut json = Vec::new();
        accepted.write_json(&mut json);
        let json = String::from_utf8(json).map_err(|e| fail(&e))?;
        return Ok(format!(r#"{{"posicion":{position},"aceptada":{json}}}"#));
    }
    let refused = result.child(&words.refused);
    let refused = refused.ok_or_else(|| fail(&"a result says nothing"))?;
    let mut told = texts(refused, &words.refusal, &REFUSAL);
    let contract = refused.document().contract();
    let breach = |it: &NodeRef<'_>| contract.element(it.element()).name.local == words.breach;
    let breaches = refused.children().filter(breach);
    let breaches = breaches.map(|it| Value::Object(texts(it, &words.within, &BREACH)));
    let breaches: Vec<Value> = breaches.collect();
    if !breaches.is_empty() {
        told.insert("incumplimiento".to_owned(), breaches.into());
    }
    let position: u64 = position.parse().map_err(|e| fail(&e))?;
    Ok(json!({"posicion":position,"rechazada":told}).to_string())
}

fn texts(node: NodeRef<'_>, said: &[Arc<str>], kept: &[&str]) -> Map<String, Value> {
    let text = |(said, kept): (&Arc<str>, &&str)| {
        let text = node.child(said)?.text()?;
        Some(((*kept).to_owned(), text.into()))
    };
    said.iter().zip(kept).filter_map(text).collect()
}
