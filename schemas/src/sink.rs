//! The one place where documents are made: whatever reads or builds, this validates.
//!
//! The XML decoder, the JSON decoder and the builder drive it with the same few calls, so they
//! cannot disagree about what a contract allows.

mod any;
mod graft;
mod head;
mod path;
mod step;
mod value;

use crate::document::{Label, Node, Value};
use crate::identity;
use crate::violation::{Violation, ViolationKind};
use crate::{
    Body, Content, Contract, Document, ElementId, Limits, Place, Process, QName, SimpleId, Term,
    TypeId, ValueConstraint,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The structure is lost, or enough is wrong already: nothing more can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stop;

/// Which child is meant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'n> {
    /// The one of that namespace and local name.
    Name(Option<&'n str>, &'n str),
    /// The one of that local name.
    Local(&'n str),
    /// The one of the same name as this element use.
    Like(ElementId),
}

/// A document in the making.
#[derive(Debug)]
pub(crate) struct Sink {
    root: ElementId,
    nodes: Vec<Node>,
    text: String,
    frames: Vec<Frame>,
    found: Vec<Found>,
    /// The names of what is not declared, each with its number.
    names: BTreeMap<QName, u32>,
    /// The bytes of the namespaces of all that wildcards admit, each as often as it is named.
    spelled: usize,
    max_violations: usize,
    /// Requests may not carry masked values; told by the root, so that no caller can forget.
    refuses_masked: bool,
    /// Where in the text the reader is; `None` when there is no text.
    position: Option<usize>,
}

/// A violation, and where in the text it was seen.
#[derive(Debug)]
struct Found {
    path: String,
    kind: ViolationKind,
    position: Option<usize>,
    line: Option<u32>,
}

/// An open element.
#[derive(Debug, Clone, Copy)]
struct Frame {
    node: u32,
    /// `None` for one that is not declared.
    element: Option<ElementId>,
    complex: Option<TypeId>,
    kind: FrameKind,
    /// How far its content model is.
    place: Place,
    /// Whether attributes may still come.
    head: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    Empty,
    Leaf(SimpleId),
    Elements,
    Nil,
    /// Not declared, by the number of its name; its own children are processed so.
    Any(u32, Process),
}

/// What was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opened {
    /// An element that the content model names.
    Element(ElementId),
    /// A declared element that a wildcard admits.
    Wild(ElementId),
    /// An element that is not declared.
    Any,
}

impl Sink {
    /// A document whose root, now open, is `root`.
    pub(crate) fn new(contract: &Contract, root: ElementId, limits: &Limits) -> Self {
        let mut sink = Self {
            root,
            nodes: Vec::new(),
            text: String::new(),
            frames: Vec::with_capacity(8),
            found: Vec::new(),
            names: BTreeMap::new(),
            spelled: 0,
            max_violations: limits.max_violations.max(1),
            refuses_masked: contract
                .operations()
                .iter()
                .any(|operation| operation.request == root),
            position: None,
        };
        sink.push(contract, root, Label::Element(root));
        sink
    }

    /// Makes room at once for what a text of so many bytes usually holds.
    pub(crate) fn expect(&mut self, bytes: usize) {
        self.nodes.reserve(bytes / 32);
        self.text.reserve(bytes / 2);
    }

    /// Says where in the text the reader is, for the violations found from now on.
    pub(crate) fn at(&mut self, position: usize) {
        self.position = Some(position);
    }

    /// About how many bytes the texts and the names take once each namespace is spelled out where it
    /// is named, as both forms must where its prefix was declared far outside.
    pub(crate) fn weight(&self) -> usize {
        self.text.len().saturating_add(self.spelled)
    }

    /// How many elements are open.
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The open element.
    pub(crate) fn open_element(&self) -> Option<ElementId> {
        self.frames.last().and_then(|frame| frame.element)
    }

    /// Opens a child of the open element.
    pub(crate) fn open(&mut self, contract: &Contract, wanted: Wanted<'_>) -> Result<Opened, Stop> {
        self.close_head(contract)?;
        let Some(frame) = self.frames.last_mut() else {
            return Err(Stop);
        };
        if let FrameKind::Any(_, process) = frame.kind {
            return self.open_any(contract, wanted, process);
        }
        match frame.step(contract, wanted) {
            Some(Term::Element(child)) => {
                self.push(contract, child, Label::Element(child));
                return Ok(Opened::Element(child));
            }
            Some(Term::Wildcard(wildcard)) => {
                let process = contract.wildcard(wildcard).process;
                return self.open_any(contract, wanted, process);
            }
            None => {}
        }
        let found = wanted.shown(contract);
        let kind = match frame.kind {
            FrameKind::Nil => ViolationKind::NilWithContent,
            FrameKind::Empty | FrameKind::Leaf(_) | FrameKind::Any(..) => {
                ViolationKind::UnexpectedElement {
                    found: found.clone(),
                    expected: Vec::new(),
                }
            }
            FrameKind::Elements => ViolationKind::UnexpectedElement {
                found: found.clone(),
                expected: frame.expected(contract),
            },
        };
        self.violate_below(contract, &found, kind)?;
        Err(Stop)
    }

