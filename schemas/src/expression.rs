//! Short expressions in the Common Expression Language, for rules and conversions.
//!
//! <https://github.com/google/cel-spec>: no side effects, no loops but over lists that are there, no
//! clock. A document is to an expression what it is in JSON. This is the only door to the library.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "the library's enums are open: what is not named is treated as unknown"
)]

mod cost;
mod matching;
mod scope;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::{Env, Program, Value, extensions};

pub(crate) use scope::{Constants, Scope};

/// The longest expression, in bytes.
const LONGEST: usize = 2_000;

/// The deepest nesting of brackets in one.
const DEEPEST: usize = 16;

/// An expression, compiled.
pub(crate) struct Expression {
    program: Program,
    text: Arc<str>,
}

/// Why an expression cannot be used, or did not give what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionFault {
    /// It is too long, or its brackets too deep.
    #[error("longer than {LONGEST} bytes or nested deeper than {DEEPEST} brackets")]
    TooLarge,
    /// It is not of the language.
    #[error("not an expression: {0}")]
    Syntax(String),
    /// It names something that is not there for it.
    #[error("`{0}` is no name that may be used here")]
    UnknownName(String),
    /// It goes over a list for each element of a list: its cost has no good bound.
    #[error("one pass over a list inside another")]
    NestedPasses,
    /// It failed on what it was given.
    #[error("failed: {0}")]
    Failed(String),
    /// It gave something else than asked for.
    #[error("gave {0}")]
    WrongResult(&'static str),
}

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    // They add names that the standard library does not have, so they cannot clash; a test says so.
    let _ = env.add_extension(extensions::strings);
    let _ = env.add_extension(matching::extension);
    Arc::new(env)
});

impl Expression {
    /// Compiles `text`, which may use the variables `names`.
    pub(crate) fn compile(text: &str, names: &[&str]) -> Result<Self, ExpressionFault> {
        if text.len() > LONGEST || depth(text) > DEEPEST {
            return Err(ExpressionFault::TooLarge);
        }
        let program = ENVIRONMENT
            .compile(text)
            .map_err(|errors| ExpressionFault::Syntax(one_line(&errors.to_string())))?;
        let bound = cost::bound(&program.expression().expr)?;
        let known: BTreeSet<&str> = names
            .iter()
            .copied()
            .chain(bound.iter().map(String::as_str))
            .collect();
        let references = program.references();
        let mut used = references.variables();
        used.sort_unstable();
        if let Some(unknown) = used.into_iter().find(|name| !known.contains(name)) {
            return Err(ExpressionFault::UnknownName(unknown.to_owned()));
        }
        drop(references);
        Ok(Self {
            program,
            text: text.into(),
        })
    }

    /// As it is written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The value, which must be true or false.
    pub(crate) fn holds(&self, scope: &Scope<'_, '_>) -> Result<bool, ExpressionFault> {
        match self.value(scope)? {
            Value::Bool(verdict) => Ok(verdict),
            other => Err(ExpressionFault::WrongResult(kind(&other))),
        }
    }

    /// The value as the text of a leaf.
    pub(crate) fn text_of(&self, scope: &Scope<'_, '_>) -> Result<String, ExpressionFault> {
        match self.value(scope)? {
            Value::String(text) => Ok(text.to_string()),
            Value::Bool(truth) => Ok(truth.to_string()),
            Value::Int(number) => Ok(number.to_string()),
            other => Err(ExpressionFault::WrongResult(kind(&other))),
        }
    }

    fn value(&self, scope: &Scope<'_, '_>) -> Result<Value, ExpressionFault> {
        // What the library says may repeat values: it is cut before it can.
        let failed = |error: cel::ExecutionError| ExpressionFault::Failed(reason(&error));
        self.program.execute(scope.context()).map_err(failed)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn environment() -> Arc<Env> {
    Arc::clone(&ENVIRONMENT)
}

/// Why an evaluation failed, without any value of the message.
fn reason(error: &cel::ExecutionError) -> String {
    use cel::ExecutionError as Error;
    match error {
        // A key may be computed: it may be a value.
        Error::NoSuchKey(_) => "no such key".to_owned(),
        Error::UndeclaredReference(name) => format!("no such name `{name}`"),
        Error::FunctionError { function, .. } => format!("function `{function}`"),
        Error::DivisionByZero(_) | Error::RemainderByZero(_) => "division by zero".to_owned(),
        Error::Overflow(operator, ..) => format!("overflow in `{operator}`"),
        Error::IndexOutOfBounds(_) => "index out of bounds".to_owned(),
        Error::NoSuchOverload(fault) => format!("no such overload of `{}`", fault.function()),
        Error::UnsupportedBinaryOperator(operator, ..) => format!("types of `{operator}`"),
        // The library's list is open; whatever else there is, the kind is enough.
        _ => "types that do not go together".to_owned(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
        Value::String(_) => "a text",
        Value::Bool(_) => "true or false",
        Value::Null => "nothing",
        _ => "something else",
    }
}

fn depth(text: &str) -> usize {
    let mut deepest = 0_usize;
    let mut now = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => now += 1,
            b')' | b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
