//! Start tags: the type that is named, the attributes that must be there, those that wildcards
//! admit.

use super::{Frame, FrameKind, Sink, Stop, Wanted, offset};
use crate::document::{Label, Node, Value};
use crate::name::Expanded;
use crate::violation::{ViolationKind, shown};
use crate::{Content, Contract, Element, Process, QName, SimpleId, TypeId};

impl Sink {
    /// Gives the open element the type that `xsi:type` names, before its attributes.
    pub(crate) fn retype(&mut self, contract: &Contract, name: Expanded<'_>) -> Result<(), Stop> {
        let Some(frame) = self.frames.last().copied() else {
            return Err(Stop);
        };
        let fresh = offset(self.nodes.len()) == frame.node + 1;
        let element = frame.element.filter(|_| fresh);
        let qname = QName::new(name.namespace, name.local);
        let content = element
            .map(|id| contract.element(id))
            .and_then(|element| substitute(contract, element, &qname));
        let (Some(id), Some(content)) = (element, content) else {
            let name = shown(&qname.to_string());
            self.violate(contract, ViolationKind::TypeSubstitution { name })?;
            return Err(Stop);
        };
        let value = self.keep_text(&name.to_string());
        self.nodes.push(Node {
            label: Label::Type(content),
            end: frame.node + 2,
            value,
        });
        let typed = Frame {
            head: true,
            ..Frame::new(contract, frame.node, Some(id), content)
        };
        if let Some(last) = self.frames.last_mut() {
            *last = typed;
        }
        Ok(())
    }

    /// The type of the text of the open element, when it has text only.
    pub(crate) fn open_leaf(&self) -> Option<SimpleId> {
        match self.frames.last()?.kind {
            FrameKind::Leaf(simple) => Some(simple),
            FrameKind::Empty | FrameKind::Elements | FrameKind::Nil | FrameKind::Any(..) => None,
        }
    }

    /// Whether the value of that attribute of the open element is a name.
    pub(crate) fn wants_name(
        &self,
        contract: &Contract,
        namespace: Option<&str>,
        local: &str,
    ) -> bool {
        let frame = self.frames.last().copied();
        let mut attributes = frame.into_iter().flat_map(|it| it.attributes(contract));
        let declared = attributes.find(|it| it.name.is(namespace, local));
        declared.is_some_and(|it| contract.simple(it.simple).is_name())
    }

    /// Whether the open element names its type.
    pub(crate) fn is_retyped(&self) -> bool {
        let frame = self.frames.last().copied();
        let first = frame.and_then(|frame| self.head_of(frame).next());
        first.is_some_and(|node| matches!(node.label, Label::Type(_)))
    }

    /// The complex type of the open element, as it stands.
    pub(crate) fn open_type(&self) -> Option<TypeId> {
        self.frames.last().and_then(|frame| frame.complex)
    }

    /// Ends the attributes of the open element: those required must be there.
    #[inline]
    pub(crate) fn close_head(&mut self, contract: &Contract) -> Result<(), Stop> {
        match self.frames.last_mut() {
            Some(frame) if frame.head => {
                frame.head = false;
                let frame = *frame;
                self.check_head(contract, frame)
            }
            Some(_) => Ok(()),
            None => Err(Stop),
        }
    }

    fn check_head(&mut self, contract: &Contract, frame: Frame) -> Result<(), Stop> {
        if frame
            .element
            .is_some_and(|id| contract.element(id).is_abstract)
        {
            self.violate(contract, ViolationKind::AbstractElement)?;
        }
        let complex = frame.complex.map(|complex| contract.complex(complex));
        if complex.is_some_and(|complex| complex.is_abstract) {
            self.violate(contract, ViolationKind::AbstractType)?;
        }
        for (at, attribute) in frame.attributes(contract).iter().enumerate() {
            let label = Label::Attribute(offset(at));
            if attribute.required && !self.head_of(frame).any(|node| node.label == label) {
                let name = attribute.name.local.to_string();
                self.violate(contract, ViolationKind::MissingAttribute { name })?;
            }
        }
        Ok(())
    }

    /// Adds an attribute that is not declared.
    pub(super) fn add_any_attribute(
        &mut self,
        contract: &Contract,
        frame: Frame,
        wanted: Wanted<'_>,
        raw: Result<&str, ViolationKind>,
    ) -> Result<(), Stop> {
        let shown = wanted.shown(contract);
        let Wanted::Name(namespace, local) = wanted else {
            let name = shown;
            return self.violate(contract, ViolationKind::UnknownAttribute { name });
        };
        let Some(process) = admits(contract, frame, namespace) else {
            let name = shown;
            return self.violate(contract, ViolationKind::UnknownAttribute { name });
        };
        let name = QName::new(namespace, local);
        let declared = match process {
            Process::Strict | Process::Lax => contract.attributes.get(&name),
            Process::Skip => None,
        };
        if declared.is_none() && process == Process::Strict {
            let name = shown;
            return self.violate(contract, ViolationKind::UnknownAttribute { name });
        }
        self.spell(&name);
        let number = self.number_of(name);
        let label = Label::AnyAttribute(number);
        if !frame.head || self.head_of(frame).any(|node| node.label == label) {
            let name = shown;
            return self.violate(contract, ViolationKind::MisplacedAttribute { name });
        }
        let accepted = match (raw, declared) {
            (Ok(raw), Some(declared)) => self.accept_attribute(contract, declared, raw),
            (Ok(raw), None) => Ok(raw.into()),
            (Err(kind), _) => Err(kind),
        };
        let value = self.keep_text(accepted.as_deref().unwrap_or_default());
        let end = offset(self.nodes.len()) + 1;
        self.nodes.push(Node { label, end, value });
        match accepted {
            Ok(_) => Ok(()),
            Err(kind) => self.violate_below(contract, &format!("@{shown}"), kind),
        }
    }

    /// The attributes of an open element so far, its type among them.
    pub(super) fn head_of(&self, frame: Frame) -> impl Iterator<Item = &Node> {
        let after = self
            .nodes
            .get(frame.node as usize + 1..)
            .unwrap_or_default();
        after.iter().take_while(|node| node.label.in_head())
    }

    /// Whether the open element says that it is empty, and the schema gives it a value.
    pub(super) fn set_default(&mut self, node: usize) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.value = Value::Default;
        }
    }
}

/// What becomes of an attribute of that namespace that is not declared; `None` when it may not be.
fn admits(contract: &Contract, frame: Frame, namespace: Option<&str>) -> Option<Process> {
    if let FrameKind::Any(_, process) = frame.kind {
        return Some(process);
    }
    let any = contract.complex(frame.complex?).any_attribute?;
    let wildcard = contract.wildcard(any);
    wildcard
        .namespaces
        .has(namespace)
        .then_some(wildcard.process)
}

/// The type of that name, where it may stand for the one that the element is declared with.
fn substitute(contract: &Contract, element: &Element, name: &QName) -> Option<Content> {
    match element.content {
        Content::Simple(declared) => {
            let named = contract.simple_named(name)?;
            contract
                .simple_derives(named, declared)
                .then_some(Content::Simple(named))
        }
        Content::Complex(id) => {
            let declared = contract.complex(id);
            if declared.name.as_ref() == Some(name) {
                return Some(element.content);
            }
            if declared.is_any()
                && let Some(simple) = contract.simple_named(name)
            {
                return Some(Content::Simple(simple));
            }
            let blocked = element.block.with(declared.block);
            let mut derived = declared.derived.iter();
            let found = derived.find(|derived| derived.name == *name)?;
            (!found.by.meets(blocked)).then_some(Content::Complex(found.complex))
        }
    }
}
