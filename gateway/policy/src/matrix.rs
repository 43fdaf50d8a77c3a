//! The matrix: what every kind of organism may do, and what it sees and writes of a case, in text; and what changes
//! between two sets of policies.

mod diff;
mod fields;
mod operations;
mod postures;

use contract::Visibility;
use domain::{Mode, OrganismKind, Purpose, RiskLevel};

use crate::{Charge, Engine, Relation, Ruling, Viewer};

pub use diff::{Change, OperationChange, fields as diff_fields, operations as diff_operations};
pub use postures::postures;

const HEAD: &str = "\
# Who may do what, and who sees and writes which field group.
# Rewritten by: PASARELA_BLESS=1 cargo test -p policy matrix
#
# Fields: C completo, E enmascarado, . oculto; w escribe. One section a kind of organism: first which column each
# mode, relation and charge has for each purpose, then the columns; then what the level of the case changes.
#
# Operations: one mark a mode (consulta, colaboracion, seguimiento): P permitida, e solo con expediente, . no. First where
# protection is kept in the central system, for proteccion, asking for itself, level and ceiling aside; then what each
# other thing changes, `=` being nothing; by ceiling and level, in its own territory and charge: h coincidencia,
# c consulta, b busqueda, p presentacion, i indice; last, what each thing that closes all is told as.
";

/// One cell: how a kind of reader sees a group and whether it writes it.
pub fn cell(ruling: &Ruling) -> &'static str {
    match (ruling.visibility, ruling.writable) {
        (Visibility::Full, false) => "C",
        (Visibility::Full, true) => "Cw",
        (Visibility::Masked, false) => "E",
        (Visibility::Masked, true) => "Ew",
        (Visibility::Hidden, false) => ".",
        (Visibility::Hidden, true) => ".w",
    }
}

/// The whole matrix as text.
pub fn text(engine: &Engine) -> String {
    let mut text = HEAD.to_owned();
    for kind in OrganismKind::ALL {
        fields::section(&mut text, engine, *kind);
        operations::section(&mut text, engine, *kind);
    }
    let lines = text.lines().map(str::trim_end);
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Every kind of reader of that kind of organism: all modes, relations, charges, purposes, levels and ceilings.
pub fn viewers(kind: OrganismKind) -> impl Iterator<Item = Viewer> {
    usual(kind).flat_map(levels)
}

/// The same for one level and one ceiling that admits it.
fn usual(kind: OrganismKind) -> impl Iterator<Item = Viewer> {
    rows().flat_map(move |(mode, relation, charge)| {
        Purpose::ALL.iter().map(move |purpose| Viewer {
            kind,
            mode,
            relation,
            charge,
            purpose: *purpose,
            ceiling: RiskLevel::Extreme,
            level: Some(RiskLevel::Medium),
        })
    })
}

/// Every level that a case may have, with every ceiling that an agreement may have.
fn levels(viewer: Viewer) -> impl Iterator<Item = Viewer> {
    graded().map(move |(ceiling, level)| Viewer {
        ceiling,
        level,
        ..viewer
    })
}

/// Every ceiling with every level, unvalued first.
fn graded() -> impl Iterator<Item = (RiskLevel, Option<RiskLevel>)> {
    let levels = || std::iter::once(None).chain(RiskLevel::ALL.iter().copied().map(Some));
    let ceilings = RiskLevel::ALL.iter();
    ceilings.flat_map(move |ceiling| levels().map(move |level| (*ceiling, level)))
}

fn rows() -> impl Iterator<Item = (Mode, Relation, Charge)> {
    Mode::ALL.iter().flat_map(|mode| {
        Relation::ALL.iter().flat_map(move |relation| {
            Charge::ALL
                .iter()
                .map(move |charge| (*mode, *relation, *charge))
        })
    })
}
