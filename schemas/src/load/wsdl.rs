//! WSDL 1.1: which operations a foreign service has, and how they travel over SOAP.
//!
//! Read are document/literal operations, wrapped or bare, bound to SOAP 1.1 or 1.2, with headers and
//! faults, however many services, ports and documents. Everything else is refused by name. Optional
//! extensions of others may be left aside (WSDL 1.1, 2.1.3); those marked `wsdl:required` may not.

mod binding;
mod catalogue;
mod fault;
mod message;

use std::sync::Arc;

pub use fault::WsdlFault;

use super::error::{LoadError, SchemaFault};
use super::files::Document;
use super::tree::Node;
use crate::{Location, QName, SoapEdition};
use catalogue::Catalogue;

/// The namespace of WSDL 1.1.
const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";

/// One operation as its bindings tell it; elements are still names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoken {
    pub(super) name: Arc<str>,
    pub(super) location: Location,
    /// What tells the operation of the port type from every other: lines may hold several.
    origin: usize,
    pub(super) doc: Arc<str>,
    pub(super) request: Named,
    pub(super) response: Named,
    pub(super) request_headers: Vec<Named>,
    pub(super) response_headers: Vec<Named>,
    pub(super) faults: Vec<Named>,
    /// The editions of SOAP that carry it, each with its action.
    pub(super) actions: Vec<(SoapEdition, Arc<str>)>,
}

/// A global element that a part names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) element: QName,
    /// The part, for errors.
    pub(super) location: Location,
    /// What tells the part from every other.
    part: usize,
}

/// Whether the document is a WSDL.
pub(super) fn is_wsdl(root: &Node) -> bool {
    root.name.is(Some(WSDL), "definitions")
}

/// Takes the schemas out of the document.
pub(super) fn take_schemas(root: &mut Node) -> Vec<Node> {
    let types = root.children.iter_mut();
    let types = types.filter(|child| child.name.is(Some(WSDL), "types"));
    let inside = types.flat_map(|types| std::mem::take(&mut types.children));
    inside
        .filter(|child| child.xs() == Some("schema"))
        .collect()
}

/// The documents that this one imports: the import, and the location it gives.
pub(super) fn imports(root: &Node) -> impl Iterator<Item = Result<(&Node, &str), LoadError>> {
    named(root, "import").map(|import| Ok((import, required(import, "location")?)))
}

/// What the documents say together, or everything that is wrong with them.
pub(super) fn operations(documents: &[Arc<Document>], errors: &mut Vec<LoadError>) -> Vec<Spoken> {
    let before = errors.len();
    let catalogue = Catalogue::gather(documents, errors);
    let spoken = binding::all(&catalogue, errors);
    if spoken.is_empty()
        && errors.len() == before
        && let Some(document) = documents.first()
    {
        errors.push(refused(&document.root, WsdlFault::NoOperation));
    }
    spoken
}

/// The children of that name in WSDL's own namespace.
fn named<'n>(node: &'n Node, local: &'static str) -> impl Iterator<Item = &'n Node> {
    node.children
        .iter()
        .filter(move |child| child.name.is(Some(WSDL), local))
}

/// What tells two nodes apart while the documents are there.
fn identity(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

fn required<'n>(node: &'n Node, attribute: &str) -> Result<&'n str, LoadError> {
    let missing = || node.error(SchemaFault::MissingAttribute(attribute.to_owned()));
    node.attribute(attribute).map(str::trim).ok_or_else(missing)
}

/// The qualified name in an attribute.
fn reference(node: &Node, attribute: &str) -> Result<QName, LoadError> {
    let text = required(node, attribute)?;
    let (prefix, local) = text.split_once(':').unwrap_or(("", text));
    let namespace = node.namespace(prefix);
    if namespace.is_none() && !prefix.is_empty() {
        return Err(node.error(SchemaFault::Prefix(text.to_owned())));
    }
    Ok(QName::new(namespace, local))
}

fn refused(node: &Node, fault: WsdlFault) -> LoadError {
    node.error(SchemaFault::Wsdl(fault))
}

/// The documentation of a component, its white space collapsed.
fn documentation(node: &Node) -> Arc<str> {
    let texts = named(node, "documentation").flat_map(|text| text.text.split_whitespace());
    Arc::from(texts.collect::<Vec<_>>().join(" "))
}
