//! Leaves and attributes in the form that the masks leave them.

use super::{Fate, Reduction};
use crate::document::{Node, NodeRef};
use crate::mask::{Verdict, masked};
use crate::sink::offset;
use crate::{Masking, SimpleId};

impl<'m, F: FnMut(NodeRef<'_>) -> Fate<'m>> Reduction<'_, 'm, F> {
    /// Gives out a leaf in its masked form, if it has one.
    pub(super) fn masked(&mut self, node: NodeRef<'_>, masking: Masking) -> bool {
        let at = self.begin(node);
        let simple = self.contract.value_type(node.element());
        let form = node.text().map(|text| self.form(masking, text, simple));
        let value = match form {
            None => Some(node.value()),
            Some(form) => form.map(|form| self.keep_text(&form)),
        };
        match (value, self.nodes.last_mut()) {
            (Some(value), Some(last)) => last.value = value,
            _ => return self.undo(at),
        }
        if !self.attributes(node) {
            return self.undo(at);
        }
        self.end(at);
        true
    }

    /// The masked form, where the type admits it; a value too short to mask may have none.
    fn form(&self, masking: Masking, text: &str, simple: Option<SimpleId>) -> Option<String> {
        let form = masked(masking, text);
        let admitted = self.contract.simple(simple?).check(&form).is_ok();
        admitted.then_some(form)
    }

    /// Gives out the attributes that the masks leave; `false` when a required one is not among them.
    pub(super) fn attributes(&mut self, node: NodeRef<'_>) -> bool {
        for (declared, source) in node.declared_attributes().zip(node.attribute_nodes()) {
            let (attribute, text) = declared;
            let verdicts = self
                .active
                .iter()
                .map(|active| active.mask.attribute(attribute));
            let value = match verdicts.max().unwrap_or(Verdict::Keep) {
                Verdict::Keep | Verdict::Open => Some(self.keep_text(text)),
                Verdict::Masked(masking) => {
                    let form = self.form(masking, text, Some(attribute.simple));
                    form.map(|form| self.keep_text(&form))
                }
                Verdict::Shell | Verdict::Gone => None,
            };
            match value {
                Some(value) => {
                    let end = offset(self.nodes.len()) + 1;
                    self.nodes.push(Node {
                        label: source.label,
                        end,
                        value,
                    });
                }
                None if attribute.required => return false,
                None => {}
            }
        }
        true
    }
}
