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

    /// The children that the element may have, whichever type it names.
    fn children(&self, id: ElementId) -> impl Iterator<Item = ElementId> + use<'c> {
        let complex = self.alternatives(id);
        complex
            .into_iter()
            .flat_map(|complex| complex.children.iter().map(|child| child.element))
    }

    /// The complex types that the element may have: the declared one and those that derive from it.
    /// What `xs:anyType` holds is one field, whatever its type.
    fn alternatives(&self, id: ElementId) -> Vec<&'c ComplexType> {
        let Some(declared) = self.complex(id) else {
            return Vec::new();
        };
        if declared.is_any() {
            return vec![declared];
        }
        let derived = declared.derived.iter();
        let derived = derived.map(|derived| self.contract.complex(derived.complex));
        std::iter::once(declared).chain(derived).collect()
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
        let types = self.alternatives(id);
        if types.is_empty() {
            return self.mask.leaf(element.governance);
        }
        let verdicts: Vec<Verdict> = types
            .into_iter()
            .map(|complex| self.judge_as(id, complex))
            .collect();
        // The strictest: what an element is taken for does not depend on the type that it names.
        verdicts.into_iter().max().unwrap_or(Verdict::Keep)
    }

    fn judge_as(&mut self, id: ElementId, complex: &ComplexType) -> Verdict {
        let element = self.contract.element(id);
        if complex.is_any() {
            return match self.mask.text(element) {
                Verdict::Keep => Verdict::Keep,
                Verdict::Open | Verdict::Masked(_) | Verdict::Shell | Verdict::Gone => {
                    Verdict::Gone
                }
            };
        }
        let attributes = self.judge_attributes(complex);
        if attributes == Verdict::Gone {
            return Verdict::Gone;
        }
        match complex.body {
            Body::Simple(_) => attributes.max(self.mask.leaf(element.governance)),
            Body::Empty if complex.attributes.is_empty() => self.marker(element).max(attributes),
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
        let others = match self.mask.other_attributes(self.contract, complex) {
            Verdict::Keep => Verdict::Keep,
            Verdict::Open | Verdict::Masked(_) | Verdict::Shell | Verdict::Gone => Verdict::Open,
        };
        verdicts.max().unwrap_or(Verdict::Keep).max(others)
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
        let (text, others) = self.loose(id, complex);
        let wants = |particle: &crate::Particle| particle.wants_wildcard();
        if others == Verdict::Gone && complex.particle.as_ref().is_some_and(wants) {
            return Verdict::Gone;
        }
        let loose = complex.mixed
            || complex
                .particle
                .as_ref()
                .is_some_and(crate::Particle::has_wildcard);
        let seen = (complex.mixed && text == Verdict::Keep)
            || (loose && !complex.mixed && others == Verdict::Keep);
        if parts > 0
            && !seen
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
        let whole = text == Verdict::Keep && others == Verdict::Keep;
        if whole
            && complex
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

    /// What becomes of the text among the children, and of what wildcards admit.
    fn loose(&self, id: ElementId, complex: &ComplexType) -> (Verdict, Verdict) {
        let text = if complex.mixed {
            self.mask.text(self.contract.element(id))
        } else {
            Verdict::Keep
        };
        (text, self.mask.others(self.contract, complex))
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
        let types = self.alternatives(id);
        for attribute in types.iter().flat_map(|complex| &complex.attributes) {
            let verdict = self.mask.attribute(attribute);
            let path = format!("{path}@{}", attribute.name.local);
            if let Some(Governed { group, .. }) = attribute.governance {
                self.note(path, group, verdict);
            }
        }
        for complex in types {
            self.list_loose(id, complex, path);
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

    /// Lists what is withheld of what has no name of its own.
    fn list_loose(&mut self, id: ElementId, complex: &ComplexType, path: &str) {
        let contract = self.contract;
        let (text, others) = self.loose(id, complex);
        let own = contract.element(id).governance;
        if let Some(governed) = own.filter(|_| complex.mixed) {
            self.note(format!("{path}{}", crate::json::TEXT), governed.group, text);
        }
        let mut wildcards = complex.particle.iter().flat_map(crate::Particle::wildcards);
        let hidden = wildcards.find_map(|any| {
            let governance = contract.wildcard(any).governance;
            governance.filter(|_| self.mask.whole(governance) != Verdict::Keep)
        });
        if let Some(governed) = hidden {
            self.note(
                format!("{path}{}", crate::json::ANY),
                governed.group,
                others,
            );
        }
        let any = complex
            .any_attribute
            .and_then(|any| contract.wildcard(any).governance);
        if let Some(governed) = any {
            let verdict = self.mask.other_attributes(contract, complex);
            self.note(
                format!("{path}@{}", crate::json::ANY),
                governed.group,
                verdict,
            );
        }
    }

    fn note(&mut self, path: String, group: GroupId, verdict: Verdict) {
        let treatment = match verdict {
            Verdict::Keep | Verdict::Open => return,
            Verdict::Masked(_) => Treatment::Masked,
            Verdict::Shell | Verdict::Gone => Treatment::Withheld,
        };
        // Types that stand for each other share most of their parts.
        if self.mask.withheld.iter().any(|known| known.path == path) {
            return;
        }
        self.mask.withheld.push(Withheld {
            path,
            group,
            treatment,
            clause: None,
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
        let types = self.alternatives(id);
        // Of an element with children only the text among them is its own.
        let own = types.is_empty()
            || types
                .iter()
                .any(|complex| complex.mixed || !matches!(complex.body, Body::Elements(_)));
        let own = hidden(element.governance.filter(|_| own));
        let attributes = types.iter().flat_map(|complex| &complex.attributes);
        let mut attributes = attributes.map(|attribute| attribute.governance);
        let wildcards = types.iter().flat_map(|complex| complex.wildcards());
        let mut wildcards = wildcards.map(|id| self.contract.wildcard(id).governance);
        own.or_else(|| attributes.find_map(hidden))
            .or_else(|| {
                self.children(id)
                    .find_map(|child| self.first_hidden(child, trail))
            })
            .or_else(|| wildcards.find_map(hidden))
    }
}
