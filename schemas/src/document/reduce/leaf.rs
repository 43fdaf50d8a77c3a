//! Leaves and attributes in the form that the masks leave them.

use super::{Fate, Reduction};
use crate::document::{Label, Node, NodeRef, Value};
use crate::mask::{Verdict, masked};
use crate::sink::offset;
use crate::{Masking, SimpleId};

impl<'m, F: FnMut(NodeRef<'_>) -> Fate<'m>> Reduction<'_, 'm, F> {
    /// Gives out a leaf in its masked form, if it has one.
    pub(super) fn masked(&mut self, node: NodeRef<'_>, masking: Masking) -> bool {
        let at = self.begin(node);
        let simple = node.simple();
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

    /// Gives out the type that is named and the attributes that the masks leave; `false` when a
    /// required one is not among them.
    pub(super) fn attributes(&mut self, node: NodeRef<'_>) -> bool {
        let complex = node.complex();
        for source in node.attribute_nodes() {
            let text = node.document().slice(source.value);
            let (value, required) = match source.label {
                Label::Attribute(number) => {
                    let declared = complex.and_then(|it| it.attributes.get(number as usize));
                    let Some(attribute) = declared else { continue };
                    let verdicts = self.active.iter();
                    let verdicts = verdicts.map(|active| active.mask.attribute(attribute));
                    let verdict = verdicts.max().unwrap_or(Verdict::Keep);
                    let value = self.left(verdict, text, Some(attribute.simple));
                    (value, attribute.required)
                }
                Label::AnyAttribute(_) => {
                    let others = self.active.iter().map(|active| {
                        complex.map_or(Verdict::Gone, |complex| {
                            active.mask.other_attributes(self.contract, complex)
                        })
                    });
                    // Outside the cases nobody judges what a wildcard admits.
                    let verdict = others.max().unwrap_or(Verdict::Gone);
                    (self.left(verdict, text, None), false)
                }
                Label::Type(_) => (Some(self.keep_text(text)), true),
                Label::Element(_) | Label::Wild(_) | Label::Any(_) | Label::Text => continue,
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
                None if required => return false,
                None => {}
            }
        }
        true
    }

    /// What the verdict leaves of an attribute.
    fn left(&mut self, verdict: Verdict, text: &str, simple: Option<SimpleId>) -> Option<Value> {
        match verdict {
            Verdict::Keep | Verdict::Open => Some(self.keep_text(text)),
            Verdict::Masked(masking) => {
                let form = self.form(masking, text, simple);
                form.map(|form| self.keep_text(&form))
            }
            Verdict::Shell | Verdict::Gone => None,
        }
    }
}
