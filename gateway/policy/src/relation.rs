//! What an organism is to a case.

use domain::Agreement;

use crate::CaseFacts;

/// What an organism is to a case; together with kind, mode and purpose it decides what is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It is in charge of the victim's safety.
    Responsible,
    /// The victim lives in its territory.
    InTerritory,
    /// Neither.
    Other,
}

impl Relation {
    /// Every relation, nearest first.
    pub const ALL: &'static [Self] = &[Self::Responsible, Self::InTerritory, Self::Other];

    /// The word of the policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Responsible => "responsable",
            Self::InTerritory => "enTerritorio",
            Self::Other => "otro",
        }
    }

    /// What the organism of `agreement` is to a case.
    ///
    /// A case abroad or of unknown residence lies in the nation and in no smaller place.
    pub fn of(agreement: &Agreement, case: &CaseFacts) -> Self {
        if case.responsible.as_ref() == Some(&agreement.organism) {
            Self::Responsible
        } else if agreement.annex.territory.covers(case.place()) {
            Self::InTerritory
        } else {
            Self::Other
        }
    }

    /// What the organism of `agreement` is to a case that it is creating: the one responsible for it,
    /// if the case belongs in its territory.
    pub fn of_new(agreement: &Agreement, case: &CaseFacts) -> Self {
        if agreement.annex.territory.covers(case.place()) {
            Self::Responsible
        } else {
            Self::Other
        }
    }
}
