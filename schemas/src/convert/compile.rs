//! One way of a file, compiled against both contracts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fault::{ConversionErrors, ConversionFault};
use super::pairs::Shared;
use super::place::Place;
use super::plan::{Entry, Message, Node, Presence};
use super::text::{self, Block, Way};
use super::{Conversion, insert, losses, mirror, names, total};
use crate::{Contract, ElementId, QName, Role};

/// Tables by name.
pub(super) type Tables = BTreeMap<String, Arc<BTreeMap<String, Entry>>>;

/// What compiling a way has at hand.
pub(super) struct Site<'c> {
    pub from: &'c Arc<Contract>,
    pub to: &'c Arc<Contract>,
    pub tables: Tables,
    pub used_tables: BTreeSet<String>,
    /// What the tables of the whole file give to this way.
    pub shared: &'c Shared,
    pub errors: &'c mut ConversionErrors,
    /// The place in the file that faults are told of.
    pub at: String,
}

impl Site<'_> {
    pub(super) fn fault(&mut self, fault: ConversionFault) {
        self.errors.push(&self.at, fault);
    }

    /// The value, or its fault noted.
    pub(super) fn noted<T>(&mut self, outcome: Result<T, ConversionFault>) -> Option<T> {
        outcome.map_err(|fault| self.fault(fault)).ok()
    }
}

/// A block with the two places it is about.
pub(super) struct Located<'b> {
    pub block: &'b Block,
    pub source: Place,
    pub target: Place,
}

/// Compiles one way; gives the names of the tables that it uses, too.
pub(super) fn way(
    (way, shared): (&Way, &Shared),
    at: &str,
    (from, to): (&Arc<Contract>, &Arc<Contract>),
    errors: &mut ConversionErrors,
) -> (Conversion, BTreeSet<String>) {
    let mut site = Site {
        from,
        to,
        tables: tables(way, &shared.tables),
        used_tables: BTreeSet::new(),
        shared,
        errors,
        at: at.to_owned(),
    };
    let mut messages = BTreeMap::new();
    let mut without = Vec::new();
    for root in from.roots() {
        let name = &from.element(*root).name.local;
        site.at = format!("{at}.{name}");
        if way.leaves_out(name) {
            without.push(Arc::clone(name));
            continue;
        }
        let called = way.mensajes.get(&**name).map_or(&**name, String::as_str);
        match target(to, called) {
            Some(target) => {
                messages.insert(*root, message(way, &mut site, *root, target));
            }
            None => site.fault(ConversionFault::NoEquivalent),
        }
    }
    at.clone_into(&mut site.at);
    idle(way, &mut site);
    let conversion = Conversion {
        from: Arc::clone(from),
        to: Arc::clone(to),
        messages,
        without,
    };
    (conversion, site.used_tables)
}

fn message(way: &Way, site: &mut Site<'_>, source: ElementId, target: ElementId) -> Message {
    let (from, to) = (site.from, site.to);
    let source_name = Arc::clone(&from.element(source).name.local);
    let target_name = Arc::clone(&to.element(target).name.local);
    let located = locate(way, site, (source, &source_name), (target, &target_name));
    let mut root = Node {
        element: target,
        name: Arc::clone(&target_name),
        order: 0,
        repeated: false,
        presence: Presence::Made,
        attributes: Vec::new(),
        value: None,
        children: Vec::new(),
        path: format!("/{target_name}").into(),
    };
    let mut contexts = vec![Place::root(source)];
    let explicit = insert::explicit(site, &located);
    if way.iguales {
        mirror::all(site, &mut root, &mut contexts, target, &explicit);
    }
    insert::rules(site, &mut root, &mut contexts, &located, &explicit);
    let losses = losses::declared(site, &located, &contexts);
    let read = total::check(site, &root, &contexts, &losses);
    let names = names::of(from, to, &root);
    Message {
        source_name,
        target,
        target_name,
        read,
        losses,
        loss_leaf: loss_leaf(to, target),
        withheld: names.withheld,
        origins: names.origins,
        root,
    }
}

/// The blocks that are about this message.
fn locate<'b>(
    way: &'b Way,
    site: &mut Site<'_>,
    (source, source_name): (ElementId, &str),
    (target, target_name): (ElementId, &str),
) -> Vec<Located<'b>> {
    let mut located = Vec::new();
    for block in &way.grupo {
        for at in &block.en {
            let (from, to) = at.both();
            let (first, below) = from.split_once('/').unwrap_or((from, "."));
            if first != source_name {
                continue;
            }
            let (other, other_below) = to.split_once('/').unwrap_or((to, "."));
            if other != target_name {
                site.fault(ConversionFault::NoSuchPath(to.to_owned()));
                continue;
            }
            let source = Place::root(source).follow(site.from, below);
            let target = Place::root(target).follow(site.to, other_below);
            if let (Some(source), Some(target)) = (site.noted(source), site.noted(target)) {
                located.push(Located {
                    block,
                    source,
                    target,
                });
            }
        }
    }
    located
}

fn target(contract: &Contract, name: &str) -> Option<ElementId> {
    let namespace = Some(contract.namespace()).filter(|namespace| !namespace.is_empty());
    contract.root(&QName::new(namespace, name))
}

/// The child of a root that lists losses.
fn loss_leaf(contract: &Contract, root: ElementId) -> Option<(Arc<str>, usize)> {
    let steps = super::place::steps(contract, root);
    let leaf = steps
        .into_iter()
        .find(|step| contract.element(step.element).role == Some(Role::Losses))?;
    Some((leaf.name, leaf.order))
}

fn tables(way: &Way, pairs: &Tables) -> Tables {
    let entry = |entry: &text::Entry| match entry {
        text::Entry::Value(value) => Entry {
            value: Some(value.as_str().into()),
            loss: None,
        },
        text::Entry::Full(full) => Entry {
            value: full.valor.as_deref().map(Into::into),
            loss: Some(full.pierde.as_str().into()),
        },
    };
    let table = |(name, entries): (&String, &BTreeMap<String, text::Entry>)| {
        let entries = entries
            .iter()
            .map(|(value, becomes)| (value.clone(), entry(becomes)));
        (name.clone(), Arc::new(entries.collect()))
    };
    let mut tables = pairs.clone();
    tables.extend(way.tablas.iter().map(table));
    tables
}

/// What the way says of nothing.
fn idle(way: &Way, site: &mut Site<'_>) {
    let from = site.from;
    for name in way
        .tablas
        .keys()
        .filter(|name| site.shared.tables.contains_key(*name))
    {
        site.fault(ConversionFault::SameName(name.clone()));
    }
    let is_root = |name: &str| {
        let mut roots = from.roots().iter();
        roots.any(|root| *from.element(*root).name.local == *name)
    };
    let named = way.sin_equivalente.iter().chain(way.mensajes.keys());
    for name in named.filter(|name| !is_root(name)) {
        site.fault(ConversionFault::IdleMessage(name.clone()));
    }
    for block in &way.grupo {
        for at in &block.en {
            let (from, _) = at.both();
            let first = from.split('/').next().unwrap_or(from);
            if !is_root(first) || way.leaves_out(first) {
                site.fault(ConversionFault::Idle(from.to_owned()));
            }
        }
    }
    let unused: Vec<String> = way
        .tablas
        .keys()
        .filter(|name| !site.used_tables.contains(*name))
        .cloned()
        .collect();
    for name in unused {
        site.fault(ConversionFault::Idle(format!("tablas.{name}")));
    }
}
