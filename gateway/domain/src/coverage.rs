//! Coverage: of the municipalities that have local police, which have joined.
//!
//! The measure is having local police, never the number of inhabitants: inhabitants are told beside it, and no threshold
//! is applied.

pub mod csv;
mod fault;
pub mod police;
pub mod population;
pub mod stated;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::territory::communities;
use crate::{MunicipalityCode, OrganismKind, Place, Registry, Standing};

pub use fault::{Fault, Refusal};

/// How many municipalities of a place have joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that have local police.
    pub with_police: u32,
    /// Those of them that have joined.
    pub joined: u32,
    /// The inhabitants of those that have local police, as far as known.
    pub residents: u64,
    /// The inhabitants of those that have joined, as far as known.
    pub covered: u64,
}

impl Tally {
    /// Those that have local police and have not joined.
    pub fn pending(&self) -> u32 {
        self.with_police.saturating_sub(self.joined)
    }

    /// The joined in tenths of a per cent, rounded half up; nothing where nobody has local police.
    pub fn tenths(&self) -> Option<u32> {
        tenths(self.joined.into(), self.with_police.into())
    }

    /// The inhabitants covered, in tenths of a per cent; nothing where no inhabitants are known.
    pub fn covered_tenths(&self) -> Option<u32> {
        tenths(self.covered, self.residents)
    }

    fn add(&mut self, residents: u32, has: Has) {
        self.with_police += 1;
        self.residents += u64::from(residents);
        match has {
            Has::Joined => {
                self.joined += 1;
                self.covered += u64::from(residents);
            }
            Has::Not => {}
        }
    }
}

fn tenths(part: u64, whole: u64) -> Option<u32> {
    let twice = part.checked_mul(2000)?.checked_add(whole)?;
    u32::try_from(twice.checked_div(whole.checked_mul(2)?)?).ok()
}

/// Whether a municipality has joined.
#[derive(Clone, Copy)]
enum Has {
    Joined,
    Not,
}

/// A municipality that has local police and has not joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pending {
    /// Which.
    pub code: MunicipalityCode,
    /// Its inhabitants, if known.
    pub residents: Option<u32>,
}

/// The coverage of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The place that it speaks of; of others it knows nothing.
    pub scope: Place,
    /// Of the place as a whole.
    pub total: Tally,
    /// By community; empty where only the whole is known.
    pub communities: BTreeMap<u8, Tally>,
    /// By province; empty where only the whole is known.
    pub provinces: BTreeMap<u8, Tally>,
    /// Those that have not joined, by code.
    pub pending: Vec<Pending>,
    /// Those that have joined without being on the list of those with local police: some provide other staff.
    pub without_police: Vec<MunicipalityCode>,
}

impl Coverage {
    /// Counts the whole nation.
    pub fn count(
        with_police: &BTreeSet<MunicipalityCode>,
        residents: &BTreeMap<MunicipalityCode, u32>,
        joined: &BTreeSet<MunicipalityCode>,
    ) -> Self {
        let mut coverage = Self {
            scope: Place::Nation,
            total: Tally::default(),
            communities: communities::all()
                .map(|code| (code, Tally::default()))
                .collect(),
            provinces: BTreeMap::new(),
            pending: Vec::new(),
            without_police: joined.difference(with_police).copied().collect(),
        };
        for code in with_police {
            let known = residents.get(code).copied();
            if joined.contains(code) {
                coverage.add(*code, known.unwrap_or(0), Has::Joined);
            } else {
                coverage.add(*code, known.unwrap_or(0), Has::Not);
                coverage.pending.push(Pending {
                    code: *code,
                    residents: known,
                });
            }
        }
        coverage
    }

    fn add(&mut self, code: MunicipalityCode, residents: u32, has: Has) {
        let province = code.province();
        let community = communities::of_province(province);
        let above = community.map(|code| self.communities.entry(code).or_default());
        let own = self.provinces.entry(province).or_default();
        above
            .into_iter()
            .chain([own, &mut self.total])
            .for_each(|tally| tally.add(residents, has));
    }
}

