//! Expressions that need no search: runs of characters, each long enough and not too long, where
//! the next character always tells which run it belongs to. Most expressions of contracts are so
//! (`[0-9]{5}`, `[A-Z]{2}[0-9]{2,4}`), and a loop over the text decides them.

use super::class::{Class, Item};
use super::{Atom, Branch, Piece};

/// An expression as runs; one of the alternatives must take the whole text.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    alternatives: Vec<Vec<Run>>,
}

/// Characters of one set, so many of them.
#[derive(Debug, Clone, Copy)]
struct Run {
    set: Set,
    min: u32,
    max: u32,
}

/// A set of characters in which those beyond ASCII are all or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Set {
    /// Bit `n` is the character `n`.
    ascii: u128,
    beyond: bool,
}

impl Plain {
    /// The expression as runs, if it is of that kind.
    pub(super) fn of(branches: &[Branch]) -> Option<Self> {
        let alternatives = branches.iter().map(runs).collect::<Option<Vec<_>>>()?;
        Some(Self { alternatives })
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.alternatives.iter().any(|runs| takes_all(runs, text))
    }
}

fn takes_all(runs: &[Run], text: &str) -> bool {
    let mut rest = text.chars();
    let mut next = rest.next();
    for run in runs {
        let mut count = 0;
        while let Some(c) = next
            && count < run.max
            && run.set.holds(c)
        {
            count += 1;
            next = rest.next();
        }
        if count < run.min {
            return false;
        }
    }
    next.is_none()
}

fn runs(branch: &Branch) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    gather(branch, &mut runs)?;
    let mut rest = runs.as_slice();
    while let [run, following @ ..] = rest {
        if run.min != run.max && !stands_apart(run, following) {
            return None;
        }
        rest = following;
    }
    Some(runs)
}

/// Whether nothing that may come right after the run is in its set, so that taking as much as
/// possible is never too much.
fn stands_apart(run: &Run, following: &[Run]) -> bool {
    for next in following {
        if run.set.meets(next.set) {
            return false;
        }
        if next.min > 0 {
            break;
        }
    }
    true
}

fn gather(branch: &Branch, runs: &mut Vec<Run>) -> Option<()> {
    for Piece { atom, min, max } in branch {
        let set = match atom {
            Atom::Char(c) => Set::range(*c, *c)?,
            Atom::Class(class) => Set::of(class)?,
            Atom::Group(branches) => {
                let [only] = branches.as_slice() else {
                    return None;
                };
                if (*min, *max) != (1, Some(1)) {
                    return None;
                }
                gather(only, runs)?;
                continue;
            }
        };
        runs.push(Run {
            set,
            min: *min,
            max: max.unwrap_or(u32::MAX),
        });
    }
    Some(())
}

impl Set {
    const NOTHING: Self = Self {
        ascii: 0,
        beyond: false,
    };

    fn of(class: &Class) -> Option<Self> {
        let mut set = Self::NOTHING;
        for item in &class.items {
            set = set.with(Self::item(item)?);
        }
        if class.negated {
            set = Self {
                ascii: !set.ascii,
                beyond: !set.beyond,
            };
        }
        if let Some(minus) = &class.minus {
            let minus = Self::of(minus)?;
            set = Self {
                ascii: set.ascii & !minus.ascii,
                beyond: set.beyond && !minus.beyond,
            };
        }
        Some(set)
    }

    fn item(item: &Item) -> Option<Self> {
        match item {
            Item::Range(first, last) => Self::range(*first, *last),
            Item::Category { .. } => None,
            Item::Set(items) => items
                .iter()
                .try_fold(Self::NOTHING, |set, item| Some(set.with(Self::item(item)?))),
        }
    }

    /// A range that ends within ASCII or takes all beyond it.
    fn range(first: char, last: char) -> Option<Self> {
        let beyond = last == char::MAX && first <= '\u{80}';
        if !last.is_ascii() && !beyond {
            return None;
        }
        let bits = ('\0'..='\u{7f}').filter(|c| (first..=last).contains(c));
        Some(Self {
            ascii: bits.fold(0, |bits, c| bits | 1 << u32::from(c)),
            beyond,
        })
    }

    fn with(self, other: Self) -> Self {
        Self {
            ascii: self.ascii | other.ascii,
            beyond: self.beyond || other.beyond,
        }
    }

    fn meets(self, other: Self) -> bool {
        self.ascii & other.ascii != 0 || self.beyond && other.beyond
    }

    fn holds(self, c: char) -> bool {
        if c.is_ascii() {
            self.ascii >> u32::from(c) & 1 == 1
        } else {
            self.beyond
        }
    }
}
