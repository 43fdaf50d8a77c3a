//! Content models to automata, after Glushkov: one position for each place where the model names an
//! element, and a state for each position.
//!
//! A repeated element is counted rather than copied, as long as nothing that may follow it bears
//! its name. Repeated groups are copied. Copies of one particle may compete (`(a?, b?){2}`): states
//! are then sets of positions. Different particles may not compete: that is unique particle
//! attribution (XML Schema part 1, 3.8.6).

use std::collections::{BTreeMap, BTreeSet};

use super::error::SchemaFault;
use crate::{Automaton, Edge, Element, ElementId, Occurs, Particle, Repeat, State, StateId};

/// The most positions, and the most states, of one content model.
const MAX_STATES: usize = 2_000;

/// Why a content model is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Two particles compete for the element.
    Ambiguous(ElementId),
    /// Too many positions or states.
    TooLarge,
}

impl Refused {
    /// The fault that it is.
    pub(super) fn fault(self, elements: &[Element]) -> SchemaFault {
        match self {
            Self::Ambiguous(id) => match elements.get(id.index()) {
                Some(element) => SchemaFault::Ambiguous(element.name.clone()),
                None => SchemaFault::TooMany("elements"),
            },
            Self::TooLarge => SchemaFault::TooManyStates(MAX_STATES),
        }
    }
}

/// The automaton of a content model.
pub(super) fn compile(model: &Particle) -> Result<Automaton, Refused> {
    let mut copied = BTreeSet::new();
    loop {
        let mut builder = Builder {
            positions: Vec::new(),
            copied: &copied,
            particles: 0,
        };
        let whole = builder.particle(model)?;
        let positions = builder.positions;
        let conflicts = counted_conflicts(&positions, &whole);
        if conflicts.is_empty() {
            check_attribution(&positions, &whole)?;
            return determine(&positions, &whole);
        }
        // What cannot be counted is copied instead; each round copies more, so the rounds end.
        copied.extend(conflicts);
    }
}

/// A place where the model names an element.
struct Position {
    element: ElementId,
    /// The number of the particle in the model as written; copies share it.
    particle: usize,
    repeat: Option<Repeat>,
    /// The positions that may come next.
    follow: BTreeSet<usize>,
}

/// A part of the model: where it may begin and end.
#[derive(Clone)]
struct Fragment {
    emptiable: bool,
    first: Vec<usize>,
    last: Vec<usize>,
}

struct Builder<'a> {
    positions: Vec<Position>,
    copied: &'a BTreeSet<usize>,
    /// Element particles seen so far in the model as written.
    particles: usize,
}

