//! JSON read piece by piece: the children of a root, one after the other, from any reader.
//!
//! Each is an object with one property, the child's name, as `#contenido` lists them: one a line, or
//! all in one array. Only one is in memory at a time, and none longer than the limits allow.

mod cut;

use std::io::BufRead;
use std::sync::Arc;

use super::decode::decode_item;
use super::name::declared;
use super::tape::Tape;
use crate::stream::{Children, StreamError};
use crate::violation::{DecodeError, JsonShape, Violation, ViolationKind, shown};
use crate::{Contract, Document, ElementId, Limits};
use cut::Cutter;

/// The children of one root element, read one by one.
///
/// The order and number of the children are checked against the content model; children that only a
/// wildcard admits are refused, and so is a root that must have attributes, for nothing gives them.
#[derive(Debug)]
pub struct Stream<R> {
    children: Children,
    limits: Limits,
    cutter: Cutter<R>,
}

impl<R: BufRead> Stream<R> {
    /// A reader at the beginning of the text.
    ///
    /// # Errors
    /// The root must have attributes.
    pub fn new(
        contract: &Arc<Contract>,
        root: ElementId,
        reader: R,
        limits: &Limits,
    ) -> Result<Self, StreamError> {
        let children = Children::new(contract, root);
        let mut attributes = children.complex().into_iter().flat_map(|it| &it.attributes);
        if let Some(attribute) = attributes.find(|it| it.required) {
            let name = attribute.name.local.to_string();
            let kind = ViolationKind::MissingAttribute { name };
            return Err(StreamError::invalid(&children.name().local, 1, kind));
        }
        Ok(Self {
            children,
            limits: limits.clone(),
            cutter: Cutter::new(reader, limits.max_bytes),
        })
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
        if let Some((bytes, line)) = self.cutter.item()? {
            let real = |told: u32| (told + line).saturating_sub(1);
            let child = self.child(&bytes);
            return child
                .map(Some)
                .map_err(|error| StreamError::moved(error, real));
        }
        let expected = self.children.missing();
        if expected.is_empty() {
            return Ok(None);
        }
        let local = &self.children.name().local;
        let kind = ViolationKind::MissingElement { expected };
        Err(StreamError::invalid(local, self.cutter.line(), kind))
    }

    fn child(&mut self, bytes: &[u8]) -> Result<Document, DecodeError> {
        let tape = Tape::read(bytes, &self.limits)?;
        let mut inside = tape.inside(0);
        let shape = tape.item(0).map(|item| item.shape);
        let (Some(JsonShape::Object), Some((at, item)), None) =
            (shape, inside.next(), inside.next())
        else {
            return Err(self.wrong(ViolationKind::NotOneProperty));
        };
        let key = tape.key(item);
        let contract = Arc::clone(&self.children.contract);
        let complex = self.children.complex();
        let Some(child) = complex.and_then(|complex| declared(&contract, complex, key)) else {
            return Err(self.wrong(ViolationKind::UnknownProperty { name: shown(key) }));
        };
        let expected = self.children.expected();
        let Some(id) = self.children.take(|_, id| id == child.element) else {
            let found = shown(key);
            return Err(self.wrong(ViolationKind::UnexpectedElement { found, expected }));
        };
        decode_item(&contract, id, (bytes, &tape, at), &self.limits)
    }

    fn wrong(&self, kind: ViolationKind) -> DecodeError {
        DecodeError::Invalid(vec![Violation {
            path: format!("/{}", self.children.name().local),
            line: Some(1),
            kind,
        }])
    }
}
