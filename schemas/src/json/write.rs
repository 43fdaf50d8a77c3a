//! Documents to JSON.

use crate::NodeRef;

/// Appends the JSON value of the element's content.
pub(crate) fn write(node: NodeRef<'_>, out: &mut Vec<u8>) {
    let _ = (node, out);
    todo!()
}
