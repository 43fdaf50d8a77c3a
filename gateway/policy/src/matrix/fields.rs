//! What a kind of organism sees and writes of a case.

use std::fmt::Write as _;

use domain::{Mode, OrganismKind, Purpose, RiskLevel};

use super::{cell, levels, rows, usual};
use crate::{Charge, Engine, Relation, Viewer};

/// A ceiling and a level at which every mode, relation and charge is looked at: without a level, at the ceiling,
/// above it.
const BOUNDS: [(RiskLevel, Option<RiskLevel>); 5] = [
    (RiskLevel::Medium, None),
    (RiskLevel::Medium, Some(RiskLevel::Medium)),
    (RiskLevel::Medium, Some(RiskLevel::High)),
    (RiskLevel::Extreme, None),
    (RiskLevel::Extreme, Some(RiskLevel::Extreme)),
];

/// The cells of one kind of reader, in the order of the groups.
fn column(engine: &Engine, viewer: Viewer) -> Vec<&'static str> {
    let rulings = engine.rulings(viewer);
    let groups = engine.groups().iter();
    groups
        .filter_map(|group| rulings.get(group).map(cell))
        .collect()
}

pub(super) fn section(text: &mut String, engine: &Engine, kind: OrganismKind) {
    let mut columns: Vec<Vec<&'static str>> = Vec::new();
    let _ = write!(text, "\n## {kind}\n{:<38}", "");
    for purpose in Purpose::ALL {
        let _ = write!(text, " {purpose}");
    }
    for (at, viewer) in usual(kind).enumerate() {
        let column = column(engine, viewer);
        let known = columns.iter().position(|known| *known == column);
        let number = known.unwrap_or_else(|| {
            columns.push(column);
            columns.len() - 1
        });
        let width = viewer.purpose.as_str().len();
        if at % Purpose::ALL.len() == 0 {
            let _ = write!(text, "\n{:<38}", name(viewer));
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
    bounds(text, engine, kind);
}

fn name(viewer: Viewer) -> String {
    format!(
        "{} {} {}",
        viewer.mode.as_str(),
        viewer.relation.as_str(),
        viewer.charge.as_str()
    )
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

/// How a column differs from the usual one: `=` nothing, `.` all is closed, `~` something.
fn mark(column: &[&str], usual: &[&str]) -> &'static str {
    if column.iter().all(|cell| *cell == ".") {
        "."
    } else if column == usual {
        "="
    } else {
        "~"
    }
}

/// What the level of the case changes against the ceiling, for who is in charge.
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
            let width = if at == 0 { 9 } else { 11 };
            let mark = mark(&column(engine, *viewer), &usual);
            let _ = write!(text, " {mark:<width$}");
        }
    }
    text.push('\n');
}

/// The same for every other mode, relation and charge, where the level meets the ceiling: what is so for all, or
/// for whom it is otherwise.
fn bounds(text: &mut String, engine: &Engine, kind: OrganismKind) {
    for (ceiling, level) in BOUNDS {
        let level_word = level.map_or("sinNivel", RiskLevel::as_str);
        let told = format!("{}/{level_word}", ceiling.as_str());
        let mut otherwise = Vec::new();
        let mut marks = Vec::new();
        for (mode, relation, charge) in rows() {
            let usual = Viewer {
                mode,
                relation,
                charge,
                ..in_charge(kind)
            };
            let viewer = Viewer {
                ceiling,
                level,
                ..usual
            };
            let usual = column(engine, usual);
            if usual.iter().all(|cell| *cell == ".") {
                continue;
            }
            let mark = mark(&column(engine, viewer), &usual);
            if marks.first().is_some_and(|first| *first != mark) || mark == "~" {
                otherwise.push(format!("{} {mark}", name(viewer)));
            }
            marks.push(mark);
        }
        let first = marks.first().copied().unwrap_or(".");
        let _ = write!(text, "{told:<20} {first}");
        for other in otherwise {
            let _ = write!(text, "; {other}");
        }
        text.push('\n');
    }
}

/// The name of a column: A to Z, then a to z.
fn letter(number: usize) -> char {
    let letters = ('A'..='Z').chain('a'..='z');
    letters.into_iter().nth(number).unwrap_or('?')
}
