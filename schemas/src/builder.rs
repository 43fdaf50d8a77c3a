//! Building documents by hand, under the same validation as the decoders.

use std::sync::Arc;

use crate::violation::Violation;
use crate::{Contract, Document, ElementId, NodeRef};

/// A document under construction; the calls come in schema order.
#[derive(Debug)]
pub struct Builder {
    contract: Arc<Contract>,
}

impl Builder {
    /// Begins a document with the open element `root`.
    pub fn new(contract: &Arc<Contract>, root: ElementId) -> Self {
        let _ = root;
        Self {
            contract: Arc::clone(contract),
        }
    }

    /// The contract of the document.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// Opens the child element `local`.
    ///
    /// # Errors
    /// The contract does not allow it here.
    pub fn open(&mut self, local: &str) -> Result<(), Violation> {
        let _ = local;
        todo!()
    }

    /// Adds the child element `local` with its value.
    ///
    /// # Errors
    /// The contract does not allow it here, or not with that value.
    pub fn leaf(&mut self, local: &str, text: &str) -> Result<(), Violation> {
        let _ = (local, text);
        todo!()
    }

    /// Adds an attribute to the open element, before its children.
    ///
    /// # Errors
    /// The contract does not allow it here, or not with that value.
    pub fn attribute(&mut self, local: &str, text: &str) -> Result<(), Violation> {
        let _ = (local, text);
        todo!()
    }

    /// Gives the open element its value, for elements with attributes and a value.
    ///
    /// # Errors
    /// The contract does not allow it here, or not that value.
    pub fn text(&mut self, text: &str) -> Result<(), Violation> {
        let _ = text;
        todo!()
    }

    /// Closes the open element.
    ///
    /// # Errors
    /// Something required is missing from it.
    pub fn close(&mut self) -> Result<(), Violation> {
        todo!()
    }

    /// Adds a copy of an element of another document of the same contract as the next child.
    ///
    /// # Errors
    /// The contract does not allow it here.
    pub fn append(&mut self, node: NodeRef<'_>) -> Result<(), Violation> {
        let _ = node;
        todo!()
    }

    /// Ends the document, closing the root.
    ///
    /// # Errors
    /// Everything that was not accepted on the way, and what is missing at the end.
    pub fn finish(self) -> Result<Document, Vec<Violation>> {
        todo!()
    }
}
