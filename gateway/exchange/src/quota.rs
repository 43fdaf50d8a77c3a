//! What a request uses of the quotas of its agreement, and whether that is too much.
//!
//! Counting is the database's; here it is a value. A request whose agreement limits anything is not permitted until it
//! was [counted](Received::counted).

use contract::Role;
use domain::quota::{self, Amount, Limit, Quotas, Usage};
use domain::watched::{case_word, document_word};
use domain::{Alarm, OfficerId, OperationKind, OrganismId, Problem, Standing};
use jiff::Timestamp;
use jiff::civil::Date;
use journal::Entry;

use crate::refusal::Cause;
use crate::{Received, Refusal};

/// What a request uses, to be counted before it is permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uses {
    /// The day it counts on.
    pub day: Date,
    /// Whose quota.
    pub organism: OrganismId,
    /// Which officer's.
    pub officer: OfficerId,
    /// How much, persons aside.
    pub amount: Amount,
    /// Whom it is about, in a word of its own; never kept as it is.
    pub subject: Option<String>,
    /// The quotas.
    pub quotas: Quotas,
}

impl Received {
    /// What it uses of the quotas of its agreement; nothing where none is limited, or none is in effect.
    pub fn uses(&self, now: Timestamp) -> Option<Uses> {
        let quotas = self.quotas(now)?;
        let out_of_hours = u64::from(!quotas.hours.contain(now));
        Some(Uses {
            day: quota::day(now),
            organism: self.caller.organism().id.clone(),
            officer: self.context.officer.clone(),
            amount: Amount {
                requests: 1,
                out_of_hours,
                exceptional: u64::from(self.context.peril.is_some()),
                ..Amount::default()
            },
            subject: self.subject_word(),
            quotas,
        })
    }

    /// Takes up what organism and officer have used today, this request included.
    #[must_use]
    pub fn counted(mut self, usage: Usage) -> Self {
        self.usage = Some(usage);
        self
    }

    /// The alarms of the quotas that this request brings near their end; evidence, whatever becomes of it.
    pub fn quota_alarms(&self, now: Timestamp) -> Vec<Entry> {
        let near = self.quotas(now).zip(self.usage);
        let near = near.map(|(quotas, usage)| quotas.near(&usage));
        let limits = near.unwrap_or_default();
        let alarm = |limit: &Limit| self.evidence.alarm(Alarm::QuotaNear, Some(*limit), now);
        limits.iter().map(alarm).collect()
    }

    /// Refuses what goes beyond a quota, before anything of a case is weighed: so that this refusal says nothing
    /// of any case.
    pub(crate) fn within_quotas(&mut self, now: Timestamp) -> Result<(), Refusal> {
        let Some(quotas) = self.quotas(now) else {
            return Ok(());
        };
        let Some(usage) = self.usage else {
            return Err(self.refuse(now, Cause::of(Problem::Internal)));
        };
        let exhausted = || match self.kind {
            OperationKind::Search => quotas.exhausted(&usage),
            OperationKind::Hit
            | OperationKind::Consult
            | OperationKind::Submit
            | OperationKind::Index => None,
        };
        match quotas.exceeded(&usage).or_else(exhausted) {
            None => Ok(()),
            Some(limit) => {
                self.evidence.beyond(limit);
                Err(self.refuse(now, Cause::beyond(limit, now)))
            }
        }
    }

    fn quotas(&self, now: Timestamp) -> Option<Quotas> {
        let agreement = self.caller.agreement()?;
        let effective = agreement.standing(now) == Standing::Effective;
        let quotas = agreement.annex.quotas;
        (effective && quotas.limit_anything()).then_some(quotas)
    }

    /// The word of the case, else of the document, that the request asks about.
    pub fn subject_word(&self) -> Option<String> {
        if let Some(case) = &self.subject {
            return Some(case_word(case));
        }
        self.document.value_of(Role::Subject).map(document_word)
    }
}
