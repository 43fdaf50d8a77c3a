//! The tables: what is counted becomes rows, sums and hidden cells.

use std::collections::BTreeMap;

use domain::territory::{communities, provinces};
use domain::{OrganismKind, Registry, RiskLevel};
use store::case_index::CaseCount;

use crate::console::frame::Frame;

use super::disclosure::{self, Layout, Line};

/// The columns: the messages that name them, in the bulletin's order.
pub(super) const COLUMNS: [&str; 9] = [
    "level-noApreciado",
    "level-bajo",
    "level-medio",
    "level-alto",
    "level-extremo",
    "statistics-unvalued",
    "statistics-active",
    "statistics-inactive",
    "statistics-total",
];
/// How many of them are levels of active cases.
const LEVELS: usize = 6;
const ACTIVE: usize = 6;
const INACTIVE: usize = 7;
const TOTAL: usize = 8;
/// The state of a case that is counted as active.
const ACTIVE_STATE: &str = "activo";

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(super) rows: Vec<Row>,
}

/// A row with its name.
#[derive(Clone, Debug)]
pub(super) struct Row {
    label: Label,
    pub(super) cells: Vec<Cell>,
}

/// What a row counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    Province(u8),
    Community(u8),
    /// A force by its name.
    Force(String),
    /// The local police of a community.
    Local(u8),
    /// Abroad or unknown.
    Elsewhere,
    Whole,
}

/// A count, or that it is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Shown(u64),
    Hidden,
}

impl Cell {
    /// As it is written.
    pub(super) fn text(self) -> String {
        match self {
            Self::Shown(count) => count.to_string(),
            Self::Hidden => "··".to_owned(),
        }
    }
}

impl Row {
    /// Its name in the page's language.
    pub(super) fn name(&self, frame: &Frame) -> String {
        let community = |code| communities::name(code).unwrap_or("?");
        match &self.label {
            Label::Province(code) => provinces::name(*code).unwrap_or("?").to_owned(),
            Label::Community(code) => community(*code).to_owned(),
            Label::Force(name) => name.clone(),
            Label::Local(code) => frame.tell("statistics-local", "community", community(*code)),
            Label::Elsewhere => frame.say("statistics-elsewhere").into_owned(),
            Label::Whole => frame.say("statistics-whole").into_owned(),
        }
    }

    /// How it is set.
    pub(super) fn class(&self) -> &'static str {
        match self.label {
            Label::Community(_) | Label::Whole => "total",
            Label::Province(_) | Label::Force(_) | Label::Local(_) | Label::Elsewhere => "",
        }
    }

    /// The community that it counts, with its active cases, if they are shown.
    pub(super) fn community(&self) -> Option<(&'static str, u64)> {
        let Label::Community(code) = self.label else {
            return None;
        };
        match self.cells.get(ACTIVE)? {
            Cell::Shown(count) => Some((communities::name(code)?, *count)),
            Cell::Hidden => None,
        }
    }
}

type Counts = [u64; COLUMNS.len()];

/// T1, by province and community, and T2, by police body, local police by community. What stays hidden in one is not to
/// be worked out from the other.
pub(super) fn tables(counts: &[CaseCount], registry: &Registry) -> [Table; 2] {
    let mut draft = Draft::default();
    let whole = draft.territory(counts);
    draft.bodies(counts, registry);
    draft.tables(whole)
}

fn sorted(counts: &[CaseCount], label: impl Fn(&CaseCount) -> Label) -> BTreeMap<Label, Counts> {
    let mut rows: BTreeMap<Label, Counts> = BTreeMap::new();
    for count in counts {
        let row = rows.entry(label(count)).or_default();
        let mut add = |column: usize| {
            if let Some(cell) = row.get_mut(column) {
                *cell += count.cases;
            }
        };
        if count.state == ACTIVE_STATE {
            add(level(count.level));
            add(ACTIVE);
        } else {
            add(INACTIVE);
        }
        add(TOTAL);
    }
    rows
}

