//! The visibility matrix: what every kind of reader sees and writes, whole and in text, and what changes
//! between two sets of policies.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use contract::Visibility;
use domain::{Mode, OrganismKind, Purpose, RiskLevel};

use crate::{Charge, Engine, Relation, Ruling, Viewer};

const HEAD: &str = "\
# Who sees and writes which field group. Rewritten by: PASARELA_BLESS=1 cargo test -p policy
# C completo, E enmascarado, . oculto; w escribe. One section a kind of organism: first which column each
# mode, relation and charge has for each purpose, then the columns; last, what the level of the case changes.
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

/// Every kind of reader of a case within the ceiling.
pub fn viewers() -> impl Iterator<Item = Viewer> {
    OrganismKind::ALL.iter().flat_map(|kind| viewers_of(*kind))
}

fn viewers_of(kind: OrganismKind) -> impl Iterator<Item = Viewer> {
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
pub fn levels(viewer: Viewer) -> impl Iterator<Item = Viewer> {
    let levels = || std::iter::once(None).chain(RiskLevel::ALL.iter().copied().map(Some));
    RiskLevel::ALL.iter().flat_map(move |ceiling| {
        levels().map(move |level| Viewer {
            ceiling: *ceiling,
            level,
            ..viewer
        })
    })
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

/// The whole matrix as text.
pub fn text(engine: &Engine) -> String {
    let mut text = HEAD.to_owned();
    for kind in OrganismKind::ALL {
        section(&mut text, engine, *kind);
    }
    text
}

/// The cells of one kind of reader, in the order of the groups.
fn column(engine: &Engine, viewer: Viewer) -> Vec<&'static str> {
    let rulings = engine.rulings(viewer);
    let groups = engine.groups().iter();
    groups
        .filter_map(|group| rulings.get(group).map(cell))
        .collect()
}

fn section(text: &mut String, engine: &Engine, kind: OrganismKind) {
    let mut columns: Vec<Vec<&'static str>> = Vec::new();
    let _ = write!(text, "\n## {kind}\n{:<38}", "");
    for purpose in Purpose::ALL {
        let _ = write!(text, " {purpose}");
    }
    for (at, viewer) in viewers_of(kind).enumerate() {
        let column = column(engine, viewer);
        let known = columns.iter().position(|known| *known == column);
        let number = known.unwrap_or_else(|| {
            columns.push(column);
            columns.len() - 1
        });
        let width = viewer.purpose.as_str().len();
        if at % Purpose::ALL.len() == 0 {
            let row = format!(
                "{} {} {}",
                viewer.mode.as_str(),
                viewer.relation.as_str(),
                viewer.charge.as_str()
            );
            let _ = write!(text, "\n{row:<38}");
        }
        let _ = write!(text, " {:<width$}", letter(number));
    }
    let _ = write!(text, "\n\n{:<31}", "");
    for number in 0..columns.len() {
        let _ = write!(text, " {:<2}", letter(number));
    }
    for (at, group) in engine.groups().iter().enumerate() {
        let _ = write!(text, "\n{group:<31}");
        for column in &columns {
            let _ = write!(text, " {:<2}", column.get(at).copied().unwrap_or("?"));
        }
    }
    level_table(text, engine, kind);
    *text = text
        .lines()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect();
}

/// The reader that sees most.
fn in_charge(kind: OrganismKind) -> Viewer {
    Viewer {
        kind,
        mode: Mode::FollowUp,
        relation: Relation::InTerritory,
        charge: Charge::Own,
        purpose: Purpose::Protection,
        ceiling: RiskLevel::Extreme,
        level: Some(RiskLevel::Medium),
    }
}

/// What the level of the case changes against the ceiling: `=` nothing, `.` all is closed, `~` something.
fn level_table(text: &mut String, engine: &Engine, kind: OrganismKind) {
    let viewer = in_charge(kind);
    let usual = column(engine, viewer);
    let levels: Vec<Viewer> = levels(viewer).collect();
    let _ = write!(text, "\n\n{:<12} {:<9}", "techo/nivel", "sinNivel");
    for level in RiskLevel::ALL {
        let _ = write!(text, " {:<11}", level.as_str());
    }
    for row in levels.chunks(RiskLevel::ALL.len() + 1) {
        let ceiling = row.first().map_or("", |viewer| viewer.ceiling.as_str());
        let _ = write!(text, "\n{ceiling:<12}");
        for (at, viewer) in row.iter().enumerate() {
            let column = column(engine, *viewer);
            let mark = if column.iter().all(|cell| *cell == ".") {
                "."
            } else if column == usual {
                "="
            } else {
                "~"
            };
            let width = if at == 0 { 9 } else { 11 };
            let _ = write!(text, " {mark:<width$}");
        }
    }
    text.push('\n');
}

/// The name of a column: A to Z, then a to z.
fn letter(number: usize) -> char {
    let letters = ('A'..='Z').chain('a'..='z');
    letters.into_iter().nth(number).unwrap_or('?')
}

/// One cell that differs between two sets of policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose cell it is.
    pub viewer: Viewer,
    /// Which group.
    pub group: Arc<str>,
    /// How it was; absent when the old policies do not know the group.
    pub old: Option<Ruling>,
    /// How it is; absent when the new policies do not know the group.
    pub new: Option<Ruling>,
}

/// Every cell of organisms of these kinds that differs between two sets of policies, over all modes,
/// relations, charges, purposes and groups, and for who is in charge over all levels and ceilings.
pub fn diff(old: &Engine, new: &Engine, kinds: &[OrganismKind]) -> Vec<Change> {
    let mut changes = Vec::new();
    for viewer in kinds.iter().flat_map(|kind| viewers_of(*kind)) {
        compare(old, new, viewer, &mut changes);
    }
    for viewer in kinds.iter().map(|kind| in_charge(*kind)) {
        levels(viewer)
            .filter(|other| *other != viewer)
            .for_each(|other| compare(old, new, other, &mut changes));
    }
    changes
}

fn compare(old: &Engine, new: &Engine, viewer: Viewer, changes: &mut Vec<Change>) {
    let (before, after) = (old.rulings(viewer), new.rulings(viewer));
    let groups: BTreeSet<&Arc<str>> = before.keys().chain(after.keys()).collect();
    for group in groups {
        let (old, new) = (before.get(group), after.get(group));
        if old.map(cell) != new.map(cell) {
            changes.push(Change {
                viewer,
                group: Arc::clone(group),
                old: old.cloned(),
                new: new.cloned(),
            });
        }
    }
}
