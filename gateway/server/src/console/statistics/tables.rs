//! The tables: what is counted becomes rows, sums and hidden cells.

use std::collections::BTreeMap;

use domain::territory::{communities, provinces};
use domain::{OrganismKind, Registry, RiskLevel};
use store::case_index::CaseCount;

use crate::console::frame::Frame;

use super::disclosure::{self, Sum};

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

/// T1: by province and community.
pub(super) fn territory(counts: &[CaseCount]) -> Table {
    let rows = sorted(counts, |count| {
        count.province.map_or(Label::Elsewhere, Label::Province)
    });
    let mut draft = Draft::default();
    let mut groups = Vec::new();
    for code in communities::all() {
        let provinces = communities::provinces_of(code).iter();
        let own: Vec<(Label, Counts)> = provinces
            .filter_map(|province| {
                Some((
                    Label::Province(*province),
                    *rows.get(&Label::Province(*province))?,
                ))
            })
            .collect();
        if own.is_empty() {
            continue;
        }
        let parts: Vec<usize> = own
            .into_iter()
            .map(|(label, counts)| draft.add(label, counts))
            .collect();
        groups.push(draft.sum(Label::Community(code), parts));
    }
    if let Some(counts) = rows.get(&Label::Elsewhere) {
        groups.push(draft.add(Label::Elsewhere, *counts));
    }
    draft.sum(Label::Whole, groups);
    draft.table()
}

/// T2: by police body; local police by community.
pub(super) fn bodies(counts: &[CaseCount], registry: &Registry) -> Table {
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
    let mut draft = Draft::default();
    let parts: Vec<usize> = rows
        .into_iter()
        .map(|(label, counts)| draft.add(label, counts))
        .collect();
    draft.sum(Label::Whole, parts);
    draft.table()
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

/// A table in the making.
#[derive(Default)]
struct Draft {
    rows: Vec<(Label, Counts)>,
    sums: Vec<(usize, Vec<usize>)>,
}

impl Draft {
    fn add(&mut self, label: Label, counts: Counts) -> usize {
        self.rows.push((label, counts));
        self.rows.len() - 1
    }

    fn sum(&mut self, label: Label, parts: Vec<usize>) -> usize {
        let mut counts = Counts::default();
        for (_, row) in parts.iter().filter_map(|part| self.rows.get(*part)) {
            for (sum, count) in counts.iter_mut().zip(row) {
                *sum += count;
            }
        }
        let whole = self.add(label, counts);
        self.sums.push((whole, parts));
        whole
    }

    /// Every sum that whoever reads the table can make.
    fn equations(&self) -> Vec<Sum> {
        let at = |row: usize, column: usize| row * COLUMNS.len() + column;
        let mut sums = Vec::new();
        for row in 0..self.rows.len() {
            sums.push(Sum {
                whole: at(row, ACTIVE),
                parts: (0..LEVELS).map(|column| at(row, column)).collect(),
            });
            sums.push(Sum {
                whole: at(row, TOTAL),
                parts: vec![at(row, ACTIVE), at(row, INACTIVE)],
            });
        }
        for (whole, parts) in &self.sums {
            sums.extend((0..COLUMNS.len()).map(|column| Sum {
                whole: at(*whole, column),
                parts: parts.iter().map(|part| at(*part, column)).collect(),
            }));
        }
        sums
    }

    fn table(self) -> Table {
        let counts: Vec<u64> = self.rows.iter().flat_map(|(_, counts)| *counts).collect();
        let hidden = disclosure::hidden(&counts, &self.equations());
        let rows = self
            .rows
            .into_iter()
            .enumerate()
            .map(|(number, (label, counts))| Row {
                label,
                cells: counts
                    .into_iter()
                    .enumerate()
                    .map(|(column, count)| {
                        let cell = number * COLUMNS.len() + column;
                        if hidden.contains(&cell) {
                            Cell::Hidden
                        } else {
                            Cell::Shown(count)
                        }
                    })
                    .collect(),
            });
        Table {
            rows: rows.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(province: Option<u8>, level: Option<RiskLevel>, state: &str, cases: u64) -> CaseCount {
        CaseCount {
            province,
            responsible: "L01130473".parse().unwrap(),
            level,
            state: state.to_owned(),
            cases,
        }
    }

    fn row(table: &Table, label: &Label) -> Vec<String> {
        let row = table.rows.iter().find(|row| row.label == *label).unwrap();
        row.cells.iter().map(|cell| cell.text()).collect()
    }

    #[test]
    fn provinces_sum_to_communities_and_these_to_the_whole() {
        let table = territory(&[
            count(Some(13), Some(RiskLevel::Low), "activo", 10),
            count(Some(13), Some(RiskLevel::Medium), "activo", 5),
            count(Some(45), None, "activo", 4),
            count(Some(45), Some(RiskLevel::Low), "inactivo", 30),
            count(Some(28), Some(RiskLevel::Low), "inactivo", 7),
            count(None, Some(RiskLevel::Low), "inactivo", 9),
        ]);
        let table_of = [
            (Label::Province(13), "0 10 5 0 0 0 15 0 15"),
            (Label::Province(45), "0 0 0 0 0 4 4 30 34"),
            (Label::Community(8), "0 10 5 0 0 4 19 30 49"),
            (Label::Community(13), "0 0 0 0 0 0 0 7 7"),
            (Label::Elsewhere, "0 0 0 0 0 0 0 9 9"),
            (Label::Whole, "0 10 5 0 0 4 19 46 65"),
        ];
        for (label, expected) in table_of {
            assert_eq!(row(&table, &label).join(" "), expected, "{label:?}");
        }
        let last = table.rows.last().unwrap();
        assert_eq!(last.label, Label::Whole);
    }

    #[test]
    fn one_case_is_not_found_by_subtraction() {
        let table = territory(&[
            count(Some(13), Some(RiskLevel::High), "activo", 1),
            count(Some(13), Some(RiskLevel::Low), "activo", 8),
            count(Some(45), Some(RiskLevel::High), "activo", 6),
            count(Some(45), Some(RiskLevel::Low), "activo", 20),
        ]);
        let own = row(&table, &Label::Province(13));
        assert_eq!(own.get(3).map(String::as_str), Some("··"));
        // Neither across the row nor down the column.
        assert!(
            own.iter().filter(|cell| *cell == "··").count() >= 2,
            "{own:?}"
        );
        let other = row(&table, &Label::Province(45));
        assert_eq!(other.get(3).map(String::as_str), Some("··"), "{other:?}");
    }

    #[test]
    fn local_police_are_counted_by_community() {
        let registry = Registry::new(0, Vec::new(), Vec::new(), Vec::new());
        let table = bodies(
            &[count(Some(13), Some(RiskLevel::Low), "activo", 8)],
            &registry,
        );
        assert_eq!(row(&table, &Label::Local(8)).join(" "), "0 8 0 0 0 0 8 0 8");
    }
}
