//! JSON to documents.

use std::sync::Arc;

use super::TEXT;
use super::children::Slot;
use super::scalar::to_text;
use super::tape::{Item, Tape};
use crate::fault::line_of;
use crate::sink::{Sink, Stop, Wanted};
use crate::violation::{DecodeError, JsonShape, ViolationKind, shown};
use crate::{
    Body, Builder, ComplexType, Content, Contract, Document, ElementId, Fault, FaultKind, Limits,
    SimpleId,
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
    let mut sink = Sink::new(contract, root, limits);
    sink.expect(bytes.len());
    let mut decoder = Decoder {
        contract,
        tape: &tape,
        sink: &mut sink,
        slots: Vec::new(),
    };
    let line = |position| line_of(bytes, position);
    let outcome = decoder.content(root, 0);
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
        let complex = self.sink.open_element().and_then(|id| self.complex(id));
        let child = complex.and_then(|complex| self.declared(complex, local));
        let Some(slot) = child
            .map(|child| self.slot(child, 0, item))
            .transpose()?
            .flatten()
        else {
            self.sink.open(self.contract, Wanted::Local(local))?;
            return Err(Halt::Stop);
        };
        for (at, _) in self.values(&slot) {
            self.element(slot.child, at)?;
        }
        Ok(())
    }

    pub(super) fn element(&mut self, like: ElementId, at: usize) -> Result<(), Halt> {
        let id = self.sink.open(self.contract, Wanted::Like(like))?;
        self.content(id, at)?;
        self.sink.close(self.contract)?;
        Ok(())
    }

    /// Item `at` as the content of the open element `id`.
    fn content(&mut self, id: ElementId, at: usize) -> Result<(), Halt> {
        let Some(item) = self.tape.item(at) else {
            return Ok(());
        };
        self.sink.at(item.position);
        match (self.complex(id), self.contract.value_type(id)) {
            (Some(complex), text) if text.is_none() || !complex.attributes.is_empty() => {
                if item.shape == JsonShape::Null && complex.attributes.is_empty() {
                    return Ok(self.sink.nil(self.contract)?);
                }
                self.object(complex, text, at, item)
            }
            (_, Some(text)) => self.leaf(text, item),
            (_, None) => Ok(()),
        }
    }

    fn leaf(&mut self, simple: SimpleId, item: Item) -> Result<(), Halt> {
        self.sink.at(item.position);
        if item.shape == JsonShape::Null {
            return Ok(self.sink.nil(self.contract)?);
        }
        match self.scalar(simple, item) {
            Ok(text) => self.sink.text(self.contract, text)?,
            Err(kind) => self.sink.refuse_text(self.contract, kind)?,
        }
        Ok(())
    }

    fn scalar(&self, simple: SimpleId, item: Item) -> Result<&'d str, ViolationKind> {
        let kind = self.contract.simple(simple).json_kind();
        to_text(kind, item.shape, self.tape.value(item))
    }

    fn object(
        &mut self,
        complex: &'d ComplexType,
        text: Option<SimpleId>,
        at: usize,
        item: Item,
    ) -> Result<(), Halt> {
        if item.shape != JsonShape::Object {
            let kind = ViolationKind::WrongJsonType {
                found: item.shape,
                expected: JsonShape::Object,
            };
            self.sink.violate(self.contract, kind)?;
            return Err(Halt::Stop);
        }
        self.distinct(at)?;
        let base = self.slots.len();
        let mut value = None;
        for (number, item) in self.tape.inside(at) {
            self.sink.at(item.position);
            let key = self.tape.key(item);
            if key == TEXT && !complex.attributes.is_empty() {
                value = Some(item);
            } else if let Some(local) = key.strip_prefix('@') {
                self.attribute(complex, local, item)?;
            } else if let Some(child) = self.declared(complex, key) {
                let slot = self.slot(child, number, item)?;
                self.slots.extend(slot);
            } else {
                let kind = ViolationKind::UnknownProperty { name: shown(key) };
                self.sink.violate(self.contract, kind)?;
            }
        }
        self.sink.at(item.position);
        match (value, text) {
            (Some(value), Some(text)) => self.leaf(text, value)?,
            (Some(value), None) if value.shape == JsonShape::Null => {
                self.sink.nil(self.contract)?;
            }
            (Some(_), None) => {
                let kind = ViolationKind::UnknownProperty {
                    name: TEXT.to_owned(),
                };
                self.sink.violate(self.contract, kind)?;
            }
            (None, Some(_)) => {
                let kind = ViolationKind::MissingElement {
                    expected: vec![TEXT.to_owned()],
                };
                self.sink.refuse_text(self.contract, kind)?;
            }
            (None, None) => {}
        }
        self.sink.close_head(self.contract)?;
        self.children(base)
    }

    fn attribute(&mut self, complex: &ComplexType, local: &str, item: Item) -> Result<(), Halt> {
        let mut attributes = complex.attributes.iter();
        let Some(declared) = attributes.find(|declared| *declared.name.local == *local) else {
            let kind = ViolationKind::UnknownProperty {
                name: shown(&format!("@{local}")),
            };
            return Ok(self.sink.violate(self.contract, kind)?);
        };
        let name = &declared.name;
        let wanted = Wanted::Name(name.namespace.as_deref(), &name.local);
        match self.scalar(declared.simple, item) {
            Ok(text) => self.sink.attribute(self.contract, wanted, text)?,
            Err(kind) => self.sink.refuse_attribute(self.contract, wanted, kind)?,
        }
        Ok(())
    }

    /// Refuses an object with a key given twice.
    fn distinct(&self, at: usize) -> Result<(), Halt> {
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

    fn complex(&self, id: ElementId) -> Option<&'d ComplexType> {
        match self.contract.element(id).content {
            Content::Simple(_) => None,
            Content::Complex(complex) => Some(self.contract.complex(complex)),
        }
    }

    fn declared(&self, complex: &ComplexType, local: &str) -> Option<crate::Child> {
        if !matches!(complex.body, Body::Elements(_)) {
            return None;
        }
        let is = |id: ElementId| *self.contract.element(id).name.local == *local;
        complex
            .children
            .iter()
            .copied()
            .find(|child| is(child.element))
    }
}
