//! Wildcards: any element or attribute of some namespaces.

use std::collections::BTreeSet;
use std::sync::Arc;

/// `xs:any` or `xs:anyAttribute`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wildcard {
    /// The namespaces that it admits.
    pub namespaces: Namespaces,
    /// What becomes of what it admits.
    pub process: Process,
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
