//! The places where a reader has to choose: the beginning, and behind each position.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Built, Step, Steps, Way};
use super::{Refused, Terms};
use crate::{Count, ElementId, QName, Term};

/// The counted group that must be copied for the choices to be certain; `None` when all are.
pub(super) fn conflict(built: &Built, terms: Terms<'_>) -> Result<Option<usize>, Refused> {
    let mut cheapest: Option<Step> = None;
    for fork in forks(built) {
        let fork = Fork::new(built, fork, terms);
        for (one, other) in fork.rivals() {
            match fork.contest(one, other)? {
                Some(step) if cheapest.is_none_or(|known| step.copies < known.copies) => {
                    cheapest = Some(step);
                }
                Some(_) | None => {}
            }
        }
    }
    Ok(cheapest.map(|step| step.group))
}

fn forks(built: &Built) -> impl Iterator<Item = &BTreeSet<Way>> {
    let behind = built.positions.iter().map(|position| &position.follow);
    std::iter::once(&built.first).chain(behind)
}

/// The ways that are no better than another one to the same position, taken out.
pub(super) fn best<'w>(ways: impl IntoIterator<Item = &'w Way>) -> Vec<&'w Way> {
    let mut kept: Vec<&Way> = Vec::new();
    let mut group = 0;
    // Ways to one position stand together.
    for way in ways {
        if kept.get(group).is_some_and(|first| first.0 != way.0) {
            group = kept.len();
        }
        let rivals = kept.get(group..).unwrap_or_default();
        if rivals.iter().any(|known| is_better(&known.1, &way.1)) {
            continue;
        }
        let mut at = group;
        while let Some(known) = kept.get(at) {
            if is_better(&way.1, &known.1) {
                kept.remove(at);
            } else {
                at += 1;
            }
        }
        kept.push(way);
    }
    kept
}

/// Whether the first way leads everywhere where the second one does, from the same position to the
/// same position.
fn is_better(one: &Steps, other: &Steps) -> bool {
    if one == other {
        return true;
    }
    let tests = |steps: &Steps| -> BTreeSet<Count> {
        let tests = steps.iter().map(|step| step.count);
        tests
            .filter(|count| matches!(count, Count::AtLeast(..)))
            .collect()
    };
    if !tests(one).is_subset(&tests(other)) {
        return false;
    }
    let (one, other) = (changes(one), changes(other));
    let counters: BTreeSet<u8> = one.keys().chain(other.keys()).copied().collect();
    counters.into_iter().all(|counter| {
        let (mine, theirs) = (one.get(&counter), other.get(&counter));
        let lenient = mine.or(theirs).is_some_and(|step| step.lenient);
        match rank(mine).cmp(&rank(theirs)) {
            std::cmp::Ordering::Less => lenient,
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Greater => false,
        }
    })
}

/// The last change of each counter.
fn changes(steps: &Steps) -> BTreeMap<u8, Step> {
    let mut changes = BTreeMap::new();
    for step in steps {
        match step.count {
            Count::Again(counter, _) | Count::Start(counter) => {
                changes.insert(counter, *step);
            }
            Count::AtLeast(..) => {}
        }
    }
    changes
}

/// The count after a change, by order: from the start, as it was, one more.
fn rank(change: Option<&Step>) -> u8 {
    match change.map(|step| step.count) {
        Some(Count::Start(_)) => 0,
        None | Some(Count::AtLeast(..)) => 1,
        Some(Count::Again(..)) => 2,
    }
}

/// Whether the counters never allow both ways at once.
pub(super) fn are_apart(one: &Steps, other: &Steps) -> bool {
    let excludes = |one: &Steps, other: &Steps| {
        one.iter().any(|step| match step.count {
            Count::Again(counter, Some(max)) => other.iter().any(|other| {
                matches!(other.count, Count::AtLeast(tested, min) if tested == counter && min >= max)
            }),
            Count::Again(_, None) | Count::AtLeast(..) | Count::Start(_) => false,
        })
    };
    excludes(one, other) || excludes(other, one)
}

/// The ways from one place, sorted by the child that they take.
struct Fork<'b, 't> {
    built: &'b Built,
    ways: Vec<&'b Way>,
    by_name: BTreeMap<Key<'t>, Vec<usize>>,
    wildcards: Vec<usize>,
    terms: Terms<'t>,
}

/// What is the same for elements that no child tells apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'t> {
    Name(&'t QName),
    Id(ElementId),
}

impl<'b, 't> Fork<'b, 't> {
    fn new(built: &'b Built, ways: &'b BTreeSet<Way>, terms: Terms<'t>) -> Self {
        let mut fork = Self {
            built,
            ways: best(ways),
            by_name: BTreeMap::new(),
            wildcards: Vec::new(),
            terms,
        };
        for at in 0..fork.ways.len() {
            match fork.term(at) {
                Some(Term::Element(id)) => {
                    let element = terms.elements.get(id.index());
                    let key = element.map_or(Key::Id(id), |element| Key::Name(&element.name));
                    fork.by_name.entry(key).or_default().push(at);
                }
                Some(Term::Wildcard(_)) => fork.wildcards.push(at),
                None => {}
            }
        }
        fork
    }

    fn term(&self, way: usize) -> Option<Term> {
        let position = self.built.positions.get(self.ways.get(way)?.0)?;
        Some(position.term)
    }

    /// Every two ways that one child could take.
    fn rivals(&self) -> Vec<(usize, usize)> {
        let mut rivals = Vec::new();
        for ways in self.by_name.values() {
            for (at, one) in ways.iter().enumerate() {
                rivals.extend(ways.iter().skip(at + 1).map(|other| (*one, *other)));
            }
        }
        for wildcard in &self.wildcards {
            for other in 0..self.ways.len() {
                let once = !self.wildcards.contains(&other) || other > *wildcard;
                let terms = self.term(*wildcard).zip(self.term(other));
                if once && terms.is_some_and(|(one, other)| self.terms.meet(one, other)) {
                    rivals.push((*wildcard, other));
                }
            }
        }
        rivals
    }

    /// The counter to copy when the two ways compete; `None` when the reader need not choose.
    fn contest(&self, one: usize, other: usize) -> Result<Option<Step>, Refused> {
        let (Some(one), Some(other)) = (self.ways.get(one), self.ways.get(other)) else {
            return Ok(None);
        };
        if are_apart(&one.1, &other.1) {
            return Ok(None);
        }
        let positions = &self.built.positions;
        let (Some(left), Some(right)) = (positions.get(one.0), positions.get(other.0)) else {
            return Ok(None);
        };
        let same = left.particle == right.particle;
        if same && one.1 == other.1 {
            return Ok(None);
        }
        if !same {
            return Err(Refused::Ambiguous(left.term));
        }
        let steps = one.1.iter().chain(&other.1);
        let differing = steps.filter(|step| one.1.contains(step) != other.1.contains(step));
        Ok(differing.min_by_key(|step| step.copies).copied())
    }
}
