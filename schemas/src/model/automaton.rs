//! Content models: deterministic automata with counters, and groups in any order.

use crate::{ElementId, StateId, WildcardId};

/// How many counters a content model has: the deepest nesting of counted groups.
pub(crate) const COUNTERS: usize = 4;

/// The most members of an `xs:all`: one bit of the counters each.
pub(crate) const MAX_ALL: usize = COUNTERS * 32;

/// What may come in which order between the tags of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentModel {
    /// Sequences, choices and their repetitions.
    Ordered(Automaton),
    /// `xs:all`: each member at most once, in any order.
    All(AllGroup),
}

/// What one child of a content model may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// The element.
    Element(ElementId),
    /// Any element that the wildcard admits.
    Wildcard(WildcardId),
}

/// How far a reader has come in a content model.
///
/// INVARIANT: a place is only used with the model that it was reached in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    state: StateId,
    /// The counts of an automaton; of an `xs:all`, the members that were there, a bit each.
    counts: [u32; COUNTERS],
}

/// A deterministic automaton over children; it starts in state 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automaton {
    /// The states, by number; never empty.
    pub states: Vec<State>,
}

/// One state of a content model.
///
/// INVARIANT: of the edges whose counts hold at one moment, at most one admits any given child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Where each child leads, in the order of the model.
    pub edges: Vec<Edge>,
    /// What must hold for the content to end here, one way or another; empty when it may not.
    pub ends: Vec<Box<[Count]>>,
}

/// A child and the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The child.
    pub term: Term,
    /// The state after it.
    pub next: StateId,
    /// What the counters must hold, and what becomes of them, step by step.
    pub counts: Box<[Count]>,
}

/// A test of one counter, or a change of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// A group is left: it occurred at least so often.
    AtLeast(u8, u32),
    /// A group begins again, at most so often in all; `None` is unbounded.
    Again(u8, Option<u32>),
    /// A group begins for the first time.
    Start(u8),
}

/// The members of an `xs:all`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllGroup {
    /// The members in the order of the schema, at most 128.
    pub members: Vec<AllMember>,
    /// Whether the content may be empty although members are required.
    pub optional: bool,
}

/// A member of an `xs:all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllMember {
    /// The element.
    pub element: ElementId,
    /// Whether it must be there.
    pub required: bool,
}

impl ContentModel {
    /// Moves to the child that `wanted` says it is; `None` when none such may come here.
    pub fn step(&self, place: Place, wanted: impl Fn(Term) -> bool) -> Option<(Term, Place)> {
        match self {
            Self::Ordered(automaton) => automaton.step(place, wanted),
            Self::All(group) => group.step(place, wanted),
        }
    }

    /// How many edges it has.
    pub(crate) fn edges(&self) -> usize {
        match self {
            Self::Ordered(automaton) => {
                automaton.states.iter().map(|state| state.edges.len()).sum()
            }
            Self::All(group) => group.members.len(),
        }
    }

    /// What may come next, in the order of the model.
    pub fn options(&self, place: Place) -> impl Iterator<Item = Term> + '_ {
        let (edges, members) = match self {
            Self::Ordered(automaton) => (&automaton.state(place.state).edges[..], &[][..]),
            Self::All(group) => (&[][..], &group.members[..]),
        };
        let edges = edges
            .iter()
            .filter(move |edge| place.after(&edge.counts).is_some());
        let members = members
            .iter()
            .enumerate()
            .filter(move |(at, _)| !place.has(*at));
        let members = members.map(|(_, member)| Term::Element(member.element));
        edges.map(|edge| edge.term).chain(members)
    }

    /// Whether the content may end here.
    pub fn may_end(&self, place: Place) -> bool {
        match self {
            Self::Ordered(automaton) => {
                let mut ends = automaton.state(place.state).ends.iter();
                ends.any(|counts| place.after(counts).is_some())
            }
            Self::All(group) => {
                let mut members = group.members.iter().enumerate();
                let complete = members.all(|(at, member)| !member.required || place.has(at));
                complete || (group.optional && place == Place::default())
            }
        }
    }
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

    #[inline]
    fn step(&self, place: Place, wanted: impl Fn(Term) -> bool) -> Option<(Term, Place)> {
        for edge in &self.state(place.state).edges {
            if wanted(edge.term)
                && let Some(counts) = place.after(&edge.counts)
            {
                let state = edge.next;
                return Some((edge.term, Place { state, counts }));
            }
        }
        None
    }
}

impl AllGroup {
    fn step(&self, mut place: Place, wanted: impl Fn(Term) -> bool) -> Option<(Term, Place)> {
        let here = |member: &AllMember| wanted(Term::Element(member.element));
        let at = self.members.iter().position(here)?;
        if place.has(at) {
            return None;
        }
        *place.counts.get_mut(at / 32)? |= 1 << (at % 32);
        let member = self.members.get(at)?;
        Some((Term::Element(member.element), place))
    }
}

impl Place {
    /// Whether member number `at` of an `xs:all` was there.
    fn has(self, at: usize) -> bool {
        let bits = self.counts.get(at / 32);
        bits.is_some_and(|bits| bits & (1 << (at % 32)) != 0)
    }

    /// The counters behind these steps; `None` when a test fails.
    #[inline]
    fn after(self, steps: &[Count]) -> Option<[u32; COUNTERS]> {
        let mut counts = self.counts;
        for step in steps {
            match *step {
                Count::AtLeast(counter, min) => {
                    if *counts.get(usize::from(counter))? < min {
                        return None;
                    }
                }
                Count::Again(counter, max) => {
                    let count = counts.get_mut(usize::from(counter))?;
                    if max.is_some_and(|max| *count >= max) {
                        return None;
                    }
                    *count = count.saturating_add(1);
                }
                Count::Start(counter) => *counts.get_mut(usize::from(counter))? = 1,
            }
        }
        Some(counts)
    }
}
