//! Identity constraints: `xs:key`, `xs:unique`, `xs:keyref` (XML Schema part 1, 3.11).

use std::sync::Arc;

use crate::QName;

/// A constraint on the elements below the one that carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its name.
    pub name: QName,
    /// What it asks.
    pub kind: IdentityKind,
    /// Which elements it is about.
    pub selector: Vec<Path>,
    /// The values that tell them apart, each on one of several paths.
    pub fields: Vec<Vec<Path>>,
}

/// What an identity constraint asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityKind {
    /// All fields are there, and no two elements have the same.
    Key,
    /// No two elements that have all fields have the same.
    Unique,
    /// The fields are those of some element of the constraint of that name.
    KeyRef(QName),
}

/// A path of the `XPath` subset (part 1, 3.11.6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    /// Whether it begins anywhere below.
    pub anywhere: bool,
    /// The child elements to go through.
    pub steps: Vec<NameTest>,
    /// The attribute at the end.
    pub attribute: Option<NameTest>,
}

/// What a step of a path says of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameTest {
    /// Any name.
    Any,
    /// Any name of the namespace.
    In(Arc<str>),
    /// This name.
    Is(QName),
}

impl NameTest {
    /// Whether the name passes.
    pub fn admits(&self, namespace: Option<&str>, local: &str) -> bool {
        match self {
            Self::Any => true,
            Self::In(wanted) => namespace == Some(&**wanted),
            Self::Is(name) => name.is(namespace, local),
        }
    }
}
