//! Schemas that every contract may count on, whether its folder has them or not.

use std::sync::Arc;

use super::super::tree;
use super::Document;

/// The attributes of the namespace `xml`, which schemas import from the web.
pub(super) fn xml() -> Option<Arc<Document>> {
    let path = Arc::from("xml.xsd");
    let text = include_str!("xml.xsd");
    let root = tree::read(&path, text).ok()?;
    Some(Arc::new(Document::new(&path, root, text.into())))
}
