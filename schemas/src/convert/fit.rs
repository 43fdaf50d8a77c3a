//! Whether every value of a source is one of the target.

use std::collections::BTreeMap;

use super::compile::Site;
use super::fault::ConversionFault;
use super::plan::{Change, Entry, Leaf};
use crate::expression::{Expression, Scope};
use crate::{Builtin, SimpleType};

/// Notes the values that the leaf may be given and does not take.
pub(super) fn check(site: &mut Site<'_>, leaf: &Leaf) {
    let target = site.to.simple(leaf.simple).clone();
    let given = [leaf.default.as_deref(), constant(&leaf.change)];
    for value in given.into_iter().flatten() {
        if target.check(value).is_err() {
            site.fault(not_contained(value, leaf, String::new()));
        }
    }
    let sources: Vec<(String, SimpleType)> = leaf
        .sources
        .iter()
        .filter_map(|source| {
            let simple = source.place.simple(site.from)?;
            Some((source.path.to_string(), site.from.simple(simple).clone()))
        })
        .collect();
    if let Some(table) = leaf.change.table() {
        idle(site, leaf, table, &sources);
    }
    if leaf.lossy.is_some() {
        return;
    }
    for (path, source) in sources {
        let missing = missing(&leaf.change, &source, &target);
        if let Some(values) = missing {
            let what = if values.is_empty() {
                String::new()
            } else {
                format!(": {}", values.join(", "))
            };
            site.fault(not_contained(&path, leaf, what));
        }
    }
}

fn not_contained(from: &str, leaf: &Leaf, what: String) -> ConversionFault {
    ConversionFault::NotContained {
        from: from.to_owned(),
        to: leaf.path.to_string(),
        what,
    }
}

fn constant(change: &Change) -> Option<&str> {
    match change {
        Change::Constant(value) => Some(value),
        Change::Copy | Change::Table(_) | Change::Expression { .. } => None,
    }
}

/// The entries of a table that no value of the source meets.
fn idle(
    site: &mut Site<'_>,
    leaf: &Leaf,
    table: &BTreeMap<String, Entry>,
    sources: &[(String, SimpleType)],
) {
    for value in table.keys() {
        let met = sources
            .iter()
            .any(|(_, source)| source.check(value).is_ok());
        if !met {
            let at = format!("{value} -> {}", leaf.path);
            site.fault(ConversionFault::Idle(at));
        }
    }
}

/// The values of the source that the target does not take; none listed when they cannot be.
fn missing(change: &Change, source: &SimpleType, target: &SimpleType) -> Option<Vec<String>> {
    let values = source.enumeration();
    if values.is_empty() {
        let tabled = match change {
            Change::Copy => contains(source, target),
            Change::Table(table) => {
                let mut values = table.values().filter_map(|entry| entry.value.as_deref());
                values.all(|value| target.check(value).is_ok()) && contains(source, target)
            }
            // What an expression makes of free texts is seen when it does.
            Change::Constant(_) | Change::Expression { .. } => true,
        };
        return (!tabled).then(Vec::new);
    }
    let misfit = |value: &str| match change {
        Change::Copy => target.check(value).is_err(),
        Change::Constant(_) => false,
        Change::Table(table) => match table.get(value) {
            None => target.check(value).is_err(),
            Some(entry) => {
                let mut becomes = entry.value.iter();
                becomes.any(|value| target.check(value).is_err())
            }
        },
        Change::Expression {
            table,
            expression,
            with,
        } => {
            let entry = table.as_ref().and_then(|table| table.get(value));
            let names = with.iter().map(|(name, _)| &**name);
            let becomes = match entry {
                None => Some(value),
                Some(entry) => entry.value.as_deref(),
            };
            becomes.is_some_and(|value| {
                let text = alone(expression, value, names);
                text.is_none_or(|text| target.check(&text).is_err())
            })
        }
    };
    let misfits: Vec<String> = values
        .iter()
        .filter(|value| misfit(value))
        .map(ToString::to_string)
        .collect();
    (!misfits.is_empty()).then_some(misfits)
}

/// What an expression makes of a value when nothing else is there.
fn alone<'n>(
    expression: &Expression,
    value: &str,
    others: impl Iterator<Item = &'n str>,
) -> Option<String> {
    let mut scope = Scope::new();
    scope.set_text("valor", value);
    for name in others {
        scope.set_text(name, "");
    }
    expression.text_of(&scope).ok()
}

/// Whether every value of the source is one of the target.
fn contains(source: &SimpleType, target: &SimpleType) -> bool {
    let listed = source.enumeration();
    if !listed.is_empty() {
        return listed.iter().all(|value| target.check(value).is_ok());
    }
    if !source.members().is_empty() {
        let mut members = source.members().iter();
        return members.all(|member| contains(member, target));
    }
    if !target.members().is_empty() {
        let mut members = target.members().iter();
        return is_free(target) && members.any(|member| contains(source, member));
    }
    match (source.item(), target.item()) {
        (None, None) => facets(source, target, Builtin::String == target.builtin()),
        (Some(one), Some(other)) => contains(one, other) && facets(source, target, false),
        // A list is a text too, but its length is another.
        (Some(_), None) => target.builtin() == Builtin::String && is_free(target),
        // A text with a space in it would become two.
        (None, Some(_)) => false,
    }
}

/// Whether a type narrows what it is made of in no way.
fn is_free(simple: &SimpleType) -> bool {
    let facets = simple.facets();
    let lengths = [facets.length, facets.min_length, facets.max_length];
    facets.patterns.is_empty() && facets.enumeration.is_empty() && lengths == [None; 3]
}

/// Whether the facets of the target follow from those of the source; a `text` takes every form.
fn facets(source: &SimpleType, target: &SimpleType, text: bool) -> bool {
    let (has, wants) = (source.facets(), target.facets());
    let free = text && source.builtin() != Builtin::String;
    if !free && (source.builtin() != target.builtin() || has.white_space != wants.white_space) {
        return false;
    }
    let exact = |one: Option<u64>, other: Option<u64>| other.is_none() || one == other;
    let bound =
        |one: &Option<crate::Bound>, other: &Option<crate::Bound>| other.is_none() || one == other;
    let patterns = wants.patterns.iter().all(|wanted| {
        let mut known = has.patterns.iter();
        known.any(|known| known.text() == wanted.text())
    });
    wants.enumeration.is_empty()
        && patterns
        && exact(has.length, wants.length)
        && wants.min_length.is_none_or(|least| {
            has.length
                .or(has.min_length)
                .is_some_and(|known| known >= least)
        })
        && wants.max_length.is_none_or(|most| {
            has.length
                .or(has.max_length)
                .is_some_and(|known| known <= most)
        })
        && exact(has.total_digits, wants.total_digits)
        && exact(has.fraction_digits, wants.fraction_digits)
        && bound(&has.min, &wants.min)
        && bound(&has.max, &wants.max)
}
