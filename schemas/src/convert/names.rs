//! The names of one contract in the terms of the other.

use std::collections::BTreeMap;

use super::plan::{Leaf, Message, Node, Presence, Source};
use crate::Contract;

/// The paths of a message, both ways.
pub(super) struct Names {
    pub withheld: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    pub origins: BTreeMap<String, String>,
}

/// The paths that a tree joins.
pub(super) fn of(from: &Contract, to: &Contract, root: &Node) -> Names {
    let mut walk = Walk {
        from,
        to,
        joins: Vec::new(),
        lists: Vec::new(),
    };
    walk.node(root, None);
    let mut origins = BTreeMap::new();
    for (source, target) in &walk.joins {
        let origin = origins.entry((*target).to_owned());
        origin.or_insert_with(|| (*source).to_owned());
    }
    let lists = walk.lists.iter();
    let withheld = lists.map(|list| (list.path.to_owned(), renamed(list, &walk)));
    Names {
        withheld: withheld.collect(),
        origins,
    }
}

/// A withheld list of the target, and the cases that the two lists speak of.
struct List<'t> {
    path: &'t str,
    source: String,
    target: &'t str,
}

struct Walk<'t> {
    from: &'t Contract,
    to: &'t Contract,
    /// Absolute paths of the source and the target.
    joins: Vec<(&'t str, &'t str)>,
    lists: Vec<List<'t>>,
}

impl<'t> Walk<'t> {
    /// `unit` is the path of the innermost case unit.
    fn node(&mut self, node: &'t Node, unit: Option<&'t str>) {
        let unit = if self.to.element(node.element).case_unit {
            Some(&*node.path)
        } else {
            unit
        };
        match &node.presence {
            Presence::Each(source) => self.join(source, &node.path),
            Presence::Withheld(source) => {
                self.join(source, &node.path);
                if let (Some(target), Some(source)) = (unit, source.place.unit(self.from)) {
                    let path = &node.path;
                    self.lists.push(List {
                        path,
                        source,
                        target,
                    });
                }
            }
            Presence::When(sources) => {
                if let Some(source) = sources.first() {
                    self.join(source, &node.path);
                }
            }
            Presence::Made => {}
        }
        let attributes = node.attributes.iter().map(|(_, _, attribute)| attribute);
        for leaf in attributes.chain(&node.value) {
            self.leaf(leaf);
        }
        for child in &node.children {
            self.node(child, unit);
        }
    }

    fn leaf(&mut self, leaf: &'t Leaf) {
        // The others only stand in for the first.
        if let Some(source) = leaf.sources.first() {
            self.join(source, &leaf.path);
        }
    }

    fn join(&mut self, source: &'t Source, target: &'t str) {
        self.joins.push((&source.path, target));
    }
}

/// The paths within the case of the source, each with those within the case of the target.
fn renamed(list: &List<'_>, walk: &Walk<'_>) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // What was withheld is told in its list, and no list is told of.
    let is_list = |path: &str| walk.lists.iter().any(|list| list.path == path);
    for (source, target) in walk.joins.iter().filter(|(_, target)| !is_list(target)) {
        let (Some(inner), Some(named)) = (below(source, &list.source), below(target, list.target))
        else {
            continue;
        };
        let known = found.entry(inner.to_owned()).or_default();
        if !known.iter().any(|known| known == named) {
            known.push(named.to_owned());
        }
    }
    found
}

/// What of a path comes below another.
fn below<'p>(path: &'p str, above: &str) -> Option<&'p str> {
    path.strip_prefix(above)?.strip_prefix('/')
}

/// What a withheld path of the source is called in a list of the target: itself, else what lies below it.
pub(super) fn withheld<'m>(message: &'m Message, list: &str, path: &str) -> Vec<&'m str> {
    let Some(renamed) = message.withheld.get(list) else {
        return Vec::new();
    };
    if let Some(known) = renamed.get(path) {
        return known.iter().map(String::as_str).collect();
    }
    let below = format!("{path}/");
    let inner = renamed.range(below.clone()..);
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
                return of_lists(message, origin, (&bare, &numbers));
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

/// The origin of a path with the numbers of the lists that the lists on its way come from.
fn of_lists(message: &Message, origin: &str, (bare, numbers): (&[&str], &[&str])) -> String {
    let mut steps: Vec<String> = origin.split('/').map(str::to_owned).collect();
    for (at, number) in numbers.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
        let list = bare.get(..=at).unwrap_or_default().join("/");
        let Some(list) = message.origins.get(&list) else {
            continue;
        };
        let inside = below(origin, list).is_some() || *list == *origin;
        let depth = list.split('/').count().checked_sub(1).filter(|_| inside);
        if let Some(step) = depth.and_then(|depth| steps.get_mut(depth)) {
            step.push_str(number);
        }
    }
    steps.join("/")
}
