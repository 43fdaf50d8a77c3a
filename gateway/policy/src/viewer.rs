//! A kind of reader.

use domain::{Mode, OrganismKind, Purpose, RiskLevel};

use crate::{Charge, Relation};

/// A kind of reader: all that decides which field groups of a case are seen and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewer {
    /// What the organism is.
    pub kind: OrganismKind,
    /// How it takes part.
    pub mode: Mode,
    /// Where the case is, seen from its territory.
    pub relation: Relation,
    /// Whether it is in charge of the case.
    pub charge: Charge,
    /// What it wants the case for.
    pub purpose: Purpose,
    /// The highest level of its agreement.
    pub ceiling: RiskLevel,
    /// The level of the case, if valued.
    pub level: Option<RiskLevel>,
}
