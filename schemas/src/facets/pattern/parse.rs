//! The grammar of the expressions (appendix F).

use std::iter::Peekable;
use std::str::Chars;

use super::class::Class;
use super::{Atom, Branch, PatternFault, Piece, class};

/// How deep groups and classes may nest.
const MAX_DEPTH: u32 = 64;

/// The most that a quantifier may ask for.
const MAX_QUANTITY: u32 = 100_000;

/// The alternatives of `text`.
pub(super) fn expression(text: &str) -> Result<Vec<Branch>, PatternFault> {
    let mut parser = Parser {
        chars: text.chars().peekable(),
        depth: 0,
    };
    let branches = parser.branches()?;
    match parser.chars.next() {
        None => Ok(branches),
        Some(c) => Err(PatternFault::Misplaced(c)),
    }
}

pub(super) struct Parser<'t> {
    pub(super) chars: Peekable<Chars<'t>>,
    depth: u32,
}

impl Parser<'_> {
    fn branches(&mut self) -> Result<Vec<Branch>, PatternFault> {
        let mut branches = vec![self.branch()?];
        while self.chars.next_if_eq(&'|').is_some() {
            branches.push(self.branch()?);
        }
        Ok(branches)
    }

    fn branch(&mut self) -> Result<Branch, PatternFault> {
        let mut pieces = Vec::new();
        while let Some(c) = self.chars.next_if(|c| !matches!(c, '|' | ')')) {
            let atom = self.atom(c)?;
            let (min, max) = self.quantifier()?;
            pieces.push(Piece { atom, min, max });
        }
        Ok(pieces)
    }

    fn atom(&mut self, first: char) -> Result<Atom, PatternFault> {
        match first {
            '(' => {
                self.enter()?;
                let branches = self.branches()?;
                self.leave();
                self.expect(')')?;
                Ok(Atom::Group(branches))
            }
            '[' => Ok(Atom::Class(self.class()?)),
            '.' => Ok(Atom::Class(Class::any())),
            '\\' => match class::escape(&mut self.chars)? {
                class::Escape::Char(c) => Ok(Atom::Char(c)),
                class::Escape::Set(item) => Ok(Atom::Class(Class::of(item))),
            },
            '?' | '*' | '+' | '{' | '}' | ']' => Err(PatternFault::Misplaced(first)),
            literal => Ok(Atom::Char(literal)),
        }
    }

    fn quantifier(&mut self) -> Result<(u32, Option<u32>), PatternFault> {
        let Some(sign) = self.chars.next_if(|c| matches!(c, '?' | '*' | '+' | '{')) else {
            return Ok((1, Some(1)));
        };
        match sign {
            '?' => Ok((0, Some(1))),
            '*' => Ok((0, None)),
            '+' => Ok((1, None)),
            _ => self.quantity(),
        }
    }

    fn quantity(&mut self) -> Result<(u32, Option<u32>), PatternFault> {
        let min = self
            .number()?
            .ok_or_else(|| PatternFault::Range("{".to_owned()))?;
        let max = match self.chars.next_if_eq(&',') {
            Some(_) => self.number()?,
            None => Some(min),
        };
        self.expect('}')?;
        if max.is_some_and(|max| max < min) {
            return Err(PatternFault::Range(format!(
                "{{{min},{}}}",
                max.unwrap_or(0)
            )));
        }
        Ok((min, max))
    }

    fn number(&mut self) -> Result<Option<u32>, PatternFault> {
        let mut digits = String::new();
        while let Some(c) = self.chars.next_if(char::is_ascii_digit) {
            digits.push(c);
        }
        if digits.is_empty() {
            return Ok(None);
        }
        let number = digits.parse().ok().filter(|number| *number <= MAX_QUANTITY);
        number.map(Some).ok_or(PatternFault::Range(digits))
    }

    pub(super) fn enter(&mut self) -> Result<(), PatternFault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            Err(PatternFault::TooDeep)
        } else {
            Ok(())
        }
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn expect(&mut self, wanted: char) -> Result<(), PatternFault> {
        match self.chars.next() {
            Some(c) if c == wanted => Ok(()),
            Some(c) => Err(PatternFault::Misplaced(c)),
            None => Err(PatternFault::EndsEarly),
        }
    }
}
