//! Schemas that every contract may count on, whether its folder has them or not.

use std::sync::Arc;

use super::super::tree;
use super::Document;
use crate::xml;

/// The namespace of XML signatures.
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// The namespace of media types in documents.
const MEDIA: &str = "http://www.w3.org/2005/05/xmlmime";

/// Namespaces of SOAP and WSDL, which generators import whether they need them or not; nothing is known of them.
const PROTOCOLS: &[&str] = &[
    "http://schemas.xmlsoap.org/soap/encoding/",
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://schemas.xmlsoap.org/wsdl/",
    "http://schemas.xmlsoap.org/wsdl/soap/",
    "http://www.w3.org/2003/05/soap-encoding",
    "http://www.w3.org/2003/05/soap-envelope",
];

/// Whether an import of the namespace from the web matters only when something of it is used.
pub(super) fn is_protocol(namespace: &str) -> bool {
    PROTOCOLS.contains(&namespace)
}

/// What is known of a namespace that contracts import from the web: the attributes of `xml`, XML signatures, and media types.
pub(super) fn document(namespace: &str) -> Option<Arc<Document>> {
    let (path, text) = match namespace {
        xml::XML => ("xml.xsd", include_str!("xml.xsd")),
        SIGNATURE => ("xmldsig.xsd", include_str!("xmldsig.xsd")),
        MEDIA => ("xmlmime.xsd", include_str!("xmlmime.xsd")),
        _ => return None,
    };
    let path = Arc::from(path);
    let root = tree::read(&path, text).ok()?;
    Some(Arc::new(Document::new(&path, root, text.into())))
}
