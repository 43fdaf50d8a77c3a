//! How a content model looks in JSON: whether the children of one name can stand together without
//! the order getting lost, and which names need their namespace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{Automaton, ContentModel, ElementId, Form, QName, Term};

/// The most states times words of a set that are looked at; beyond, the order is written out.
const MAX_WORK: usize = 1 << 20;

/// The form of content of that model.
///
/// Grouped by name, a content is rebuilt by taking, at each place of the model, the first child in
/// the order of the model that is still there. That gives back every content if no place lets two
/// children come in the other order as well: what comes first in the model must not come again
/// after what comes second.
pub(super) fn form(model: &ContentModel, mixed: bool) -> Form {
    match model {
        _ if mixed => Form::List,
        // Each member comes once: the order of the properties is that of the elements.
        ContentModel::All(_) => Form::Object,
        ContentModel::Ordered(automaton) if is_ordered(automaton) => Form::Object,
        ContentModel::Ordered(_) => Form::List,
    }
}

/// The local names that belong to two namespaces.
pub(super) fn clashes<'n>(names: impl Iterator<Item = &'n QName>) -> Vec<Arc<str>> {
    let mut seen: BTreeMap<&Arc<str>, &QName> = BTreeMap::new();
    let mut clashes = BTreeSet::new();
    for name in names {
        if *seen.entry(&name.local).or_insert(name) != name {
            clashes.insert(name.local.clone());
        }
    }
    clashes.into_iter().collect()
}

/// A child by name; all wildcards are one property.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Symbol {
    Element(ElementId),
    Any,
}

impl Symbol {
    fn of(term: Term) -> Self {
        match term {
            Term::Element(id) => Self::Element(id),
            Term::Wildcard(_) => Self::Any,
        }
    }
}

fn is_ordered(automaton: &Automaton) -> bool {
    let symbols: BTreeSet<Symbol> = automaton
        .states
        .iter()
        .flat_map(|state| &state.edges)
        .map(|edge| Symbol::of(edge.term))
        .collect();
    let symbols: Vec<Symbol> = symbols.into_iter().collect();
    let words = symbols.len().div_ceil(64);
    if automaton.states.len() * words.max(1) > MAX_WORK {
        return false;
    }
    let number = |term| symbols.binary_search(&Symbol::of(term)).unwrap_or(0);
    let reach = reach(automaton, words, &number);
    let comes = |state: usize, symbol: usize| {
        let set = reach.get(state);
        set.and_then(|set| set.get(symbol / 64))
            .is_some_and(|word| word >> (symbol % 64) & 1 == 1)
    };
    automaton.states.iter().all(|state| {
        state.edges.iter().enumerate().all(|(at, second)| {
            let earlier = state.edges.iter().take(at);
            let own = number(second.term);
            earlier
                .map(|first| number(first.term))
                .all(|first| first == own || !comes(second.next.index(), first))
        })
    })
}

/// For each state, the symbols that may come from it on, a bit each.
fn reach(automaton: &Automaton, words: usize, number: &dyn Fn(Term) -> usize) -> Vec<Vec<u64>> {
    let mut reach = vec![vec![0_u64; words]; automaton.states.len()];
    loop {
        let mut changed = false;
        // States are numbered forwards, so that going back settles most of them at once.
        for (at, state) in automaton.states.iter().enumerate().rev() {
            let mut own = reach.get(at).cloned().unwrap_or_default();
            for edge in &state.edges {
                let symbol = number(edge.term);
                if let Some(word) = own.get_mut(symbol / 64) {
                    *word |= 1 << (symbol % 64);
                }
                let next = reach.get(edge.next.index()).into_iter().flatten();
                own.iter_mut()
                    .zip(next)
                    .for_each(|(own, next)| *own |= next);
            }
            if let Some(known) = reach.get_mut(at)
                && *known != own
            {
                *known = own;
                changed = true;
            }
        }
        if !changed {
            return reach;
        }
    }
}
