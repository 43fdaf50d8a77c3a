//! Walking a document.

use crate::document::Document;
use crate::{ElementId, Role};

/// An element of a document.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'d> {
    document: &'d Document,
    index: u32,
}

impl<'d> NodeRef<'d> {
    pub(crate) fn new(document: &'d Document, index: u32) -> Self {
        Self { document, index }
    }

    /// The document it belongs to.
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// The element use.
    pub fn element(self) -> ElementId {
        todo!()
    }

    /// The local name.
    pub fn local(self) -> &'d str {
        todo!()
    }

    /// The value of a leaf; `None` for an element with children, and for nil.
    pub fn text(self) -> Option<&'d str> {
        todo!()
    }

    /// Whether it is nil.
    pub fn is_nil(self) -> bool {
        todo!()
    }

    /// The child elements, in order.
    pub fn children(self) -> impl Iterator<Item = NodeRef<'d>> {
        std::iter::empty()
    }

    /// The first child of that name.
    pub fn child(self, local: &str) -> Option<NodeRef<'d>> {
        self.children().find(|child| child.local() == local)
    }

    /// The first descendant along a path of names joined by `/`.
    pub fn at(self, path: &str) -> Option<NodeRef<'d>> {
        path.split('/')
            .try_fold(self, |node, local| node.child(local))
    }

    /// The value of an attribute.
    pub fn attribute(self, local: &str) -> Option<&'d str> {
        let _ = local;
        todo!()
    }

    /// The value of the first leaf or attribute with that role, here or below.
    pub fn role(self, role: Role) -> Option<&'d str> {
        let _ = role;
        todo!()
    }

    /// Whether the element holds one governed case.
    pub fn case_unit(self) -> bool {
        todo!()
    }

    /// Appends the element as XML, with every namespace declaration it needs.
    pub fn write_xml(self, out: &mut Vec<u8>) {
        crate::xml::write(self, out);
    }

    /// Appends the element's content as JSON.
    pub fn write_json(self, out: &mut Vec<u8>) {
        crate::json::write(self, out);
    }
}
