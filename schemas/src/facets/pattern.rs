//! Regular expressions of XML Schema (part 2, appendix F), translated to the dialects in use here.

mod blocks;
mod class;
mod emit;
mod parse;
mod plain;
mod sample;

use std::fmt;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use crate::example::Random;
use class::Class;
use plain::Plain;

/// Bytes that one compiled expression may take: room for `.{0,4000}`, none for a bomb.
const SIZE_LIMIT: usize = 32 << 20;

/// One derivation step's pattern: the alternatives that the step wrote, joined.
#[derive(Clone)]
pub struct Pattern {
    text: Arc<str>,
    ecma: Arc<str>,
    matcher: Matcher,
}

/// What decides whether a text matches.
#[derive(Clone)]
enum Matcher {
    Plain(Plain),
    Regex(Regex),
}

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum PatternFault {
    /// The expression ends inside a group, class, quantifier or escape.
    #[error("the expression ends too early")]
    EndsEarly,
    /// A character that has to be escaped, or that stands where it may not.
    #[error("`{0}` may not stand there")]
    Misplaced(char),
    /// An escape that XML Schema does not have.
    #[error("`\\{0}` is not an escape of XML Schema")]
    Escape(String),
    /// A quantifier or range whose end comes before its beginning, or that is too large.
    #[error("`{0}` is not a range")]
    Range(String),
    /// Groups or classes are nested too deeply.
    #[error("nested too deeply")]
    TooDeep,
    /// The compiled expression would take too much memory.
    #[error("the expression is too large")]
    TooLarge,
}

/// One alternative: pieces in order.
type Branch = Vec<Piece>;

/// An atom and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    atom: Atom,
    min: u32,
    max: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Atom {
    Char(char),
    Class(Class),
    Group(Vec<Branch>),
}

impl Pattern {
    /// Compiles the alternatives of one derivation step.
    ///
    /// # Errors
    /// What is wrong with the first expression that is wrong.
    pub fn compile(alternatives: &[&str]) -> Result<Self, PatternFault> {
        let mut branches = Vec::new();
        for text in alternatives {
            branches.extend(parse::expression(text)?);
        }
        let matcher = match Plain::of(&branches) {
            Some(plain) => Matcher::Plain(plain),
            None => Matcher::Regex(regex(&branches)?),
        };
        Ok(Self {
            text: alternatives.join("|").into(),
            ecma: emit::anchored(&branches, emit::Dialect::Ecma).into(),
            matcher,
        })
    }

    /// The expression as XML Schema writes it, implicitly anchored.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same expression, anchored, in ECMA 262 with the `u` flag, for JSON Schema.
    pub fn ecma(&self) -> &str {
        &self.ecma
    }

    /// So many texts that the expression is likely to match.
    pub(crate) fn samples(&self, count: usize, random: &mut Random) -> Vec<String> {
        let branches = parse::expression(&self.text).unwrap_or_default();
        let sampler = sample::Sampler::of(&branches);
        (0..count).map(|_| sampler.sample(random)).collect()
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match &self.matcher {
            Matcher::Plain(plain) => plain.matches(text),
            Matcher::Regex(regex) => regex.is_match(text),
        }
    }
}

fn regex(branches: &[Branch]) -> Result<Regex, PatternFault> {
    let source = emit::anchored(branches, emit::Dialect::Regex);
    let built = RegexBuilder::new(&source).size_limit(SIZE_LIMIT).build();
    built.map_err(|_| PatternFault::TooLarge)
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests;
