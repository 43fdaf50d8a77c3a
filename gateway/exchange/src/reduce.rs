//! From the holder's answer to what the caller may see of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contract::{Document, ElementId, Fate, Mask, NodeRef, Role};
use domain::watched::document_word;
use domain::{CaseId, FormerResidence, KnownCase, OperationKind, OrganismId, Problem};
use jiff::Timestamp;
use journal::EntryKind;
use policy::{CaseFacts, Engine, Posture, Relation, Target, Viewer};

use crate::answer::Teller;
use crate::held::Held;
use crate::refusal::Cause;
use crate::{
    Answer, Permitted, Received, Refusal, Released, exceptional, foreign, learned, sight, unit,
    writing,
};

/// The cases that the system of each organism told.
type ToldBy = BTreeMap<OrganismId, BTreeSet<CaseId>>;

/// See [`Permitted::reduce`].
pub(crate) fn reduce(
    permitted: Permitted,
    answer: Answer,
    engine: &Engine,
    now: Timestamp,
) -> Result<Released, Refusal> {
    let (answer, tellers) = answer.open();
    if let Err(problem) = check_subject(&permitted.received, &answer) {
        return Err(permitted.fail(problem, now));
    }
    let learned = learned::from_answer(&permitted, &answer, &tellers);
    let mut received = permitted.received;
    let known = permitted.known;
    let view = View {
        answer: &answer,
        known: known.as_ref(),
        engine,
        now,
    };
    let sights = match view.sights(&mut received) {
        Ok(sights) => sights,
        Err(problem) => {
            let refusal = received.refuse(now, Cause::of(problem));
            return Err(refusal.with_learned(learned));
        }
    };
    let held = Held::of(answer.contract(), sights.iter().flatten(), engine);
    let shown: Vec<bool> = sights.iter().map(Option::is_some).collect();
    let opened = exceptional::opened(&received, &answer, &shown, (&|unit| view.facts(unit), now));
    let subjects = subject_words(&answer, &shown);
    let told_by = told_by(&answer, &shown, &tellers);
    let mut fates = sights.iter();
    let document = answer.reduce(|_| match fates.next() {
        Some(Some((mask, _))) => Fate::Release(mask),
        Some(None) | None => Fate::Drop,
    });
    let mut entry = received.evidence.answered(EntryKind::Released, now);
    let groups = writing::groups(&document);
    entry.released = writing::names(document.contract(), &groups);
    held.note(&mut entry);
    let silent = document.root().roles(Role::Unanswered);
    entry.silent = silent.filter_map(|text| text.parse().ok()).collect();
    let units = document.case_units();
    entry
        .cases
        .extend(units.into_iter().filter_map(unit::case_id));
    entry.cases.extend(unit::case_id(document.root()));
    entry.told_by = told_by;
    let Received {
        operation, context, ..
    } = received;
    Ok(Released {
        document,
        operation,
        context,
        entry,
        learned,
        opened,
        held,
        subjects,
        lost: Vec::new(),
    })
}

/// Whether a case of an answer is kept out of sight. One that was asked for by its identifier was refused before.
fn hidden(received: &Received, unit: NodeRef<'_>) -> bool {
    match received.kind {
        OperationKind::Hit | OperationKind::Search | OperationKind::Index => {
            let case = unit::case_id(unit);
            case.is_some_and(|case| received.screen.hides(&case))
        }
        OperationKind::Consult | OperationKind::Submit => false,
    }
}

/// By whose system each case was told that the answer shows, where several were asked.
fn told_by(answer: &Document, shown: &[bool], tellers: &[Teller]) -> ToldBy {
    let mut told = ToldBy::new();
    let units = answer.case_units().into_iter().zip(shown).zip(tellers);
    for ((unit, _), teller) in units.filter(|((_, shown), _)| **shown) {
        let cases = told.entry(teller.organism.clone()).or_default();
        cases.extend(unit::case_id(unit));
    }
    told
}

/// The words of those whom the cases are about that the answer shows.
fn subject_words(answer: &Document, shown: &[bool]) -> Vec<String> {
    let units = answer.case_units().into_iter().zip(shown);
    let shown = units.filter(|(_, shown)| **shown);
    let documents = shown.flat_map(|(unit, _)| unit.roles(Role::Subject).map(document_word));
    documents.collect()
}

