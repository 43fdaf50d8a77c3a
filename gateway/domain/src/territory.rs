//! The territory tree: municipality, province, community, nation, by INE codes.

pub mod communities;
pub mod municipalities;
pub mod provinces;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::MunicipalityCode;
use crate::text::{Malformed, serde_as_text};

const WHAT: &str = "a place (ES, CAnn, Pnn or a municipality code)";

/// A node of the territory tree, as `ES`, `CA07`, `P13` or `13047`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The whole of Spain.
    Nation,
    /// A community or autonomous city, 1 to 19.
    Community(u8),
    /// A province, 1 to 52.
    Province(u8),
    /// A municipality.
    Municipality(MunicipalityCode),
}

impl Place {
    /// The node above; none above the nation.
    pub fn parent(self) -> Option<Self> {
        match self {
            Self::Nation => None,
            Self::Community(_) => Some(Self::Nation),
            Self::Province(province) => communities::of_province(province).map(Self::Community),
            Self::Municipality(code) => Some(Self::Province(code.province())),
        }
    }

    /// Its official name; none where nothing has that code.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Nation => Some("España"),
            Self::Community(code) => communities::name(code),
            Self::Province(code) => provinces::name(code),
            Self::Municipality(code) => municipalities::name(code),
        }
    }

    /// Whether it lies in a community that protects its victims in a system of its own.
    pub fn keeps_own_system(self) -> bool {
        std::iter::successors(Some(self), |place| place.parent()).any(|place| match place {
            Self::Community(code) => communities::keeps_own_system(code),
            Self::Nation | Self::Province(_) | Self::Municipality(_) => false,
        })
    }

    /// Whether `other` is this place or lies within it.
    pub fn covers(self, other: Self) -> bool {
        std::iter::successors(Some(other), |place| place.parent()).any(|place| place == self)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nation => f.write_str("ES"),
            Self::Community(code) => write!(f, "CA{code:02}"),
            Self::Province(code) => write!(f, "P{code:02}"),
            Self::Municipality(code) => write!(f, "{code}"),
        }
    }
}

impl FromStr for Place {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::new(WHAT, text);
        if text == "ES" {
            Ok(Self::Nation)
        } else if let Some(digits) = text.strip_prefix("CA") {
            let code = two_digits(digits).ok_or_else(malformed)?;
            communities::name(code)
                .map(|_| Self::Community(code))
                .ok_or_else(malformed)
        } else if let Some(digits) = text.strip_prefix('P') {
            let code = two_digits(digits).ok_or_else(malformed)?;
            communities::of_province(code)
                .map(|_| Self::Province(code))
                .ok_or_else(malformed)
        } else {
            text.parse()
                .map(Self::Municipality)
                .map_err(|_| malformed())
        }
    }
}

serde_as_text!(Place);

fn two_digits(text: &str) -> Option<u8> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A set of places; empty covers nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Territory(BTreeSet<Place>);

impl Territory {
    /// The whole nation.
    pub fn nation() -> Self {
        Self::from_iter([Place::Nation])
    }

    /// Whether a municipality lies within.
    pub fn contains(&self, municipality: MunicipalityCode) -> bool {
        self.covers(Place::Municipality(municipality))
    }

    /// Whether the whole of `place` lies within: it is named, lies in a named one, or all its parts do.
    ///
    /// The parts of a province are not enumerated: a list of municipalities never makes a province.
    pub fn covers(&self, place: Place) -> bool {
        // The place and those above it are looked up: a list of all municipalities costs no more.
        let own = |place: &Place| self.0.contains(place);
        std::iter::successors(Some(place), |place| place.parent()).any(|place| own(&place))
            || self.covers_parts_of(place)
    }

    fn covers_parts_of(&self, place: Place) -> bool {
        match place {
            Place::Nation => {
                communities::all().all(|community| self.covers(Place::Community(community)))
            }
            Place::Community(community) => {
                let provinces = communities::provinces_of(community);
                !provinces.is_empty()
                    && provinces
                        .iter()
                        .all(|code| self.covers(Place::Province(*code)))
            }
            Place::Province(_) | Place::Municipality(_) => false,
        }
    }

