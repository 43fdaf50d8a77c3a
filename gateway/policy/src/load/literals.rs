//! Which single entities a policy names, and how deep its expressions lie within each other.

use cedar_policy::Policy;
use serde_json::Value;

/// The most levels of a policy's JSON. Policies are evaluated and dropped by recursion, on stacks of every size: what
/// ships has a sixth of it at most.
const DEEPEST: usize = 256;

/// What is read of a policy.
pub(super) struct Literals {
    /// The types of the entities that it names, its head included.
    pub(super) types: Vec<String>,
    /// Whether its expressions are nested beyond the bound.
    pub(super) is_deep: bool,
}

/// Reads a policy.
pub(super) fn of(policy: &Policy) -> Literals {
    let mut read = Literals {
        types: Vec::new(),
        is_deep: false,
    };
    match policy.to_json() {
        Ok(json) => read.collect(&json, DEEPEST),
        // What cannot be looked through could name anything.
        Err(_) => read.types.push("?".to_owned()),
    }
    read.types.sort();
    read.types.dedup();
    read
}

impl Literals {
    fn collect(&mut self, json: &Value, levels: usize) {
        let Some(levels) = levels.checked_sub(1) else {
            self.is_deep = true;
            return;
        };
        match json {
            Value::Object(fields) => {
                if let (Some(Value::String(name)), Some(Value::String(_))) =
                    (fields.get("type"), fields.get("id"))
                {
                    self.types.push(name.clone());
                }
                fields.values().for_each(|it| self.collect(it, levels));
            }
            Value::Array(values) => values.iter().for_each(|it| self.collect(it, levels)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