impl Builder<'_> {
    fn particle(&mut self, particle: &Particle) -> Result<Fragment, Refused> {
        match particle {
            Particle::Element(element, occurs) => self.element(*element, *occurs),
            Particle::Sequence(items, occurs) => {
                self.repeated(*occurs, particle.is_void(), |builder| {
                    builder.sequence(items)
                })
            }
            Particle::Choice(items, occurs) => {
                self.repeated(*occurs, particle.is_void(), |builder| builder.choice(items))
            }
        }
    }

    fn sequence(&mut self, items: &[Particle]) -> Result<Fragment, Refused> {
        let mut whole = Fragment::empty();
        for item in items {
            let item = self.particle(item)?;
            whole = self.join(whole, item);
        }
        Ok(whole)
    }

    fn choice(&mut self, items: &[Particle]) -> Result<Fragment, Refused> {
        let mut whole = Fragment {
            emptiable: false,
            ..Fragment::empty()
        };
        for item in items {
            let item = self.particle(item)?;
            whole.emptiable |= item.emptiable;
            whole.first.extend(item.first);
            whole.last.extend(item.last);
        }
        Ok(whole)
    }

    fn element(&mut self, element: ElementId, occurs: Occurs) -> Result<Fragment, Refused> {
        let particle = self.particles;
        let counted = occurs.min > 1 || occurs.max.is_some_and(|max| max > 1);
        if !counted || self.copied.contains(&particle) {
            let whole = self.repeated(occurs, false, |builder| {
                builder.particles = particle;
                builder.position(element, None)
            })?;
            self.particles = particle + 1;
            return Ok(whole);
        }
        let repeat = Repeat {
            element,
            min: occurs.min.max(1),
            max: occurs.max,
        };
        let once = self.position(element, Some(repeat))?;
        Ok(if occurs.min == 0 {
            once.optional()
        } else {
            once
        })
    }

    fn position(
        &mut self,
        element: ElementId,
        repeat: Option<Repeat>,
    ) -> Result<Fragment, Refused> {
        let at = self.positions.len();
        if at >= MAX_STATES {
            return Err(Refused::TooLarge);
        }
        let particle = self.particles;
        self.particles += 1;
        self.positions.push(Position {
            element,
            particle,
            repeat,
            follow: BTreeSet::new(),
        });
        Ok(Fragment {
            emptiable: false,
            first: vec![at],
            last: vec![at],
        })
    }

    /// Copies of what `body` builds, as many as may occur.
    fn repeated(
        &mut self,
        occurs: Occurs,
        void: bool,
        mut body: impl FnMut(&mut Self) -> Result<Fragment, Refused>,
    ) -> Result<Fragment, Refused> {
        if void {
            return body(self).map(|_| Fragment::empty());
        }
        let particles = self.particles;
        let copies = occurs.max.unwrap_or(occurs.min.max(1));
        let mut fragments = Vec::new();
        for _ in 0..copies {
            self.particles = particles;
            fragments.push(body(self)?);
        }
        // From the last copy back: those beyond the fewest may be left out, with all after them.
        let mut whole = Fragment::empty();
        for (at, fragment) in fragments.into_iter().enumerate().rev() {
            if occurs.max.is_none() && at + 1 == copies as usize {
                self.follow(&fragment.last, &fragment.first);
            }
            whole = self.join(fragment, whole);
            if at >= occurs.min as usize {
                whole = whole.optional();
            }
        }
        Ok(whole)
    }

    fn join(&mut self, left: Fragment, right: Fragment) -> Fragment {
        self.follow(&left.last, &right.first);
        let mut first = left.first;
        if left.emptiable {
            first.extend(&right.first);
        }
        let mut last = right.last;
        if right.emptiable {
            last.extend(&left.last);
        }
        Fragment {
            emptiable: left.emptiable && right.emptiable,
            first,
            last,
        }
    }

    fn follow(&mut self, last: &[usize], first: &[usize]) {
        for at in last {
            if let Some(position) = self.positions.get_mut(*at) {
                position.follow.extend(first);
            }
        }
    }
}

impl Fragment {
    fn empty() -> Self {
        Self {
            emptiable: true,
            first: Vec::new(),
            last: Vec::new(),
        }
    }

    fn optional(self) -> Self {
        Self {
            emptiable: true,
            ..self
        }
    }
}

/// The places where the reader has to choose: the beginning, and behind each position.
fn forks<'a>(
    positions: &'a [Position],
    whole: &'a Fragment,
) -> impl Iterator<Item = BTreeSet<usize>> + 'a {
    let start = whole.first.iter().copied().collect();
    std::iter::once(start).chain(positions.iter().map(|position| position.follow.clone()))
}

