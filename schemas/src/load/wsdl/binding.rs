//! Bindings to SOAP 1.1 (WSDL 1.1, section 3) and SOAP 1.2 (the member submission of 2006).

use std::sync::Arc;

use super::catalogue::Catalogue;
use super::{
    Named, Spoken, WSDL, WsdlFault, documentation, identity, message, named, refused, required,
};
use crate::SoapEdition;
use crate::load::error::{LoadError, SchemaFault};
use crate::load::tree::Node;

const HTTP: &str = "http://schemas.xmlsoap.org/soap/http";

/// The most operations of one binding: each is looked for among the others.
const MOST_OPERATIONS: usize = 2_000;

/// The namespace of bindings to HTTP without SOAP.
const PLAIN: &str = "http://schemas.xmlsoap.org/wsdl/http/";

/// Bindings to something other than SOAP, and parts of messages that are.
const OTHERS: &[&str] = &[PLAIN, "http://schemas.xmlsoap.org/wsdl/mime/"];

impl SoapEdition {
    /// The namespace of its binding.
    const fn binding(self) -> &'static str {
        match self {
            Self::V11 => "http://schemas.xmlsoap.org/wsdl/soap/",
            Self::V12 => "http://schemas.xmlsoap.org/wsdl/soap12/",
        }
    }
}

/// Every operation that some binding carries over SOAP, in the order of the ports.
pub(super) fn all(catalogue: &Catalogue<'_>, errors: &mut Vec<LoadError>) -> Vec<Spoken> {
    let mut spoken: Vec<Spoken> = Vec::new();
    let mut bound = catalogue.bound(errors);
    if !bound.iter().all(|binding| is_plain_http(binding)) {
        // Beside SOAP, another way to the same operations.
        bound.retain(|binding| !is_plain_http(binding));
    }
    for binding in bound {
        match one(catalogue, binding, errors) {
            Ok(found) => {
                for operation in found {
                    let joined = join(&mut spoken, operation, binding);
                    errors.extend(joined.err());
                }
            }
            Err(error) => errors.push(error),
        }
    }
    for (at, operation) in spoken.iter().enumerate() {
        let mut before = spoken.iter().take(at);
        if let Some(known) = before.find(|known| is_taken(known, operation)) {
            let (element, other) = (operation.request.element.clone(), known.name.to_string());
            errors.push(LoadError {
                location: operation.location.clone(),
                fault: SchemaFault::Wsdl(WsdlFault::SameRequest { element, other }),
            });
        }
    }
    spoken
}

/// Whether one body, with the action announced beside it, could ask for either.
fn is_taken(known: &Spoken, operation: &Spoken) -> bool {
    let said = |action: &Arc<str>| !action.is_empty();
    let of = |it: &Spoken| -> Vec<Arc<str>> {
        it.actions
            .iter()
            .map(|(_, action)| Arc::clone(action))
            .collect()
    };
    let (one, other) = (of(known), of(operation));
    let apart = one
        .iter()
        .all(|action| said(action) && !other.contains(action))
        && other.iter().all(said);
    known.request.element == operation.request.element && !apart
}

/// Adds an operation; the same one in another edition of SOAP adds only its action.
fn join(spoken: &mut Vec<Spoken>, operation: Spoken, binding: &Node) -> Result<(), LoadError> {
    let same = |known: &&mut Spoken| known.origin == operation.origin;
    if let Some(known) = spoken.iter_mut().find(same) {
        let parts = |it: &Spoken| {
            let headers = (it.request_headers.clone(), it.response_headers.clone());
            (
                it.request.clone(),
                it.response.clone(),
                headers,
                it.faults.clone(),
            )
        };
        if parts(known) != parts(&operation) {
            let name = operation.name.to_string();
            return Err(refused(binding, WsdlFault::Bindings(name)));
        }
        for (edition, action) in operation.actions {
            if !known.actions.iter().any(|(it, _)| *it == edition) {
                known.actions.push((edition, action));
            }
        }
        return Ok(());
    }
    let at = |fault| LoadError {
        location: operation.location.clone(),
        fault: SchemaFault::Wsdl(fault),
    };
    if spoken.iter().any(|known| known.name == operation.name) {
        return Err(at(WsdlFault::Twice(operation.name.to_string())));
    }
    spoken.push(operation);
    Ok(())
}

