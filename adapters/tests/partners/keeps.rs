//! What the coverage says is kept comes back from the partner as it went: every example of the canonical contract,
//! with elements of every depth left out, and with every word that its types list.

use std::collections::{BTreeMap, BTreeSet};

use adapters::partner::{Coverage, Dialect};
use contract::{Contract, Document, Limits, QName, json, xml};
use domain::OperationKind;
use serde_json::Value;

use crate::{CANONICAL, PARTNERS, house};

fn decode(message: &str, value: &Value) -> Option<Document> {
    let root = CANONICAL.root(&QName::new(Some(CANONICAL.namespace()), message))?;
    json::decode(
        &CANONICAL,
        root,
        value.to_string().as_bytes(),
        &Limits::default(),
    )
    .ok()
}

fn value(document: &Document) -> Value {
    let mut bytes = Vec::new();
    document.write_json(&mut bytes);
    serde_json::from_slice(&bytes).unwrap()
}

/// Every example, by its message.
fn examples() -> Vec<(String, Value)> {
    let folder = house().join("schemas/contracts/viogen/2/ejemplos");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    paths.sort();
    let example = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let name = text[text.rfind('<').unwrap()..]
            .trim_matches(['<', '/', '>', '\n'])
            .to_owned();
        let root = CANONICAL
            .root(&QName::new(Some(CANONICAL.namespace()), &name))
            .unwrap();
        let read = xml::decode(&CANONICAL, root, text.as_bytes(), &Limits::default()).unwrap();
        (name, value(&read))
    };
    paths.iter().map(example).collect()
}

/// The leaves by their paths with numbers, each with its path without.
fn flat(value: &Value, path: &str, bare: &str, found: &mut BTreeMap<String, (String, String)>) {
    match value {
        Value::Object(inner) => {
            for (name, value) in inner {
                match name.as_str() {
                    "#texto" => flat(value, path, bare, found),
                    _ => flat(
                        value,
                        &format!("{path}/{name}"),
                        &format!("{bare}/{name}"),
                        found,
                    ),
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                flat(item, &format!("{path}[{}]", at + 1), bare, found);
            }
        }
        leaf @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            let text = leaf
                .as_str()
                .map_or_else(|| leaf.to_string(), str::to_owned);
            found.insert(path.to_owned(), (bare.to_owned(), text));
        }
    }
}

fn leaves(message: &str, value: &Value) -> BTreeMap<String, (String, String)> {
    let mut found = BTreeMap::new();
    let root = format!("/{message}");
    flat(value, &root, &root, &mut found);
    found
}

/// There and back, less what both ways told as lost; and how many leaves were compared.
fn check(dialect: &Dialect, coverage: &Coverage, message: &str, before: &Value) -> usize {
    let (forth, back) = (&dialect.conversions.forth, &dialect.conversions.back);
    let document = decode(message, before).unwrap();
    let there = back.convert(&document, &[]);
    let there = there.unwrap_or_else(|fault| panic!("{before}: {fault:?}"));
    let again = forth.convert(&there.document, &[]);
    let again = again.unwrap_or_else(|fault| panic!("{before}: {fault:?}"));
    let lost: BTreeSet<String> = there
        .losses
        .iter()
        .map(|loss| loss.path.to_string())
        .chain(again.losses.iter().map(|loss| back.origin(&loss.path)))
        .collect();
    let after = leaves(message, &value(&again.document));
    let mut compared = 0;
    for (path, (bare, text)) in leaves(message, before) {
        // What was withheld is told in the names of each side, and of some things there are none.
        let is_list = bare.contains("/retenido");
        if is_list || lost.contains(&bare) || !coverage.keeps(message, &bare) {
            continue;
        }
        compared += 1;
        let came = after.get(&path).map(|(_, text)| text);
        assert_eq!(came, Some(&text), "{path} of {before}");
    }
    compared
}

