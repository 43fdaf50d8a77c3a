//! What an expression sees.

use std::collections::HashMap;

use cel::{Context, Value};
use serde_json::Value as Json;

/// Names with their values; an inner scope sees those of the outer one too.
pub(crate) struct Scope<'p>(Context<'p, 'static>);

impl Scope<'static> {
    /// A scope of nothing.
    pub(crate) fn new() -> Self {
        Self(Context::with_env(super::environment()))
    }
}

impl Scope<'_> {
    /// Gives `name` a value.
    pub(crate) fn set(&mut self, name: &str, value: &Json) {
        self.0.add_variable_from_value(name, value_of(value));
    }

    /// A scope inside this one.
    pub(crate) fn inner(&self) -> Scope<'_> {
        Scope(self.0.new_inner_scope())
    }

    pub(super) fn context(&self) -> &Context<'_, 'static> {
        &self.0
    }
}

/// Whole numbers are `int`, whatever their sign: literals are too, and the two do not add up.
fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => number.as_f64().map_or(Value::Null, Value::Float),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::from(items.iter().map(value_of).collect::<Vec<_>>()),
        Json::Object(members) => {
            let pairs = members
                .iter()
                .map(|(name, member)| (name.clone(), value_of(member)));
            Value::from(pairs.collect::<HashMap<String, Value>>())
        }
    }
}