    /// Closes the open element.
    pub(crate) fn close(&mut self, contract: &Contract) -> Result<(), Stop> {
        self.close_head(contract)?;
        let Some(frame) = self.frames.last() else {
            return Err(Stop);
        };
        let (at, kind) = (frame.node, frame.kind);
        match kind {
            FrameKind::Empty | FrameKind::Nil | FrameKind::Any(..) => {}
            FrameKind::Leaf(simple) => {
                if self.node_value(at) == Value::None {
                    self.leaf(contract, simple, "")?;
                }
            }
            FrameKind::Elements => {
                if !frame.may_end(contract) {
                    let expected = frame.expected(contract);
                    self.violate(contract, ViolationKind::MissingElement { expected })?;
                    return Err(Stop);
                }
            }
        }
        let end = offset(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.end = end;
        }
        self.frames.pop();
        Ok(())
    }

    /// Gives the open element its text: at most once for a leaf, and in one piece.
    pub(crate) fn text(&mut self, contract: &Contract, raw: &str) -> Result<(), Stop> {
        self.close_head(contract)?;
        let Some(frame) = self.frames.last() else {
            return Err(Stop);
        };
        match frame.kind {
            FrameKind::Leaf(simple) if self.node_value(frame.node) == Value::None => {
                self.leaf(contract, simple, raw)
            }
            FrameKind::Any(..) => {
                self.mixed_text(raw);
                Ok(())
            }
            FrameKind::Elements if frame.is_mixed(contract) => {
                self.mixed_text(raw);
                Ok(())
            }
            FrameKind::Elements if raw.bytes().all(is_space) => Ok(()),
            FrameKind::Leaf(_) | FrameKind::Elements | FrameKind::Empty => {
                self.violate(contract, ViolationKind::UnexpectedText)
            }
            FrameKind::Nil => self.violate(contract, ViolationKind::NilWithContent),
        }
    }

    /// Notes what is wrong with the text of the open leaf, before it could be a text at all.
    pub(crate) fn refuse_text(
        &mut self,
        contract: &Contract,
        kind: ViolationKind,
    ) -> Result<(), Stop> {
        let value = self.keep_text("");
        let node = self.frames.last().map(|frame| frame.node as usize);
        if let Some(node) = node.and_then(|at| self.nodes.get_mut(at)) {
            node.value = value;
        }
        self.violate(contract, kind)
    }

    /// Makes the open element nil.
    pub(crate) fn nil(&mut self, contract: &Contract) -> Result<(), Stop> {
        let Some(frame) = self.frames.last_mut() else {
            return Err(Stop);
        };
        let Some(element) = frame.element.map(|id| contract.element(id)) else {
            return Err(Stop);
        };
        frame.kind = FrameKind::Nil;
        if let Some(node) = self.nodes.get_mut(frame.node as usize) {
            node.value = Value::Nil;
        }
        if !element.nillable {
            return self.violate(contract, ViolationKind::NotNillable);
        }
        if let Some(ValueConstraint::Fixed(fixed)) = &element.value {
            let kind = ViolationKind::NotTheFixedValue {
                expected: fixed.to_string(),
            };
            return self.violate(contract, kind);
        }
        Ok(())
    }

    /// The document, when nothing was wrong; else what was, its lines counted by `line`.
    pub(crate) fn finish(
        self,
        contract: &Arc<Contract>,
        line: impl FnMut(usize) -> u32,
    ) -> Result<Document, Vec<Violation>> {
        if self.found.is_empty() && self.frames.is_empty() {
            let names = any::in_order(self.names);
            let document = Document::new(
                Arc::clone(contract),
                self.root,
                self.nodes,
                self.text,
                names,
            );
            return identity::checked(document);
        }
        Err(self.violations(line))
    }

    fn push(&mut self, contract: &Contract, element: ElementId, label: Label) {
        let node = offset(self.nodes.len());
        self.nodes.push(Node {
            label,
            end: node,
            value: Value::None,
        });
        let content = contract.element(element).content;
        let mut frame = Frame::new(contract, node, Some(element), content);
        frame.head |= contract.element(element).is_abstract;
        self.frames.push(frame);
    }

    fn node_value(&self, node: u32) -> Value {
        self.nodes
            .get(node as usize)
            .map_or(Value::None, |node| node.value)
    }

    fn keep_text(&mut self, text: &str) -> Value {
        let start = offset(self.text.len());
        self.text.push_str(text);
        Value::Text {
            start,
            end: offset(self.text.len()),
        }
    }
}

impl Frame {
    #[inline]
    fn new(contract: &Contract, node: u32, element: Option<ElementId>, content: Content) -> Self {
        let (mut complex, mut head) = (None, false);
        let kind = match content {
            Content::Simple(simple) => FrameKind::Leaf(simple),
            Content::Complex(id) => {
                let declared = contract.complex(id);
                head = declared.has_head();
                complex = Some(id);
                match declared.body {
                    Body::Empty => FrameKind::Empty,
                    Body::Simple(simple) => FrameKind::Leaf(simple),
                    Body::Elements(_) => FrameKind::Elements,
                }
            }
        };
        Self {
            node,
            element,
            complex,
            kind,
            place: Place::default(),
            head,
        }
    }

    fn is_mixed(&self, contract: &Contract) -> bool {
        self.complex
            .is_some_and(|complex| contract.complex(complex).mixed)
    }
}

/// Documents are bounded far below 4 GiB; a number beyond would show as an empty text.
pub(crate) fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
