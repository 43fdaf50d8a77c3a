//! Exclusive canonicalisation of one element: `http://www.w3.org/2001/10/xml-exc-c14n#`.

use bergshamra_c14n::exclusive;
use bergshamra_xml::NodeSet;

use super::tree::Node;
use super::{EXC_C14N, SecurityError, SecurityFault};

/// The prefixes that are kept although nothing but values may use them: `InclusiveNamespaces`.
pub(super) type Prefixes = Vec<String>;

/// The canonical form of an element with all that is in it.
pub(super) fn bytes(node: Node<'_>, prefixes: &Prefixes) -> Result<Vec<u8>, SecurityError> {
    let document = node.tree().document();
    let inside = NodeSet::tree_without_comments(node.id(), document);
    exclusive::canonicalize(document, false, Some(&inside), prefixes)
        .map_err(|_| node.fault(SecurityFault::Malformed))
}

/// The prefixes that a method or transform of exclusive canonicalisation names.
pub(super) fn prefixes(method: Node<'_>, wrong: SecurityFault) -> Result<Prefixes, SecurityError> {
    if method.attribute("", "Algorithm") != Some(EXC_C14N) {
        return Err(method.fault(wrong));
    }
    let mut children = method.elements();
    let Some(list) = children.next() else {
        return Ok(Vec::new());
    };
    if !list.is(EXC_C14N, "InclusiveNamespaces") || children.next().is_some() {
        return Err(list.fault(SecurityFault::Malformed));
    }
    let prefixes = list.attribute("", "PrefixList").unwrap_or_default();
    Ok(prefixes.split_whitespace().map(str::to_owned).collect())
}
