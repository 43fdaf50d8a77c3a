//! Element uses.

use std::fmt;
use std::sync::Arc;

use crate::{Derivations, Governed, Identity, QName, Role, SimpleId, TypeId};

/// An element use: one declaration together with the governance it inherits where it is used.
#[derive(Debug, Clone)]
pub struct Element {
    /// The name that documents carry: without namespace when the use is unqualified.
    pub name: QName,
    /// What may stand inside.
    pub content: Content,
    /// Whether `xsi:nil` is allowed.
    pub nillable: bool,
    /// Whether only members of its substitution group may stand in documents.
    pub is_abstract: bool,
    /// The derivations that `xsi:type` may not use.
    pub block: Derivations,
    /// Who may see it, own or inherited.
    pub governance: Option<Governed>,
    /// What policy reads it as.
    pub role: Option<Role>,
    /// Whether it holds one governed case.
    pub case_unit: bool,
    /// The documentation, in Spanish; empty when there is none.
    pub doc: Arc<str>,
    /// A default or fixed value.
    pub value: Option<ValueConstraint>,
    /// What must hold between the elements below.
    pub identities: Arc<[Identity]>,
    /// Where it is declared.
    pub source: Location,
}

/// What may stand inside an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// Text of a simple type, no attributes.
    Simple(SimpleId),
    /// What the complex type says.
    Complex(TypeId),
}

/// A value that the schema itself gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueConstraint {
    /// Taken when the element is empty or the attribute absent.
    Default(Arc<str>),
    /// As a default, and no other value is allowed.
    Fixed(Arc<str>),
}

/// A place in a file of the contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The path inside the contract folder, with `/`.
    pub file: Arc<str>,
    /// The line, from 1; 0 is the file as a whole.
    pub line: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}
