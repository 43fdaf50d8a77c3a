//! XML read piece by piece: the children of the root, one after the other, from any reader.
//!
//! Only one child is in memory at a time, and none longer than the limits allow: a batch of any
//! size costs what its greatest case costs. Each piece is cut out by its tags and then read like any
//! other text, so that nothing is accepted here that a whole document would not be.

mod cut;

use std::io::BufRead;
use std::sync::Arc;

use super::decode::decode_at;
use super::source::{Event, Source};
use crate::stream::{Children, StreamError};
use crate::violation::{DecodeError, ViolationKind, shown};
use crate::{Contract, Document, ElementId, Fault, FaultKind, Limits};
use cut::{Cutter, Piece};

/// The children of one root element, read one by one.
///
/// The order and number of the children are checked against the content model; the attributes of
/// the root are not looked at, and children that only a wildcard admits are refused.
#[derive(Debug)]
pub struct Stream<R> {
    children: Children,
    limits: Limits,
    cutter: Cutter<R>,
    /// The start tag of the root, as written: what its namespaces are for the children.
    head: Vec<u8>,
    /// The name in it, as written.
    name: Vec<u8>,
    ended: bool,
}

impl<R: BufRead> Stream<R> {
    /// Reads up to the start tag of the root, which must be `root`.
    ///
    /// # Errors
    /// See [`StreamError`].
    pub fn new(
        contract: &Arc<Contract>,
        root: ElementId,
        reader: R,
        limits: &Limits,
    ) -> Result<Self, StreamError> {
        let mut cutter = Cutter::new(reader, limits.max_bytes);
        let (mut head, empty) = cutter.root()?;
        if empty {
            head.truncate(head.len().saturating_sub(2));
            head.push(b'>');
        }
        let name = head.iter().skip(1);
        let name = name.take_while(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'>'));
        let stream = Self {
            children: Children::new(contract, root),
            limits: limits.clone(),
            cutter,
            name: name.copied().collect(),
            head,
            ended: empty,
        };
        stream.check_root()?;
        if empty {
            stream.check_end()?;
        }
        Ok(stream)
    }

    /// The next child of the root, as a document of its own; `None` after the last one, when the
    /// text has ended as it must.
    ///
    /// # Errors
    /// See [`StreamError`]; the stream must not be used afterwards.
    #[allow(
        clippy::should_implement_trait,
        reason = "an iterator cannot say that it is broken"
    )]
    pub fn next(&mut self) -> Result<Option<Document>, StreamError> {
        if self.ended {
            self.cutter.rest()?;
            return Ok(None);
        }
        match self.cutter.piece(&self.name)? {
            Piece::Element { bytes, line } => self.child(&bytes, line).map(Some),
            Piece::End => {
                self.ended = true;
                self.check_end()?;
                self.cutter.rest()?;
                Ok(None)
            }
        }
    }

    /// Appends a child that this stream gave as JSON: an object with one property, its name.
    pub fn write_json(&self, child: &Document, out: &mut Vec<u8>) {
        crate::json::write_entry(&self.children.property(child.root().element()), child, out);
    }

    fn check_root(&self) -> Result<(), StreamError> {
        let text = self.around(&[]);
        let mut source = Source::new(&text, &self.limits)?;
        let expected = self.children.name();
        match source.next()? {
            Event::Start(start) if start.is(expected.namespace.as_deref(), &expected.local) => {
                Ok(())
            }
            Event::Start(start) => Err(self.invalid(
                start.local(),
                ViolationKind::WrongRoot {
                    found: shown(start.local()),
                    expected: expected.to_string(),
                },
            )),
            Event::End | Event::Text(_) | Event::Eof => Err(self.fault(FaultKind::NotWellFormed)),
        }
    }

    /// Whether the children may end here.
    fn check_end(&self) -> Result<(), StreamError> {
        let expected = self.children.missing();
        if expected.is_empty() {
            return Ok(());
        }
        let kind = ViolationKind::MissingElement { expected };
        Err(self.invalid(&self.children.name().local, kind))
    }

    fn child(&mut self, bytes: &[u8], line: u32) -> Result<Document, StreamError> {
        let text = self.around(bytes);
        let before = crate::fault::line_of(&self.head, self.head.len());
        let real = |told: u32| (told + line).saturating_sub(before);
        let moved = |fault: Fault| StreamError::moved(DecodeError::Fault(fault), real);
        let mut source = Source::new(&text, &self.limits).map_err(moved)?;
        source.next().map_err(moved)?;
        let Event::Start(start) = source.next().map_err(moved)? else {
            return Err(self.fault(FaultKind::NotWellFormed));
        };
        let taken = self.children.take(|contract, id| {
            let name = &contract.element(id).name;
            start.is(name.namespace.as_deref(), &name.local)
        });
        let Some(id) = taken else {
            let found = shown(start.local());
            let expected = Vec::new();
            let kind = ViolationKind::UnexpectedElement { found, expected };
            return Err(self.invalid(start.local(), kind));
        };
        let contract = &self.children.contract;
        let outcome = decode_at(contract, id, &mut source, &start, &self.limits);
        outcome.map_err(|error| StreamError::moved(error, real))
    }

    /// A whole text: the root's tags around a child.
    fn around(&self, inside: &[u8]) -> Vec<u8> {
        [&self.head, inside, b"</", &self.name, b">"].concat()
    }

    fn fault(&self, kind: FaultKind) -> StreamError {
        let line = self.cutter.line();
        StreamError::from(Fault { kind, line })
    }

    fn invalid(&self, local: &str, kind: ViolationKind) -> StreamError {
        StreamError::invalid(local, self.cutter.line(), kind)
    }
}
