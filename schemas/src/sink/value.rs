//! The values of leaves and attributes.

use std::borrow::Cow;

use super::{Frame, Sink, Stop, Wanted, offset};
use crate::document::{Label, Node};
use crate::mask::is_masked;
use crate::name::Expanded;
use crate::violation::ViolationKind;
use crate::{
    Attribute, Contract, FacetFault, Governed, QName, SimpleId, SimpleType, ValueConstraint,
};

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
            return self.add_any_attribute(contract, frame, wanted, raw);
        };
        let label = Label::Attribute(offset(place));
        if !frame.head || self.head_of(frame).any(|node| node.label == label) {
            let name = attribute.name.local.to_string();
            return self.violate(contract, ViolationKind::MisplacedAttribute { name });
        }
        let accepted = raw.and_then(|raw| self.accept_attribute(contract, attribute, raw));
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

    /// The value of a declared attribute, normalised, or what is wrong with it.
    pub(super) fn accept_attribute<'r>(
        &self,
        contract: &Contract,
        attribute: &Attribute,
        raw: &'r str,
    ) -> Result<Cow<'r, str>, ViolationKind> {
        let rule = Rule {
            simple: contract.simple(attribute.simple),
            constraint: attribute.value.as_ref(),
            governance: attribute.governance,
        };
        self.accept(&rule, raw)
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
        let Some(element) = frame.element.map(|id| contract.element(id)) else {
            return Err(Stop);
        };
        let rule = Rule {
            simple: contract.simple(simple),
            constraint: element.value.as_ref(),
            governance: element.governance,
        };
        if let ("", Some(ValueConstraint::Default(value) | ValueConstraint::Fixed(value))) =
            (raw, rule.constraint)
        {
            // The type that is named may be another one than that of the value.
            return match self.accept(&rule, value) {
                Ok(_) => {
                    self.set_default(at);
                    Ok(())
                }
                Err(kind) => self.violate(contract, kind),
            };
        }
        let accepted = self.accept(&rule, raw);
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
        if rule.simple.is_name() {
            return accept_name(rule, raw);
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
}

/// A name in a value, as `{namespace}prefix:local`: the type says what the written form may be.
fn accept_name<'r>(rule: &Rule<'_>, raw: &'r str) -> Result<Cow<'r, str>, ViolationKind> {
    let trimmed = raw.trim_matches([' ', '\t', '\n', '\r']);
    let facet = |fault| ViolationKind::Facet {
        fault,
        message: rule.simple.explain(fault),
    };
    rule.simple.check(trimmed).map_err(facet)?;
    if Expanded::parse(trimmed).is_none() {
        return Err(facet(FacetFault::Form(rule.simple.builtin())));
    }
    match rule.constraint {
        Some(ValueConstraint::Fixed(fixed)) if !rule.simple.same_value(trimmed, fixed) => {
            let expected = fixed.to_string();
            Err(ViolationKind::NotTheFixedValue { expected })
        }
        Some(ValueConstraint::Fixed(_) | ValueConstraint::Default(_)) | None => Ok(trimmed.into()),
    }
}

impl Frame {
    pub(super) fn attributes(self, contract: &Contract) -> &[Attribute] {
        self.complex
            .map_or(&[], |complex| &contract.complex(complex).attributes)
    }
}
