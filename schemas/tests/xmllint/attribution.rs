//! Unique particle attribution (XML Schema part 1, 3.8.6), found by trying every content there is:
//! slow, and as simple as the rule itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A content model; its particles are known by their place in the list, the outermost first.
#[derive(Debug, Default)]
pub(crate) struct Model(Vec<Particle>);

#[derive(Debug)]
struct Particle {
    min: u32,
    max: Option<u32>,
    term: Term,
}

#[derive(Debug)]
pub(crate) enum Term {
    Element(&'static str),
    Sequence(Vec<usize>),
    Choice(Vec<usize>),
}

/// What is still to come, innermost last.
type Rest = Vec<Step>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// The particle, so many times of which are done; no more are counted than matter.
    Again(usize, u32),
    /// The items of the sequence from this one.
    Items(usize, usize),
}

impl Model {
    /// Puts a particle, which says nothing yet, to the others; gives its number.
    pub(crate) fn particle(&mut self, min: u32, max: &str) -> usize {
        self.0.push(Particle {
            min,
            max: max.parse().ok(),
            term: Term::Sequence(Vec::new()),
        });
        self.0.len() - 1
    }

    pub(crate) fn set(&mut self, particle: usize, term: Term) {
        self.0[particle].term = term;
    }

    /// The particle as a schema writes it.
    pub(crate) fn write(&self, particle: usize, out: &mut String) {
        let Particle { min, max, term } = &self.0[particle];
        let max = max.map_or("unbounded".to_owned(), |max| max.to_string());
        let occurs = format!("minOccurs='{min}' maxOccurs='{max}'");
        let (kind, items) = match term {
            Term::Element(name) => {
                let _ = write!(out, "<xs:element name='{name}' type='T' {occurs}/>");
                return;
            }
            Term::Sequence(items) => ("sequence", items),
            Term::Choice(items) => ("choice", items),
        };
        let _ = write!(out, "<xs:{kind} {occurs}>");
        for item in items {
            self.write(*item, out);
        }
        let _ = write!(out, "</xs:{kind}>");
    }

    /// Whether some content has a child that two particles compete for.
    pub(crate) fn is_ambiguous(&self) -> bool {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![BTreeSet::from([vec![Step::Again(0, 0)]])];
        while let Some(rests) = waiting.pop() {
            if !seen.insert(rests.clone()) {
                continue;
            }
            let mut next: BTreeMap<&str, (usize, BTreeSet<Rest>)> = BTreeMap::new();
            for (particle, rest) in self.next(rests) {
                let Term::Element(name) = self.0[particle].term else {
                    continue;
                };
                let found = next.entry(name).or_insert((particle, BTreeSet::new()));
                if found.0 != particle {
                    return true;
                }
                found.1.insert(rest);
            }
            waiting.extend(next.into_values().map(|(_, rests)| rests));
        }
        false
    }

    /// The elements that may come first of what is to come, and what comes after each.
    fn next(&self, rests: BTreeSet<Rest>) -> Vec<(usize, Rest)> {
        let mut seen = BTreeSet::new();
        let mut next = Vec::new();
        let mut waiting: Vec<Rest> = rests.into_iter().collect();
        while let Some(mut rest) = waiting.pop() {
            if !seen.insert(rest.clone()) {
                continue;
            }
            match rest.pop() {
                Some(Step::Again(particle, done)) => {
                    let Particle { min, max, term } = &self.0[particle];
                    if done >= *min {
                        waiting.push(rest.clone());
                    }
                    if max.is_some_and(|max| done >= max) {
                        continue;
                    }
                    rest.push(Step::Again(particle, (done + 1).min(max.unwrap_or(*min))));
                    let with = |step| [rest.as_slice(), &[step]].concat();
                    match term {
                        Term::Element(_) => next.push((particle, rest)),
                        Term::Sequence(_) => waiting.push(with(Step::Items(particle, 0))),
                        Term::Choice(items) => {
                            let each = items.iter().map(|item| with(Step::Again(*item, 0)));
                            waiting.extend(each);
                        }
                    }
                }
                Some(Step::Items(particle, at)) => {
                    let Term::Sequence(items) = &self.0[particle].term else {
                        continue;
                    };
                    if let Some(item) = items.get(at) {
                        rest.extend([Step::Items(particle, at + 1), Step::Again(*item, 0)]);
                    }
                    waiting.push(rest);
                }
                None => {}
            }
        }
        next
    }
}
