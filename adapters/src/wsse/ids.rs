//! What the identifiers of a message stand for.

use std::collections::BTreeMap;

use super::tree::Node;
use super::{SecurityError, SecurityFault, WSU, XML};

/// Which attribute identifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `wsu:Id`.
    Wsu,
    /// `xml:id`.
    Xml,
    /// `Id`, `ID` or `id` without namespace: perhaps an identifier, perhaps a value of the contract.
    Plain,
}

/// Whether an identifier may be one without namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlainIds {
    Refused,
    Tolerated,
}

/// Every identifier of a message.
pub(super) struct Ids<'t> {
    by_value: BTreeMap<&'t str, Vec<(Kind, Node<'t>)>>,
    plain: PlainIds,
}

impl<'t> Ids<'t> {
    /// Reads them all; an identifier that occurs twice must be nobody's.
    pub(super) fn read(root: Node<'t>, plain: PlainIds) -> Result<Self, SecurityError> {
        let mut by_value: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for node in std::iter::once(root).chain(root.below()) {
            for (namespace, local, value) in node.attributes() {
                if let Some(kind) = kind(namespace, local) {
                    by_value.entry(value).or_default().push((kind, node));
                }
            }
        }
        for found in by_value.values() {
            let sure = found.iter().any(|(kind, _)| *kind != Kind::Plain);
            if let (true, [_, (_, second), ..]) = (sure, found.as_slice()) {
                return Err(second.fault(SecurityFault::DuplicateId));
            }
        }
        Ok(Self { by_value, plain })
    }

    /// The element that the URI of `from` points to.
    pub(super) fn resolve(&self, from: Node<'t>) -> Result<Node<'t>, SecurityError> {
        let uri = from.attribute("", "URI");
        let id = uri.and_then(|uri| uri.strip_prefix('#'));
        let is_name = |id: &&str| !id.is_empty() && !id.contains(['(', ')', '#', '/']);
        let Some(id) = id.filter(is_name) else {
            return Err(from.fault(SecurityFault::ForeignReference));
        };
        match self.by_value.get(id).map(Vec::as_slice) {
            None | Some([]) => Err(from.fault(SecurityFault::DanglingReference)),
            Some([(Kind::Wsu, node)]) => Ok(*node),
            Some([(Kind::Plain, node)]) if self.plain == PlainIds::Tolerated => Ok(*node),
            Some([(Kind::Plain | Kind::Xml, node)]) => Err(node.fault(SecurityFault::PlainId)),
            Some([_, (_, second), ..]) => Err(second.fault(SecurityFault::DuplicateId)),
        }
    }
}

fn kind(namespace: &str, local: &str) -> Option<Kind> {
    match (namespace, local) {
        (WSU, "Id") => Some(Kind::Wsu),
        (XML, "id") => Some(Kind::Xml),
        ("", "Id" | "ID" | "id") => Some(Kind::Plain),
        _ => None,
    }
}
