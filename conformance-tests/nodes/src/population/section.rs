//! The rows of one province: cases with their victims and aggressors.

use domain::{CaseId, MunicipalityCode};

use crate::body::Body;
use crate::bulletin::Column;
use crate::population::case::{Case, Level, State};
use crate::population::towns::{ASSURED, Towns};
use crate::population::{Group, Rng, Share};

/// Seconds since 1970 when the system began (26-07-2007) and when the bulletin was closed (29-02-2020).
const OPENED: i64 = 1_185_400_800;
const CLOSED: i64 = 1_582_930_800;
/// Active cases are younger than this, in seconds (eight years).
const YOUNG: i64 = 8 * 365 * 86_400;

/// Purpose of the stream that makes the rows.
const ROWS: u64 = 0x524F_5753;

/// One aggressor in so many has a second victim.
const SECOND_VICTIM: u64 = 40;

/// Columns that the first victims of an assured municipality get, so that something of each kind is there.
const SHOWN: [Column; ASSURED] = [
    Column::Low,
    Column::Inactive,
    Column::NotAppreciated,
    Column::Medium,
    Column::Low,
    Column::Inactive,
];

/// The cases of one province, or those abroad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Cases, in the order of their numbers.
    pub cases: Vec<Case>,
    /// Numbers of the persons in them, in order.
    pub persons: Vec<u32>,
}

impl Section {
    /// Makes the rows of a share.
    pub fn of(share: &Share, seed: u64) -> Section {
        let place = u64::from(share.province.unwrap_or(0));
        let mut maker = Maker {
            rng: Rng::new(seed, &[ROWS, place]),
            towns: share.province.map(|province| Towns::of(province, seed)),
            next_case: share.first_case,
            next_person: share.first_person,
            spare: None,
            section: Section {
                cases: Vec::new(),
                persons: Vec::new(),
            },
        };
        for group in &share.groups {
            maker.group(group);
        }
        maker.uncounted(share);
        maker.section
    }
}

/// A victim, and where she lives.
#[derive(Clone, Copy)]
struct Victim {
    number: u32,
    town: Option<MunicipalityCode>,
}

/// An aggressor who may get a second victim.
#[derive(Clone, Copy)]
struct Spare {
    aggressor: u32,
    victim: u32,
}

struct Maker {
    rng: Rng,
    towns: Option<Towns>,
    next_case: u32,
    next_person: u32,
    spare: Option<Spare>,
    section: Section,
}

impl Maker {
    /// Every victim has a case; the cases left over go to some of them, each with another aggressor.
    fn group(&mut self, group: &Group) {
        let columns = self.columns(group);
        let victims: Vec<Victim> = (0..group.victims)
            .map(|place| self.victim(group.body, place))
            .collect();
        for (place, column) in columns.into_iter().enumerate() {
            let owner = match victims.get(place) {
                Some(victim) => Some(*victim),
                None => self.rng.pick(&victims).copied(),
            };
            let Some(victim) = owner else { continue };
            let state = match (column, group.body.is_remote()) {
                (Column::Inactive, true) => State::ManagedElsewhere,
                (Column::Inactive, false) => State::Inactive,
                _ => State::Active,
            };
            let level = (!group.body.is_remote()).then(|| Level::of(column));
            self.case(victim, group.body, state, level);
        }
    }

    /// Closed cases of the province, or all the cases abroad: one victim each, under the state forces in turn.
    fn uncounted(&mut self, share: &Share) {
        for place in 0..share.uncounted {
            let body = if place % 2 == 0 {
                Body::NationalPolice
            } else {
                Body::CivilGuard
            };
            let state = if share.province.is_some() {
                State::Baja
            } else {
                State::Abroad
            };
            let victim = self.victim(body, u32::MAX);
            self.case(victim, body, state, None);
        }
    }

    /// The columns of a group's cases in random order, but for the first, which are of each kind if there are any.
    fn columns(&mut self, group: &Group) -> Vec<Column> {
        let mut columns: Vec<Column> = Column::ALL
            .into_iter()
            .zip(group.cases)
            .flat_map(|(column, count)| (0..count).map(move |_| column))
            .collect();
        self.rng.shuffle(&mut columns);
        for (place, shown) in SHOWN.into_iter().enumerate() {
            let found = columns
                .iter()
                .skip(place)
                .position(|column| *column == shown);
            if let Some(offset) = found {
                columns.swap(place, place + offset);
            }
        }
        columns
    }

