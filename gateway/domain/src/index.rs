//! What the gateway remembers of a case: where it belongs and who answers for it, no content.

use crate::{CaseId, MunicipalityCode, OrganismId, RiskLevel};

/// One case in the index, as of one version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    /// The case.
    pub case: CaseId,
    /// The version of the case these facts were read from; never goes back.
    pub version: u32,
    /// Where the victim lives now; absent when abroad or unknown.
    pub municipality: Option<MunicipalityCode>,
    /// The organism in charge of her safety.
    pub responsible: OrganismId,
    /// The current level of risk, if valued.
    pub level: Option<RiskLevel>,
    /// The state of the case, in the words of the contract.
    pub state: String,
}
