//! Walking a document.

use crate::document::{AnyRef, Document, Label, Node, Part, Value};
use crate::{Attribute, ComplexType, Content, ElementId, QName, Role, ValueConstraint};

/// An element of a document.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'d> {
    document: &'d Document,
    index: u32,
    end: u32,
    element: ElementId,
    value: Value,
}

impl<'d> NodeRef<'d> {
    pub(crate) fn root(document: &'d Document) -> Self {
        let value = document.node(0).map_or(Value::None, |node| node.value);
        let end = crate::sink::offset(document.nodes.len());
        Self {
            document,
            index: 0,
            end,
            element: document.root,
            value,
        }
    }

    pub(crate) fn at_index(document: &'d Document, index: u32) -> Option<Self> {
        let node = document.node(index)?;
        match node.label {
            Label::Element(element) | Label::Wild(element) => Some(Self {
                document,
                index,
                end: node.end,
                element,
                value: node.value,
            }),
            Label::Attribute(_)
            | Label::AnyAttribute(_)
            | Label::Type(_)
            | Label::Any(_)
            | Label::Text => None,
        }
    }

    /// The document it belongs to.
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// The element use.
    pub fn element(self) -> ElementId {
        self.element
    }

    /// The local name.
    pub fn local(self) -> &'d str {
        self.name().1
    }

    /// The value of a leaf; `None` for an element with children, and for nil. An empty leaf for
    /// which the schema gives a value has that.
    pub fn text(self) -> Option<&'d str> {
        match self.value {
            Value::Text { .. } => Some(self.document.slice(self.value)),
            Value::Default => match &self.document.contract.element(self.element).value {
                Some(ValueConstraint::Default(text) | ValueConstraint::Fixed(text)) => Some(text),
                None => Some(""),
            },
            Value::None | Value::Nil => None,
        }
    }

    /// Whether it is empty, and the schema gives it a value.
    pub(crate) fn is_default(self) -> bool {
        self.value == Value::Default
    }

    /// Whether a wildcard admitted it.
    pub(crate) fn is_wild(self) -> bool {
        let label = self.document.node(self.index).map(|node| node.label);
        matches!(label, Some(Label::Wild(_)))
    }

    /// Whether it is nil.
    pub fn is_nil(self) -> bool {
        self.value == Value::Nil
    }

    /// Whether it is declared to hold anything: then all that is in it is one field, whatever type it
    /// names and whatever that looks like.
    pub(crate) fn holds_any(self) -> bool {
        let contract = &self.document.contract;
        match contract.element(self.element).content {
            Content::Simple(_) => false,
            Content::Complex(complex) => contract.complex(complex).is_any(),
        }
    }

    /// The child elements that the contract declares for it, in order; what wildcards admit is not
    /// among them, nor what stands in an element that is declared to hold anything.
    pub fn children(self) -> impl Iterator<Item = NodeRef<'d>> {
        let declared = !self.holds_any();
        let children = self.elements().filter(|child| !child.is_wild());
        children.take_while(move |_| declared)
    }

    /// The elements between the tags of which there is a declaration, whatever admits them.
    pub(crate) fn elements(self) -> impl Iterator<Item = NodeRef<'d>> {
        self.parts().filter_map(|part| match part {
            Part::Element(child) => Some(child),
            Part::Any(_) | Part::Text(_) => None,
        })
    }

    /// Everything between the tags, in order.
    pub(crate) fn parts(self) -> impl Iterator<Item = Part<'d>> {
        Part::between(self.document, self.content_start(), self.end)
    }

    /// The index after its attributes.
    pub(crate) fn content_start(self) -> u32 {
        self.index + 1 + crate::sink::offset(self.attribute_nodes().len())
    }

    /// The first child of that name.
    pub fn child(self, local: &str) -> Option<NodeRef<'d>> {
        self.children().find(|child| child.local() == local)
    }

    /// The first descendant along a path of names joined by `/`.
    pub fn at(self, path: &str) -> Option<NodeRef<'d>> {
        path.split('/').try_fold(self, NodeRef::child)
    }

    /// The value of an attribute.
    pub fn attribute(self, local: &str) -> Option<&'d str> {
        self.attributes()
            .find(|(_, name, _)| *name == local)
            .map(|found| found.2)
    }

    /// The attributes as namespace, local name and value.
    pub fn attributes(self) -> impl Iterator<Item = (Option<&'d str>, &'d str, &'d str)> {
        let declared = self.declared_attributes().map(|(declared, value)| {
            (
                declared.name.namespace.as_deref(),
                &*declared.name.local,
                value,
            )
        });
        let others = AnyRef::attributes_in(self.document, self.attribute_nodes());
        declared.chain(others.map(|(name, value)| (name.namespace.as_deref(), &*name.local, value)))
    }

    /// The value of the first leaf or attribute with that role, here or below.
    pub fn role(self, role: Role) -> Option<&'d str> {
        self.roles(role).next()
    }

    /// The values of all leaves and attributes with that role, here and below.
    pub fn roles(self, role: Role) -> impl Iterator<Item = &'d str> {
        let mut at = self.index;
        let inner = std::iter::from_fn(move || {
            while at < self.end {
                let (index, node) = (at, self.document.node(at)?);
                // What a wildcard admits is one field, whatever it looks like.
                let wild = matches!(node.label, Label::Wild(_) | Label::Any(_));
                let found = Self::at_index(self.document, index).filter(|_| !wild);
                let closed = wild || found.is_some_and(Self::holds_any);
                at = if closed { node.end.max(at + 1) } else { at + 1 };
                if found.is_some() {
                    return found;
                }
            }
            None
        });
        inner.flat_map(move |node| {
            let attributes = node.declared_attributes();
            let attributes = attributes
                .filter(move |(declared, _)| declared.role == Some(role) && !node.holds_any());
            let own = node.document.contract.element(node.element).role == Some(role);
            let own = if own { node.text() } else { None };
            own.into_iter().chain(attributes.map(|(_, value)| value))
        })
    }

    /// Whether the element holds one governed case.
    pub fn case_unit(self) -> bool {
        self.document.contract.element(self.element).case_unit
    }

    /// Appends the element as XML, with every namespace declaration it needs.
    pub fn write_xml(self, out: &mut Vec<u8>) {
        crate::xml::write(self, out);
    }

    /// Appends the element's content as JSON.
    pub fn write_json(self, out: &mut Vec<u8>) {
        crate::json::write(self, out);
    }

    /// Namespace and local name.
    pub(crate) fn name(self) -> (Option<&'d str>, &'d str) {
        let name = self.qname();
        (name.namespace.as_deref(), &name.local)
    }

    pub(crate) fn qname(self) -> &'d QName {
        &self.document.contract.element(self.element).name
    }

    pub(crate) fn index(self) -> u32 {
        self.index
    }

    /// The index after its last node.
    pub(crate) fn end(self) -> u32 {
        self.end
    }

    pub(crate) fn value(self) -> Value {
        self.value
    }

    /// Its node and those below.
    pub(crate) fn subtree(self) -> &'d [Node] {
        self.document.range(self.index, self.end)
    }

    /// The nodes of its attributes.
    pub(crate) fn attribute_nodes(self) -> &'d [Node] {
        let inner = self.document.range(self.index + 1, self.end);
        let count = inner.iter().take_while(|node| node.label.in_head());
        inner.get(..count.count()).unwrap_or_default()
    }

    /// The simple type of its text, if it has text.
    pub(crate) fn simple(self) -> Option<crate::SimpleId> {
        match self.content() {
            Content::Simple(simple) => Some(simple),
            Content::Complex(complex) => match self.document.contract.complex(complex).body {
                crate::Body::Simple(simple) => Some(simple),
                crate::Body::Empty | crate::Body::Elements(_) => None,
            },
        }
    }

    /// The attributes, each with its declaration.
    pub(crate) fn declared_attributes(self) -> impl Iterator<Item = (&'d Attribute, &'d str)> {
        let contract = &self.document.contract;
        let declared = match self.content() {
            Content::Complex(complex) => &contract.complex(complex).attributes[..],
            Content::Simple(_) => &[],
        };
        self.attribute_nodes()
            .iter()
            .filter_map(move |node| match node.label {
                Label::Attribute(at) => {
                    Some((declared.get(at as usize)?, self.document.slice(node.value)))
                }
                Label::Element(_)
                | Label::Wild(_)
                | Label::AnyAttribute(_)
                | Label::Type(_)
                | Label::Any(_)
                | Label::Text => None,
            })
    }

    /// The type that it has here: the one that `xsi:type` names, else the declared one.
    pub(crate) fn content(self) -> Content {
        match self.document.node(self.index + 1).map(|node| node.label) {
            Some(Label::Type(content)) if self.index + 1 < self.end => content,
            _ => self.document.contract.element(self.element).content,
        }
    }

    /// The complex type that it has here.
    pub(crate) fn complex(self) -> Option<&'d ComplexType> {
        match self.content() {
            Content::Complex(complex) => Some(self.document.contract.complex(complex)),
            Content::Simple(_) => None,
        }
    }

    /// What `xsi:type` says, as `{namespace}prefix:local`.
    pub(crate) fn type_name(self) -> Option<&'d str> {
        let first = self.attribute_nodes().first()?;
        matches!(first.label, Label::Type(_)).then(|| self.document.slice(first.value))
    }
}
