//! Whether every value of a source is one of the target.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::compile::Site;
use super::fault::ConversionFault;
use super::place::Place;
use super::plan::{Change, Entry, Leaf, Source};
use super::sample;
use crate::expression::Expression;
use crate::{Builtin, SimpleType};

/// The most values that a fault names of those that do not fit.
const TOLD: usize = 5;

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
    for (path, source) in sources {
        if let Change::Expression { .. } = leaf.change {
            tried(site, leaf, (&path, &source), &target);
        } else if must_fit(leaf)
            && let Some(values) = missing(&leaf.change, &source, &target)
        {
            site.fault(not_contained(&path, leaf, listed(&values)));
        }
    }
}

/// Whether nothing is said of values that do not fit.
fn must_fit(leaf: &Leaf) -> bool {
    leaf.lossy.is_none() && !leaf.refuses
}

/// Notes a table that leaves out what one of the sources may say, where it must speak of everything.
pub(super) fn whole(
    site: &mut Site<'_>,
    (name, table): (&str, &BTreeMap<String, Entry>),
    sources: &[Place],
) {
    for place in sources {
        let Some(simple) = place.simple(site.from) else {
            continue;
        };
        let values = site.from.simple(simple).enumeration().iter();
        let out: Vec<String> = values
            .filter(|value| !table.contains_key(&***value))
            .map(|value| format!("`{value}`"))
            .collect();
        if !out.is_empty() {
            site.fault(ConversionFault::NotTotal {
                table: name.to_owned(),
                levels: out.join(", "),
                path: place.path(site.from),
            });
        }
    }
}

fn listed(values: &[String]) -> String {
    if values.is_empty() {
        return String::new();
    }
    format!(": {}", values.join(", "))
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
            // Expressions are tried.
            Change::Constant(_) | Change::Expression { .. } => true,
        };
        return (!tabled).then(Vec::new);
    }
    let misfit = |value: &str| match change {
        Change::Copy => target.check(value).is_err(),
        Change::Table(table) => match table.get(value) {
            None => target.check(value).is_err(),
            Some(entry) => {
                let mut becomes = entry.value.iter();
                becomes.any(|value| target.check(value).is_err())
            }
        },
        // Expressions are tried.
        Change::Constant(_) | Change::Expression { .. } => false,
    };
    let misfits: Vec<String> = values
        .iter()
        .filter(|value| misfit(value))
        .map(ToString::to_string)
        .collect();
    (!misfits.is_empty()).then_some(misfits)
}

/// Tries an expression with values of all that it sees, and notes what does not fit, or fails.
fn tried(
    site: &mut Site<'_>,
    leaf: &Leaf,
    (path, source): (&str, &SimpleType),
    target: &SimpleType,
) {
    let Change::Expression {
        table,
        expression,
        with,
    } = &leaf.change
    else {
        return;
    };
    let mut values = sample::of(source);
    sample::compared(expression.text(), source, &mut values);
    if let Some(table) = table {
        let becomes = |value: String| match table.get(&value) {
            None => Some(value),
            Some(entry) => entry.value.as_deref().map(str::to_owned),
        };
        values = values.into_iter().filter_map(becomes).collect();
    }
    let others: Vec<(Arc<str>, Vec<Json>)> = with
        .iter()
        .map(|(name, other)| (Arc::clone(name), other_values(site, expression, other)))
        .collect();
    let mut misfits = BTreeSet::new();
    let mut failed = None;
    sample::trials(&values, &others, &mut |trial| match trial.run(expression) {
        Ok(text) if must_fit(leaf) && target.check(&text).is_err() => {
            misfits.insert(trial.told());
        }
        Ok(_) => {}
        Err(fault) => failed = failed.take().or(Some(fault)),
    });
    if let Some(fault) = failed {
        let path = leaf.path.to_string();
        site.fault(ConversionFault::Expression { path, fault });
    }
    if !misfits.is_empty() {
        let some: Vec<String> = misfits.into_iter().take(TOLD).collect();
        site.fault(not_contained(path, leaf, listed(&some)));
    }
}

/// What another name may be: nothing, withheld, or what its leaf may say.
fn other_values(site: &Site<'_>, expression: &Expression, other: &Source) -> Vec<Json> {
    let simple = other.place.simple(site.from);
    let values = simple.map_or_else(Vec::new, |simple| {
        let simple = site.from.simple(simple);
        let mut values = sample::of(simple);
        sample::compared(expression.text(), simple, &mut values);
        values
    });
    let gone = [Json::from(""), Json::Null];
    gone.into_iter()
        .chain(values.into_iter().map(Json::from))
        .collect()
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