fn one(
    catalogue: &Catalogue<'_>,
    binding: &Node,
    errors: &mut Vec<LoadError>,
) -> Result<Vec<Spoken>, LoadError> {
    let (edition, soap) = protocol(binding)?;
    let style = soap.attribute("style").map(str::trim);
    document(soap, style)?;
    match required(soap, "transport")? {
        HTTP => {}
        other => return Err(refused(soap, WsdlFault::Transport(other.to_owned()))),
    }
    let port_type = catalogue.port_type(binding)?;
    if named(binding, "operation").count() > MOST_OPERATIONS {
        return Err(binding.error(SchemaFault::TooMany("operations")));
    }
    let mut found = Vec::new();
    for bound in named(binding, "operation") {
        match operation(catalogue, port_type, bound, edition) {
            Ok(spoken) => found.push(spoken),
            Err(error) => errors.push(error),
        }
    }
    Ok(found)
}

/// Whether the binding is to HTTP without SOAP.
fn is_plain_http(binding: &Node) -> bool {
    let soap = SoapEdition::ALL.iter();
    let mut soap = soap.filter_map(|edition| child(binding, *edition, "binding"));
    let mut children = binding.children.iter();
    children.any(|child| child.name.is(Some(PLAIN), "binding")) && soap.next().is_none()
}

/// The edition that a binding is to, and its element.
fn protocol(binding: &Node) -> Result<(SoapEdition, &Node), LoadError> {
    understood(binding)?;
    let editions = SoapEdition::ALL.iter().copied();
    let mut found = editions.filter_map(|edition| {
        let soap = child(binding, edition, "binding");
        soap.map(|soap| (edition, soap))
    });
    let name = || binding.attribute("name").unwrap_or_default().to_owned();
    found
        .next()
        .ok_or_else(|| refused(binding, WsdlFault::NoProtocol(name())))
}

fn document(node: &Node, style: Option<&str>) -> Result<(), LoadError> {
    match style {
        None | Some("document") => Ok(()),
        Some(other) => Err(refused(node, WsdlFault::Style(other.to_owned()))),
    }
}

fn operation(
    catalogue: &Catalogue<'_>,
    port_type: &Node,
    bound: &Node,
    edition: SoapEdition,
) -> Result<Spoken, LoadError> {
    understood(bound)?;
    let name = required(bound, "name")?;
    let shape = shape(port_type, bound, name)?;
    let soap = child(bound, edition, "operation");
    if let Some(soap) = soap {
        document(soap, soap.attribute("style").map(str::trim))?;
    }
    let action = soap.and_then(|soap| soap.attribute("soapAction"));
    let (request_headers, request) = side(catalogue, (bound, "input"), shape.input, edition)?;
    let (response_headers, response) = side(catalogue, (bound, "output"), shape.output, edition)?;
    Ok(Spoken {
        name: name.into(),
        location: shape.operation.location.clone(),
        origin: identity(shape.operation),
        doc: documentation(shape.operation),
        request,
        response,
        request_headers,
        response_headers,
        faults: faults(catalogue, shape.operation, bound, edition)?,
        actions: vec![(edition, Arc::from(action.unwrap_or_default().trim()))],
    })
}

/// An operation of a port type.
struct Shape<'w> {
    operation: &'w Node,
    input: &'w Node,
    output: &'w Node,
}

