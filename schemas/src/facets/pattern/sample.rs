//! Texts that an expression matches.

use regex::Regex;

use super::class::{Class, Item};
use super::{Atom, Branch, Piece, emit};
use crate::example::Random;

/// Characters to try a class on, beside the ends of its ranges.
const COMMON: &str = "aAzZmM059 -_.:,;/@#'()+*%&<>=\u{f1}\u{d1}\u{e1}\u{e9}\u{fc}\u{20ac}";

/// The most that an optional repetition adds.
const MORE: usize = 4;

/// An expression with the characters of its classes.
pub(super) struct Sampler(Vec<Vec<Part>>);

struct Part {
    of: Of,
    min: u32,
    max: Option<u32>,
}

enum Of {
    Chars(Vec<char>),
    Group(Sampler),
}

impl Sampler {
    pub(super) fn of(branches: &[Branch]) -> Self {
        let part = |piece: &Piece| Part {
            of: match &piece.atom {
                Atom::Char(c) => Of::Chars(vec![*c]),
                Atom::Class(class) => Of::Chars(members(class)),
                Atom::Group(branches) => Of::Group(Self::of(branches)),
            },
            min: piece.min,
            max: piece.max,
        };
        let branch = |branch: &Branch| branch.iter().map(part).collect();
        Self(branches.iter().map(branch).collect())
    }

    /// A text; one that lacks a character where no member of a class is known.
    pub(super) fn sample(&self, random: &mut Random) -> String {
        let mut out = String::new();
        self.write(random, &mut out);
        out
    }

    fn write(&self, random: &mut Random, out: &mut String) {
        for part in random.pick(&self.0).into_iter().flatten() {
            let room = part.max.map_or(MORE, |max| {
                usize::try_from(max - part.min).unwrap_or(MORE).min(MORE)
            });
            let more = u32::try_from(random.below(room + 1)).unwrap_or(0);
            for _ in 0..part.min.saturating_add(more) {
                match &part.of {
                    Of::Chars(chars) => out.extend(random.pick(chars)),
                    Of::Group(group) => group.write(random, out),
                }
            }
        }
    }
}

/// Some characters of a class.
fn members(class: &Class) -> Vec<char> {
    let piece = Piece {
        atom: Atom::Class(class.clone()),
        min: 1,
        max: Some(1),
    };
    let source = emit::anchored(&[vec![piece]], emit::Dialect::Regex);
    let Ok(regex) = Regex::new(&source) else {
        return Vec::new();
    };
    let mut candidates: Vec<char> = COMMON.chars().collect();
    ends(&class.items, &mut candidates);
    candidates.retain(|c| regex.is_match(c.encode_utf8(&mut [0; 4])));
    candidates
}

/// The ends and the middle of every range.
fn ends(items: &[Item], out: &mut Vec<char>) {
    for item in items {
        match item {
            Item::Range(first, last) => {
                let middle = u32::midpoint(u32::from(*first), u32::from(*last));
                out.extend([*first, *last]);
                out.extend(char::from_u32(middle));
            }
            Item::Category { .. } => {}
            Item::Set(items) => ends(items, out),
        }
    }
}