    /// The next victim; the first of a body live where it must have some.
    fn victim(&mut self, body: Body, place: u32) -> Victim {
        let number = self.person();
        let town = self.towns.as_ref().and_then(|towns| {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            let assured = towns.assured(body).get(place / ASSURED).copied();
            assured.or_else(|| towns.draw(body, &mut self.rng))
        });
        Victim { number, town }
    }

    fn case(&mut self, victim: Victim, body: Body, state: State, level: Option<Level>) {
        let aggressor = match state {
            State::Baja => None,
            State::Active | State::Inactive | State::ManagedElsewhere | State::Abroad => {
                Some(self.aggressor(victim.number))
            }
        };
        let (created, updated) = self.dates(state);
        let milliseconds = u64::try_from(created).unwrap_or(0) * 1000 + self.rng.below(1000);
        let random = (u128::from(self.rng.next()) << 64) | u128::from(self.rng.next());
        self.section.cases.push(Case {
            number: self.next_case,
            id: CaseId::new(milliseconds, random),
            victim: victim.number,
            aggressor,
            municipality: victim.town,
            body,
            state,
            level,
            created,
            updated,
        });
        self.next_case += 1;
    }

    /// A new aggressor, or now and then one who already has another victim.
    fn aggressor(&mut self, victim: u32) -> u32 {
        let again = self.rng.once_in(SECOND_VICTIM);
        if again && let Some(spare) = self.spare.take_if(|spare| spare.victim != victim) {
            return spare.aggressor;
        }
        let aggressor = self.person();
        self.spare = Some(Spare { aggressor, victim });
        aggressor
    }

    fn person(&mut self) -> u32 {
        let number = self.next_person;
        self.next_person += 1;
        self.section.persons.push(number);
        number
    }

    /// When the case was opened and last changed.
    fn dates(&mut self, state: State) -> (i64, i64) {
        let earliest = if state == State::Active {
            CLOSED - YOUNG
        } else {
            OPENED
        };
        let mut between = |from: i64, to: i64| {
            let span = u64::try_from(to - from).unwrap_or(0);
            from + i64::try_from(self.rng.below(span)).unwrap_or(0)
        };
        let created = between(earliest, CLOSED);
        (created, between(created, CLOSED))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::Section;
    use crate::body::Body;
    use crate::population::Plan;
    use crate::population::case::State;

    fn section(province: u8, seed: u64) -> Section {
        let plan = Plan::published().unwrap();
        let share = plan.subset(&[province]).next().unwrap();
        Section::of(share, seed)
    }

    #[test]
    fn the_same_seed_makes_the_same_rows() {
        assert_eq!(section(42, 1), section(42, 1));
        assert_ne!(section(42, 1), section(42, 2));
    }

    #[test]
    fn persons_and_pairs_are_consistent() {
        let section = section(13, 1);
        let mut pairs = BTreeSet::new();
        let mut places = BTreeMap::new();
        let mut victims_of: BTreeMap<u32, u32> = BTreeMap::new();
        for case in &section.cases {
            let place = (case.municipality, case.body);
            assert_eq!(
                *places.entry(case.victim).or_insert(place),
                place,
                "one home, one body"
            );
            assert_eq!(case.aggressor.is_none(), case.state == State::Baja);
            let Some(aggressor) = case.aggressor else {
                continue;
            };
            assert!(pairs.insert((case.victim, aggressor)), "a pair is one case");
            *victims_of.entry(aggressor).or_default() += 1;
        }
        assert!(victims_of.values().any(|count| *count == 2));
        let persons: BTreeSet<u32> = places.keys().chain(victims_of.keys()).copied().collect();
        assert_eq!(persons.into_iter().collect::<Vec<_>>(), section.persons);
    }

    #[test]
    fn herencia_and_toledo_have_cases_to_tell_of() {
        let of = |province, town: &str, body| {
            let cases = section(province, 1).cases.into_iter();
            cases
                .filter(|c| c.municipality == town.parse().ok() && c.body == body)
                .count()
        };
        assert!(of(13, "13047", Body::Local(8)) >= 6);
        assert!(of(13, "13047", Body::CivilGuard) >= 6);
        assert!(of(45, "45168", Body::NationalPolice) >= 6);
        assert!(of(24, "24014", Body::Local(7)) >= 6);
    }

    #[test]
    fn local_cases_belong_to_the_town_hall_of_the_victim() {
        let section = section(13, 1);
        let local = section
            .cases
            .iter()
            .find(|case| case.body == Body::Local(8))
            .unwrap();
        assert_eq!(local.responsible(), "L01130473");
    }
}
