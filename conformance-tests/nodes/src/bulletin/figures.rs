//! The published tables, as data. Source and caveats: `data/bulletin-2020-02/README.md`.

use domain::territory::communities;

use crate::body::Body;

const TERRITORIAL: &str = include_str!("../../data/bulletin-2020-02/t1_territorial.csv");
const FOOTER: &str = include_str!("../../data/bulletin-2020-02/t1b_footer_totals.csv");
const BODIES: &str = include_str!("../../data/bulletin-2020-02/t2_police_body.csv");

/// A column of cases: the five levels of the protocol of 2019 for active ones, and inactive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Active, risk not appreciated.
    NotAppreciated,
    /// Active, low risk.
    Low,
    /// Active, medium risk.
    Medium,
    /// Active, high risk.
    High,
    /// Active, extreme risk.
    Extreme,
    /// Inactive, whatever its last level.
    Inactive,
}

impl Column {
    /// All six, in the order of the bulletin.
    pub const ALL: [Column; 6] = [
        Column::NotAppreciated,
        Column::Low,
        Column::Medium,
        Column::High,
        Column::Extreme,
        Column::Inactive,
    ];
}

/// The nine figures of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cells {
    /// Active cases by level, from not appreciated to extreme.
    pub levels: [u32; 5],
    /// Active cases.
    pub active: u32,
    /// Inactive cases.
    pub inactive: u32,
    /// Active and inactive cases.
    pub total: u32,
    /// Victims of those cases.
    pub victims: u32,
}

impl Cells {
    /// The figure of one column of cases.
    pub fn of(&self, column: Column) -> u32 {
        let [not_appreciated, low, medium, high, extreme] = self.levels;
        match column {
            Column::NotAppreciated => not_appreciated,
            Column::Low => low,
            Column::Medium => medium,
            Column::High => high,
            Column::Extreme => extreme,
            Column::Inactive => self.inactive,
        }
    }

    /// Adds another row's figures to this one's.
    pub fn add(&mut self, other: &Cells) {
        for (mine, theirs) in self.levels.iter_mut().zip(other.levels) {
            *mine += theirs;
        }
        self.active += other.active;
        self.inactive += other.inactive;
        self.total += other.total;
        self.victims += other.victims;
    }
}

/// What a row of table 1 is about, by INE code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One province.
    Province(u8),
    /// One community.
    Community(u8),
    /// A community of one province, which the bulletin prints once.
    Both {
        /// INE code of the province.
        province: u8,
        /// INE code of the community.
        community: u8,
    },
    /// The whole.
    Nation,
}

/// A row of table 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerritorialRow {
    /// What it counts.
    pub scope: Scope,
    /// Its printed name.
    pub name: String,
    /// Its figures.
    pub cells: Cells,
}

/// A row of table 2; the last one is the total and has no body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyRow {
    /// The body, or none for the total.
    pub body: Option<Body>,
    /// Its figures.
    pub cells: Cells,
}

/// The figures under table 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footer {
    /// Active and inactive cases with a territory.
    pub in_territory: u32,
    /// Cases in state baja.
    pub baja: u32,
    /// Cases abroad.
    pub abroad: u32,
    /// All of them.
    pub total: u32,
}

/// Tables 1 and 2 and the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Table 1, in the printed order.
    pub territorial: Vec<TerritorialRow>,
    /// Table 2, in the printed order.
    pub bodies: Vec<BodyRow>,
    /// The footer.
    pub footer: Footer,
}

/// A carried file that cannot be read as the table it should be.
#[derive(Debug, thiserror::Error)]
#[error("unreadable line of the bulletin `{line}`")]
pub struct FigureError {
    line: String,
}

impl Figures {
    /// The bulletin of 29-02-2020.
    ///
    /// # Errors
    /// When a carried file has been altered beyond reading.
    pub fn published() -> Result<Figures, FigureError> {
        Ok(Figures {
            territorial: rows(TERRITORIAL, territorial_row)?,
            bodies: rows(BODIES, body_row)?,
            footer: footer()?,
        })
    }

    /// The rows that stand for one province each, as (province, community, figures).
    pub fn provinces(&self) -> impl Iterator<Item = (u8, u8, &Cells)> {
        self.territorial.iter().filter_map(|row| match row.scope {
            Scope::Province(province) => communities::of_province(province)
                .map(|community| (province, community, &row.cells)),
            Scope::Both {
                province,
                community,
            } => Some((province, community, &row.cells)),
            Scope::Community(_) | Scope::Nation => None,
        })
    }

