//! Grafting: parts of one document into another.

use std::sync::Arc;

use super::{Sink, Stop, Wanted, offset};
use crate::document::{Node, Value};
use crate::{Contract, NodeRef};

impl Sink {
    /// Adds a copy of `node`, of any contract, as the next child.
    pub(crate) fn graft(
        &mut self,
        contract: &Arc<Contract>,
        node: NodeRef<'_>,
    ) -> Result<(), Stop> {
        let (space, local) = node.name();
        let child = self.open(contract, Wanted::Name(space, local))?;
        let same = Arc::ptr_eq(contract, node.document().contract()) && child == node.element();
        if same && !self.refuses_masked {
            self.frames.pop();
            self.nodes.pop();
            self.copy(node);
            return Ok(());
        }
        for (space, local, value) in node.attributes() {
            self.attribute(contract, Wanted::Name(space, local), value)?;
        }
        if node.is_nil() {
            self.nil(contract)?;
        }
        if let Some(text) = node.text() {
            self.text(contract, text)?;
        }
        for inner in node.children() {
            self.graft(contract, inner)?;
        }
        self.close(contract)
    }

    /// Copies a whole subtree that is known to be valid here.
    fn copy(&mut self, node: NodeRef<'_>) {
        let base = offset(self.nodes.len());
        let first = node.index();
        for source in node.subtree() {
            let value = match source.value {
                Value::Text { .. } => self.keep_text(node.document().slice(source.value)),
                Value::None | Value::Nil => source.value,
            };
            self.nodes.push(Node {
                end: source.end - first + base,
                value,
                ..*source
            });
        }
    }
}
