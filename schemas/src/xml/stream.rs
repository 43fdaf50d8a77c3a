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
use crate::violation::{DecodeError, Violation, ViolationKind, shown};
use crate::{Body, Content, Contract, Document, ElementId, Fault, FaultKind, Limits, Place, Term};
use cut::{Cutter, Piece};

/// Why a stream cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The reader failed.
    #[error("the text cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// What was read is refused.
    #[error("{0}")]
    Refused(DecodeError),
}

impl From<Fault> for StreamError {
    fn from(fault: Fault) -> Self {
        Self::Refused(DecodeError::Fault(fault))
    }
}

/// The children of one root element, read one by one.
///
/// The order and number of the children are checked against the content model; the attributes of
/// the root are not looked at, and children that only a wildcard admits are refused.
#[derive(Debug)]
pub struct Stream<R> {
    contract: Arc<Contract>,
    root: ElementId,
    limits: Limits,
    cutter: Cutter<R>,
    /// The start tag of the root, as written: what its namespaces are for the children.
    head: Vec<u8>,
    /// The name in it, as written.
    name: Vec<u8>,
    place: Place,
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
            contract: Arc::clone(contract),
            root,
            limits: limits.clone(),
            cutter,
            name: name.copied().collect(),
            head,
            place: Place::default(),
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

    fn check_root(&self) -> Result<(), StreamError> {
        let text = self.around(&[]);
        let mut source = Source::new(&text, &self.limits)?;
        let expected = &self.contract.element(self.root).name;
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
        let Some(model) = self.model() else {
            return Ok(());
        };
        if model.may_end(self.place) {
            return Ok(());
        }
        let options = model.options(self.place).filter_map(|term| match term {
            Term::Element(id) => Some(self.contract.element(id).name.local.to_string()),
            Term::Wildcard(_) => None,
        });
        let kind = ViolationKind::MissingElement {
            expected: options.collect(),
        };
        Err(self.invalid(&self.contract.element(self.root).name.local, kind))
    }

    fn child(&mut self, bytes: &[u8], line: u32) -> Result<Document, StreamError> {
        let text = self.around(bytes);
        let before = crate::fault::line_of(&self.head, self.head.len());
        let real = |told: u32| (told + line).saturating_sub(before);
        let mut source = Source::new(&text, &self.limits).map_err(|fault| moved(&fault, real))?;
        source.next().map_err(|fault| moved(&fault, real))?;
        let Event::Start(start) = source.next().map_err(|fault| moved(&fault, real))? else {
            return Err(self.fault(FaultKind::NotWellFormed));
        };
        let is = |term| match term {
            Term::Element(id) => {
                let name = &self.contract.element(id).name;
                start.is(name.namespace.as_deref(), &name.local)
            }
            Term::Wildcard(_) => false,
        };
        let step = self.model().and_then(|model| model.step(self.place, is));
        let Some((Term::Element(id), place)) = step else {
            let found = shown(start.local());
            let expected = Vec::new();
            let kind = ViolationKind::UnexpectedElement { found, expected };
            return Err(self.invalid(start.local(), kind));
        };
        self.place = place;
        let outcome = decode_at(&self.contract, id, &mut source, &start, &self.limits);
        outcome.map_err(|error| match error {
            DecodeError::Fault(fault) => moved(&fault, real),
            DecodeError::Invalid(mut violations) => {
                for violation in &mut violations {
                    violation.line = violation.line.map(real);
                }
                StreamError::Refused(DecodeError::Invalid(violations))
            }
        })
    }

    /// A whole text: the root's tags around a child.
    fn around(&self, inside: &[u8]) -> Vec<u8> {
        [&self.head, inside, b"</", &self.name, b">"].concat()
    }

    fn model(&self) -> Option<&crate::ContentModel> {
        let Content::Complex(id) = self.contract.element(self.root).content else {
            return None;
        };
        match &self.contract.complex(id).body {
            Body::Elements(model) => Some(model),
            Body::Empty | Body::Simple(_) => None,
        }
    }

    fn fault(&self, kind: FaultKind) -> StreamError {
        let line = self.cutter.line();
        StreamError::from(Fault { kind, line })
    }

    fn invalid(&self, local: &str, kind: ViolationKind) -> StreamError {
        StreamError::Refused(DecodeError::Invalid(vec![Violation {
            path: format!("/{}", shown(local)),
            line: Some(self.cutter.line()),
            kind,
        }]))
    }
}

fn moved(fault: &Fault, real: impl Fn(u32) -> u32) -> StreamError {
    StreamError::from(Fault {
        line: real(fault.line),
        kind: fault.kind,
    })
}
