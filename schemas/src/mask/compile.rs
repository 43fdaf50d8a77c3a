//! Compiling masks: what becomes of each element use, and the list of what is withheld.

use super::{Mask, Treatment, Verdict, Visibility, Withheld};
use crate::{Body, ComplexType, Content, Contract, Element, ElementId, Governed, GroupId, Role};

pub(super) fn compile(
    contract: &Contract,
    unit: ElementId,
    visibility: &dyn Fn(GroupId) -> Visibility,
) -> Mask {
    let groups = contract
        .groups()
        .iter()
        .filter_map(|group| contract.group_id(&group.name));
    let mask = Mask {
        unit,
        verdicts: vec![Verdict::Keep; contract.element_count()],
        keeps_shells: vec![false; contract.element_count()],
        visibility: groups.map(visibility).collect(),
        list: Vec::new(),
        withheld: Vec::new(),
    };
    let mut compiler = Compiler { contract, mask };
    compiler.settle();
    compiler.mask.list = compiler
        .list_place(unit, &mut Vec::new())
        .unwrap_or_default();
    match compiler.mask.verdict(unit) {
        Verdict::Keep => {}
        Verdict::Open => compiler.list_below(unit, "", &mut vec![unit]),
        verdict @ (Verdict::Masked(_) | Verdict::Shell | Verdict::Gone) => {
            compiler.list(unit, ".".to_owned(), verdict);
        }
    }
    compiler.mask
}

struct Compiler<'c> {
    contract: &'c Contract,
    mask: Mask,
}

