//! Walking the content models.

use super::{Frame, FrameKind, Wanted};
use crate::violation::shown;
use crate::{Body, Contract, Element, ElementId, State};

impl Frame {
    /// Moves along the content model to the child that is meant; `None` when it may not come here.
    pub(super) fn step(&mut self, contract: &Contract, wanted: Wanted<'_>) -> Option<ElementId> {
        let state = self.model_state(contract)?;
        if let Some(repeat) = state.repeat {
            if repeat.max.is_none_or(|max| self.count < max) && wanted.is(contract, repeat.element)
            {
                self.count = self.count.saturating_add(1);
                return Some(repeat.element);
            }
            if self.count < repeat.min {
                return None;
            }
        }
        let edge = state
            .edges
            .iter()
            .find(|edge| wanted.is(contract, edge.element))?;
        self.state = edge.next;
        self.count = 1;
        Some(edge.element)
    }

    /// The children that may come next, in the order of the content model.
    pub(super) fn options(self, contract: &Contract) -> impl Iterator<Item = ElementId> {
        let state = self.model_state(contract);
        let repeat = state.and_then(|state| state.repeat);
        let again = repeat.filter(|repeat| repeat.max.is_none_or(|max| self.count < max));
        let onward = repeat.is_none_or(|repeat| self.count >= repeat.min);
        let edges = state
            .filter(|_| onward)
            .map_or(&[][..], |state| &state.edges);
        again
            .map(|repeat| repeat.element)
            .into_iter()
            .chain(edges.iter().map(|edge| edge.element))
    }

    /// The names of the children that may come next.
    pub(super) fn expected(&self, contract: &Contract) -> Vec<String> {
        self.options(contract)
            .map(|id| contract.element(id).name.local.to_string())
            .collect()
    }

    /// Whether the content may end here.
    pub(super) fn may_end(&self, contract: &Contract) -> bool {
        self.model_state(contract).is_none_or(|state| {
            state.accepting && state.repeat.is_none_or(|repeat| self.count >= repeat.min)
        })
    }

    fn model_state<'c>(&self, contract: &'c Contract) -> Option<&'c State> {
        if self.kind != FrameKind::Elements {
            return None;
        }
        match &contract.complex(self.complex?).body {
            Body::Elements(automaton) => Some(automaton.state(self.state)),
            Body::Empty | Body::Simple(_) => None,
        }
    }
}

impl Wanted<'_> {
    fn is(self, contract: &Contract, id: ElementId) -> bool {
        match self {
            Wanted::Name(namespace, local) => {
                let Element { name, .. } = contract.element(id);
                *name.local == *local && name.namespace.as_deref() == namespace
            }
            Wanted::Local(local) => *contract.element(id).name.local == *local,
            Wanted::Like(other) => {
                id == other || contract.element(id).name == contract.element(other).name
            }
        }
    }

    /// The name that is meant, for a message.
    pub(super) fn shown(self, contract: &Contract) -> String {
        match self {
            Wanted::Name(_, local) | Wanted::Local(local) => shown(local),
            Wanted::Like(id) => contract.element(id).name.local.to_string(),
        }
    }
}
