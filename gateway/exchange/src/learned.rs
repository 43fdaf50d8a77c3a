//! What the index learns from an answer.

use std::collections::BTreeSet;

use contract::{Document, NodeRef, Role};
use domain::{IndexEntry, MunicipalityCode, OperationKind, Source};

use crate::answer::Teller;
use crate::{Permitted, unit};

/// The state of a case that was created without saying one.
const NEW_CASE_STATE: &str = "activo";

/// The index entries that the holder's answer tells, before anything is taken out of it.
///
/// A case of which the answer does not tell enough is left for the index feed; one that the index
/// knows just so is not told again. Of what several said, each case is learned from the one whose word it is.
pub(crate) fn from_answer(
    permitted: &Permitted,
    answer: &Document,
    tellers: &[Teller],
) -> Vec<IndexEntry> {
    match permitted.received.kind {
        OperationKind::Submit => submitted(permitted, answer.root()).into_iter().collect(),
        OperationKind::Hit
        | OperationKind::Consult
        | OperationKind::Search
        | OperationKind::Index => answer
            .case_units()
            .into_iter()
            .enumerate()
            .filter_map(|(place, case)| {
                let teller = tellers.get(place).map(|teller| teller.source.clone());
                told(
                    permitted,
                    case,
                    teller.unwrap_or_else(|| permitted.source()),
                )
            })
            .filter(|entry| permitted.known.as_ref().map(|known| &known.entry) != Some(entry))
            .collect(),
    }
}

/// A case that the answer tells.
fn told(permitted: &Permitted, case: NodeRef<'_>, source: Source) -> Option<IndexEntry> {
    let facts = unit::facts(case);
    Some(IndexEntry {
        source,
        case: unit::case_id(case)?,
        version: unit::version(case)?,
        municipality: facts.municipality,
        responsible: facts.responsible?,
        level: facts.level,
        state: case.role(Role::State)?.to_owned(),
        stays: stays(permitted, facts.stays),
    })
}

/// The stays that were told; that there is none any more is told only of a case that had one.
fn stays(
    permitted: &Permitted,
    told: BTreeSet<MunicipalityCode>,
) -> Option<BTreeSet<MunicipalityCode>> {
    let known = permitted.known.as_ref();
    let had_one = known.is_some_and(|known| known.entry.stays.is_some());
    (had_one || !told.is_empty()).then_some(told)
}

/// A case that was submitted: what was known, then what the request changed.
fn submitted(permitted: &Permitted, answer: NodeRef<'_>) -> Option<IndexEntry> {
    let case = unit::case_id(answer)?;
    let version = unit::version(answer)?;
    let received = &permitted.received;
    let request = received.document.root();
    let facts = unit::facts(request);
    let state = request.role(Role::State).map(str::to_owned);
    let before = permitted.known.clone().map(|known| known.entry);
    let before = before.unwrap_or_else(|| IndexEntry {
        source: permitted.source(),
        case,
        version,
        municipality: None,
        responsible: received.context.principal().clone(),
        level: None,
        state: NEW_CASE_STATE.to_owned(),
        stays: None,
    });
    // A submission adds to the stays that are known; what it does not speak of stays as it was.
    let mut stays = before.stays.unwrap_or_default();
    stays.extend(facts.stays);
    Some(IndexEntry {
        source: permitted.source(),
        case,
        version,
        municipality: facts.municipality.or(before.municipality),
        responsible: before.responsible,
        level: facts.level.or(before.level),
        state: state.unwrap_or(before.state),
        stays: (!stays.is_empty()).then_some(stays),
    })
}