    /// What lies within both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let within = |a: &Self, b: &Self| -> Vec<Place> {
            a.0.iter()
                .copied()
                .filter(|place| b.0.iter().any(|own| own.covers(*place)))
                .collect()
        };
        within(self, other)
            .into_iter()
            .chain(within(other, self))
            .collect()
    }

    /// The places named, in order.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.0.iter().copied()
    }

    /// Whether it covers nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Place> for Territory {
    fn from_iter<I: IntoIterator<Item = Place>>(places: I) -> Self {
        Self(places.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn territory(places: &str) -> Territory {
        places
            .split_whitespace()
            .map(|place| place.parse::<Place>().unwrap())
            .collect()
    }

    #[test]
    fn spelling() {
        for text in ["ES", "CA01", "CA19", "P01", "P52", "13047"] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
        for text in [
            "", "es", "CA00", "CA20", "CA7", "CA007", "P00", "P53", "P1", "P+1", "00000", "99999",
        ] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_covers_what() {
        let table = [
            ("ES", "28079", true),
            ("CA08", "13047", true),
            ("CA07", "13047", false), // the codes that other agencies swap
            ("P13", "13047", true),
            ("P45", "13047", false),
            ("13047", "13047", true),
            ("13047", "P13", false),
            ("13047 13001", "P13", false), // municipalities never make a province
            ("P02 P13 P16 P19 P45", "CA08", true),
            ("P02 P13 P16 P19", "CA08", false),
            ("P28", "CA13", true), // a community of one province
            (
                "CA01 CA02 CA03 CA04 CA05 CA06 CA07 CA08 CA09 CA10 CA11 CA12 CA13 CA14 CA15 CA16 CA17 CA18 CA19",
                "ES",
                true,
            ),
            ("", "13047", false),
            ("", "ES", false),
        ];
        for (own, place, expected) in table {
            assert_eq!(
                territory(own).covers(place.parse().unwrap()),
                expected,
                "{own} / {place}"
            );
        }
    }

    #[test]
    fn systems_of_their_own() {
        let table = [
            ("08019", true),
            ("P48", true),
            ("CA16", true),
            ("31201", false), // Navarra works inside the central one
            ("13047", false),
            ("ES", false),
        ];
        for (place, expected) in table {
            assert_eq!(
                place.parse::<Place>().unwrap().keeps_own_system(),
                expected,
                "{place}"
            );
        }
    }

    #[test]
    fn intersections() {
        let table = [
            ("ES", "P13", "P13"),
            ("P13", "CA08", "P13"),
            ("13047 P45", "P13 45168", "13047 45168"),
            ("P13", "P45", ""),
            ("", "ES", ""),
        ];
        for (one, other, expected) in table {
            assert_eq!(
                territory(one).intersect(&territory(other)),
                territory(expected),
                "{one} / {other}"
            );
        }
    }

    #[test]
    fn every_municipality_climbs_to_the_nation() {
        for (code, name) in municipalities::all() {
            let path: Vec<_> =
                std::iter::successors(Some(Place::Municipality(code)), |place| place.parent())
                    .collect();
            assert_eq!(
                (path.len(), path.last()),
                (4, Some(&Place::Nation)),
                "{code} {name}"
            );
        }
    }

    fn any_place() -> impl Strategy<Value = Place> {
        prop_oneof![
            Just(Place::Nation),
            (1..=19_u8).prop_map(Place::Community),
            (1..=52_u8).prop_map(Place::Province),
            (1..=52_u8, 1..=5_u16).prop_map(|(province, number)| {
                Place::Municipality(format!("{province:02}{number:03}").parse().unwrap())
            }),
        ]
    }

    fn any_territory() -> impl Strategy<Value = Territory> {
        proptest::collection::vec(any_place(), 0..6).prop_map(Territory::from_iter)
    }

    proptest! {
        #[test]
        fn an_intersection_holds_what_both_hold(one in any_territory(), other in any_territory()) {
            let both = one.intersect(&other);
            for province in 1..=52_u8 {
                for number in 1..=5_u16 {
                    let code = format!("{province:02}{number:03}").parse().unwrap();
                    prop_assert_eq!(both.contains(code), one.contains(code) && other.contains(code));
                }
            }
        }

        #[test]
        fn places_read_back(place in any_place()) {
            prop_assert_eq!(place.to_string().parse(), Ok(place));
        }
    }
}
