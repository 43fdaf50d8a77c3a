//! Masks: which leaves of a case one kind of reader may see.

use crate::{Contract, ElementId, GroupId};

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
    /// The path below the case unit: names joined by `/`, an attribute with `@`.
    pub path: String,
    /// The field group; for an element with several, the first that withholds it.
    pub group: GroupId,
    /// What was done.
    pub treatment: Treatment,
}

/// What one kind of reader sees of one kind of case.
///
/// INVARIANT: a mask, and its withheld list, come from the contract and the visibility alone, never
/// from a document: else the list would tell what exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    unit: ElementId,
    withheld: Vec<Withheld>,
}

impl Mask {
    /// The mask of the case unit `unit` for a reader who sees the groups as `visibility` says.
    pub fn compile(
        contract: &Contract,
        unit: ElementId,
        visibility: &dyn Fn(GroupId) -> Visibility,
    ) -> Self {
        let _ = (contract, visibility);
        Self {
            unit,
            withheld: Vec::new(),
        }
    }

    /// The case unit it is for.
    pub fn unit(&self) -> ElementId {
        self.unit
    }

    /// What the reader does not see as it is, in schema order.
    pub fn withheld(&self) -> &[Withheld] {
        &self.withheld
    }
}
