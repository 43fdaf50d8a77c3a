//! JSON Schema of the contracts that travel with the program.

use std::fs;
use std::sync::Arc;

use contract::emit::{Direction, json_schema};
use contract::{Contract, ElementId, Limits, QName, json, xml};
use serde_json::{Value, json};

use crate::{assert_references_resolve, contract, contracts, places_of};

/// The examples that travel with the contract: their root and their JSON form.
fn examples(contract: &Arc<Contract>, folder: &str) -> Vec<(String, ElementId, Value)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(contracts().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read(&path).unwrap();
        let root = root_of(contract, &String::from_utf8_lossy(&text));
        let document = xml::decode(contract, root, &text, &Limits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut out = Vec::new();
        document.write_json(&mut out);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        found.push((name, root, serde_json::from_slice(&out).unwrap()));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(!found.is_empty());
    found
}

/// The root whose name the text's first tag has.
fn root_of(contract: &Contract, text: &str) -> ElementId {
    let tag = text
        .split('<')
        .find(|tag| !tag.starts_with(['?', '!']) && !tag.trim().is_empty());
    let name = tag.unwrap().split([' ', '>', '\n', '/']).next().unwrap();
    let local = name.rsplit(':').next().unwrap();
    contract
        .root(&QName::new(Some(contract.namespace()), local))
        .unwrap()
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::validator_for(schema).unwrap_or_else(|error| panic!("{error}: {schema:#}"))
}

#[test]
fn every_schema_is_a_valid_schema_whose_references_resolve() {
    for name in ["viogen/1", "viogen/2", "contexto/1"] {
        let contract = contract(name);
        for root in contract.roots() {
            for way in [Direction::Request, Direction::Response] {
                let schema = json_schema::of_root(&contract, *root, way);
                assert!(jsonschema::meta::is_valid(&schema), "{schema:#}");
                assert_references_resolve(&schema);
            }
        }
    }
}

#[test]
fn the_schema_accepts_every_example() {
    for version in ["viogen/1", "viogen/2"] {
        let contract = contract(version);
        for (name, root, value) in examples(&contract, &format!("{version}/ejemplos")) {
            let schema = json_schema::of_root(&contract, root, Direction::of(&contract, root));
            let errors: Vec<String> = validator(&schema)
                .iter_errors(&value)
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{version}, {name}: {errors:#?}");
        }
    }
}

/// Whatever the codec accepts the schema accepts, for every example with one thing changed.
#[test]
fn the_schema_is_never_stricter_than_the_codec() {
    let contract = contract("viogen/2");
    let (mut accepted, mut refused, mut caught) = (0, 0, 0);
    for (name, root, value) in examples(&contract, "viogen/2/ejemplos") {
        let way = Direction::of(&contract, root);
        let validator = validator(&json_schema::of_root(&contract, root, way));
        for (what, changed) in changes(&value) {
            let text = serde_json::to_vec(&changed).unwrap();
            let valid = validator.is_valid(&changed);
            match json::decode(&contract, root, &text, &Limits::default()) {
                Ok(_) => {
                    accepted += 1;
                    assert!(
                        valid,
                        "{name}: {what}: the codec accepts, the schema refuses"
                    );
                }
                Err(_) => {
                    refused += 1;
                    caught += u32::from(!valid);
                }
            }
        }
    }
    assert!(accepted > 300, "{accepted} accepted");
    assert!(refused > 1000, "{refused} refused");
    assert!(
        caught * 100 >= refused * 95,
        "the schema catches {caught} of {refused}"
    );
}

/// The value with one node removed, replaced, wrapped or renamed, for every node.
fn changes(value: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut places = Vec::new();
    places_of(value, "", &mut places);
    for place in places {
        let at = value.pointer(&place).unwrap().clone();
        for other in replacements(&at) {
            let mut changed = value.clone();
            *changed.pointer_mut(&place).unwrap() = other.clone();
            found.push((format!("{place} = {other}"), changed));
        }
        let (parent, key) = place.rsplit_once('/').unwrap_or(("", ""));
        let mut changed = value.clone();
        if let Some(Value::Object(members)) = changed.pointer_mut(parent)
            && members.shift_remove(key).is_some()
        {
            found.push((format!("{place} removed"), changed.clone()));
            if let Some(Value::Object(members)) = changed.pointer_mut(parent) {
                members.insert(format!("{key}X"), at);
            }
            found.push((format!("{place} renamed"), changed));
        }
    }
    found
}

fn replacements(value: &Value) -> Vec<Value> {
    let mut others = vec![
        Value::Null,
        json!(7),
        json!(true),
        json!([]),
        json!({}),
        json!([value]),
    ];
    match value {
        Value::String(text) => {
            others.extend([
                json!(""),
                json!(format!("{text}X")),
                json!("*".repeat(5)),
                json!("2"),
            ]);
            others.push(json!(text.to_lowercase()));
        }
        Value::Number(_) => {
            others.extend([json!(0), json!(-1), json!(1e9), json!("1"), json!(1.5)])
        }
        Value::Array(items) => {
            others.push(items.iter().chain(items).cloned().collect());
            others.extend(items.first().cloned());
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => {}
    }
    others
}
