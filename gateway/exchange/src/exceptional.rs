//! Exceptional access: what a declared imminent danger leaves behind.
//!
//! Permission and mask are the policies'; here is the evidence, and whom to tell.

use contract::{Document, NodeRef};
use domain::{Alarm, CaseId, OrganismId, Reason};
use jiff::Timestamp;
use journal::{Entry, EntryKind};
use policy::{CaseFacts, Posture, Relation, Target};

use crate::{Permitted, Received, Released, unit};

/// A case that nothing but the declared danger opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The case.
    pub case: CaseId,
    /// Who is in charge of it, and must be told.
    pub responsible: Option<OrganismId>,
}

impl Permitted {
    /// Why an imminent danger was declared, if it was.
    pub fn peril(&self) -> Option<&Reason> {
        self.received.context.peril.as_ref()
    }

    /// The alarm of an exceptional access, durable before anything is asked.
    pub fn exceptional_alarm(&self, now: Timestamp) -> Entry {
        let evidence = &self.received.evidence;
        evidence.alarm(Alarm::Exceptional, None, now)
    }
}

impl Released {
    /// The cases that nothing but the declared danger opened.
    pub fn opened(&self) -> &[Opened] {
        &self.opened
    }

    /// The evidence that those in charge of the opened cases are told, one entry for each of them.
    pub fn notified(&self, now: Timestamp) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for opened in &self.opened {
            let told = entries
                .iter_mut()
                .find(|entry| entry.recipient == opened.responsible);
            if let Some(entry) = told {
                entry.cases.insert(opened.case);
                continue;
            }
            let mut entry = crate::evidence::alarm(&self.entry, Alarm::Exceptional, None, now);
            entry.kind = EntryKind::Notified;
            entry.recipient.clone_from(&opened.responsible);
            entry.cases.insert(opened.case);
            entries.push(entry);
        }
        entries
    }
}

/// The cases of an answer that are shown because of the declared danger and of nothing else.
pub(crate) fn opened(
    received: &Received,
    answer: &Document,
    shown: &[bool],
    (facts, now): (&dyn Fn(NodeRef<'_>) -> CaseFacts, Timestamp),
) -> Vec<Opened> {
    if received.context.peril.is_none() {
        return Vec::new();
    }
    let units = answer.case_units().into_iter().zip(shown);
    let shown = units.filter(|(_, shown)| **shown);
    let opened = shown.filter_map(|(unit, _)| {
        let facts = facts(unit);
        let question = received.question_of(Target::Case(&facts), now);
        let viewer = Posture::of(&question).viewer()?;
        (viewer.relation == Relation::Imperilled).then_some(Opened {
            case: unit::case_id(unit)?,
            responsible: facts.responsible,
        })
    });
    opened.collect()
}
