//! JSON to documents.

use std::borrow::Cow;
use std::sync::Arc;

use super::children::Slot;
use super::name::declared;
use super::scalar::to_text;
use super::tape::{Item, Tape};
use crate::fault::line_of;
use crate::sink::{Opened, Sink, Stop, Wanted};
use crate::violation::{DecodeError, JsonShape, ViolationKind, shown};
use crate::{
    Builder, ComplexType, Contract, Document, ElementId, Fault, FaultKind, Limits, SimpleId,
};

/// Reads a whole JSON text as the CONTENT of the element `root`: an object whose properties are
/// its children, or the value of a leaf.
///
/// Masked values are refused when `root` is the request of an operation.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode(
    contract: &Arc<Contract>,
    root: ElementId,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Document, DecodeError> {
    let tape = Tape::read(bytes, limits)?;
    decode_item(contract, root, (bytes, &tape, 0), limits)
}

/// Reads one item of a tape as the content of the element `root`.
pub(super) fn decode_item(
    contract: &Arc<Contract>,
    root: ElementId,
    (bytes, tape, at): (&[u8], &Tape, usize),
    limits: &Limits,
) -> Result<Document, DecodeError> {
    let mut sink = Sink::new(contract, root, limits);
    sink.expect(bytes.len());
    let mut decoder = Decoder {
        contract,
        tape,
        sink: &mut sink,
        slots: Vec::new(),
    };
    let line = |position| line_of(bytes, position);
    let outcome = decoder.content(at);
    match outcome.and_then(|()| Ok(sink.close(contract)?)) {
        Ok(()) => sink.finish(contract, line).map_err(DecodeError::Invalid),
        Err(halt) => Err(halt.into_error(line, || sink.violations(line))),
    }
}

/// Reads a whole JSON text as the next child, called `local`, of the builder's open element: the
/// value that the property `local` would have, so an array where the child may be repeated.
///
/// # Errors
/// See [`DecodeError`]; after one the builder takes no more calls.
pub fn decode_child(
    builder: &mut Builder,
    local: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<(), DecodeError> {
    let tape = Tape::read(bytes, limits)?;
    let line = |position| line_of(bytes, position);
    let (contract, sink) = builder.parts();
    let before = sink.violation_count();
    let mut decoder = Decoder {
        contract,
        tape: &tape,
        sink,
        slots: Vec::new(),
    };
    let outcome = decoder.child(local);
    sink.settle_lines(before, line);
    let violations = sink.violations_from(before);
    match outcome {
        Ok(()) if violations.is_empty() => Ok(()),
        Ok(()) => Err(DecodeError::Invalid(violations)),
        Err(halt) => {
            builder.break_off();
            Err(halt.into_error(line, || violations))
        }
    }
}

/// Why the reading ended early.
pub(super) enum Halt {
    Fault(FaultKind, usize),
    Stop,
}

impl From<Stop> for Halt {
    fn from(Stop: Stop) -> Self {
        Self::Stop
    }
}

impl Halt {
    fn into_error(
        self,
        line: impl Fn(usize) -> u32,
        violations: impl FnOnce() -> Vec<crate::Violation>,
    ) -> DecodeError {
        match self {
            Self::Fault(kind, at) => DecodeError::Fault(Fault {
                kind,
                line: line(at),
            }),
            Self::Stop => DecodeError::Invalid(violations()),
        }
    }
}

pub(super) struct Decoder<'d> {
    pub(super) contract: &'d Contract,
    pub(super) tape: &'d Tape,
    pub(super) sink: &'d mut Sink,
    /// The slots of all open objects, the innermost last.
    pub(super) slots: Vec<Slot>,
}

impl<'d> Decoder<'d> {
    /// The whole tape as the child `local` of the open element.
    fn child(&mut self, local: &str) -> Result<(), Halt> {
        let Some(item) = self.tape.item(0) else {
            return Ok(());
        };
        self.sink.at(item.position);
        let complex = self.open_type();
        let child = complex.and_then(|complex| declared(self.contract, complex, local));
        let Some(slot) = child
            .map(|child| self.slot(child, 0, item))
            .transpose()?
            .flatten()
        else {
            self.sink.open(self.contract, Wanted::Local(local))?;
            let name = shown(local);
            return Err(self.refused(ViolationKind::UnknownProperty { name }));
        };
        let Some(child_id) = slot.child else {
            return Err(Halt::Stop);
        };
        for (at, _) in self.values(&slot) {
            self.element(child_id, at)?;
        }
        Ok(())
    }

