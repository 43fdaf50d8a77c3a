//! Walking a document.

use crate::document::{Document, Label, Node, Value};
use crate::{Attribute, Content, ElementId, QName, Role};

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
            Label::Element(element) => Some(Self {
                document,
                index,
                end: node.end,
                element,
                value: node.value,
            }),
            Label::Attribute(_) => None,
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

    /// The value of a leaf; `None` for an element with children, and for nil.
    pub fn text(self) -> Option<&'d str> {
        match self.value {
            Value::Text { .. } => Some(self.document.slice(self.value)),
            Value::None | Value::Nil => None,
        }
    }

    /// Whether it is nil.
    pub fn is_nil(self) -> bool {
        self.value == Value::Nil
    }

    /// The child elements, in order.
    pub fn children(self) -> impl Iterator<Item = NodeRef<'d>> {
        let mut at = self.index + 1 + crate::sink::offset(self.attribute_nodes().len());
        std::iter::from_fn(move || {
            let child = (at < self.end).then(|| Self::at_index(self.document, at))??;
            at = child.end.max(at + 1);
            Some(child)
        })
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
        self.declared_attributes().map(|(declared, value)| {
            (
                declared.name.namespace.as_deref(),
                &*declared.name.local,
                value,
            )
        })
    }

    /// The value of the first leaf or attribute with that role, here or below.
    pub fn role(self, role: Role) -> Option<&'d str> {
        self.roles(role).next()
    }

    /// The values of all leaves and attributes with that role, here and below.
    pub fn roles(self, role: Role) -> impl Iterator<Item = &'d str> {
        let inner = (self.index..self.end).filter_map(move |at| Self::at_index(self.document, at));
        inner.flat_map(move |node| {
            let attributes = node.declared_attributes();
            let attributes = attributes.filter(move |(declared, _)| declared.role == Some(role));
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
        let count = inner
            .iter()
            .take_while(|node| matches!(node.label, Label::Attribute(_)));
        inner.get(..count.count()).unwrap_or_default()
    }

    /// The simple type of its text, if it has text.
    pub(crate) fn simple(self) -> Option<crate::SimpleId> {
        self.document.contract.value_type(self.element)
    }

    /// The attributes, each with its declaration.
    pub(crate) fn declared_attributes(self) -> impl Iterator<Item = (&'d Attribute, &'d str)> {
        let contract = &self.document.contract;
        let declared = match contract.element(self.element).content {
            Content::Complex(complex) => &contract.complex(complex).attributes[..],
            Content::Simple(_) => &[],
        };
        self.attribute_nodes()
            .iter()
            .filter_map(move |node| match node.label {
                Label::Attribute(at) => {
                    Some((declared.get(at as usize)?, self.document.slice(node.value)))
                }
                Label::Element(_) => None,
            })
    }
}
