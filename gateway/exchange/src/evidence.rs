//! What becomes a journal entry, gathered as the exchange goes on.

use std::collections::BTreeSet;

use contract::{Contract, Operation, Visibility};
use domain::quota::Limit;
use domain::{Alarm, CaseId, Context, OrganismId};
use jiff::Timestamp;
use journal::{Digest, Entry, EntryKind, Verdict};
use policy::{Decision, Engine, Relation, Viewer};

use crate::Caller;
use crate::received::Moment;

/// What every entry of one exchange says; the kind and the instant are those of each entry.
#[derive(Clone, Debug)]
pub(crate) struct Evidence(Entry);

impl Evidence {
    pub(crate) fn begin(caller: &Caller, moment: &Moment) -> Self {
        let mut entry = Entry::new(EntryKind::Refused, moment.now, moment.exchange.clone());
        entry.organism = Some(caller.organism().id.clone());
        entry.certificate = Some(*caller.certificate());
        entry.signer = caller.signed().map(|signed| signed.certificate);
        entry.signature = caller.signed().map(|signed| signed.signature);
        entry.agreement = caller.agreement().map(|agreement| agreement.id.clone());
        Self(entry)
    }

    pub(crate) fn about(
        mut self,
        contract: &Contract,
        operation: Option<&Operation>,
        name: Option<&str>,
    ) -> Self {
        self.0.contract = Some(contract.id());
        self.0.operation = name.map(str::to_owned);
        self.0.operation_kind = operation.and_then(|operation| operation.class.parse().ok());
        self
    }

    pub(crate) fn spoken(mut self, contract: &str) -> Self {
        self.0.contract = Some(contract.to_owned());
        self
    }

    pub(crate) fn said(mut self, caller: &Caller, context: &Context) -> Self {
        self.0.on_behalf_of = caller.acts_for(context).cloned();
        self.0.officer = Some(context.officer.clone());
        self.0.purpose = Some(context.purpose);
        self.0.file.clone_from(&context.file);
        self.0.request_id = Some(context.request_id.clone());
        self
    }

    /// Notes the digest of why a danger is declared.
    pub(crate) fn reasoned(mut self, digest: Digest) -> Self {
        self.0.reason = Some(digest);
        self
    }

    pub(crate) fn received(mut self, digest: Digest) -> Self {
        self.0.request_digest = Some(digest);
        self
    }

    pub(crate) fn on(mut self, case: Option<CaseId>) -> Self {
        self.0.cases.extend(case);
        self
    }

    /// Notes which policies were in force, where they had nothing to decide.
    pub(crate) fn weighed(&mut self, engine: &Engine) {
        self.0.policy_version = Some(engine.version().to_owned());
    }

    /// Notes what the policies said; the policies of several decisions add up.
    pub(crate) fn decided(&mut self, engine: &Engine, decision: &Decision) {
        self.weighed(engine);
        self.judged(decision);
        self.0.verdict = Some(if decision.allowed() {
            Verdict::Allowed
        } else {
            Verdict::Denied
        });
    }

    /// Notes which policies judged one case of an answer; cases that are left out refuse nothing.
    pub(crate) fn judged(&mut self, decision: &Decision) {
        self.0
            .policies
            .extend(decision.policies.iter().map(ToString::to_string));
    }

    /// Notes which policies showed what was released, when the reader is not simply in its territory:
    /// every exception that was used has its name in the evidence.
    pub(crate) fn seen_by(&mut self, engine: &Engine, viewer: Viewer) {
        match viewer.relation {
            Relation::InTerritory => {}
            Relation::Present
            | Relation::HandedOver
            | Relation::Traced
            | Relation::Imperilled
            | Relation::Other => {
                let rulings = engine.rulings(viewer);
                let shown = rulings
                    .values()
                    .filter(|ruling| ruling.visibility != Visibility::Hidden);
                let policies = shown.flat_map(|ruling| ruling.seen_by.iter());
                self.0.policies.extend(policies.map(ToString::to_string));
            }
        }
    }

    /// Notes the quota that the request goes beyond.
    pub(crate) fn beyond(&mut self, limit: Limit) {
        self.0.limit = Some(limit);
    }

    /// The entry of an alarm that this exchange raises.
    pub(crate) fn alarm(&self, alarm: Alarm, limit: Option<Limit>, now: Timestamp) -> Entry {
        self::alarm(&self.0, alarm, limit, now)
    }

    pub(crate) fn request_id(&self) -> Option<domain::RequestId> {
        self.0.request_id.clone()
    }

    pub(crate) fn exchange(&self) -> &str {
        &self.0.exchange
    }

    /// The entry of a question that leaves for `holder` with these groups in it.
    pub(crate) fn asked(&self, holder: &OrganismId, groups: BTreeSet<String>) -> Entry {
        let mut entry = self.0.clone();
        entry.kind = EntryKind::Asked;
        entry.recipient = Some(holder.clone());
        entry.released = groups;
        entry
    }

    /// The entry of an answer or a refusal that leaves for the caller.
    pub(crate) fn answered(&self, kind: EntryKind, now: Timestamp) -> Entry {
        let fresh = Entry::new(kind, now, self.0.exchange.clone());
        let mut entry = self.0.clone();
        (entry.kind, entry.at) = (fresh.kind, fresh.at);
        entry.recipient.clone_from(&entry.organism);
        entry
    }
}

/// The entry of an alarm raised by the exchange of another entry: who, what and when, nothing of what was decided.
pub(crate) fn alarm(of: &Entry, alarm: Alarm, limit: Option<Limit>, now: Timestamp) -> Entry {
    let fresh = Entry::new(EntryKind::Alert, now, of.exchange.clone());
    Entry {
        contract: of.contract.clone(),
        operation: of.operation.clone(),
        operation_kind: of.operation_kind,
        organism: of.organism.clone(),
        on_behalf_of: of.on_behalf_of.clone(),
        certificate: of.certificate,
        officer: of.officer.clone(),
        purpose: of.purpose,
        file: of.file.clone(),
        request_id: of.request_id.clone(),
        agreement: of.agreement.clone(),
        reason: of.reason,
        alarm: Some(alarm),
        limit,
        ..fresh
    }
}
