//! Grafting: parts of one document into another.

use std::sync::Arc;

use super::{Opened, Sink, Stop, Wanted, offset};
use crate::document::{AnyRef, Document, Label, Node, Part, Value};
use crate::name::Expanded;
use crate::{Contract, NodeRef, QName};

impl Sink {
    /// Adds a copy of `node`, of any contract, as the next child.
    pub(crate) fn graft(
        &mut self,
        contract: &Arc<Contract>,
        node: NodeRef<'_>,
    ) -> Result<(), Stop> {
        let child = self.open(contract, by_name(node.qname()))?;
        let same = Arc::ptr_eq(contract, node.document().contract())
            && child == Opened::Element(node.element());
        if same && !self.refuses_masked {
            self.frames.pop();
            self.nodes.pop();
            self.copy(node);
            return Ok(());
        }
        if let Some(name) = node.type_name().and_then(Expanded::parse) {
            self.retype(contract, name)?;
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
        self.parts(contract, node.parts())?;
        self.close(contract)
    }

    fn parts<'d>(
        &mut self,
        contract: &Arc<Contract>,
        parts: impl Iterator<Item = Part<'d>>,
    ) -> Result<(), Stop> {
        for part in parts {
            match part {
                Part::Element(inner) => self.graft(contract, inner)?,
                Part::Any(inner) => self.graft_any(contract, inner)?,
                Part::Text(text) => self.text(contract, text)?,
            }
        }
        Ok(())
    }

    fn graft_any(&mut self, contract: &Arc<Contract>, any: AnyRef<'_>) -> Result<(), Stop> {
        self.open(contract, by_name(any.name))?;
        for (name, value) in any.attributes() {
            self.attribute(contract, by_name(name), value)?;
        }
        let parts: Vec<Part<'_>> = any.parts().collect();
        self.parts(contract, parts.into_iter())?;
        self.close(contract)
    }

    /// Copies a whole subtree that is known to be valid here.
    fn copy(&mut self, node: NodeRef<'_>) {
        let base = offset(self.nodes.len());
        let first = node.index();
        for source in node.subtree() {
            let value = match source.value {
                Value::Text { .. } => self.keep_text(node.document().slice(source.value)),
                Value::None | Value::Nil | Value::Default => source.value,
            };
            let label = self.renumbered(node.document(), source.label);
            let end = source.end - first + base;
            self.nodes.push(Node { label, end, value });
        }
    }

    /// The label with the numbers that names have here.
    fn renumbered(&mut self, document: &Document, label: Label) -> Label {
        let mut here = |number| match document.name(number) {
            Some(name) => self.number_of(name.clone()),
            None => number,
        };
        match label {
            Label::Any(number) => Label::Any(here(number)),
            Label::AnyAttribute(number) => Label::AnyAttribute(here(number)),
            Label::Element(_)
            | Label::Attribute(_)
            | Label::Type(_)
            | Label::Wild(_)
            | Label::Text => label,
        }
    }
}

fn by_name(name: &QName) -> Wanted<'_> {
    Wanted::Name(name.namespace.as_deref(), &name.local)
}