    pub(super) fn element(&mut self, like: ElementId, at: usize) -> Result<(), Halt> {
        let opened = self.sink.open(self.contract, Wanted::Like(like))?;
        self.content_of(opened, at)?;
        self.sink.close(self.contract)?;
        Ok(())
    }

    /// Item `at` as the content of what was just opened.
    pub(super) fn content_of(&mut self, opened: Opened, at: usize) -> Result<(), Halt> {
        match opened {
            Opened::Element(_) | Opened::Wild(_) => self.content(at),
            Opened::Any => self.any(at),
        }
    }

    /// Item `at` as the content of the open element, which is declared.
    fn content(&mut self, at: usize) -> Result<(), Halt> {
        let Some(item) = self.tape.item(at) else {
            return Ok(());
        };
        self.sink.at(item.position);
        let typed = self.named_type(at, item)?;
        let complex = self.open_type();
        let text = self.sink.open_leaf();
        match complex {
            Some(complex) if complex.mixed => self.mixed(complex, at, item),
            _ if typed => self.object(complex, text, at, item),
            Some(complex) if text.is_none() || complex.has_attributes() => {
                if item.shape == JsonShape::Null && !complex.has_attributes() {
                    return Ok(self.sink.nil(self.contract)?);
                }
                self.object(Some(complex), text, at, item)
            }
            Some(_) | None => match text {
                Some(text) => self.leaf(text, item),
                None => Ok(()),
            },
        }
    }

    pub(super) fn leaf(&mut self, simple: SimpleId, item: Item) -> Result<(), Halt> {
        self.sink.at(item.position);
        if item.shape == JsonShape::Null {
            return Ok(self.sink.nil(self.contract)?);
        }
        let empty = item.shape == JsonShape::String && self.tape.value(item).is_empty();
        let element = self.sink.open_element().map(|id| self.contract.element(id));
        if empty && element.is_some_and(|element| element.value.is_some()) {
            return Ok(self.sink.text(self.contract, "")?);
        }
        match self.scalar(simple, item) {
            Ok(text) => self.sink.text(self.contract, &text)?,
            Err(kind) => self.sink.refuse_text(self.contract, kind)?,
        }
        Ok(())
    }

    pub(super) fn scalar(
        &self,
        simple: SimpleId,
        item: Item,
    ) -> Result<Cow<'d, str>, ViolationKind> {
        let simple = self.contract.simple(simple);
        let value = self.tape.value(item);
        to_text(simple, item.shape, value, self.contract.fidelity())
    }

    /// The complex type of the open element, as it stands.
    pub(super) fn open_type(&self) -> Option<&'d ComplexType> {
        self.sink.open_type().map(|id| self.contract.complex(id))
    }

    pub(super) fn wrong_shape(&mut self, item: Item, expected: JsonShape) -> Halt {
        let found = item.shape;
        self.sink.at(item.position);
        self.refused(ViolationKind::WrongJsonType { found, expected })
    }

    /// Notes a violation behind which nothing can be read.
    pub(super) fn refused(&mut self, kind: ViolationKind) -> Halt {
        // Whether there is room for more violations makes no difference.
        let _ = self.sink.violate(self.contract, kind);
        Halt::Stop
    }

    /// Refuses an object with a key given twice.
    pub(super) fn distinct(&self, at: usize) -> Result<(), Halt> {
        let mut keys: Vec<(&str, usize)> = Vec::new();
        keys.extend(
            self.tape
                .inside(at)
                .map(|(_, item)| (self.tape.key(item), item.position)),
        );
        keys.sort_unstable();
        let twice = keys.windows(2).find_map(|pair| match pair {
            [(first, _), (second, position)] if first == second => Some(*position),
            _ => None,
        });
        match twice {
            Some(position) => Err(Halt::Fault(FaultKind::DuplicateKey, position)),
            None => Ok(()),
        }
    }
}
