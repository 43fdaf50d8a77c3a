//! A request that may be asked. Second stage; only [`Received::permit`] makes one.

use std::collections::BTreeMap;

use contract::{Document, ElementId, Operation};
use domain::{Alarm, CaseId, Context, KnownCase, OperationKind, OrganismId, Problem, Source};
use jiff::Timestamp;
use journal::Entry;
use policy::Engine;

use crate::refusal::Cause;
use crate::{Answer, Caller, Received, Refusal, Released, Told, merge, reduce, writing};

/// A request that may be asked of whoever holds the answer.
#[derive(Debug)]
pub struct Permitted {
    pub(crate) received: Received,
    /// What the index knew of the subject.
    pub(crate) known: Option<KnownCase>,
}

impl Permitted {
    /// What to ask: the request, with what only the gateway fills in filled in.
    pub fn question(&self) -> &Document {
        &self.received.document
    }

    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.received.caller
    }

    /// The context to ask it in.
    pub fn context(&self) -> &Context {
        &self.received.context
    }

    /// The operation to ask for.
    pub fn operation(&self) -> &Operation {
        &self.received.operation
    }

    /// The name of the exchange, as the evidence and the caller have it.
    pub fn exchange(&self) -> &str {
        self.received.evidence.exchange()
    }

    /// The root element that the answer must have.
    pub fn expected(&self) -> ElementId {
        self.received.operation.response
    }

    /// The kind of that operation.
    pub fn kind(&self) -> OperationKind {
        self.received.kind
    }

    /// Whether it opens a case: it changes one and names none.
    pub fn opens_a_case(&self) -> bool {
        self.received.kind == OperationKind::Submit && self.received.subject.is_none()
    }

    /// The system that holds the case it is about; the central one where it is about no case that is known.
    pub fn source(&self) -> Source {
        let known = self.known.as_ref();
        known
            .map(|known| known.entry.source.clone())
            .unwrap_or_default()
    }

    /// The evidence of the question, durable before it leaves for `holder`.
    pub fn asked(&self, holder: &OrganismId) -> Entry {
        let document = &self.received.document;
        let groups = writing::groups(document);
        let groups = writing::names(document.contract(), &groups);
        self.received.evidence.asked(holder, groups)
    }

    /// The evidence that `holder` did not sign its answer as was agreed with it: whoever else answers, someone must
    /// look at it. `together` is how many requests it was the answer to, of which this is the first.
    pub fn distrusted(&self, holder: &OrganismId, together: usize, now: Timestamp) -> Entry {
        let evidence = &self.received.evidence;
        let mut entry = evidence.alarm(Alarm::UntrustedAnswer, None, now);
        entry.requests = u32::try_from(together).ok().filter(|count| *count > 1);
        entry.recipient = Some(holder.clone());
        entry.problem = Some(Problem::HolderSignature.entry().code.to_owned());
        entry.incident = Some(evidence.exchange().to_owned());
        entry
    }

    /// Ends the exchange for a problem with the holder, or with asking it. The holder's own answer
    /// that there is no such case is the one answer for what is not there or out of reach.
    pub fn fail(self, problem: Problem, now: Timestamp) -> Refusal {
        self.received.refuse(now, Cause::of(problem))
    }

    /// Whether several systems can be asked for it: of a search, whether it begins where a page of several may begin.
    ///
    /// # Errors
    /// The cursor is none that was given out for several.
    pub fn check_cursor(&self) -> Result<(), Problem> {
        merge::check_cursor(&self.received)
    }

    /// Makes one answer of what several systems said; see [`merge`](crate::Told). `settled` says of the cases of a
    /// search, as far as the index knows and nobody disputes it, whose word counts.
    ///
    /// # Errors
    /// None of them said anything that can be used, or all together too much.
    pub fn merge(
        &self,
        told: Vec<Told>,
        settled: &BTreeMap<CaseId, Source>,
    ) -> Result<Answer, Problem> {
        merge::merge(&self.received, told, settled)
    }

    /// Opens the answer, and makes of it what this caller may see.
    ///
    /// # Errors
    /// The answer is of another kind, or about another case, than asked; or the case turns out to be
    /// out of the caller's reach, as when the victim has moved.
    pub fn reduce(
        self,
        answer: Answer,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<Released, Refusal> {
        let lost = answer.lost().to_vec();
        let released = reduce::reduce(self, answer, engine, now)?;
        Ok(released.having_lost(lost))
    }
}
