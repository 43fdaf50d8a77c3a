//! Paths of leaves with `*` and `**`.

use std::cmp::Reverse;

use crate::load::wildcard::ANY;

/// One step of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// This name; of an attribute, with its `@`; of what a wildcard admits, `#otros`.
    Name(String),
    /// Any one name.
    One,
    /// Any names, or none.
    Many,
}

/// A pattern, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) line: u32,
    pub(super) steps: Vec<Step>,
}

/// How specific a pattern is; the greater wins.
pub(super) type Specificity = (usize, Reverse<usize>, Reverse<usize>);

impl Pattern {
    /// Reads a pattern; `None` when it is none.
    pub(super) fn parse(text: &str, line: u32) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = text.strip_prefix('/')?.split('/').peekable();
        while let Some(step) = rest.next() {
            let name = step.strip_prefix('@').unwrap_or(step);
            steps.push(match step {
                "*" => Step::One,
                "**" => Step::Many,
                ANY if rest.peek().is_none() => Step::Name(step.to_owned()),
                _ if crate::facets::is_ncname(name) => Step::Name(step.to_owned()),
                _ => return None,
            });
        }
        Some(Self {
            text: text.to_owned(),
            line,
            steps,
        })
    }

    pub(super) fn specificity(&self) -> Specificity {
        let count = |wanted: fn(&Step) -> bool| self.steps.iter().filter(|it| wanted(it)).count();
        (
            count(|step| matches!(step, Step::Name(_))),
            Reverse(count(|step| *step == Step::Many)),
            Reverse(count(|step| *step == Step::One)),
        )
    }
}
