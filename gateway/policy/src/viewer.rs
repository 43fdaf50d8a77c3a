//! A kind of reader.

use domain::{Mode, OrganismKind, Purpose};

use crate::Relation;

/// A kind of reader: all that decides which field groups of a case are seen and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewer {
    /// What the organism is.
    pub kind: OrganismKind,
    /// How it takes part.
    pub mode: Mode,
    /// What it is to the case.
    pub relation: Relation,
    /// What it wants the case for.
    pub purpose: Purpose,
}