/// The particles that are counted although something of their name may stand in their place or
/// follow them.
fn counted_conflicts(positions: &[Position], whole: &Fragment) -> BTreeSet<usize> {
    let get = |at: &usize| positions.get(*at);
    let mut conflicts = BTreeSet::new();
    for position in positions
        .iter()
        .filter(|position| position.repeat.is_some())
    {
        let rival = |other: &Position| other.element == position.element;
        if position.follow.iter().filter_map(get).any(rival) {
            conflicts.insert(position.particle);
        }
    }
    for fork in forks(positions, whole) {
        let mut by_name: BTreeMap<ElementId, Vec<&Position>> = BTreeMap::new();
        for position in fork.iter().filter_map(get) {
            by_name.entry(position.element).or_default().push(position);
        }
        let rivals = by_name
            .into_values()
            .filter(|rivals| rivals.len() > 1)
            .flatten();
        let counted = rivals.filter(|position| position.repeat.is_some());
        conflicts.extend(counted.map(|position| position.particle));
    }
    conflicts
}

fn check_attribution(positions: &[Position], whole: &Fragment) -> Result<(), Refused> {
    for fork in forks(positions, whole) {
        let mut particles = BTreeMap::new();
        for position in fork.iter().filter_map(|at| positions.get(*at)) {
            let first = *particles
                .entry(position.element)
                .or_insert(position.particle);
            if first != position.particle {
                return Err(Refused::Ambiguous(position.element));
            }
        }
    }
    Ok(())
}

/// The states: sets of positions, numbered as they are reached.
fn determine(positions: &[Position], whole: &Fragment) -> Result<Automaton, Refused> {
    let ends = whole.last.iter().copied().collect();
    let start = Reached {
        edges: edges_from(positions, whole.first.iter().copied()),
        repeat: None,
        accepting: whole.emptiable,
    };
    let mut sets = Sets {
        positions,
        ends,
        numbers: BTreeMap::new(),
        reached: vec![start],
    };
    let mut states = Vec::new();
    while let Some(state) = sets.reached.get(states.len()).cloned() {
        let mut edges = Vec::new();
        for (element, set) in state.edges {
            edges.push(Edge {
                element,
                next: sets.number(set)?,
            });
        }
        states.push(State {
            repeat: state.repeat,
            edges,
            accepting: state.accepting,
        });
    }
    Ok(Automaton { states })
}

/// The sets of positions that were reached, each a state.
struct Sets<'p> {
    positions: &'p [Position],
    /// The positions where the model may end.
    ends: BTreeSet<usize>,
    numbers: BTreeMap<Vec<usize>, StateId>,
    reached: Vec<Reached>,
}

/// A state whose edges still lead to sets.
#[derive(Clone)]
struct Reached {
    edges: Vec<(ElementId, Vec<usize>)>,
    repeat: Option<Repeat>,
    accepting: bool,
}

impl Sets<'_> {
    /// The state of a set of positions, new or known.
    fn number(&mut self, set: Vec<usize>) -> Result<StateId, Refused> {
        if let Some(known) = self.numbers.get(&set) {
            return Ok(*known);
        }
        let number = u32::try_from(self.reached.len()).map_err(|_| Refused::TooLarge)?;
        if self.reached.len() > MAX_STATES {
            return Err(Refused::TooLarge);
        }
        let members = || set.iter().filter_map(|at| self.positions.get(*at));
        let follow = members().flat_map(|position| position.follow.iter().copied());
        let reached = Reached {
            edges: edges_from(self.positions, follow),
            repeat: members().find_map(|position| position.repeat),
            accepting: set.iter().any(|at| self.ends.contains(at)),
        };
        self.reached.push(reached);
        self.numbers.insert(set, StateId(number));
        Ok(StateId(number))
    }
}

/// The elements that may come next, in the order of the model, each with its positions.
fn edges_from(
    positions: &[Position],
    next: impl Iterator<Item = usize>,
) -> Vec<(ElementId, Vec<usize>)> {
    let next: BTreeSet<usize> = next.collect();
    let mut edges: Vec<(ElementId, Vec<usize>)> = Vec::new();
    for at in next {
        let Some(position) = positions.get(at) else {
            continue;
        };
        match edges
            .iter_mut()
            .find(|(element, _)| *element == position.element)
        {
            Some((_, set)) => set.push(at),
            None => edges.push((position.element, vec![at])),
        }
    }
    edges
}