fn shape<'w>(port_type: &'w Node, bound: &Node, name: &str) -> Result<Shape<'w>, LoadError> {
    let mut same = named(port_type, "operation")
        .filter(|operation| operation.attribute("name").map(str::trim) == Some(name));
    let missing = || {
        let (kind, name) = ("operation", name.to_owned());
        refused(bound, WsdlFault::Missing { kind, name })
    };
    let operation = same.next().ok_or_else(missing)?;
    if let Some(other) = same.next() {
        return Err(refused(other, WsdlFault::Twice(name.to_owned())));
    }
    let sides: Vec<&Node> = operation
        .children
        .iter()
        .filter(|child| {
            ["input", "output"]
                .iter()
                .any(|side| child.name.is(Some(WSDL), side))
        })
        .collect();
    match sides.as_slice() {
        [input, output] if &*input.name.local == "input" && &*output.name.local == "output" => {
            Ok(Shape {
                operation,
                input,
                output,
            })
        }
        _ => {
            let fault = WsdlFault::NotRequestResponse(name.to_owned());
            Err(refused(operation, fault))
        }
    }
}

/// The headers and the body of one direction.
fn side(
    catalogue: &Catalogue<'_>,
    (bound, direction): (&Node, &'static str),
    abstract_side: &Node,
    edition: SoapEdition,
) -> Result<(Vec<Named>, Named), LoadError> {
    let missing = |kind, at: &Node| {
        let name = direction.to_owned();
        refused(at, WsdlFault::Missing { kind, name })
    };
    let concrete = named(bound, direction)
        .next()
        .ok_or_else(|| missing("direction", bound))?;
    understood(concrete)?;
    let headers = children(concrete, edition, "header")
        .map(|header| message::header(catalogue, header))
        .collect::<Result<Vec<_>, _>>()?;
    let body = child(concrete, edition, "body").ok_or_else(|| missing("soap body of", concrete))?;
    let element = message::body(catalogue, abstract_side, body, &headers)?;
    Ok((headers, element))
}

/// The elements of the faults, each bound as literal.
fn faults(
    catalogue: &Catalogue<'_>,
    operation: &Node,
    bound: &Node,
    edition: SoapEdition,
) -> Result<Vec<Named>, LoadError> {
    let mut found = Vec::new();
    for fault in named(operation, "fault") {
        let name = required(fault, "name")?;
        let concrete = named(bound, "fault")
            .find(|concrete| concrete.attribute("name").map(str::trim) == Some(name));
        if let Some(soap) = concrete.and_then(|concrete| child(concrete, edition, "fault")) {
            message::literal(soap)?;
        }
        found.push(message::fault(catalogue, fault)?);
    }
    Ok(found)
}

/// Refuses bindings to other protocols, MIME, and extensions that must be understood.
fn understood(node: &Node) -> Result<(), LoadError> {
    let ours = |child: &Node| {
        let namespace = child.name.namespace.as_deref().unwrap_or_default();
        namespace == WSDL || SoapEdition::ALL.iter().any(|it| it.binding() == namespace)
    };
    for child in node.children.iter().filter(|child| !ours(child)) {
        let namespace = child.name.namespace.as_deref().unwrap_or_default();
        let must = child
            .attributes
            .iter()
            .any(|(name, value)| name.is(Some(WSDL), "required") && is_true(value));
        if must || OTHERS.contains(&namespace) {
            return Err(refused(child, WsdlFault::Extension(child.name.clone())));
        }
    }
    Ok(())
}

fn is_true(value: &str) -> bool {
    matches!(value.trim(), "true" | "1")
}

fn child<'n>(node: &'n Node, edition: SoapEdition, local: &'static str) -> Option<&'n Node> {
    children(node, edition, local).next()
}

fn children<'n>(
    node: &'n Node,
    edition: SoapEdition,
    local: &'static str,
) -> impl Iterator<Item = &'n Node> {
    node.children
        .iter()
        .filter(move |child| child.name.is(Some(edition.binding()), local))
}
