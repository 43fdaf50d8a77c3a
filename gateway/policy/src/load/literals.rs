//! Which single entities a policy names.

use cedar_policy::Policy;
use serde_json::Value;

/// The types of the entities that a policy names, its head included.
pub(super) fn of(policy: &Policy) -> Vec<String> {
    let mut found = Vec::new();
    match policy.to_json() {
        Ok(json) => collect(&json, &mut found),
        // What cannot be looked through could name anything.
        Err(_) => found.push("?".to_owned()),
    }
    found.sort();
    found.dedup();
    found
}

fn collect(json: &Value, found: &mut Vec<String>) {
    match json {
        Value::Object(fields) => {
            if let (Some(Value::String(name)), Some(Value::String(_))) =
                (fields.get("type"), fields.get("id"))
            {
                found.push(name.clone());
            }
            fields.values().for_each(|value| collect(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
