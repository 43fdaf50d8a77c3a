//! A document in the making, with values of any type that can be shown.

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use contract::{Builder, Content, Contract, Document, ElementId, NodeRef};

use crate::record::RecordError;

/// A builder that keeps one buffer for all the texts it is given.
pub(crate) struct Draft {
    builder: Builder,
    text: String,
}

impl Draft {
    /// Begins a document.
    pub(crate) fn new(contract: &Arc<Contract>, root: ElementId) -> Draft {
        Draft {
            builder: Builder::new(contract, root),
            text: String::with_capacity(64),
        }
    }

    /// Adds a leaf.
    pub(crate) fn leaf(&mut self, local: &str, value: impl Display) -> Result<(), RecordError> {
        self.show(value);
        Ok(self.builder.leaf(local, &self.text)?)
    }

    /// Adds a leaf if there is a value for it.
    pub(crate) fn maybe(
        &mut self,
        local: &str,
        value: Option<impl Display>,
    ) -> Result<(), RecordError> {
        value.map_or(Ok(()), |value| self.leaf(local, value))
    }

    /// Adds a leaf with one attribute.
    pub(crate) fn marked_leaf(
        &mut self,
        local: &str,
        mark: (&str, &str),
        value: impl Display,
    ) -> Result<(), RecordError> {
        self.show(value);
        self.builder.open(local)?;
        self.builder.attribute(mark.0, mark.1)?;
        self.builder.text(&self.text)?;
        Ok(self.builder.close()?)
    }

    /// Adds an element with what goes inside it.
    pub(crate) fn within(
        &mut self,
        local: &str,
        inside: impl FnOnce(&mut Draft) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        self.builder.open(local)?;
        inside(self)?;
        Ok(self.builder.close()?)
    }

    /// Opens an element that stays open to the end.
    pub(crate) fn open(&mut self, local: &str) -> Result<(), RecordError> {
        Ok(self.builder.open(local)?)
    }

    /// Gives the open element an attribute.
    pub(crate) fn attribute(&mut self, local: &str, value: &str) -> Result<(), RecordError> {
        Ok(self.builder.attribute(local, value)?)
    }

    /// Adds a copy of an element.
    pub(crate) fn append(&mut self, node: NodeRef<'_>) -> Result<(), RecordError> {
        Ok(self.builder.append(node)?)
    }

    /// The names of the children that the open element may have, in order.
    pub(crate) fn children(&self) -> Vec<Arc<str>> {
        let contract = self.builder.contract();
        let Some(open) = self.builder.open_element() else {
            return Vec::new();
        };
        match contract.element(open).content {
            Content::Simple(_) => Vec::new(),
            Content::Complex(complex) => {
                let children = contract.complex(complex).children.iter();
                children
                    .map(|child| contract.element(child.element).name.local.clone())
                    .collect()
            }
        }
    }

    /// Ends the document.
    pub(crate) fn finish(self) -> Result<Document, RecordError> {
        self.builder.finish().map_err(|violations| {
            let first = violations.into_iter().next();
            first.map_or(RecordError::Foreign("root"), RecordError::Unfit)
        })
    }

    fn show(&mut self, value: impl Display) {
        self.text.clear();
        // Writing to a `String` cannot fail.
        let _ = write!(self.text, "{value}");
    }
}
