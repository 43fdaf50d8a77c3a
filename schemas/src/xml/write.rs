//! Documents to XML.

use crate::NodeRef;

/// Appends the element and its content, with every namespace declaration it needs.
pub(crate) fn write(node: NodeRef<'_>, out: &mut Vec<u8>) {
    let _ = (node, out);
    todo!()
}
