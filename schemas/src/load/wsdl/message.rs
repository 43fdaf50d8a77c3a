//! Parts of messages: which element the body or a header carries.

use super::catalogue::Catalogue;
use super::{Named, WsdlFault, identity, named, reference, refused, required};
use crate::load::error::{LoadError, SchemaFault};
use crate::load::tree::Node;

/// The element of the one part that stands in the body; `body` is the `soap:body`.
pub(super) fn body(
    catalogue: &Catalogue<'_>,
    abstract_side: &Node,
    body: &Node,
    headers: &[Named],
) -> Result<Named, LoadError> {
    literal(body)?;
    let message = catalogue.message(abstract_side)?;
    if let Some(parts) = body.attribute("parts") {
        let names: Vec<&str> = parts.split_whitespace().collect();
        let [name] = names.as_slice() else {
            return Err(refused(body, WsdlFault::BodyParts(names.len())));
        };
        return element(part(message, name, body)?);
    }
    // Without `parts` the body carries all parts; those that a header takes do not count.
    let all: Vec<&Node> = named(message, "part").collect();
    let taken = |part: &&Node| {
        !headers
            .iter()
            .any(|header| header.location == part.location)
    };
    let left: Vec<&Node> = all.into_iter().filter(taken).collect();
    match left.as_slice() {
        [one] => element(one),
        other => Err(refused(body, WsdlFault::BodyParts(other.len()))),
    }
}

/// The element that a `soap:header` carries.
pub(super) fn header(catalogue: &Catalogue<'_>, header: &Node) -> Result<Named, LoadError> {
    literal(header)?;
    let message = catalogue.message(header)?;
    element(part(message, required(header, "part")?, header)?)
}

/// The element of a fault's detail: the message has one part.
pub(super) fn fault(catalogue: &Catalogue<'_>, abstract_side: &Node) -> Result<Named, LoadError> {
    let message = catalogue.message(abstract_side)?;
    let parts: Vec<&Node> = named(message, "part").collect();
    match parts.as_slice() {
        [one] => element(one),
        other => Err(refused(message, WsdlFault::BodyParts(other.len()))),
    }
}

/// Refuses what is not literal.
pub(super) fn literal(node: &Node) -> Result<(), LoadError> {
    match node.attribute("use").map(str::trim) {
        None | Some("literal") => {}
        Some(other) => return Err(refused(node, WsdlFault::Use(other.to_owned()))),
    }
    match node.attribute("encodingStyle").map(str::trim) {
        None | Some("") => Ok(()),
        Some(other) => {
            let construct = format!("encodingStyle=\"{other}\"");
            Err(node.error(SchemaFault::Unsupported(construct)))
        }
    }
}

fn part<'w>(message: &'w Node, name: &str, from: &Node) -> Result<&'w Node, LoadError> {
    let mut parts = named(message, "part");
    let missing = || {
        let (kind, name) = ("part", name.to_owned());
        refused(from, WsdlFault::Missing { kind, name })
    };
    parts
        .find(|part| part.attribute("name").map(str::trim) == Some(name))
        .ok_or_else(missing)
}

fn element(part: &Node) -> Result<Named, LoadError> {
    if part.attribute("element").is_none() && part.attribute("type").is_some() {
        let name = part.attribute("name").unwrap_or_default().to_owned();
        return Err(refused(part, WsdlFault::TypePart(name)));
    }
    Ok(Named {
        element: reference(part, "element")?,
        location: part.location.clone(),
        part: identity(part),
    })
}