/// The value without the element of that number in every object of that depth.
fn without(value: &Value, depth: usize, number: usize) -> Value {
    match value {
        Value::Object(inner) => {
            let kept = inner.iter().enumerate();
            let kept = kept.filter(|(at, _)| depth > 0 || *at != number);
            let below = depth.wrapping_sub(1);
            let made = kept.map(|(_, (name, value))| (name.clone(), without(value, below, number)));
            Value::Object(made.collect())
        }
        Value::Array(items) => {
            let made = items.iter().map(|item| without(item, depth, number));
            Value::Array(made.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The words that each leaf may say, by its path.
fn words(contract: &Contract, message: &str) -> BTreeMap<String, Vec<String>> {
    let root = contract
        .root(&QName::new(Some(contract.namespace()), message))
        .unwrap();
    let mut found = BTreeMap::new();
    list(contract, root, &format!("/{message}"), 0, &mut found);
    found
}

fn list(
    contract: &Contract,
    element: contract::ElementId,
    path: &str,
    depth: usize,
    found: &mut BTreeMap<String, Vec<String>>,
) {
    let simple = match contract.element(element).content {
        contract::Content::Simple(simple) => Some(simple),
        contract::Content::Complex(id) if depth < 8 => {
            for child in &contract.complex(id).children {
                let below = format!("{path}/{}", contract.element(child.element).name.local);
                list(contract, child.element, &below, depth + 1, found);
            }
            None
        }
        _ => None,
    };
    let Some(simple) = simple else { return };
    let listed = contract.simple(simple).enumeration();
    if !listed.is_empty() {
        found.insert(
            path.to_owned(),
            listed.iter().map(ToString::to_string).collect(),
        );
    }
}

/// The value with every leaf saying the word of that number of those that its type lists.
fn reworded(
    value: &Value,
    path: &str,
    words: &BTreeMap<String, Vec<String>>,
    number: usize,
) -> Value {
    match value {
        Value::Object(inner) => {
            let made = inner.iter().map(|(name, below)| {
                let at = match name.as_str() {
                    "#texto" => path.to_owned(),
                    name => format!("{path}/{name}"),
                };
                (name.clone(), reworded(below, &at, words, number))
            });
            Value::Object(made.collect())
        }
        Value::Array(items) => {
            let made = items.iter().enumerate();
            let made = made.map(|(at, item)| reworded(item, path, words, number + at));
            Value::Array(made.collect())
        }
        leaf @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            match words.get(path) {
                Some(words) => Value::from(words[number % words.len()].as_str()),
                None => leaf.clone(),
            }
        }
    }
}

/// The example, and what becomes of it when elements are left out or say other words.
fn variants(message: &str, example: &Value) -> Vec<Value> {
    let words = words(&CANONICAL, message);
    let longest = words.values().map(Vec::len).max().unwrap_or_default();
    let others = (0..longest).map(|at| reworded(example, &format!("/{message}"), &words, at));
    let less = (0..7).flat_map(|depth| (0..9).map(move |number| (depth, number)));
    let less = less.map(|(depth, number)| without(example, depth, number));
    let all = others
        .chain(less)
        .filter(|value| decode(message, value).is_some());
    let mut all: Vec<Value> = all.chain([example.clone()]).collect();
    all.dedup();
    all
}

#[test]
fn what_is_covered_comes_back() {
    for partner in PARTNERS.iter() {
        let (Some(dialect), Some(coverage)) = (&partner.dialect, partner.coverage()) else {
            continue;
        };
        let mut compared = 0;
        for (message, example) in examples() {
            let known = coverage.messages.get(&message);
            if known.is_none_or(|it| it.gives.is_none() || it.takes.is_none()) {
                continue;
            }
            for value in variants(&message, &example) {
                compared += check(dialect, &coverage, &message, &value);
            }
        }
        // Of one that only asks, nothing goes both ways; of one that is asked for persons only, little.
        let answers = &partner.settings.capabilities.answers;
        let least = match (
            answers.is_empty(),
            answers.contains(&OperationKind::Consult),
        ) {
            (true, _) => 0,
            (false, false) => 50,
            (false, true) => 100,
        };
        assert!(
            compared >= least,
            "{}: only {compared} leaves were compared",
            partner.slug
        );
    }
}
