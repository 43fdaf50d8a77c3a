//! What is asked of the policies before an operation goes on.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{
    Agreement, FormerResidence, IndexEntry, KnownCase, MunicipalityCode, OperationKind, Organism,
    OrganismId, Place, Purpose, RiskLevel, agreement::Standing,
};
use jiff::Timestamp;

/// May this organism do this?
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// Who asks: the organism whose rights count.
    pub organism: &'q Arc<Organism>,
    /// Its agreement and how it stands at this instant; without one nothing is open.
    pub agreement: Option<(&'q Arc<Agreement>, Standing)>,
    /// What it wants to do.
    pub operation: OperationKind,
    /// What for.
    pub purpose: Purpose,
    /// The file that justifies it, if it named one.
    pub file: Option<&'q str>,
    /// Whether it declares an imminent danger.
    pub peril: Peril,
    /// Whom it says it acts for.
    pub on_behalf_of: Option<&'q OrganismId>,
    /// What the operation is about.
    pub target: Target<'q>,
    /// The instant: hand-over windows open and close by it.
    pub now: Timestamp,
}

/// Whether an imminent danger is declared: then the minimal answer is given beyond the territory too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peril {
    /// It is not.
    #[default]
    Undeclared,
    /// It is.
    Declared,
}

/// What an operation is about.
#[derive(Clone, Copy, Debug)]
pub enum Target<'q> {
    /// No case yet: may this be asked at all?
    Federation,
    /// A case that exists, as the index or the answer tells it.
    Case(&'q CaseFacts),
    /// A case about to be created, as its own document tells it: nobody is responsible yet.
    New(&'q CaseFacts),
}

/// What policy knows of a case: no content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFacts {
    /// Where the victim lives now; absent when abroad or unknown.
    pub municipality: Option<MunicipalityCode>,
    /// The organism in charge of her safety.
    pub responsible: Option<OrganismId>,
    /// The current level of risk, if valued.
    pub level: Option<RiskLevel>,
    /// Where she lived before.
    pub former: Vec<FormerResidence>,
    /// Where she stays for a time or works.
    pub stays: BTreeSet<MunicipalityCode>,
}

impl CaseFacts {
    /// Where the case belongs: a municipality, or abroad and unknown, the nation and no smaller place.
    pub fn place(&self) -> Place {
        self.municipality.map_or(Place::Nation, Place::Municipality)
    }
}

impl From<&IndexEntry> for CaseFacts {
    fn from(entry: &IndexEntry) -> Self {
        Self {
            municipality: entry.municipality,
            responsible: Some(entry.responsible.clone()),
            level: entry.level,
            former: Vec::new(),
            stays: entry.stays.clone().unwrap_or_default(),
        }
    }
}

impl From<&KnownCase> for CaseFacts {
    fn from(known: &KnownCase) -> Self {
        Self {
            former: known.former.clone(),
            ..Self::from(&known.entry)
        }
    }
}
