//! What the gateway remembers of a case: where it belongs and belonged, and who answers for it; no content.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{CaseId, MunicipalityCode, OrganismId, RiskLevel, Source};

/// One case in the index, as of one version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    /// The system that told it.
    pub source: Source,
    /// The case.
    pub case: CaseId,
    /// The version of the case these facts were read from; never goes back.
    pub version: u32,
    /// Where the victim lives now; absent when abroad or unknown.
    pub municipality: Option<MunicipalityCode>,
    /// The organism in charge of her safety.
    pub responsible: OrganismId,
    /// The current level of risk, if valued: as policy compares it. What it was where it comes from is a word of the
    /// case, which the index keeps none of; whoever asks is told it by the holder.
    pub level: Option<RiskLevel>,
    /// The state of the case, in the words of the contract.
    pub state: String,
    /// Where she stays for a time or works, beside where she lives; absent when the source does not say.
    pub stays: Option<BTreeSet<MunicipalityCode>>,
}

/// Where the victim of a case lived before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormerResidence {
    /// The municipality; absent when abroad or unknown.
    pub municipality: Option<MunicipalityCode>,
    /// The instant at which the gateway saw that she had left it.
    pub left: Timestamp,
}

/// All that the index knows of a case: what is so now, and where it belonged before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCase {
    /// What is so now.
    pub entry: IndexEntry,
    /// Where she lived before, the last place first.
    pub former: Vec<FormerResidence>,
}
