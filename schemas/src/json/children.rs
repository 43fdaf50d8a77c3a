//! Children: properties in any order to elements in the order of the content model.

use super::decode::{Decoder, Halt};
use super::tape::Item;
use crate::violation::{JsonShape, ViolationKind};
use crate::{Child, ElementId};

/// The values given for one child, still to be handed on.
pub(super) struct Slot {
    pub(super) child: ElementId,
    /// The next value, and the number after the last one.
    next: usize,
    end: usize,
}

impl Decoder<'_> {
    /// Hands on the children of an object in the order that the content model wants.
    pub(super) fn children(&mut self, base: usize) -> Result<(), Halt> {
        while let Some(place) = self.pick(base) {
            let Some(slot) = self.slots.get_mut(place) else {
                break;
            };
            let (child, at) = (slot.child, slot.next);
            slot.next = self.tape.item(at).map_or(slot.end, |item| item.end);
            self.element(child, at)?;
        }
        let left = self.slots.drain(base..).find(|slot| slot.next < slot.end);
        let Some(left) = left else { return Ok(()) };
        let missing = self.sink.missing(self.contract);
        if missing.is_empty() {
            if let Some(item) = self.tape.item(left.next) {
                self.sink.at(item.position);
            }
            self.element(left.child, left.next)?;
        } else {
            let kind = ViolationKind::MissingElement { expected: missing };
            self.sink.violate(self.contract, kind)?;
        }
        Err(Halt::Stop)
    }

    /// The slot that the content model wants next.
    fn pick(&self, base: usize) -> Option<usize> {
        let slots = self.slots.get(base..)?;
        let name = |id: ElementId| &self.contract.element(id).name;
        let mut options = self.sink.options(self.contract);
        options.find_map(|option| {
            let wanted = |slot: &Slot| {
                slot.next < slot.end && (slot.child == option || name(slot.child) == name(option))
            };
            slots.iter().position(wanted).map(|at| base + at)
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
                child: child.element,
                next: number,
                end: item.end,
            }));
        }
        if item.shape == JsonShape::Array {
            return Ok(Some(Slot {
                child: child.element,
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
