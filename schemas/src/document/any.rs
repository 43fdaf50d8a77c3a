//! What stands between tags besides declared elements: text, and elements that wildcards admit.

use crate::QName;
use crate::document::{Document, Label, Node, NodeRef};

/// A part of an element's content.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'d> {
    /// A declared element.
    Element(NodeRef<'d>),
    /// An element that is not declared.
    Any(AnyRef<'d>),
    /// Text among elements.
    Text(&'d str),
}

/// An element that is not declared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnyRef<'d> {
    document: &'d Document,
    index: u32,
    end: u32,
    pub(crate) name: &'d QName,
}

impl<'d> Part<'d> {
    /// The parts from one index to another, which are those of one element.
    pub(crate) fn between(
        document: &'d Document,
        mut at: u32,
        end: u32,
    ) -> impl Iterator<Item = Part<'d>> {
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let (index, node) = (at, document.node(at)?);
            at = node.end.max(at + 1);
            match node.label {
                Label::Element(_) | Label::Wild(_) => {
                    NodeRef::at_index(document, index).map(Part::Element)
                }
                Label::Any(name) => Some(Part::Any(AnyRef {
                    document,
                    index,
                    end: node.end,
                    name: document.name(name)?,
                })),
                Label::Text => Some(Part::Text(document.slice(node.value))),
                Label::Attribute(_) | Label::AnyAttribute(_) | Label::Type(_) => None,
            }
        })
    }
}

impl<'d> AnyRef<'d> {
    /// The attributes as name and value.
    pub(crate) fn attributes(self) -> impl Iterator<Item = (&'d QName, &'d str)> {
        Self::attributes_in(self.document, self.head())
    }

    /// Everything between the tags, in order.
    pub(crate) fn parts(self) -> impl Iterator<Item = Part<'d>> {
        let start = self.index + 1 + crate::sink::offset(self.head().len());
        Part::between(self.document, start, self.end)
    }

    /// The attributes that wildcards admit, among these nodes.
    pub(crate) fn attributes_in(
        document: &'d Document,
        nodes: &'d [Node],
    ) -> impl Iterator<Item = (&'d QName, &'d str)> {
        nodes.iter().filter_map(|node| match node.label {
            Label::AnyAttribute(name) => Some((document.name(name)?, document.slice(node.value))),
            Label::Element(_)
            | Label::Attribute(_)
            | Label::Type(_)
            | Label::Wild(_)
            | Label::Any(_)
            | Label::Text => None,
        })
    }

    pub(crate) fn index(self) -> u32 {
        self.index
    }

    /// Its node and those below.
    pub(crate) fn subtree(self) -> &'d [Node] {
        self.document.range(self.index, self.end)
    }

    fn head(self) -> &'d [Node] {
        let inner = self.document.range(self.index + 1, self.end);
        let count = inner.iter().take_while(|node| node.label.in_head());
        inner.get(..count.count()).unwrap_or_default()
    }
}
