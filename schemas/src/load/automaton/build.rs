//! The positions of a content model, and what follows what.

use std::collections::BTreeSet;

use super::{MAX_EDGES, MAX_STATES, Refused};
use crate::model::COUNTERS;
use crate::{Count, Occurs, Particle, Term};

/// Steps of the counters on the way from one position to the next.
pub(super) type Steps = Vec<Step>;

/// A step of a counter, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) count: Count,
    /// The number of the counted particle in the model as written.
    pub(super) group: usize,
    /// Whether fewer rounds are never worse: nothing asks for a second one.
    pub(super) lenient: bool,
    /// How many copies would stand for the counter.
    pub(super) copies: u32,
}

/// A way onward: to that position, by these steps.
pub(super) type Way = (usize, Steps);

/// The positions of a model.
pub(super) struct Built {
    pub(super) positions: Vec<Position>,
    pub(super) first: BTreeSet<Way>,
    /// Where the model may end, and by which steps.
    pub(super) last: BTreeSet<Way>,
    pub(super) emptiable: bool,
}

/// A place where the model names a child.
pub(super) struct Position {
    pub(super) term: Term,
    /// The number of the particle in the model as written; copies share it.
    pub(super) particle: usize,
    /// The ways to the positions that may come next.
    pub(super) follow: BTreeSet<Way>,
}

/// A part of the model: where it may begin and end.
struct Fragment {
    emptiable: bool,
    first: Vec<Way>,
    last: Vec<Way>,
    /// How many counters are in use inside.
    height: u8,
}

/// Builds the positions of `model`; the groups that `copied` names are not counted.
pub(super) fn run(model: &Particle, copied: &BTreeSet<usize>) -> Result<Built, Refused> {
    let mut builder = Builder {
        positions: Vec::new(),
        copied,
        particles: 0,
        edges: 0,
    };
    let whole = builder.particle(model)?;
    Ok(Built {
        positions: builder.positions,
        first: whole.first.into_iter().collect(),
        last: whole.last.into_iter().collect(),
        emptiable: whole.emptiable,
    })
}

struct Builder<'a> {
    positions: Vec<Position>,
    copied: &'a BTreeSet<usize>,
    /// Particles seen so far in the model as written.
    particles: usize,
    edges: usize,
}

