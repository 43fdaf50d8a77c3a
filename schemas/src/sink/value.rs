//! The values of leaves and attributes.

use std::borrow::Cow;

use super::{Frame, Sink, Stop, Wanted, offset};
use crate::document::{Label, Node};
use crate::mask::is_masked;
use crate::violation::ViolationKind;
use crate::{Attribute, Contract, Governed, QName, SimpleId, SimpleType, ValueConstraint};

/// What a value must keep to.
struct Rule<'c> {
    simple: &'c SimpleType,
    constraint: Option<&'c ValueConstraint>,
    governance: Option<Governed>,
}

impl Sink {
    /// Adds an attribute to the open element. What is wrong with it does not stop the reading.
    pub(crate) fn attribute(
        &mut self,
        contract: &Contract,
        wanted: Wanted<'_>,
        raw: &str,
    ) -> Result<(), Stop> {
        self.add_attribute(contract, wanted, Ok(raw))
    }

    /// Notes what is wrong with an attribute, before its value could be a text at all.
    pub(crate) fn refuse_attribute(
        &mut self,
        contract: &Contract,
        wanted: Wanted<'_>,
        kind: ViolationKind,
    ) -> Result<(), Stop> {
        self.add_attribute(contract, wanted, Err(kind))
    }

    fn add_attribute(
        &mut self,
        contract: &Contract,
        wanted: Wanted<'_>,
        raw: Result<&str, ViolationKind>,
    ) -> Result<(), Stop> {
        let Some(frame) = self.frames.last().copied() else {
            return Err(Stop);
        };
        let attributes = frame.attributes(contract);
        let is = |name: &QName| match wanted {
            Wanted::Name(namespace, local) => name.is(namespace, local),
            Wanted::Local(local) => *name.local == *local,
            Wanted::Like(_) => false,
        };
        let place = attributes.iter().position(|attribute| is(&attribute.name));
        let Some((place, attribute)) = place.and_then(|at| Some((at, attributes.get(at)?))) else {
            let name = wanted.shown(contract);
            return self.violate(contract, ViolationKind::UnknownAttribute { name });
        };
        let label = Label::Attribute(offset(place));
        if !frame.head || self.head_of(frame).any(|node| node.label == label) {
            let name = attribute.name.local.to_string();
            return self.violate(contract, ViolationKind::MisplacedAttribute { name });
        }
        let rule = Rule {
            simple: contract.simple(attribute.simple),
            constraint: attribute.value.as_ref(),
            governance: attribute.governance,
        };
        let accepted = raw.and_then(|raw| self.accept(&rule, raw));
        let value = self.keep_text(accepted.as_deref().unwrap_or_default());
        self.nodes.push(Node {
            label,
            end: offset(self.nodes.len()) + 1,
            value,
        });
        match accepted {
            Ok(_) => Ok(()),
            Err(kind) => self.violate_below(contract, &format!("@{}", attribute.name.local), kind),
        }
    }

    /// Ends the attributes of the open element: those required must be there.
    #[inline]
    pub(crate) fn close_head(&mut self, contract: &Contract) -> Result<(), Stop> {
        match self.frames.last_mut() {
            Some(frame) if frame.head => {
                frame.head = false;
                let frame = *frame;
                self.require_attributes(contract, frame)
            }
            Some(_) => Ok(()),
            None => Err(Stop),
        }
    }

    fn require_attributes(&mut self, contract: &Contract, frame: Frame) -> Result<(), Stop> {
        for (at, attribute) in frame.attributes(contract).iter().enumerate() {
            let label = Label::Attribute(offset(at));
            if attribute.required && !self.head_of(frame).any(|node| node.label == label) {
                let name = attribute.name.local.to_string();
                self.violate(contract, ViolationKind::MissingAttribute { name })?;
            }
        }
        Ok(())
    }

    /// Gives the open leaf its value.
    pub(super) fn leaf(
        &mut self,
        contract: &Contract,
        simple: SimpleId,
        raw: &str,
    ) -> Result<(), Stop> {
        let Some(frame) = self.frames.last() else {
            return Err(Stop);
        };
        let at = frame.node as usize;
        let element = contract.element(frame.element);
        let rule = Rule {
            simple: contract.simple(simple),
            constraint: element.value.as_ref(),
            governance: element.governance,
        };
        let given = match (raw, rule.constraint) {
            ("", Some(ValueConstraint::Default(value) | ValueConstraint::Fixed(value))) => value,
            _ => raw,
        };
        let accepted = self.accept(&rule, given);
        let kept = self.keep_text(accepted.as_deref().unwrap_or_default());
        if let Some(node) = self.nodes.get_mut(at) {
            node.value = kept;
        }
        match accepted {
            Ok(_) => Ok(()),
            Err(kind) => self.violate(contract, kind),
        }
    }

    /// The value, normalised, or what is wrong with it.
    fn accept<'r>(&self, rule: &Rule<'_>, raw: &'r str) -> Result<Cow<'r, str>, ViolationKind> {
        let masking = rule.governance.and_then(|governed| governed.masking);
        if self.refuses_masked && masking.is_some_and(|masking| is_masked(masking, raw)) {
            return Err(ViolationKind::MaskedValue);
        }
        let value = rule
            .simple
            .check(raw)
            .map_err(|fault| ViolationKind::Facet {
                fault,
                message: rule.simple.explain(fault),
            })?;
        match rule.constraint {
            Some(ValueConstraint::Fixed(fixed)) if !rule.simple.same_value(&value, fixed) => {
                Err(ViolationKind::NotTheFixedValue {
                    expected: fixed.to_string(),
                })
            }
            Some(ValueConstraint::Fixed(_) | ValueConstraint::Default(_)) | None => Ok(value),
        }
    }

    /// The attributes of an open element so far.
    fn head_of(&self, frame: Frame) -> impl Iterator<Item = &Node> {
        let after = self
            .nodes
            .get(frame.node as usize + 1..)
            .unwrap_or_default();
        after
            .iter()
            .take_while(|node| matches!(node.label, Label::Attribute(_)))
    }
}

impl Frame {
    fn attributes(self, contract: &Contract) -> &[Attribute] {
        self.complex
            .map_or(&[], |complex| &contract.complex(complex).attributes)
    }
}
