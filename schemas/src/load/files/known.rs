//! Schemas that every contract may count on, whether its folder has them or not.

use std::sync::Arc;

use super::super::tree;
use super::Document;
use crate::xml;

/// The namespace of XML signatures.
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What is known of a namespace that contracts import from the web: the attributes of `xml`, and XML signatures.
pub(super) fn document(namespace: &str) -> Option<Arc<Document>> {
    let (path, text) = match namespace {
        xml::XML => ("xml.xsd", include_str!("xml.xsd")),
        SIGNATURE => ("xmldsig.xsd", include_str!("xmldsig.xsd")),
        _ => return None,
    };
    let path = Arc::from(path);
    let root = tree::read(&path, text).ok()?;
    Some(Arc::new(Document::new(&path, root, text.into())))
}
