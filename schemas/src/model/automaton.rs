//! Content models as deterministic automata.

use crate::{ElementId, StateId};

/// A deterministic automaton over child elements; it starts in state 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automaton {
    /// The states, by number; never empty.
    pub states: Vec<State>,
}

/// One state of a content model.
///
/// In a state with `repeat` the reader keeps a count, 1 on entry. The repeated element again, while
/// the count is below `max`, adds one and stays. Otherwise the count must have reached `min` to take
/// an edge or to accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The element that may repeat here, counted.
    pub repeat: Option<Repeat>,
    /// Where each child leads; no two edges carry elements of one name.
    pub edges: Vec<Edge>,
    /// Whether the content may end here.
    pub accepting: bool,
}

/// A counted repetition of one element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// The element.
    pub element: ElementId,
    /// The fewest, at least 1.
    pub min: u32,
    /// The most; `None` is unbounded.
    pub max: Option<u32>,
}

/// A child element and the state after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The child.
    pub element: ElementId,
    /// The state after it.
    pub next: StateId,
}

impl Automaton {
    /// The state of that number.
    #[allow(
        clippy::indexing_slicing,
        reason = "state ids are indices by construction"
    )]
    pub fn state(&self, id: StateId) -> &State {
        &self.states[id.index()]
    }

    /// The state before the first child.
    pub fn start(&self) -> StateId {
        StateId(0)
    }
}
