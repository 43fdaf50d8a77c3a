//! The states of a content model: sets of positions, numbered as they are reached.

use std::collections::BTreeMap;

use super::build::{Built, Steps, Way};
use super::{MAX_EDGES, MAX_STATES, Refused, forks};
use crate::{Automaton, Count, Edge, State, StateId, Term};

/// The states of a model without conflicts.
pub(super) fn determine(built: &Built) -> Result<Automaton, Refused> {
    let mut states = States {
        built,
        ends: built.last.iter().map(|(at, steps)| (*at, steps)).collect(),
        sets: BTreeMap::new(),
        behaviours: BTreeMap::new(),
        reached: Vec::new(),
        edges: 0,
    };
    let mut ends = Vec::new();
    if built.emptiable {
        ends.push(Box::default());
    }
    let first = states.edges(built.first.iter().collect())?;
    states.reached.push((first, ends));
    let mut done = Vec::new();
    while let Some((ways, ends)) = states.reached.get(done.len()).cloned() {
        let mut edges = Vec::new();
        for way in ways {
            let next = states.number(way.targets)?;
            edges.push(Edge {
                term: way.term,
                next,
                counts: counts(&way.steps),
            });
        }
        done.push(State { edges, ends });
    }
    Ok(Automaton { states: done })
}

/// What must hold for the content to end, one way or another.
type Ends = Vec<Box<[Count]>>;

/// A way onward to a set of positions, by one child.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct SetWay {
    term: Term,
    steps: Steps,
    targets: Vec<usize>,
}

struct States<'b> {
    built: &'b Built,
    /// The positions where the model may end, and by which steps.
    ends: BTreeMap<usize, &'b Steps>,
    sets: BTreeMap<Vec<usize>, StateId>,
    /// Sets with the same ways onward are one state.
    behaviours: BTreeMap<(Vec<SetWay>, Ends), StateId>,
    reached: Vec<(Vec<SetWay>, Ends)>,
    edges: usize,
}

impl States<'_> {
    /// The state of a set of positions, new or known.
    fn number(&mut self, set: Vec<usize>) -> Result<StateId, Refused> {
        if let Some(known) = self.sets.get(&set) {
            return Ok(*known);
        }
        let members = || set.iter().filter_map(|at| self.built.positions.get(*at));
        let ways = self.edges(members().flat_map(|position| &position.follow).collect())?;
        let mut ends: Ends = Vec::new();
        for steps in set.iter().filter_map(|at| self.ends.get(at)) {
            let counts = counts(steps);
            if !ends.contains(&counts) {
                ends.push(counts);
            }
        }
        let behaviour = (ways, ends);
        let number = match self.behaviours.get(&behaviour) {
            Some(known) => *known,
            None => self.add(behaviour)?,
        };
        self.sets.insert(set, number);
        Ok(number)
    }

    fn add(&mut self, behaviour: (Vec<SetWay>, Ends)) -> Result<StateId, Refused> {
        let targets: usize = behaviour.0.iter().map(|way| way.targets.len()).sum();
        self.edges += targets;
        if self.reached.len() > MAX_STATES || self.edges > MAX_EDGES {
            return Err(Refused::TooLarge);
        }
        let number = u32::try_from(self.reached.len()).map_err(|_| Refused::TooLarge)?;
        self.reached.push(behaviour.clone());
        self.behaviours.insert(behaviour, StateId(number));
        Ok(StateId(number))
    }

    /// The children that may come next, in the order of the model, each with its positions.
    fn edges(&self, mut ways: Vec<&Way>) -> Result<Vec<SetWay>, Refused> {
        ways.sort();
        let mut edges: Vec<SetWay> = Vec::new();
        let mut known: BTreeMap<(Term, &Steps), usize> = BTreeMap::new();
        for (to, steps) in forks::best(ways) {
            let Some(position) = self.built.positions.get(*to) else {
                continue;
            };
            let same = known.get(&(position.term, steps)).copied();
            if let Some(edge) = same.and_then(|at| edges.get_mut(at)) {
                edge.targets.push(*to);
                continue;
            }
            known.insert((position.term, steps), edges.len());
            edges.push(SetWay {
                term: position.term,
                steps: steps.clone(),
                targets: vec![*to],
            });
        }
        // INVARIANT: no two edges that are open at once take one child; the forks saw to that.
        let mut by_term = known.into_iter().peekable();
        while let Some(((term, steps), _)) = by_term.next() {
            if let Some(((next, others), _)) = by_term.peek()
                && *next == term
                && !forks::are_apart(steps, others)
            {
                return Err(Refused::Ambiguous(term));
            }
        }
        Ok(edges)
    }
}

fn counts(steps: &Steps) -> Box<[Count]> {
    steps.iter().map(|step| step.count).collect()
}