/// The municipalities whose local police have access at `now`: that of the town hall, and those that an agreement names.
pub fn joined(registry: &Registry, now: Timestamp) -> BTreeSet<MunicipalityCode> {
    let mut joined = BTreeSet::new();
    let local = |organism: &&crate::Organism| organism.kind == OrganismKind::LocalPolice;
    for organism in registry.organisms().filter(local) {
        let agreement = registry
            .agreement_of(&organism.id, now)
            .filter(|agreement| agreement.standing(now) == Standing::Effective);
        let Some(agreement) = agreement else { continue };
        joined.extend(organism.id.town_hall_of());
        joined.extend(
            agreement
                .annex
                .territory
                .places()
                .filter_map(|place| match place {
                    Place::Municipality(code) => Some(code),
                    Place::Nation | Place::Community(_) | Place::Province(_) => None,
                }),
        );
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> BTreeSet<MunicipalityCode> {
        text.split_whitespace()
            .map(|code| code.parse().unwrap())
            .collect()
    }

    #[test]
    fn percentages_are_rounded_half_up() {
        let table = [
            (62, 71, Some(873)), // 87.32…
            (0, 71, Some(0)),
            (71, 71, Some(1000)),
            (1, 2000, Some(1)), // 0.05 rounds up
            (1, 2001, Some(0)),
            (0, 0, None),
        ];
        for (joined, with_police, expected) in table {
            let tally = Tally {
                with_police,
                joined,
                ..Tally::default()
            };
            assert_eq!(tally.tenths(), expected, "{joined} of {with_police}");
        }
    }

    #[test]
    fn counts_by_province_community_and_nation() {
        let residents = [("13047", 8450), ("47075", 6422), ("24014", 8199)];
        let residents = residents.map(|(code, number)| (code.parse().unwrap(), number));
        let coverage = Coverage::count(
            &codes("13047 24014 24030 47075"),
            &BTreeMap::from(residents),
            &codes("13047 24030 45168"),
        );
        let told = |tally: &Tally| {
            (
                tally.joined,
                tally.pending(),
                tally.covered,
                tally.residents,
            )
        };
        assert_eq!(told(&coverage.total), (2, 2, 8450, 23071));
        assert_eq!(coverage.communities.len(), 19, "those with nobody too");
        assert_eq!(
            coverage.communities.get(&7).map(told),
            Some((1, 2, 0, 14621))
        );
        assert_eq!(
            coverage.communities.get(&8).map(told),
            Some((1, 0, 8450, 8450))
        );
        assert_eq!(coverage.provinces.get(&24).map(told), Some((1, 1, 0, 8199)));
        assert_eq!(
            coverage.provinces.get(&45),
            None,
            "nobody there has local police"
        );
        let pending = coverage.pending.iter().map(|one| one.code.to_string());
        assert_eq!(pending.collect::<Vec<_>>(), ["24014", "47075"]);
        assert_eq!(
            coverage.without_police,
            codes("45168").into_iter().collect::<Vec<_>>()
        );
    }

    #[test]
    fn whose_access_is_open_has_joined() {
        let registry = |kind, state: &str, expires: &str, territory: &str| {
            let organism = samples::organism(kind);
            let agreement = samples::agreement(state, expires, territory);
            Registry::new(1, [organism], [agreement], [])
        };
        let now = "2026-06-01T10:00:00Z".parse().unwrap();
        let local = OrganismKind::LocalPolice;
        let table = [
            (local, "vigente", "2029-01-01", "13047", "13047"),
            (
                local,
                "prorrogado",
                "2029-01-01",
                "13047 13005",
                "13005 13047",
            ), // two towns, one force
            (local, "vigente", "2029-01-01", "P13", "13047"), // the town hall alone
            (local, "vigente", "2026-05-31", "13047", ""),
            (local, "suspendido", "2029-01-01", "13047", ""),
            (local, "firmado", "2029-01-01", "13047", ""),
            (OrganismKind::Court, "vigente", "2029-01-01", "13047", ""),
        ];
        for (kind, state, expires, territory, expected) in table {
            assert_eq!(
                joined(&registry(kind, state, expires, territory), now),
                codes(expected),
                "{kind} {state} {expires} {territory}"
            );
        }
    }

    /// Organisms and agreements for the table above.
    mod samples {
        use crate::{Agreement, Annex, Mode, Organism, OrganismKind, RiskLevel};

        pub(super) fn organism(kind: OrganismKind) -> Organism {
            Organism {
                id: "L01130473".parse().unwrap(),
                kind,
                name: "Ayuntamiento de PRUEBA".to_owned(),
            }
        }

        pub(super) fn agreement(state: &str, expires: &str, territory: &str) -> Agreement {
            Agreement {
                id: "PRUEBA-1".parse().unwrap(),
                organism: "L01130473".parse().unwrap(),
                state: state.parse().unwrap(),
                effective_from: "2025-01-01".parse().unwrap(),
                expires_on: expires.parse().unwrap(),
                annex: Annex {
                    operations: [].into(),
                    purposes: [].into(),
                    territory: territory
                        .split(' ')
                        .map(|place| place.parse::<crate::Place>().unwrap())
                        .collect(),
                    max_risk: RiskLevel::ALL.first().copied().unwrap(),
                    mode: Mode::FollowUp,
                    on_behalf_of: [].into(),
                    services: [].into(),
                    contract: None,
                    hand_over: crate::HandOver::default(),
                    quotas: crate::Quotas::default(),
                    security: crate::MessageSecurity::default(),
                },
            }
        }
    }
}
