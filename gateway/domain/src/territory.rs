//! The territory tree: municipality, province, community, nation, by INE codes.

pub mod communities;
pub mod municipalities;

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
        self.0.iter().any(|own| own.covers(place)) || self.covers_parts_of(place)
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
