//! Masks: which leaves of a case one kind of reader may see.

mod compile;
mod form;

use std::sync::Arc;

use crate::{
    Attribute, ComplexType, Contract, Element, ElementId, Governed, GroupId, Masking, Particle,
};

pub(crate) use form::{is_masked, masked};

/// How a reader sees a field group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visibility {
    /// Not at all.
    Hidden,
    /// Only in the masked form, where the leaf has one.
    Masked,
    /// As it is.
    Full,
}

/// What was done to a part of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Treatment {
    /// Taken out.
    Withheld,
    /// Given in its masked form.
    Masked,
}

impl Treatment {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Withheld => "retenido",
            Self::Masked => "enmascarado",
        }
    }
}

/// A part of a case that the reader does not see as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// The path below the case unit: names joined by `/`, an attribute as `@name`; `.` is the unit.
    pub path: String,
    /// The field group; of an element with several, the first that is not fully visible.
    pub group: GroupId,
    /// What was done.
    pub treatment: Treatment,
    /// On what it rests, where that is known; shared by all masks that say the same.
    pub clause: Option<Arc<str>>,
}

/// What one kind of reader sees of one kind of case.
///
/// A leaf of a hidden group is withheld, and so is one of a masked group that has no masked form;
/// one whose masked form is the whole value stays as it is and is not listed.
/// An element of which every part is withheld is withheld as a whole, and so is one that its type
/// would not allow without the parts withheld: what is left is always valid. The leaf that lists
/// what was withheld (role `retenidos`) is never touched.
///
/// INVARIANT: a mask, and its withheld list, come from the contract, the visibility and its clauses alone, never
/// from a document: else the list would tell what exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    unit: ElementId,
    /// By element use.
    verdicts: Vec<Verdict>,
    /// By element use: whether children that lost every part must stay as empty elements.
    keeps_shells: Vec<bool>,
    /// By field group.
    visibility: Vec<Visibility>,
    /// The elements from below the unit down to the leaf that lists what was withheld.
    list: Vec<ElementId>,
    withheld: Vec<Withheld>,
}

/// What becomes of an element, from least to most taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// It stays, and everything below it.
    Keep,
    /// It stays, and each of its parts is judged by itself.
    Open,
    /// It stays, its text in the masked form.
    Masked(Masking),
    /// Every part of it is taken out; it may stay as an empty element where it is required.
    Shell,
    /// It is taken out.
    Gone,
}

impl Mask {
    /// The mask of the case unit `unit` for a reader who sees the groups as `visibility` says.
    pub fn compile(
        contract: &Contract,
        unit: ElementId,
        visibility: &dyn Fn(GroupId) -> Visibility,
    ) -> Self {
        compile::compile(contract, unit, visibility)
    }

    /// The same mask, with the clause on which the treatment of each group rests.
    #[must_use]
    pub fn explained(mut self, clause: &dyn Fn(GroupId) -> Option<Arc<str>>) -> Self {
        for withheld in &mut self.withheld {
            withheld.clause = clause(withheld.group);
        }
        self
    }

    /// The case unit it is for.
    pub fn unit(&self) -> ElementId {
        self.unit
    }

    /// What the reader does not see as it is, in schema order.
    pub fn withheld(&self) -> &[Withheld] {
        &self.withheld
    }

    /// Where in the unit the withheld list goes; empty when the contract has no place for it.
    pub(crate) fn list(&self) -> &[ElementId] {
        &self.list
    }

    pub(crate) fn verdict(&self, id: ElementId) -> Verdict {
        self.verdicts
            .get(id.index())
            .copied()
            .unwrap_or(Verdict::Gone)
    }

    pub(crate) fn keeps_shells(&self, parent: ElementId) -> bool {
        self.keeps_shells
            .get(parent.index())
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn attribute(&self, attribute: &Attribute) -> Verdict {
        self.leaf(attribute.governance)
    }

    /// What becomes of the text among the children of an element.
    pub(crate) fn text(&self, element: &Element) -> Verdict {
        self.whole(element.governance)
    }

    /// What becomes of all that the wildcards among the children of a type admit: it is one field,
    /// and where there are several wildcards the strictest one counts.
    pub(crate) fn others(&self, contract: &Contract, complex: &ComplexType) -> Verdict {
        let wildcards = complex.particle.iter().flat_map(Particle::wildcards);
        let verdicts = wildcards.map(|id| self.whole(contract.wildcard(id).governance));
        verdicts.max().unwrap_or(Verdict::Keep)
    }

    /// What becomes of the attributes that are not declared.
    pub(crate) fn other_attributes(&self, contract: &Contract, complex: &ComplexType) -> Verdict {
        let any = complex.any_attribute.map(|id| contract.wildcard(id));
        any.map_or(Verdict::Keep, |any| self.whole(any.governance))
    }

    /// What becomes of something that has no masked form.
    fn whole(&self, governance: Option<Governed>) -> Verdict {
        match self.leaf(governance) {
            Verdict::Keep => Verdict::Keep,
            Verdict::Open | Verdict::Masked(_) | Verdict::Shell | Verdict::Gone => Verdict::Gone,
        }
    }

    /// What becomes of a leaf. One without governance stays: only contracts that were loaded as
    /// ungoverned have any.
    fn leaf(&self, governance: Option<Governed>) -> Verdict {
        let Some(Governed { group, masking, .. }) = governance else {
            return Verdict::Keep;
        };
        match self
            .visibility
            .get(group.index())
            .copied()
            .unwrap_or(Visibility::Hidden)
        {
            Visibility::Full => Verdict::Keep,
            Visibility::Masked => match masking {
                Some(Masking::Whole) => Verdict::Keep,
                Some(masking) => Verdict::Masked(masking),
                None => Verdict::Gone,
            },
            Visibility::Hidden => Verdict::Gone,
        }
    }
}