impl Builder<'_> {
    fn particle(&mut self, particle: &Particle) -> Result<Fragment, Refused> {
        let number = self.particles;
        let occurs = particle.occurs();
        if particle.is_void() || occurs.max == Some(0) {
            return Ok(Fragment::empty());
        }
        let once = self.once(particle)?;
        // An empty round is as good as any: only full ones count.
        let min = if once.emptiable { 0 } else { occurs.min };
        let optional = once.emptiable || occurs.min == 0;
        let mut whole = match (min, occurs.max) {
            (_, Some(1)) => once,
            (0 | 1, None) => self.looped(once)?,
            (min, max) if self.is_counted(number, &once) => {
                self.counted(once, number, Occurs { min, max })?
            }
            (min, max) => self.copies(particle, number, once, Occurs { min, max })?,
        };
        whole.emptiable = optional;
        Ok(whole)
    }

    fn is_counted(&self, number: usize, once: &Fragment) -> bool {
        !self.copied.contains(&number) && usize::from(once.height) < COUNTERS
    }

    /// The particle, occurring once.
    fn once(&mut self, particle: &Particle) -> Result<Fragment, Refused> {
        let number = self.particles;
        self.particles += 1;
        match particle {
            Particle::Element(element, _) => self.position(Term::Element(*element), number),
            Particle::Wildcard(wildcard, _) => self.position(Term::Wildcard(*wildcard), number),
            Particle::Sequence(items, _) => {
                let mut whole = Fragment::empty();
                for item in items {
                    let item = self.particle(item)?;
                    whole = self.join(whole, item)?;
                }
                Ok(whole)
            }
            Particle::Choice(items, _) => self.choice(items),
            Particle::All(..) => Err(Refused::All),
        }
    }

    fn choice(&mut self, items: &[Particle]) -> Result<Fragment, Refused> {
        let mut whole = Fragment {
            emptiable: items.is_empty(),
            ..Fragment::empty()
        };
        for item in items {
            let item = self.particle(item)?;
            whole.emptiable |= item.emptiable;
            whole.height = whole.height.max(item.height);
            whole.first.extend(item.first);
            whole.last.extend(item.last);
        }
        Ok(whole)
    }

    fn position(&mut self, term: Term, particle: usize) -> Result<Fragment, Refused> {
        let at = self.positions.len();
        if at >= MAX_STATES {
            return Err(Refused::TooLarge);
        }
        self.positions.push(Position {
            term,
            particle,
            follow: BTreeSet::new(),
        });
        Ok(Fragment {
            emptiable: false,
            first: vec![(at, Steps::new())],
            last: vec![(at, Steps::new())],
            height: 0,
        })
    }

    /// As often as you like.
    fn looped(&mut self, once: Fragment) -> Result<Fragment, Refused> {
        self.follow(&once.last, &[], &once.first)?;
        Ok(once)
    }

    /// As often as `rounds` says, counted.
    fn counted(
        &mut self,
        mut once: Fragment,
        group: usize,
        rounds: Occurs,
    ) -> Result<Fragment, Refused> {
        let counter = once.height;
        let step = |count| Step {
            count,
            group,
            lenient: rounds.min <= 1,
            copies: rounds.max.unwrap_or(rounds.min),
        };
        let again = step(Count::Again(counter, rounds.max));
        self.follow(&once.last, &[again], &once.first)?;
        for (_, steps) in &mut once.first {
            steps.insert(0, step(Count::Start(counter)));
        }
        if rounds.min > 1 {
            for (_, steps) in &mut once.last {
                steps.push(step(Count::AtLeast(counter, rounds.min)));
            }
        }
        once.height += 1;
        Ok(once)
    }

    /// As often as `rounds` says, each round a copy.
    fn copies(
        &mut self,
        particle: &Particle,
        number: usize,
        first: Fragment,
        rounds: Occurs,
    ) -> Result<Fragment, Refused> {
        let end = self.particles;
        let copies = rounds.max.unwrap_or(rounds.min);
        let mut fragments = vec![first];
        for _ in 1..copies {
            self.particles = number;
            fragments.push(self.once(particle)?);
        }
        self.particles = end;
        // From the last copy back: those beyond the fewest may be left out, with all after them.
        let mut whole = Fragment::empty();
        for (at, mut fragment) in fragments.into_iter().enumerate().rev() {
            fragment.emptiable = false;
            if rounds.max.is_none() && at + 1 == copies as usize {
                self.follow(&fragment.last, &[], &fragment.first)?;
            }
            whole = self.join(fragment, whole)?;
            whole.emptiable = at >= rounds.min as usize;
        }
        Ok(whole)
    }

    fn join(&mut self, left: Fragment, right: Fragment) -> Result<Fragment, Refused> {
        self.follow(&left.last, &[], &right.first)?;
        let mut first = left.first;
        if left.emptiable {
            first.extend(right.first);
        }
        let mut last = right.last;
        if right.emptiable {
            last.extend(left.last);
        }
        Ok(Fragment {
            emptiable: left.emptiable && right.emptiable,
            first,
            last,
            height: left.height.max(right.height),
        })
    }

    fn follow(&mut self, last: &[Way], between: &[Step], first: &[Way]) -> Result<(), Refused> {
        self.edges += last.len() * first.len();
        if self.edges > MAX_EDGES {
            return Err(Refused::TooLarge);
        }
        for (at, leaving) in last {
            let Some(position) = self.positions.get_mut(*at) else {
                continue;
            };
            let ways = first.iter().map(|(to, entering)| {
                let steps = [leaving, between, entering].concat();
                (*to, steps)
            });
            position.follow.extend(ways);
        }
        Ok(())
    }
}

impl Fragment {
    fn empty() -> Self {
        Self {
            emptiable: true,
            first: Vec::new(),
            last: Vec::new(),
            height: 0,
        }
    }
}
