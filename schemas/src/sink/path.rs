//! Violations and the paths to them; costs nothing until something is wrong.

use std::fmt::Write as _;

use super::{Found, Frame, FrameKind, Sink, Stop};
use crate::document::Label;
use crate::violation::{Violation, ViolationKind, shown};
use crate::{Contract, ElementId, Term};

impl Sink {
    /// Notes that something is wrong with the open element.
    pub(crate) fn violate(&mut self, contract: &Contract, kind: ViolationKind) -> Result<(), Stop> {
        let path = self.path(contract);
        self.note(path, kind)
    }

    /// Notes that something is wrong with an attribute or child of the open element.
    pub(crate) fn violate_below(
        &mut self,
        contract: &Contract,
        step: &str,
        kind: ViolationKind,
    ) -> Result<(), Stop> {
        let mut path = self.path(contract);
        path.push('/');
        path.push_str(step);
        self.note(path, kind)
    }

    /// The children that may come next in the open element, in the order of the content model.
    pub(crate) fn options<'c>(&self, contract: &'c Contract) -> impl Iterator<Item = Term> + 'c {
        self.frames
            .last()
            .copied()
            .into_iter()
            .flat_map(|frame| frame.options(contract))
    }

    /// The names of the children of which one must come; empty when the content may end.
    pub(crate) fn missing(&self, contract: &Contract) -> Vec<String> {
        match self.frames.last() {
            Some(frame) if !frame.may_end(contract) => frame.expected(contract),
            Some(_) | None => Vec::new(),
        }
    }

    /// How many violations there are.
    pub(crate) fn violation_count(&self) -> usize {
        self.found.len()
    }

    /// Gives the violations from number `first` on their lines, once and for all.
    pub(crate) fn settle_lines(&mut self, first: usize, mut line: impl FnMut(usize) -> u32) {
        for found in self.found.iter_mut().skip(first) {
            found.line = found.line.or_else(|| found.position.map(&mut line));
            found.position = None;
        }
        self.position = None;
    }

    /// The violations, with their lines.
    pub(crate) fn violations(mut self, line: impl FnMut(usize) -> u32) -> Vec<Violation> {
        self.settle_lines(0, line);
        self.found.into_iter().map(Found::into_violation).collect()
    }

    /// The last violation, as it stands.
    pub(crate) fn last_violation(&self) -> Option<Violation> {
        let Found {
            path, kind, line, ..
        } = self.found.last()?;
        Some(Violation {
            path: path.clone(),
            line: *line,
            kind: kind.clone(),
        })
    }

    /// The violations from number `first` on, as they stand.
    pub(crate) fn violations_from(&self, first: usize) -> Vec<Violation> {
        let later = self.found.iter().skip(first);
        later
            .map(|found| Violation {
                path: found.path.clone(),
                line: found.line,
                kind: found.kind.clone(),
            })
            .collect()
    }

    fn note(&mut self, path: String, kind: ViolationKind) -> Result<(), Stop> {
        self.found.push(Found {
            path,
            kind,
            position: self.position,
            line: None,
        });
        if self.found.len() < self.max_violations {
            Ok(())
        } else {
            Err(Stop)
        }
    }

    /// The path of the open element.
    fn path(&self, contract: &Contract) -> String {
        let mut path = String::new();
        let mut parent: Option<Frame> = None;
        for frame in self.frames.iter().copied() {
            path.push('/');
            path.push_str(&self.local_name(contract, frame));
            if let Some(parent) = parent
                && let Some(number) = self.number(contract, parent, frame)
            {
                // Writing to a `String` cannot fail.
                let _ = write!(path, "[{number}]");
            }
            parent = Some(frame);
        }
        path
    }

    fn local_name(&self, contract: &Contract, frame: Frame) -> String {
        let number = match (frame.element, frame.kind) {
            (Some(id), _) => return contract.element(id).name.local.to_string(),
            (None, FrameKind::Any(number, _)) => number,
            (None, _) => return String::new(),
        };
        let mut names = self.names.iter();
        let found = names.find(|(_, known)| **known == number);
        found.map_or_else(String::new, |(name, _)| shown(&name.local))
    }

    /// Which of the children of that name it is, from 1; `None` where there can be only one.
    fn number(&self, contract: &Contract, parent: Frame, frame: Frame) -> Option<usize> {
        let name = |id: ElementId| &contract.element(id).name;
        let children = &contract.complex(parent.complex?).children;
        let own = frame.element?;
        let child = children
            .iter()
            .find(|child| name(child.element) == name(own))?;
        if !child.repeated {
            return None;
        }
        let mut number = 1;
        let mut at = parent.node + 1;
        while at < frame.node {
            let node = self.nodes.get(at as usize)?;
            if let Label::Element(id) = node.label
                && name(id) == name(own)
            {
                number += 1;
            }
            at = node.end.max(at + 1);
        }
        Some(number)
    }
}

impl Found {
    fn into_violation(self) -> Violation {
        Violation {
            path: self.path,
            line: self.line,
            kind: self.kind,
        }
    }
}
