//! The message as a tree: what canonicalisation works on. The one place that names the tree library.

use uppsala::{Document, NodeId, NodeKind, Parser};

use super::{SecurityError, SecurityFault};

/// A message.
pub(super) struct Tree<'a> {
    document: Document<'a>,
}

/// An element of it.
#[derive(Clone, Copy)]
pub(super) struct Node<'t> {
    tree: &'t Tree<'t>,
    id: NodeId,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<'a> Tree<'a> {
    /// Reads a text that was found well formed before, without DTD and within limits.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let parser = Parser::new().with_forbid_dtd(true);
        let document = parser.parse(text).ok()?;
        Some(Self { document })
    }

    pub(super) fn root(&self) -> Option<Node<'_>> {
        let id = self.document.document_element()?;
        Some(Node { tree: self, id })
    }

    pub(super) fn document(&self) -> &Document<'a> {
        &self.document
    }
}

impl<'t> Node<'t> {
    pub(super) fn id(self) -> NodeId {
        self.id
    }

    pub(super) fn tree(self) -> &'t Tree<'t> {
        self.tree
    }

    pub(super) fn namespace(self) -> &'t str {
        let name = self
            .element()
            .and_then(|it| it.name.namespace_uri.as_deref());
        name.unwrap_or_default()
    }

    pub(super) fn local(self) -> &'t str {
        self.element().map_or("", |it| &it.name.local_name)
    }

    /// The name as it is written, with its prefix.
    pub(super) fn written_name(self) -> String {
        let name = self
            .element()
            .map(|it| it.name.prefixed_name().into_owned());
        name.unwrap_or_default()
    }

    pub(super) fn is(self, namespace: &str, local: &str) -> bool {
        self.namespace() == namespace && self.local() == local
    }

    /// The value of an attribute; the empty namespace is that of plain names.
    pub(super) fn attribute(self, namespace: &str, local: &str) -> Option<&'t str> {
        self.attributes()
            .find(|(found, name, _)| *found == namespace && *name == local)
            .map(|(_, _, value)| value)
    }

    /// Namespace, local name and value of every attribute; declarations are none.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'t str, &'t str, &'t str)> {
        let attributes = self.element().map(|it| it.attributes.as_slice());
        attributes.unwrap_or_default().iter().map(|it| {
            let namespace = it.name.namespace_uri.as_deref().unwrap_or_default();
            (namespace, &*it.name.local_name, &*it.value)
        })
    }

    /// The child elements.
    pub(super) fn elements(self) -> impl Iterator<Item = Node<'t>> {
        let Self { tree, .. } = self;
        let children = tree.document.children_iter(self.id);
        let nodes = children.map(move |id| Node { tree, id });
        nodes.filter(|node| node.element().is_some())
    }

    /// Whether it stands right below that one.
    pub(super) fn is_child_of(self, parent: Option<Node<'_>>) -> bool {
        parent.is_some_and(|parent| self.tree.document.parent(self.id) == Some(parent.id))
    }

    /// Every element below this one, in document order.
    pub(super) fn below(self) -> impl Iterator<Item = Node<'t>> {
        let Self { tree, .. } = self;
        let all = tree.document.descendants(self.id).into_iter();
        let nodes = all.map(move |id| Node { tree, id });
        nodes.filter(|node| node.element().is_some())
    }

    /// Whether a comment stands anywhere below.
    pub(super) fn has_comment(self) -> bool {
        let comment = |id| matches!(self.tree.document.node_kind(id), Some(NodeKind::Comment(_)));
        self.tree
            .document
            .descendants(self.id)
            .into_iter()
            .any(comment)
    }

    /// The text, where there is nothing but text; white space at the ends cut off.
    pub(super) fn text(self) -> Result<String, SecurityError> {
        let mut text = String::new();
        for child in self.tree.document.children_iter(self.id) {
            match self.tree.document.node_kind(child) {
                Some(NodeKind::Text(piece) | NodeKind::CData(piece)) => text.push_str(piece),
                Some(_) | None => return Err(self.fault(SecurityFault::Malformed)),
            }
        }
        Ok(text.trim().to_owned())
    }

    /// A fault at this element.
    pub(super) fn fault(self, fault: SecurityFault) -> SecurityError {
        let line = u32::try_from(self.tree.document.node_line(self.id)).ok();
        SecurityError { fault, line }
    }

    /// Where the element begins in the text.
    pub(super) fn begin(self) -> Option<usize> {
        Some(self.tree.document.node_range(self.id)?.start)
    }

    fn element(self) -> Option<&'t uppsala::Element<'t>> {
        self.tree.document.element(self.id)
    }
}
