//! How many cases and victims each body has in each province: the bulletin's two tables, joined.
//!
//! The bulletin gives provinces and bodies apart. Their joint figures are any whole numbers that add up to both, with
//! each body only where it serves, and between one and as many victims as cases wherever there are cases.

use crate::body::Body;
use crate::bulletin::{Cells, Column, FigureError, Figures};
use crate::population::solve::{Cell, Unsolvable, spread};

/// The nation's population, as figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Provinces by INE code, and the cases abroad at the end.
    pub shares: Vec<Share>,
}

/// The cases of one province, or those abroad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// INE code of the province; none abroad.
    pub province: Option<u8>,
    /// What each body has there.
    pub groups: Vec<Group>,
    /// Cases outside the tables: in state baja in a province, all of them abroad.
    pub uncounted: u32,
    /// Number of its first case.
    pub first_case: u32,
    /// Number of its first person.
    pub first_person: u32,
}

/// What one body has in one province.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The body.
    pub body: Body,
    /// Cases by column, in the order of [`Column::ALL`].
    pub cases: [u32; 6],
    /// Victims of those cases.
    pub victims: u32,
}

/// Figures that cannot be made into a population.
#[derive(Debug, thiserror::Error)]
#[error("the bulletin's figures cannot be joined")]
pub struct PlanError(#[source] Cause);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error(transparent)]
    Figures(#[from] FigureError),
    #[error(transparent)]
    Unsolvable(#[from] Unsolvable),
}

impl<E: Into<Cause>> From<E> for PlanError {
    fn from(cause: E) -> Self {
        PlanError(cause.into())
    }
}

impl Group {
    /// Cases of all columns.
    pub fn total(&self) -> u32 {
        self.cases.iter().sum()
    }
}

impl Share {
    /// Cases of all bodies, the uncounted included.
    pub fn cases(&self) -> u32 {
        self.groups.iter().map(Group::total).sum::<u32>() + self.uncounted
    }

    /// Numbers set aside for its persons: its victims, and an aggressor for each case.
    fn persons(&self) -> u32 {
        self.groups.iter().map(|group| group.victims).sum::<u32>() + self.uncounted + self.cases()
    }
}

impl Plan {
    /// The plan of the bulletin of 29-02-2020.
    ///
    /// # Errors
    /// When the carried figures have been altered beyond use.
    pub fn published() -> Result<Plan, PlanError> {
        let figures = Figures::published()?;
        let provinces: Vec<(u8, u8, &Cells)> = figures.provinces().collect();
        let bodies: Vec<(Body, &Cells)> = figures.bodies().collect();
        let allowed: Vec<(usize, usize)> = (0..provinces.len())
            .flat_map(|row| (0..bodies.len()).map(move |column| (row, column)))
            .filter(
                |(row, column)| match (provinces.get(*row), bodies.get(*column)) {
                    (Some(province), Some(body)) => body.0.serves(province.1),
                    (None, _) | (_, None) => false,
                },
            )
            .collect();
        let mut groups = joint(&provinces, &bodies, &allowed)?;
        groups.retain(|(_, group)| group.total() > 0);
        Ok(Plan {
            shares: shares(&figures, &groups),
        })
    }

    /// The shares of some provinces; the cases abroad belong to the whole nation only.
    pub fn subset(&self, provinces: &[u8]) -> impl Iterator<Item = &Share> {
        self.shares
            .iter()
            .filter(move |share| share.province.is_some_and(|code| provinces.contains(&code)))
    }
}

/// One group for each allowed place, with the position of its province.
fn joint(
    provinces: &[(u8, u8, &Cells)],
    bodies: &[(Body, &Cells)],
    allowed: &[(usize, usize)],
) -> Result<Vec<(u8, Group)>, PlanError> {
    let solve = |figure: &dyn Fn(&Cells) -> u32, bounds: &[(u32, u32)]| {
        let rows: Vec<u32> = provinces.iter().map(|row| figure(row.2)).collect();
        let columns: Vec<u32> = bodies.iter().map(|row| figure(row.1)).collect();
        let cells: Vec<Cell> = allowed
            .iter()
            .zip(bounds)
            .map(|(&(row, column), &(low, high))| {
                let weight = if high == u32::MAX {
                    1.0
                } else {
                    f64::from(high)
                };
                Cell {
                    row,
                    column,
                    weight,
                    low,
                    high,
                }
            })
            .collect();
        spread(&rows, &columns, &cells)
    };
    let mut cases = vec![[0; 6]; allowed.len()];
    let free = vec![(0, u32::MAX); allowed.len()];
    for (position, column) in Column::ALL.into_iter().enumerate() {
        let solved = solve(&|cells| cells.of(column), &free)?;
        for (group, count) in cases.iter_mut().zip(solved) {
            if let Some(slot) = group.get_mut(position) {
                *slot = count;
            }
        }
    }
    let totals = cases.iter().map(|group| group.iter().sum::<u32>());
    let bounds: Vec<(u32, u32)> = totals.map(|total| (total.min(1), total)).collect();
    let victims = solve(&|cells| cells.victims, &bounds)?;
    let groups = allowed
        .iter()
        .zip(cases)
        .zip(victims)
        .filter_map(|((place, cases), victims)| {
            let (province, _, _) = provinces.get(place.0)?;
            let (body, _) = bodies.get(place.1)?;
            Some((
                *province,
                Group {
                    body: *body,
                    cases,
                    victims,
                },
            ))
        });
    Ok(groups.collect())
}

/// Groups by province in the order of the codes, numbered through.
fn shares(figures: &Figures, groups: &[(u8, Group)]) -> Vec<Share> {
    let mut codes: Vec<u8> = figures.provinces().map(|row| row.0).collect();
    codes.sort_unstable();
    let followed: u32 = groups
        .iter()
        .filter(|g| !g.1.body.is_remote())
        .map(|g| g.1.total())
        .sum();
    let (mut first_case, mut first_person, mut before) = (1, 1, 0);
    let mut shares = Vec::new();
    for province in codes.into_iter().map(Some).chain([None]) {
        let groups: Vec<Group> = groups
            .iter()
            .filter(|g| Some(g.0) == province)
            .map(|g| g.1.clone())
            .collect();
        let here: u32 = groups
            .iter()
            .filter(|g| !g.body.is_remote())
            .map(Group::total)
            .sum();
        let uncounted = match province {
            Some(_) => part(figures.footer.baja, before, before + here, followed),
            None => figures.footer.abroad,
        };
        before += here;
        let share = Share {
            province,
            groups,
            uncounted,
            first_case,
            first_person,
        };
        first_case += share.cases();
        first_person += share.persons();
        shares.push(share);
    }
    shares
}

/// The part of an amount that falls between two marks of a scale; the parts of a whole scale add up to the amount.
fn part(amount: u32, from: u32, to: u32, whole: u32) -> u32 {
    let up_to = |mark: u32| u64::from(amount) * u64::from(mark) / u64::from(whole.max(1));
    u32::try_from(up_to(to) - up_to(from)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Plan, Share};
    use crate::body::Body;
    use crate::bulletin::{Cells, Column, Figures};

    /// Cases by column and victims of the groups that are asked for.
    fn sum(plan: &Plan, wanted: impl Fn(&Share, Body) -> bool) -> Vec<u32> {
        let mut sum = vec![0; 7];
        for share in &plan.shares {
            for group in share
                .groups
                .iter()
                .filter(|group| wanted(share, group.body))
            {
                let figures = group.cases.iter().chain([&group.victims]);
                sum.iter_mut()
                    .zip(figures)
                    .for_each(|(sum, figure)| *sum += figure);
            }
        }
        sum
    }

    fn published(cells: &Cells) -> Vec<u32> {
        let cases = Column::ALL.iter().map(|column| cells.of(*column));
        cases.chain([cells.victims]).collect()
    }

    #[test]
    fn both_tables_are_met_in_every_column() {
        let (plan, figures) = (Plan::published().unwrap(), Figures::published().unwrap());
        for (province, _, cells) in figures.provinces() {
            let ours = sum(&plan, |share, _| share.province == Some(province));
            assert_eq!(ours, published(cells), "province {province}");
        }
        for (body, cells) in figures.bodies() {
            assert_eq!(
                sum(&plan, |_, other| other == body),
                published(cells),
                "{body}"
            );
        }
        let total: u32 = plan.shares.iter().map(Share::cases).sum();
        assert_eq!(total, figures.footer.total);
    }

    #[test]
    fn every_group_has_victims_and_not_more_than_cases() {
        for share in Plan::published().unwrap().shares {
            for group in share.groups {
                assert!(
                    (1..=group.total()).contains(&group.victims),
                    "{:?} {group:?}",
                    share.province
                );
            }
        }
    }

    #[test]
    fn state_forces_share_a_province_and_none_is_left_out() {
        let plan = Plan::published().unwrap();
        let ciudad_real = plan.subset(&[13]).next().unwrap();
        for body in [Body::NationalPolice, Body::CivilGuard, Body::Local(8)] {
            let group = ciudad_real
                .groups
                .iter()
                .find(|group| group.body == body)
                .unwrap();
            assert!(group.total() > 50, "{group:?}");
        }
    }

    #[test]
    fn numbers_never_overlap() {
        let shares = Plan::published().unwrap().shares;
        for pair in shares.windows(2) {
            assert_eq!(pair[0].first_case + pair[0].cases(), pair[1].first_case);
            assert!(pair[0].first_person < pair[1].first_person || pair[0].cases() == 0);
        }
    }
}
