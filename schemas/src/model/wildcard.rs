//! Wildcards: any element or attribute of some namespaces.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{Governed, Location};

/// `xs:any` or `xs:anyAttribute`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wildcard {
    /// The namespaces that it admits.
    pub namespaces: Namespaces,
    /// What becomes of what it admits.
    pub process: Process,
    /// Who may see all that it admits.
    pub governance: Option<Governed>,
    /// Where it is declared.
    pub source: Location,
}

impl Wildcard {
    /// What this wildcard admits, and the other one too.
    #[must_use]
    pub(crate) fn joined(self, other: &Self) -> Self {
        let namespaces = self.namespaces.joined(&other.namespaces);
        let governance = self.agreed(other);
        Self {
            namespaces,
            governance,
            ..self
        }
    }

    /// What this wildcard admits, unless the other one does not.
    #[must_use]
    pub(crate) fn narrowed(self, other: &Self) -> Self {
        let namespaces = self.namespaces.narrowed(&other.namespaces);
        let governance = self.agreed(other);
        Self {
            namespaces,
            governance,
            ..self
        }
    }

    /// What both say of who may see it; nothing where they differ, so that nobody takes the one for
    /// the other.
    fn agreed(&self, other: &Self) -> Option<Governed> {
        self.governance
            .filter(|_| self.governance == other.governance)
    }
}

/// What a wildcard asks of what it admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Process {
    /// A declaration must be known, and is kept to.
    Strict,
    /// A declaration is kept to if it is known.
    Lax,
    /// Well-formed XML is enough.
    Skip,
}

/// A set of namespaces; `None` is no namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Namespaces {
    /// Every one, and none.
    Any,
    /// Every one but this; no namespace is left out too.
    Other(Option<Arc<str>>),
    /// These.
    Listed(BTreeSet<Option<Arc<str>>>),
}

impl Namespaces {
    /// Whether it holds that namespace.
    pub fn has(&self, namespace: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::Other(not) => namespace.is_some() && namespace != not.as_deref(),
            Self::Listed(listed) => listed.iter().any(|known| known.as_deref() == namespace),
        }
    }

    /// The namespaces in one or the other (XML Schema part 1, 3.10.6).
    fn joined(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::Listed(one), Self::Listed(two)) => {
                Self::Listed(one.union(two).cloned().collect())
            }
            (Self::Other(one), Self::Other(two)) if one == two => Self::Other(one.clone()),
            (Self::Other(_), Self::Other(_)) => Self::Other(None),
            (Self::Other(not), Self::Listed(listed)) | (Self::Listed(listed), Self::Other(not)) => {
                match (listed.contains(not), listed.contains(&None)) {
                    (true, true) => Self::Any,
                    (true, false) => Self::Other(None),
                    // Not expressible where the absent namespace is listed: what is declared wins.
                    (false, _) => Self::Other(not.clone()),
                }
            }
        }
    }

    /// Whether the other set holds all of these.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Any) | (Self::Other(_), Self::Other(None)) => true,
            (Self::Listed(listed), other) => listed.iter().all(|one| other.has(one.as_deref())),
            (Self::Other(one), Self::Other(two)) => one == two,
            (Self::Any | Self::Other(_), Self::Listed(_) | Self::Other(_)) => false,
        }
    }

    /// The namespaces in both.
    fn narrowed(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, set) | (set, Self::Any) => set.clone(),
            (Self::Listed(listed), set) | (set, Self::Listed(listed)) => {
                let both = listed.iter().filter(|name| set.has(name.as_deref()));
                Self::Listed(both.cloned().collect())
            }
            (Self::Other(None), set) | (set, Self::Other(_)) => set.clone(),
        }
    }

    /// Whether some namespace is in both.
    pub fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Listed(listed), set) | (set, Self::Listed(listed)) => {
                listed.iter().any(|namespace| set.has(namespace.as_deref()))
            }
            (Self::Any | Self::Other(_), Self::Any | Self::Other(_)) => true,
        }
    }
}
