//! An answer that may be given. Last stage; only [`Permitted::reduce`](crate::Permitted::reduce)
//! makes one.

use contract::{Document, Loss, Operation};
use domain::quota::Limit;
use domain::{Alarm, CaseId, Context, IndexEntry, OperationKind, Problem, Watched};
use jiff::Timestamp;
use journal::{Digest, Entry};

use crate::exceptional::Opened;
use crate::held::Held;
use crate::refusal::Cause;
use crate::{Refusal, evidence};

/// An answer that may be given to the caller, as it is.
#[derive(Debug)]
pub struct Released {
    pub(crate) document: Document,
    pub(crate) operation: Operation,
    pub(crate) context: Context,
    pub(crate) entry: Entry,
    pub(crate) learned: Vec<IndexEntry>,
    pub(crate) opened: Vec<Opened>,
    pub(crate) held: Held,
    pub(crate) subjects: Vec<String>,
    /// What of the holder's answer had no place in the canonical contract, as far as the caller may know of it.
    pub(crate) lost: Vec<Loss>,
}

impl Released {
    /// The answer.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Puts on record where the holder's answer lost something when it was read; not why, for a reason may tell the
    /// value. The caller is told of both if the answer is of the one case that it asked for and nothing of that was
    /// held back: else a loss would tell of what is hidden.
    pub(crate) fn having_lost(mut self, lost: Vec<Loss>) -> Self {
        let told = lost.iter().map(|loss| loss.path.to_string());
        self.entry.lost.extend(told);
        let of_one = match self.entry.operation_kind {
            Some(OperationKind::Consult | OperationKind::Submit) => true,
            Some(OperationKind::Hit | OperationKind::Search | OperationKind::Index) | None => false,
        };
        if of_one && self.held.is_empty() {
            self.lost = lost;
        }
        self
    }

    /// What of the holder's answer had no place in the canonical contract, to be told to a caller whose contract has a
    /// place for it.
    pub fn lost(&self) -> &[Loss] {
        &self.lost
    }

    /// The operation it answers.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The context of the request it answers.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The name of the exchange: the number of this transmission.
    pub fn exchange(&self) -> &str {
        &self.entry.exchange
    }

    /// When it was released.
    pub fn at(&self) -> Timestamp {
        self.entry.at
    }

    /// The field groups that were held back in part or as a whole, by name, each with the clauses on which
    /// that rests.
    pub fn withheld(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.held.groups()
    }

    /// The evidence of the answer, durable before it leaves; `sent` is the digest of its bytes.
    pub fn entry(&self, sent: Digest) -> Entry {
        Entry {
            answer_digest: Some(sent),
            ..self.entry.clone()
        }
    }

    /// Ends the exchange after all: the answer could not be told to the caller.
    pub fn fail(self, problem: Problem, now: Timestamp) -> Refusal {
        Refusal::after(self.entry, Cause::of(problem), now).with_learned(self.learned)
    }

    /// The cases that the answer shows.
    pub fn cases(&self) -> impl Iterator<Item = &CaseId> {
        self.entry.cases.iter()
    }

    /// The words of those whom the cases are about that the answer shows.
    pub fn subject_words(&self) -> &[String] {
        &self.subjects
    }

    /// The alarm that an answer about a watched subject raises.
    pub fn watched_alarm(&self, watched: Watched, now: Timestamp) -> Entry {
        evidence::alarm(&self.entry, watched.alarm(), None, now)
    }

    /// The alarm of a quota that this answer brings near its end.
    pub fn quota_alarm(&self, limit: Limit, now: Timestamp) -> Entry {
        evidence::alarm(&self.entry, Alarm::QuotaNear, Some(limit), now)
    }

    /// Ends the exchange after all: the answer shows more persons than a quota leaves.
    pub fn beyond(mut self, limit: Limit, now: Timestamp) -> Refusal {
        self.entry.limit = Some(limit);
        Refusal::after(self.entry, Cause::beyond(limit, now), now).with_learned(self.learned)
    }

    /// What the index learns from the answer as it came.
    pub fn index_updates(&self) -> &[IndexEntry] {
        &self.learned
    }
}
