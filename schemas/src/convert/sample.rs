//! Values that an expression is tried with when a file is loaded.
//!
//! Of the value and of every other name: what its type lists, or values made of its bounds, lengths, digits and
//! patterns; the texts that the expression itself compares with; and, of the other names, nothing at all and what was
//! withheld. All with all, as long as that is no more than [`MOST`] trials; else each with the others left out, and
//! with the others at the same place of their lists.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::SimpleType;
use crate::expression::{Expression, ExpressionFault, Scope};

/// The most trials of one expression with all values of one with all of the others.
const MOST: usize = 2_000;

/// The most values of one name whose type does not list them.
const EACH: usize = 24;

/// Numbers that a type without bounds is tried with.
const NUMBERS: [&str; 9] = [
    "0",
    "1",
    "-1",
    "0.5",
    "1.005",
    "99999999",
    "2147483647",
    "999999999999",
    "9223372036854775807",
];

/// The values of a type: all that it lists, else some, the ends of its range among them.
pub(super) fn of(simple: &SimpleType) -> Vec<String> {
    let listed = simple.enumeration();
    if !listed.is_empty() {
        return listed.iter().map(ToString::to_string).collect();
    }
    let numbers = NUMBERS.iter().map(|text| (*text).to_owned());
    let mut found: Vec<String> = numbers
        .filter(|text| simple.builtin() != crate::Builtin::String && simple.check(text).is_ok())
        .collect();
    for value in crate::example::values::values(simple) {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found.truncate(EACH);
    found
}

/// The texts that an expression compares with and that the type takes, those of `found` left out.
pub(super) fn compared(expression: &str, simple: &SimpleType, found: &mut Vec<String>) {
    for literal in literals(expression) {
        if simple.check(&literal).is_ok() && !found.contains(&literal) {
            found.push(literal);
        }
    }
}

/// The texts in quotes.
fn literals(expression: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find(['\'', '"']) {
        let (_, from) = rest.split_at(at);
        let quote = if from.starts_with('"') { '"' } else { '\'' };
        let inner = from.get(1..).unwrap_or_default();
        let Some((text, after)) = inner.split_once(quote) else {
            break;
        };
        found.push(text.to_owned());
        rest = after;
    }
    found
}

/// What an expression is tried with: the value, and each of the other names.
pub(super) struct Trial<'t> {
    pub value: &'t str,
    pub others: Vec<(&'t Arc<str>, &'t Json)>,
}

impl Trial<'_> {
    /// What the expression makes of it.
    pub(super) fn run(&self, expression: &Expression) -> Result<String, ExpressionFault> {
        let mut scope = Scope::new();
        scope.set_text("valor", self.value);
        for (name, value) in &self.others {
            scope.set(name, value);
        }
        expression.text_of(&scope)
    }

    /// What the other names were, where one of them was something.
    pub(super) fn told(&self) -> String {
        let others = self.others.iter().filter(|(_, value)| **value != "");
        let others: Vec<String> = others
            .map(|(name, value)| format!("{name} = {}", value.as_str().unwrap_or("?")))
            .collect();
        if others.is_empty() {
            return self.value.to_owned();
        }
        format!("{} ({})", self.value, others.join(", "))
    }
}

/// Tells every trial to `each`.
pub(super) fn trials(
    values: &[String],
    others: &[(Arc<str>, Vec<Json>)],
    each: &mut impl FnMut(&Trial<'_>),
) {
    let product = others.iter().fold(values.len(), |all, (_, list)| {
        all.saturating_mul(list.len())
    });
    for value in values {
        let combinations = if product <= MOST {
            every(others)
        } else {
            some(others)
        };
        for others in combinations {
            each(&Trial { value, others });
        }
    }
}

type Others<'t> = Vec<(&'t Arc<str>, &'t Json)>;

/// All with all.
fn every(others: &[(Arc<str>, Vec<Json>)]) -> Vec<Others<'_>> {
    let mut all: Vec<Others<'_>> = vec![Vec::new()];
    for (name, list) in others {
        let longer = all.iter().flat_map(|before| {
            list.iter().map(move |value| {
                let mut others = before.clone();
                others.push((name, value));
                others
            })
        });
        all = longer.collect();
    }
    all
}

/// Each alone, the others as their lists begin; and all at the same place of their lists.
fn some(others: &[(Arc<str>, Vec<Json>)]) -> Vec<Others<'_>> {
    let longest = others.iter().map(|(_, list)| list.len()).max().unwrap_or(0);
    let pick = |place: &dyn Fn(usize) -> usize| -> Others<'_> {
        let picked = others.iter().enumerate();
        let picked = picked.filter_map(|(at, (name, list))| {
            let place = place(at).checked_rem(list.len())?;
            Some((name, list.get(place)?))
        });
        picked.collect()
    };
    let together = (0..longest).map(|place| pick(&|_| place));
    let alone = others.iter().enumerate().flat_map(|(own, (_, list))| {
        let pick = &pick;
        (1..list.len()).map(move |place| pick(&|at| if at == own { place } else { 0 }))
    });
    together.chain(alone).collect()
}
