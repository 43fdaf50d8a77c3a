//! From the holder's answer to what the caller may see of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use contract::{Document, ElementId, Fate, Mask, NodeRef};
use domain::{FormerResidence, KnownCase, OperationKind, Problem};
use jiff::Timestamp;
use journal::EntryKind;
use policy::{CaseFacts, Engine, Posture, Relation, Target};

use crate::refusal::Cause;
use crate::{
    Permitted, Received, Refusal, Released, exceptional, foreign, learned, sight, unit, writing,
};

/// See [`Permitted::reduce`].
pub(crate) fn reduce(
    permitted: Permitted,
    answer: Document,
    engine: &Engine,
    now: Timestamp,
) -> Result<Released, Refusal> {
    if let Err(problem) = check_subject(&permitted.received, &answer) {
        return Err(permitted.fail(problem, now));
    }
    let learned = learned::from_answer(&permitted, &answer);
    let mut received = permitted.received;
    let known = permitted.known;
    let view = View {
        answer: &answer,
        known: known.as_ref(),
        engine,
        now,
    };
    let masks = match view.masks(&mut received) {
        Ok(masks) => masks,
        Err(problem) => {
            let refusal = received.refuse(now, Cause::of(problem));
            return Err(refusal.with_learned(learned));
        }
    };
    let withheld: BTreeSet<String> = masks
        .iter()
        .flatten()
        .flat_map(|mask| withheld(&answer, mask))
        .collect();
    let shown: Vec<bool> = masks.iter().map(Option::is_some).collect();
    let opened = exceptional::opened(&received, &answer, &shown, (&|unit| view.facts(unit), now));
    let mut fates = masks.iter();
    let document = answer.reduce(|_| match fates.next() {
        Some(Some(mask)) => Fate::Release(mask),
        Some(None) | None => Fate::Drop,
    });
    let mut entry = received.evidence.answered(EntryKind::Released, now);
    let groups = writing::groups(&document);
    entry.released = writing::names(document.contract(), &groups);
    entry.withheld = withheld;
    let units = document.case_units();
    entry
        .cases
        .extend(units.into_iter().filter_map(unit::case_id));
    entry.cases.extend(unit::case_id(document.root()));
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
    })
}

/// Whether the answer is what was asked for, and about the case that was asked about.
fn check_subject(received: &Received, answer: &Document) -> Result<(), Problem> {
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
        }
    }
    Ok(())
}

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
    /// The mask of each case of the answer, in order; `None` for one that the caller may not know of.
    fn masks(&self, received: &mut Received) -> Result<Vec<Option<Arc<Mask>>>, Problem> {
        // A page of a search holds many cases and few kinds of them.
        let mut known: Vec<(ElementId, CaseFacts, Option<Arc<Mask>>)> = Vec::new();
        let mut masks = Vec::new();
        for unit in self.answer.case_units() {
            let facts = self.facts(unit);
            let like = known
                .iter()
                .find(|(element, other, _)| *element == unit.element() && *other == facts);
            if let Some((_, _, mask)) = like {
                masks.push(mask.clone());
                continue;
            }
            let mask = match (self.mask(received, unit, &facts), received.kind) {
                (Ok(mask), _) => Some(mask),
                (Err(problem), OperationKind::Consult | OperationKind::Submit) => {
                    return Err(problem);
                }
                (Err(_), OperationKind::Hit | OperationKind::Search | OperationKind::Index) => None,
            };
            masks.push(mask.clone());
            known.push((unit.element(), facts, mask));
        }
        Ok(masks)
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

    /// The mask of one case, or why the caller may not know of it.
    fn mask(
        &self,
        received: &mut Received,
        unit: NodeRef<'_>,
        facts: &CaseFacts,
    ) -> Result<Arc<Mask>, Problem> {
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
        Ok(mask)
    }
}

/// The names of the groups that a mask holds back.
fn withheld(answer: &Document, mask: &Mask) -> BTreeSet<String> {
    writing::names(
        answer.contract(),
        mask.withheld().iter().map(|withheld| &withheld.group),
    )
}
