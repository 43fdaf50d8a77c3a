//! Which single entities a policy names, and how deep its expressions lie within each other.

use cedar_policy::Policy;
use serde_json::Value;

/// The most levels of a policy's JSON. Policies are evaluated and dropped by recursion, on stacks of every size: what
/// ships stays below a quarter of it.
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use cedar_policy::PolicySet;

    use super::*;

    fn depth(json: &Value) -> usize {
        let inner: Vec<usize> = match json {
            Value::Object(fields) => fields.values().map(depth).collect(),
            Value::Array(values) => values.iter().map(depth).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        };
        1 + inner.into_iter().max().unwrap_or_default()
    }

    #[test]
    fn what_ships_is_far_from_the_bound() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        let texts = crate::load::read(&folder).unwrap();
        let is_policies = |name: &str| Path::new(name).extension().is_some_and(|it| it == "cedar");
        let mut deepest = 0;
        for (name, text) in texts.iter().filter(|(name, _)| is_policies(name)) {
            let set: PolicySet = text.parse().unwrap();
            for policy in set.policies() {
                let json = policy.to_json().unwrap();
                assert!(!of(policy).is_deep, "{name}");
                deepest = deepest.max(depth(&json));
            }
        }
        assert!((2..DEEPEST / 4).contains(&deepest), "{deepest}");
    }
}