    /// The bodies that have cases.
    pub fn bodies(&self) -> impl Iterator<Item = (Body, &Cells)> {
        self.bodies
            .iter()
            .filter_map(|row| Some((row.body?, &row.cells)))
    }
}

/// Lines of a carried table, without its heading.
fn rows<T>(text: &str, read: fn(&[&str]) -> Option<T>) -> Result<Vec<T>, FigureError> {
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            read(&fields).ok_or_else(|| FigureError {
                line: line.to_owned(),
            })
        })
        .collect()
}

fn territorial_row(fields: &[&str]) -> Option<TerritorialRow> {
    let [_, level, community, province, name, cells @ .., _] = fields else {
        return None;
    };
    let scope = match *level {
        "province" => Scope::Province(province.parse().ok()?),
        "community" => Scope::Community(community.parse().ok()?),
        "province+community" => Scope::Both {
            province: province.parse().ok()?,
            community: community.parse().ok()?,
        },
        "nation" => Scope::Nation,
        _ => return None,
    };
    Some(TerritorialRow {
        scope,
        name: (*name).to_owned(),
        cells: cells_of(cells)?,
    })
}

fn body_row(fields: &[&str]) -> Option<BodyRow> {
    let [_, kind, name, cells @ .., _] = fields else {
        return None;
    };
    let body = if *kind == "total" {
        None
    } else {
        Some(Body::named(name)?)
    };
    Some(BodyRow {
        body,
        cells: cells_of(cells)?,
    })
}

fn cells_of(fields: &[&str]) -> Option<Cells> {
    let mut figures = [0; 9];
    if fields.len() != figures.len() {
        return None;
    }
    for (figure, field) in figures.iter_mut().zip(fields) {
        *figure = if field.is_empty() {
            0
        } else {
            field.parse().ok()?
        };
    }
    let (levels, rest) = figures.split_first_chunk()?;
    let [active, inactive, total, victims] = *rest else {
        return None;
    };
    Some(Cells {
        levels: *levels,
        active,
        inactive,
        total,
        victims,
    })
}

fn footer() -> Result<Footer, FigureError> {
    let figure = |item: &str| {
        FOOTER
            .lines()
            .find_map(
                |line| match line.split(',').collect::<Vec<_>>().as_slice() {
                    [_, name, value] if *name == item => value.parse().ok(),
                    _ => None,
                },
            )
            .ok_or_else(|| FigureError {
                line: item.to_owned(),
            })
    };
    Ok(Footer {
        in_territory: figure("total_cases_in_territory")?,
        baja: figure("cases_baja")?,
        abroad: figure("cases_abroad")?,
        total: figure("total_cases")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Cells, Column, Figures, Scope};

    /// The sum of some rows.
    fn sum<'c>(rows: impl Iterator<Item = &'c Cells>) -> Cells {
        let mut total = Cells::default();
        rows.for_each(|cells| total.add(cells));
        total
    }

    #[test]
    fn the_published_tables_close() {
        let figures = Figures::published().unwrap();
        assert_eq!((figures.territorial.len(), figures.bodies.len()), (63, 26));
        let nation = figures.territorial.last().unwrap();
        assert_eq!(nation.scope, Scope::Nation);
        assert_eq!(sum(figures.provinces().map(|row| row.2)), nation.cells);
        assert_eq!(sum(figures.bodies().map(|row| row.1)), nation.cells);
        assert_eq!(figures.provinces().count(), 52);
        for row in &figures.territorial {
            let cells = row.cells;
            assert_eq!(
                cells.levels.iter().sum::<u32>(),
                cells.active,
                "{}",
                row.name
            );
            assert_eq!(
                Column::ALL.map(|c| cells.of(c)).iter().sum::<u32>(),
                cells.total
            );
        }
        let footer = figures.footer;
        assert_eq!(footer.in_territory, nation.cells.total);
        assert_eq!(
            footer.in_territory + footer.baja + footer.abroad,
            footer.total
        );
        assert_eq!(footer.total, 585_168);
    }

    #[test]
    fn every_community_is_the_sum_of_its_provinces() {
        let figures = Figures::published().unwrap();
        for row in &figures.territorial {
            let Scope::Community(community) = row.scope else {
                continue;
            };
            let provinces = figures
                .provinces()
                .filter(|p| p.1 == community)
                .map(|p| p.2);
            assert_eq!(sum(provinces), row.cells, "{}", row.name);
        }
    }
}
