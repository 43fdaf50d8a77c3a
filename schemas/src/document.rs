//! Documents: values of a contract, held in one arena.

mod any;
mod field;
mod node;
mod reduce;

use std::sync::Arc;

pub(crate) use any::{AnyRef, Part};
pub use field::Field;
pub use node::NodeRef;
pub use reduce::Fate;

use crate::{Content, Contract, ElementId, QName, Role, json, xml};

/// A document that its contract allows.
///
/// The nodes stand in document order, the attributes of an element before its children; the texts
/// of all leaves are in one buffer.
///
/// INVARIANT: only the validating sink makes nodes, and only `reduce` takes any away; the first
/// node is the root element.
#[derive(Debug, Clone)]
pub struct Document {
    contract: Arc<Contract>,
    root: ElementId,
    nodes: Vec<Node>,
    text: String,
    /// The names of what is not declared.
    names: Vec<QName>,
}

/// An element or an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) label: Label,
    /// The index after the last node of the subtree.
    pub(crate) end: u32,
    pub(crate) value: Value,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Element(ElementId),
    /// The number of the attribute in its element's complex type.
    Attribute(u32),
    /// The type that `xsi:type` names; before all attributes.
    Type(Content),
    /// An attribute that a wildcard admits, by the number of its name.
    AnyAttribute(u32),
    /// A declared element that a wildcard admits.
    Wild(ElementId),
    /// An element that is not declared, by the number of its name.
    Any(u32),
    /// Text among elements.
    Text,
}

impl Label {
    /// Whether it belongs to the start tag of an element.
    pub(crate) fn in_head(self) -> bool {
        match self {
            Self::Attribute(_) | Self::AnyAttribute(_) | Self::Type(_) => true,
            Self::Element(_) | Self::Wild(_) | Self::Any(_) | Self::Text => false,
        }
    }
}

/// What a node holds besides its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    None,
    Nil,
    /// Nothing, which means the value that the schema gives.
    Default,
    /// Where its text is in the buffer.
    Text {
        start: u32,
        end: u32,
    },
}

impl Document {
    pub(crate) fn new(
        contract: Arc<Contract>,
        root: ElementId,
        nodes: Vec<Node>,
        text: String,
        names: Vec<QName>,
    ) -> Self {
        Self {
            contract,
            root,
            nodes,
            text,
            names,
        }
    }

    /// The contract that the document keeps to.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// The root element.
    pub fn root(&self) -> NodeRef<'_> {
        NodeRef::root(self)
    }

    /// Appends the document as XML: one element with all its namespace declarations, no XML
    /// declaration. The same document always gives the same bytes.
    pub fn write_xml(&self, out: &mut Vec<u8>) {
        xml::write(self.root(), out);
    }

    /// Appends the content of the root as JSON. The same document always gives the same bytes.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        json::write(self.root(), out);
    }

    /// The governed cases, outermost only, in document order.
    pub fn case_units(&self) -> Vec<NodeRef<'_>> {
        let mut units = Vec::new();
        let mut at = 0;
        while let Some(node) = self.node(at) {
            let unit = NodeRef::at_index(self, at).filter(|unit| unit.case_unit());
            match unit {
                // What a wildcard admits is one field, whatever it looks like.
                _ if matches!(node.label, Label::Wild(_) | Label::Any(_)) => at = node.end,
                Some(unit) => {
                    units.push(unit);
                    at = node.end.max(at + 1);
                }
                None if NodeRef::at_index(self, at).is_some_and(NodeRef::holds_any) => {
                    at = node.end.max(at + 1);
                }
                None => at += 1,
            }
        }
        units
    }

    /// The value of the first leaf or attribute with that role, in document order.
    pub fn value_of(&self, role: Role) -> Option<&str> {
        self.root().role(role)
    }

    /// The values of all leaves and attributes with that role, in document order.
    pub fn values_of(&self, role: Role) -> Vec<&str> {
        self.root().roles(role).collect()
    }

    /// All texts of the document, one after the other.
    pub(crate) fn texts(&self) -> &str {
        &self.text
    }

    pub(crate) fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    pub(crate) fn range(&self, from: u32, to: u32) -> &[Node] {
        self.nodes
            .get(from as usize..to as usize)
            .unwrap_or_default()
    }

    /// The name of that number.
    pub(crate) fn name(&self, number: u32) -> Option<&QName> {
        self.names.get(number as usize)
    }

    /// The text that a node holds; empty when it holds none.
    pub(crate) fn slice(&self, value: Value) -> &str {
        match value {
            Value::Text { start, end } => self
                .text
                .get(start as usize..end as usize)
                .unwrap_or_default(),
            Value::None | Value::Nil | Value::Default => "",
        }
    }
}