/// Whether the answer is what was asked for, and about the case that was asked about.
pub(crate) fn check_subject(received: &Received, answer: &Document) -> Result<(), Problem> {
    let same = Arc::ptr_eq(answer.contract(), received.document.contract());
    if !same || answer.root().element() != received.operation.response {
        return Err(Problem::HolderGarbage);
    }
    let units = answer.case_units();
    if answer.contract().service().is_some() {
        return foreign::check(received, received.kind, &units);
    }
    match received.kind {
        OperationKind::Consult => {
            let other = |unit: &NodeRef<'_>| unit::case_id(*unit) != received.subject;
            if units.is_empty() {
                return Err(Problem::HolderGarbage);
            }
            if units.iter().any(other) {
                return Err(Problem::HolderWrongCase);
            }
        }
        OperationKind::Submit => {
            let told = unit::case_id(answer.root()).ok_or(Problem::HolderGarbage)?;
            if received.subject.is_some_and(|subject| subject != told) {
                return Err(Problem::HolderWrongCase);
            }
        }
        OperationKind::Hit | OperationKind::Search | OperationKind::Index => {
            // A case without a name could not be put on record.
            if units.iter().any(|unit| unit::case_id(*unit).is_none()) {
                return Err(Problem::HolderGarbage);
            }
            // A yes that names no case would leave as a no.
            if units.is_empty() && answer.value_of(Role::HasMatch).is_some_and(says_yes) {
                return Err(Problem::HolderGarbage);
            }
        }
    }
    Ok(())
}

fn says_yes(text: &str) -> bool {
    matches!(text, "true" | "1")
}

/// How a case is seen, and as what kind of reader.
pub(crate) type Sight = (Arc<Mask>, Viewer);

/// An answer, and what is needed to judge its cases.
#[derive(Clone, Copy)]
struct View<'a> {
    answer: &'a Document,
    /// What the index knew of the case that was asked about.
    known: Option<&'a KnownCase>,
    engine: &'a Engine,
    now: Timestamp,
}

impl View<'_> {
    /// How each case of the answer is seen, in order; `None` for one that the caller may not know of.
    fn sights(&self, received: &mut Received) -> Result<Vec<Option<Sight>>, Problem> {
        // A page of a search holds many cases and few kinds of them.
        let mut known: Vec<(ElementId, CaseFacts, Option<Sight>)> = Vec::new();
        let mut sights = Vec::new();
        for unit in self.answer.case_units() {
            if hidden(received, unit) {
                sights.push(None);
                continue;
            }
            let facts = self.facts(unit);
            let like = known
                .iter()
                .find(|(element, other, _)| *element == unit.element() && *other == facts);
            if let Some((_, _, sight)) = like {
                sights.push(sight.clone());
                continue;
            }
            let sight = match (self.sight(received, unit, &facts), received.kind) {
                (Ok(sight), _) => Some(sight),
                (Err(problem), OperationKind::Consult | OperationKind::Submit) => {
                    return Err(problem);
                }
                (Err(_), OperationKind::Hit | OperationKind::Search | OperationKind::Index) => None,
            };
            sights.push(sight.clone());
            known.push((unit.element(), facts, sight));
        }
        Ok(sights)
    }

    /// What the answer says of a case, and what the index knows of its past. A move that the answer is the
    /// first to tell is seen now; an answer older than the index does not bring the case back to where it was.
    fn facts(&self, unit: NodeRef<'_>) -> CaseFacts {
        if let Some(fronting) = self.answer.contract().fronting() {
            return foreign::facts(fronting, unit);
        }
        let told = unit::facts(unit);
        let known = self
            .known
            .filter(|known| Some(known.entry.case) == unit::case_id(unit));
        let Some(known) = known else {
            return told;
        };
        let older = unit::version(unit).is_some_and(|version| version < known.entry.version);
        let municipality = if older {
            known.entry.municipality
        } else {
            told.municipality
        };
        let left = FormerResidence {
            municipality: known.entry.municipality,
            left: self.now,
        };
        let moved = (municipality != known.entry.municipality).then_some(left);
        CaseFacts {
            municipality,
            former: moved.into_iter().chain(known.former.clone()).collect(),
            ..told
        }
    }

    /// How one case is seen, or why the caller may not know of it.
    fn sight(
        &self,
        received: &mut Received,
        unit: NodeRef<'_>,
        facts: &CaseFacts,
    ) -> Result<Sight, Problem> {
        let posture = Posture::of(&received.question_of(Target::Case(facts), self.now));
        let fronting = self.answer.contract().fronting();
        let placeless = fronting.is_some_and(foreign::is_placeless);
        let decision = if placeless {
            foreign::check_level(received, facts)?;
            self.engine.decide_posture(&posture.at_large())
        } else {
            self.engine.decide_posture(&posture)
        };
        received.evidence.judged(&decision);
        if let Some(problem) = decision.refusal() {
            let target = if placeless {
                Target::Federation
            } else {
                Target::Case(facts)
            };
            return Err(received.truly(problem, target));
        }
        let mut viewer = posture.viewer().ok_or(Problem::AgreementNotEffective)?;
        if placeless {
            viewer.relation = Relation::InTerritory;
        }
        let contract = unit.document().contract();
        let mask = self.engine.masks(contract, unit.element(), &viewer);
        if sight::shows_nothing(contract, &mask) {
            return Err(Problem::NothingVisible);
        }
        received.evidence.seen_by(self.engine, viewer);
        Ok((mask, viewer))
    }
}
