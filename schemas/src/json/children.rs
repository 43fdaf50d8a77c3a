//! Children: properties in any order to elements in the order of the content model.

use super::decode::{Decoder, Halt};
use super::tape::Item;
use crate::violation::{JsonShape, ViolationKind};
use crate::{Child, ComplexType, ContentModel, ElementId, Fidelity, Term};

/// The values given for one child, still to be handed on.
pub(super) struct Slot {
    /// The child; `None` for those that wildcards admit.
    pub(super) child: Option<ElementId>,
    /// The next value, and the number after the last one.
    next: usize,
    end: usize,
}

impl Decoder<'_> {
    /// Hands on the children of an object in the order that the content model wants.
    pub(super) fn children(&mut self, base: usize) -> Result<(), Halt> {
        if self.slots.len() == base {
            return Ok(());
        }
        while let Some(place) = self.pick(base) {
            let Some(slot) = self.slots.get_mut(place) else {
                break;
            };
            let (child, at) = (slot.child, slot.next);
            slot.next = self.tape.item(at).map_or(slot.end, |item| item.end);
            self.hand_on(child, at)?;
        }
        let left = self.slots.drain(base..).find(|slot| slot.next < slot.end);
        let Some(left) = left else { return Ok(()) };
        let missing = self.sink.missing(self.contract);
        if missing.is_empty() {
            self.misplaced(&left)?;
        } else {
            let kind = ViolationKind::MissingElement { expected: missing };
            self.sink.violate(self.contract, kind)?;
        }
        Err(Halt::Stop)
    }

    /// Says why a value that is left over may not come here.
    fn misplaced(&mut self, left: &Slot) -> Result<(), Halt> {
        if let Some(item) = self.tape.item(left.next) {
            self.sink.at(item.position);
        }
        let before = self.sink.violation_count();
        self.hand_on(left.child, left.next)?;
        // A wildcard may have taken it; then its place is among those that wildcards admit.
        if let Some(child) = left.child.filter(|_| self.sink.violation_count() == before) {
            let found = self.contract.element(child).name.local.to_string();
            let expected = vec![super::ANY.to_owned()];
            let below = found.clone();
            let kind = ViolationKind::UnexpectedElement { found, expected };
            self.sink.violate_below(self.contract, &below, kind)?;
        }
        Ok(())
    }

    fn hand_on(&mut self, child: Option<ElementId>, at: usize) -> Result<(), Halt> {
        match child {
            Some(child) => self.element(child, at),
            None => self.entry(self.open_type(), at),
        }
    }

    /// The slot that the content model wants next.
    fn pick(&self, base: usize) -> Option<usize> {
        let slots = self.slots.get(base..)?;
        let complex = self.open_type();
        let wants = |slot: &Slot, option: Term| {
            slot.next < slot.end && self.is_wanted(complex, slot, option)
        };
        let mut options = self.sink.options(self.contract);
        let any_order = complex
            .and_then(ComplexType::model)
            .is_some_and(|model| matches!(model, ContentModel::All(_)));
        let found = if any_order {
            let options: Vec<Term> = options.collect();
            let wanted = |slot: &Slot| options.iter().any(|option| wants(slot, *option));
            slots.iter().position(wanted)
        } else {
            options.find_map(|option| slots.iter().position(|slot| wants(slot, option)))
        };
        found.map(|at| base + at)
    }

    fn is_wanted(&self, complex: Option<&ComplexType>, slot: &Slot, option: Term) -> bool {
        match (slot.child, option) {
            (Some(child), Term::Element(option)) => child == option,
            (None, Term::Wildcard(wildcard)) => {
                let name = self.entry_name(complex, slot.next);
                name.is_some_and(|(_, _, name)| {
                    let namespaces = &self.contract.wildcard(wildcard).namespaces;
                    namespaces.has(name.namespace.as_deref())
                })
            }
            (Some(_), Term::Wildcard(_)) | (None, Term::Element(_)) => false,
        }
    }

    /// The slot of the children that wildcards admit.
    pub(super) fn other_slot(&mut self, number: usize, item: Item) -> Result<Slot, Halt> {
        if item.shape != JsonShape::Array {
            return Err(self.wrong_shape(item, JsonShape::Array));
        }
        if item.end == number + 1 {
            return Err(self.refused(ViolationKind::NotTheShortForm));
        }
        Ok(Slot {
            child: None,
            next: number + 1,
            end: item.end,
        })
    }

    /// The slot of a child; `None`, and a violation, when the value is of the wrong shape.
    pub(super) fn slot(
        &mut self,
        child: Child,
        number: usize,
        item: Item,
    ) -> Result<Option<Slot>, Halt> {
        if !child.repeated {
            return Ok(Some(Slot {
                child: Some(child.element),
                next: number,
                end: item.end,
            }));
        }
        if item.shape == JsonShape::Array {
            let empty = item.end == number + 1;
            if empty && self.contract.fidelity() == Fidelity::Texts {
                return Err(self.refused(ViolationKind::NotTheShortForm));
            }
            return Ok(Some(Slot {
                child: Some(child.element),
                next: number + 1,
                end: item.end,
            }));
        }
        let name = &self.contract.element(child.element).name.local;
        let kind = ViolationKind::WrongJsonType {
            found: item.shape,
            expected: JsonShape::Array,
        };
        self.sink.violate_below(self.contract, name, kind)?;
        Err(Halt::Stop)
    }

    /// The values of a slot, with their numbers.
    pub(super) fn values(&self, slot: &Slot) -> Vec<(usize, Item)> {
        let mut values = Vec::new();
        let mut at = slot.next;
        while let Some(item) = self.tape.item(at).filter(|_| at < slot.end) {
            values.push((at, item));
            at = item.end;
        }
        values
    }
}
