//! A case as the generator makes it: what the bulletin counts, and who is in it.

use domain::{CaseId, MunicipalityCode, RiskLevel};

use crate::body::Body;
use crate::bulletin::Column;

/// State of a case, in the words of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Under police follow-up.
    Active,
    /// Not under follow-up, may be reactivated.
    Inactive,
    /// Inactive because a remote system follows it.
    ManagedElsewhere,
    /// Closed, with the aggressor's data suppressed.
    Baja,
    /// The victim lives abroad.
    Abroad,
}

impl State {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Active => "activo",
            State::Inactive => "inactivo",
            State::ManagedElsewhere => "inactivoGestionadoPorCcaa",
            State::Baja => "baja",
            State::Abroad => "extranjero",
        }
    }
}

/// A level as the protocol of 2019 says it, with what the contract makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// One of the four levels of the contract.
    pub current: RiskLevel,
    /// The word of the five-level scale.
    pub source: &'static str,
}

impl Level {
    /// The level of a column; inactive cases are low.
    pub fn of(column: Column) -> Level {
        match column {
            Column::NotAppreciated => Level {
                current: RiskLevel::Low,
                source: "noApreciado",
            },
            Column::Low | Column::Inactive => Level {
                current: RiskLevel::Low,
                source: "bajo",
            },
            Column::Medium => Level {
                current: RiskLevel::Medium,
                source: "medio",
            },
            Column::High => Level {
                current: RiskLevel::High,
                source: "alto",
            },
            Column::Extreme => Level {
                current: RiskLevel::Extreme,
                source: "extremo",
            },
        }
    }
}

/// One victim and one aggressor, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its number in the nation, from one.
    pub number: u32,
    /// Its identifier.
    pub id: CaseId,
    /// The victim's number.
    pub victim: u32,
    /// The aggressor's number; none once his data are suppressed.
    pub aggressor: Option<u32>,
    /// Where she lives now; none when abroad.
    pub municipality: Option<MunicipalityCode>,
    /// The body responsible for her safety.
    pub body: Body,
    /// Its state.
    pub state: State,
    /// Its level, unless somebody else values it or nobody does any more.
    pub level: Option<Level>,
    /// When it was opened, in seconds since 1970.
    pub created: i64,
    /// When it was last changed, in seconds since 1970.
    pub updated: i64,
}

impl Case {
    /// The responsible organism: a single body's own code, or the town hall of the victim's municipality.
    pub fn responsible(&self) -> String {
        match (self.body.organism(), self.municipality) {
            (Some(organism), _) => organism.to_owned(),
            (None, Some(town)) => town_hall(town),
            (None, None) => String::new(),
        }
    }
}

/// The organism of a town hall: `L01`, the municipality and its check digit.
pub fn town_hall(town: MunicipalityCode) -> String {
    format!("L01{town}{}", town.check_digit())
}