impl<'c> Compiler<'c> {
    /// Judges every element below the unit until nothing changes any more: verdicts only grow, so
    /// recursive types settle too.
    fn settle(&mut self) {
        let mut order = Vec::new();
        self.below(
            self.mask.unit,
            &mut vec![false; self.contract.element_count()],
            &mut order,
        );
        loop {
            let mut changed = false;
            for id in order.iter().copied() {
                let verdict = self.judge(id).max(self.mask.verdict(id));
                changed |= verdict != self.mask.verdict(id);
                if let Some(slot) = self.mask.verdicts.get_mut(id.index()) {
                    *slot = verdict;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// The elements from `id` down, inner ones first.
    fn below(&self, id: ElementId, seen: &mut [bool], order: &mut Vec<ElementId>) {
        match seen.get_mut(id.index()) {
            Some(seen) if !*seen => *seen = true,
            Some(_) | None => return,
        }
        for child in self.children(id) {
            self.below(child, seen, order);
        }
        order.push(id);
    }

    fn children(&self, id: ElementId) -> impl Iterator<Item = ElementId> + use<'c> {
        let complex = self.complex(id);
        complex
            .into_iter()
            .flat_map(|complex| complex.children.iter().map(|child| child.element))
    }

    fn complex(&self, id: ElementId) -> Option<&'c ComplexType> {
        match self.contract.element(id).content {
            Content::Simple(_) => None,
            Content::Complex(complex) => Some(self.contract.complex(complex)),
        }
    }

    fn judge(&mut self, id: ElementId) -> Verdict {
        let element = self.contract.element(id);
        if element.role == Some(Role::Withheld) {
            return Verdict::Keep;
        }
        let Some(complex) = self.complex(id) else {
            return self.mask.leaf(element.governance);
        };
        let attributes = self.judge_attributes(complex);
        if attributes == Verdict::Gone {
            return Verdict::Gone;
        }
        match complex.body {
            Body::Simple(_) => attributes.max(self.mask.leaf(element.governance)),
            Body::Empty if complex.attributes.is_empty() => self.marker(element),
            Body::Empty | Body::Elements(_) => self.container(id, complex).max(attributes),
        }
    }

    /// `Keep` when all are seen, `Gone` when a required one is not, `Open` otherwise.
    fn judge_attributes(&self, complex: &ComplexType) -> Verdict {
        let verdicts =
            complex
                .attributes
                .iter()
                .map(|attribute| match self.mask.attribute(attribute) {
                    Verdict::Keep => Verdict::Keep,
                    Verdict::Gone if attribute.required => Verdict::Gone,
                    Verdict::Gone | Verdict::Masked(_) | Verdict::Open | Verdict::Shell => {
                        Verdict::Open
                    }
                });
        verdicts.max().unwrap_or(Verdict::Keep)
    }

    /// An element without any part tells something by being there.
    fn marker(&self, element: &Element) -> Verdict {
        match self.mask.leaf(element.governance) {
            Verdict::Keep => Verdict::Keep,
            Verdict::Open | Verdict::Masked(_) | Verdict::Shell | Verdict::Gone => Verdict::Gone,
        }
    }

    fn container(&mut self, id: ElementId, complex: &ComplexType) -> Verdict {
        let verdict = |child: ElementId| self.mask.verdict(child);
        let gone = |child: ElementId| verdict(child) >= Verdict::Shell;
        let attribute_gone = |at| self.mask.attribute(at) == Verdict::Gone;
        let parts = complex.attributes.len() + complex.children.len();
        if parts > 0
            && complex.children.iter().all(|child| gone(child.element))
            && complex.attributes.iter().all(attribute_gone)
        {
            return if complex.holds_without(&gone) {
                Verdict::Shell
            } else {
                Verdict::Gone
            };
        }
        let inner_unit = |child: ElementId| self.contract.element(child).case_unit;
        let untouched = |child: ElementId| verdict(child) == Verdict::Keep && !inner_unit(child);
        if complex
            .children
            .iter()
            .all(|child| untouched(child.element))
        {
            return Verdict::Keep;
        }
        if complex.holds_without(&gone) {
            return Verdict::Open;
        }
        let single =
            |child: &crate::Child| verdict(child.element) != Verdict::Shell || !child.repeated;
        if complex.children.iter().all(single)
            && complex.holds_without(&|child| verdict(child) == Verdict::Gone)
        {
            if let Some(keeps) = self.mask.keeps_shells.get_mut(id.index()) {
                *keeps = true;
            }
            return Verdict::Open;
        }
        Verdict::Gone
    }

    /// The way from below `id` to the leaf that lists what is withheld.
    fn list_place(&self, id: ElementId, trail: &mut Vec<ElementId>) -> Option<Vec<ElementId>> {
        for child in &self.complex(id)?.children {
            let element = self.contract.element(child.element);
            if element.role == Some(Role::Withheld) {
                return Some([trail.as_slice(), &[child.element]].concat());
            }
            if child.repeated || element.case_unit || trail.contains(&child.element) {
                continue;
            }
            trail.push(child.element);
            let place = self.list_place(child.element, trail);
            trail.pop();
            if place.is_some() {
                return place;
            }
        }
        None
    }

    /// Lists what is withheld of an element that stays; `trail` keeps recursive types finite.
    fn list_below(&mut self, id: ElementId, path: &str, trail: &mut Vec<ElementId>) {
        let Some(complex) = self.complex(id) else {
            return;
        };
        for attribute in &complex.attributes {
            let verdict = self.mask.attribute(attribute);
            let path = format!("{path}@{}", attribute.name.local);
            if let Some(Governed { group, .. }) = attribute.governance {
                self.note(path, group, verdict);
            }
        }
        for child in self.children(id) {
            let path = format!("{path}{}", self.contract.element(child).name.local);
            let verdict = self.mask.verdict(child);
            let below = format!("{path}/");
            self.list(child, path, verdict);
            if matches!(verdict, Verdict::Open | Verdict::Masked(_)) && !trail.contains(&child) {
                trail.push(child);
                self.list_below(child, &below, trail);
                trail.pop();
            }
        }
    }

    fn list(&mut self, id: ElementId, path: String, verdict: Verdict) {
        if let Some(group) = self.first_hidden(id, &mut Vec::new()) {
            self.note(path, group, verdict);
        }
    }

    fn note(&mut self, path: String, group: GroupId, verdict: Verdict) {
        let treatment = match verdict {
            Verdict::Keep | Verdict::Open => return,
            Verdict::Masked(_) => Treatment::Masked,
            Verdict::Shell | Verdict::Gone => Treatment::Withheld,
        };
        self.mask.withheld.push(Withheld {
            path,
            group,
            treatment,
        });
    }

    /// The group of the first leaf, here or below, that is not fully visible.
    fn first_hidden(&self, id: ElementId, trail: &mut Vec<ElementId>) -> Option<GroupId> {
        if trail.contains(&id) {
            return None;
        }
        trail.push(id);
        let hidden = |governance: Option<Governed>| {
            let verdict = self.mask.leaf(governance);
            governance
                .filter(|_| verdict != Verdict::Keep)
                .map(|governed| governed.group)
        };
        let element = self.contract.element(id);
        let complex = self.complex(id);
        let attributes = complex.map_or(&[][..], |complex| &complex.attributes);
        let own = if self.children(id).next().is_none() {
            hidden(element.governance)
        } else {
            None
        };
        own.or_else(|| {
            attributes
                .iter()
                .find_map(|attribute| hidden(attribute.governance))
        })
        .or_else(|| {
            self.children(id)
                .find_map(|child| self.first_hidden(child, trail))
        })
    }
}
