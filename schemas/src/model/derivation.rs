//! Derivation: which types may stand for which.

use crate::{QName, TypeId};

/// Ways of deriving: those that were used, or those that are blocked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Derivations {
    /// Extension.
    pub extension: bool,
    /// Restriction.
    pub restriction: bool,
    /// Membership of a substitution group.
    pub substitution: bool,
}

/// A type that `xsi:type` may name in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// Its name.
    pub name: QName,
    /// The type, compiled for the same inherited governance.
    pub complex: TypeId,
    /// How it derives from the other.
    pub by: Derivations,
}

impl Derivations {
    /// Every way.
    pub const ALL: Self = Self {
        extension: true,
        restriction: true,
        substitution: true,
    };

    /// What is in one or the other.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            extension: self.extension || other.extension,
            restriction: self.restriction || other.restriction,
            substitution: self.substitution || other.substitution,
        }
    }

    /// Whether something is in both.
    pub fn meets(self, other: Self) -> bool {
        (self.extension && other.extension)
            || (self.restriction && other.restriction)
            || (self.substitution && other.substitution)
    }
}