fn level(level: Option<RiskLevel>) -> usize {
    match level {
        Some(RiskLevel::NotAppreciated) => 0,
        Some(RiskLevel::Low) => 1,
        Some(RiskLevel::Medium) => 2,
        Some(RiskLevel::High) => 3,
        Some(RiskLevel::Extreme) => 4,
        None => 5,
    }
}

/// Both tables in the making: T1 down to the whole, then what T2 has beside it.
#[derive(Default)]
struct Draft {
    rows: Vec<(Label, Counts)>,
    places: Vec<Line>,
    bodies: Vec<Line>,
}

impl Draft {
    fn add(&mut self, label: Label, counts: Counts) -> usize {
        self.rows.push((label, counts));
        self.rows.len() - 1
    }

    /// Adds the sum of those rows, and notes for each that it is in it.
    fn sum(&mut self, label: Label, parts: Vec<&mut Line>) -> usize {
        let mut counts = Counts::default();
        for (_, row) in parts
            .iter()
            .filter_map(|part| self.rows.get(*part.first()?))
        {
            for (sum, count) in counts.iter_mut().zip(row) {
                *sum += count;
            }
        }
        let row = self.add(label, counts);
        for part in parts {
            part.push(row);
        }
        row
    }

    /// Adds the rows of T1; gives the whole.
    fn territory(&mut self, counts: &[CaseCount]) -> usize {
        let rows = sorted(counts, |count| {
            count.province.map_or(Label::Elsewhere, Label::Province)
        });
        let mut places = Vec::new();
        for code in communities::all() {
            let provinces = communities::provinces_of(code).iter().copied();
            let own = provinces.map(Label::Province);
            let own = own.filter_map(|label| Some((rows.get(&label)?, label)));
            let mut own: Vec<Line> = own
                .map(|(counts, label)| vec![self.add(label, *counts)])
                .collect();
            if !own.is_empty() {
                self.sum(Label::Community(code), own.iter_mut().collect());
            }
            places.append(&mut own);
        }
        if let Some(counts) = rows.get(&Label::Elsewhere) {
            places.push(vec![self.add(Label::Elsewhere, *counts)]);
        }
        let whole = self.sum(Label::Whole, places.iter_mut().collect());
        self.places = places;
        whole
    }

    fn bodies(&mut self, counts: &[CaseCount], registry: &Registry) {
        let rows = sorted(counts, |count| {
            let known = registry.organism(&count.responsible);
            let town = known.is_some_and(|it| it.kind == OrganismKind::LocalPolice)
                || count.responsible.as_str().starts_with("L01");
            let community = count.province.and_then(communities::of_province);
            match community.filter(|_| town) {
                Some(community) => Label::Local(community),
                None => Label::Force(
                    known.map_or_else(|| count.responsible.to_string(), |it| it.name.clone()),
                ),
            }
        });
        for (label, counts) in rows {
            let row = self.add(label, counts);
            self.bodies.push(vec![row]);
        }
    }

    fn tables(self, whole: usize) -> [Table; 2] {
        let levels = (0..LEVELS).map(|level| vec![level, ACTIVE, TOTAL]);
        let layout = Layout {
            counts: self.rows.iter().flat_map(|(_, counts)| *counts).collect(),
            columns: levels.chain([vec![INACTIVE, TOTAL]]).collect(),
            width: COLUMNS.len(),
            rows: [self.places, self.bodies],
        };
        let hidden = disclosure::hidden(&layout);
        let cell = |(cell, count)| {
            if hidden.contains(&cell) {
                Cell::Hidden
            } else {
                Cell::Shown(count)
            }
        };
        let rows = self.rows.into_iter().enumerate();
        let mut rows: Vec<Row> = rows
            .map(|(row, (label, counts))| Row {
                label,
                cells: (row * COLUMNS.len()..).zip(counts).map(cell).collect(),
            })
            .collect();
        let mut bodies = rows.split_off((whole + 1).min(rows.len()));
        bodies.extend(rows.last().cloned());
        [Table { rows }, Table { rows: bodies }]
    }
}

#[cfg(test)]
mod tests;
