//! The names of one contract in the terms of the other.

use std::collections::BTreeMap;

use super::plan::{Leaf, Message, Node, Presence, Source};
use crate::Contract;

/// The paths of a message, both ways.
pub(super) struct Names {
    pub withheld: BTreeMap<String, Vec<String>>,
    pub origins: BTreeMap<String, String>,
}

/// The paths that a tree joins.
pub(super) fn of(to: &Contract, root: &Node) -> Names {
    let mut names = Names {
        withheld: BTreeMap::new(),
        origins: BTreeMap::new(),
    };
    walk(to, root, None, &mut names);
    names
}

/// `unit` is where, in the path, the name of the innermost case unit ends.
fn walk(to: &Contract, node: &Node, unit: Option<usize>, names: &mut Names) {
    let unit = if to.element(node.element).case_unit {
        Some(node.path.len() + 1)
    } else {
        unit
    };
    match &node.presence {
        Presence::Each(source) | Presence::Withheld(source) => {
            join(names, source, &node.path, unit);
        }
        Presence::When(sources) => {
            if let Some(source) = sources.first() {
                join(names, source, &node.path, unit);
            }
        }
        Presence::Made => {}
    }
    let mut leaf = |leaf: &Leaf| {
        // The others only stand in for the first.
        if let Some(source) = leaf.sources.first() {
            join(names, source, &leaf.path, unit);
        }
    };
    node.attributes
        .iter()
        .for_each(|(_, _, attribute)| leaf(attribute));
    node.value.iter().for_each(&mut leaf);
    for child in &node.children {
        walk(to, child, unit, names);
    }
}

fn join(names: &mut Names, source: &Source, target: &str, unit: Option<usize>) {
    names
        .origins
        .entry(target.to_owned())
        .or_insert_with(|| source.path.to_string());
    let inner = unit.and_then(|unit| target.get(unit..));
    if let (Some(from), Some(inner)) = (&source.unit_path, inner) {
        let known = names.withheld.entry(from.to_string()).or_default();
        if !known.iter().any(|known| known == inner) {
            known.push(inner.to_owned());
        }
    }
}

/// What a withheld path of the source is called at the target: itself, else what lies below it.
pub(super) fn withheld<'m>(message: &'m Message, path: &str) -> Vec<&'m str> {
    if let Some(known) = message.withheld.get(path) {
        return known.iter().map(String::as_str).collect();
    }
    let below = format!("{path}/");
    let inner = message.withheld.range(below.clone()..);
    let inner = inner.take_while(|(from, _)| from.starts_with(&below));
    let mut found: Vec<&str> = Vec::new();
    for target in inner.flat_map(|(_, targets)| targets) {
        let covered = found.iter().any(|known| {
            target
                .strip_prefix(known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if !covered {
            found.push(target);
        }
    }
    found
}

/// The path at the source of a path at the target, its numbers in brackets kept where both have as
/// many steps.
pub(super) fn origin<'m>(messages: impl Iterator<Item = &'m Message>, path: &str) -> String {
    let numbers: Vec<&str> = path
        .split('/')
        .map(|step| {
            step.find('[')
                .and_then(|at| step.get(at..))
                .unwrap_or_default()
        })
        .collect();
    let bare: Vec<&str> = path
        .split('/')
        .map(|step| step.split('[').next().unwrap_or(step))
        .collect();
    let root = bare.get(1).copied().unwrap_or_default();
    let mut messages = messages;
    let Some(message) = messages.find(|message| *message.target_name == *root) else {
        return path.to_owned();
    };
    for kept in (2..=bare.len()).rev() {
        let name = bare.get(..kept).unwrap_or_default().join("/");
        if let Some(origin) = message.origins.get(&name) {
            let steps: Vec<&str> = origin.split('/').collect();
            if steps.len() != kept {
                return origin.clone();
            }
            let numbered = steps
                .iter()
                .zip(&numbers)
                .map(|(step, number)| format!("{step}{number}"));
            return numbered.collect::<Vec<_>>().join("/");
        }
    }
    format!("/{}", message.source_name)
}
