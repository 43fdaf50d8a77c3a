//! What an organism is to a case.

use domain::{Agreement, Place};
use jiff::Timestamp;

use crate::CaseFacts;

/// Where a case is, seen from the territory of an organism; the nearest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The victim lives in its territory.
    InTerritory,
    /// She stays there for a time, or works there.
    Present,
    /// She lived there until lately: the hand-over window of the agreement is open.
    HandedOver,
    /// She lived there once.
    Traced,
    /// None but the first, and an imminent danger is declared.
    Imperilled,
    /// None of these.
    Other,
}

/// Whether an organism is in charge of the victim's safety.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Charge {
    /// It is: the case names it, or the organism it acts for.
    Own,
    /// Another one is, or nobody.
    Foreign,
}

impl Relation {
    /// Every relation, nearest first.
    pub const ALL: &'static [Self] = &[
        Self::InTerritory,
        Self::Present,
        Self::HandedOver,
        Self::Traced,
        Self::Imperilled,
        Self::Other,
    ];

    /// The word of the policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InTerritory => "enTerritorio",
            Self::Present => "presencia",
            Self::HandedOver => "traspaso",
            Self::Traced => "huella",
            Self::Imperilled => "peligro",
            Self::Other => "otro",
        }
    }

    /// The same where an imminent danger is declared: nothing changes for a case of the own territory.
    pub(crate) const fn imperilled(self) -> Self {
        match self {
            Self::InTerritory => self,
            Self::Present | Self::HandedOver | Self::Traced | Self::Imperilled | Self::Other => {
                Self::Imperilled
            }
        }
    }

    /// What the organism of `agreement` is to a case at `now`.
    ///
    /// A case abroad or of unknown residence lies in the nation and in no smaller place.
    pub fn of(agreement: &Agreement, case: &CaseFacts, now: Timestamp) -> Self {
        let annex = &agreement.annex;
        let covers = |municipality: Option<_>| {
            let place = municipality.map_or(Place::Nation, Place::Municipality);
            annex.territory.covers(place)
        };
        if covers(case.municipality) {
            return Self::InTerritory;
        }
        if case.stays.iter().any(|stay| covers(Some(*stay))) {
            return Self::Present;
        }
        let mut left = case
            .former
            .iter()
            .filter(|former| covers(former.municipality))
            .map(|former| former.left);
        match left.next().map(|first| left.fold(first, Timestamp::max)) {
            None => Self::Other,
            Some(left) if annex.hand_over.is_open(left, now) => Self::HandedOver,
            Some(_) => Self::Traced,
        }
    }
}

impl Charge {
    /// Both, one's own first.
    pub const ALL: &'static [Self] = &[Self::Own, Self::Foreign];

    /// The word of the matrix.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "responsable",
            Self::Foreign => "ajena",
        }
    }
}
