//! Documents: schemas and WSDL, as files or inside other files.

use std::sync::Arc;

use super::super::tree::Node;
use super::super::wsdl;
use super::links::{is_link, resolve};

/// A document as it was read, from a file of its own or from inside another one.
#[derive(Debug)]
pub(in crate::load) struct Document {
    /// The path inside the contract folder; for a schema inside a WSDL, that of the WSDL, `#` and a
    /// number. Locations that the document names are relative to it.
    pub(in crate::load) path: Arc<str>,
    /// The root element, with the prefixes that are in force there; of a WSDL, without its schemas.
    pub(in crate::load) root: Node,
    /// The text of the file, in UTF-8.
    pub(in crate::load) text: Arc<str>,
    /// The schemas inside a WSDL.
    pub(super) inside: Vec<Arc<Document>>,
}

impl Document {
    /// The document of a whole file.
    pub(super) fn new(path: &Arc<str>, mut root: Node, text: Arc<str>) -> Self {
        let mut inside = Vec::new();
        if wsdl::is_wsdl(&root) {
            for (at, root) in wsdl::take_schemas(&mut root).into_iter().enumerate() {
                inside.push(Arc::new(Self {
                    path: format!("{path}#{at}").into(),
                    root,
                    text: text.clone(),
                    inside: Vec::new(),
                }));
            }
        }
        let path = path.clone();
        Self {
            path,
            root,
            text,
            inside,
        }
    }

    /// The document with another root element.
    pub(in crate::load) fn with_root(&self, root: Node) -> Self {
        Self {
            path: self.path.clone(),
            root,
            text: self.text.clone(),
            inside: self.inside.clone(),
        }
    }

    /// The target namespace that it states.
    pub(super) fn target(&self) -> Option<Arc<str>> {
        self.root.attribute("targetNamespace").map(Arc::from)
    }

    /// The paths that its schemas name, whether there are such files or not.
    pub(super) fn targets(&self) -> Vec<Arc<str>> {
        let inside = self.inside.iter().map(|document| &document.root);
        let schemas = std::iter::once(&self.root).chain(inside);
        let links = schemas.flat_map(|schema| schema.children.iter().filter(|node| is_link(node)));
        let of_schemas = links.filter_map(|node| node.attribute("schemaLocation"));
        of_schemas
            .filter_map(|location| resolve(&self.path, location).ok())
            .collect()
    }
}
