//! What every page has at hand.

use std::sync::Arc;
use std::time::Duration;

use certs::acceptor::Acceptor;
use certs::veil::Veil;
use contract::Contract;
use domain::Staff;
use journal::{Entry, EntryKind, Verdict};
use store::{JournalWriter, Store};

use crate::body::BodyLimits;
use crate::clock;
use crate::holders::Holders;
use crate::standing::Current;

use super::differences::Compared;
use super::listener::Watched;
use super::oidc::Gate;
use super::refusal::Refusal;
use super::statistics::Statistics;

/// What every page has at hand; shared by the workers.
pub(crate) struct Desk {
    /// Registry, index, staff.
    pub store: Store,
    /// The evidence: what staff do is written into it before they see what comes of it.
    pub journal: JournalWriter,
    /// Who is who, and which policies are in force.
    pub current: Arc<Current>,
    /// The contract that is decided on.
    pub contract: Arc<Contract>,
    /// All that callers may speak, by name and version: it, its other versions, partners' dialects.
    pub contracts: Vec<String>,
    /// Whoever holds the answers.
    pub holders: Holders,
    /// Signs sessions.
    pub veil: Veil,
    /// The way through the identity provider, where there is one.
    pub gate: Option<Gate>,
    /// Whose certificates are let in, and which are revoked.
    pub acceptor: Acceptor,
    /// What the gateway's own listener trusts, by which certificates of organisms are judged.
    pub gateway: Acceptor,
    /// Where enrolment is reached, where there is any.
    pub enrolment_url: Option<String>,
    /// How long a session may be idle.
    pub idle: Duration,
    /// What is looked after: certificates that end, the public half of the seal.
    pub watched: Watched,
    /// The tables counted last.
    pub statistics: Statistics,
    /// Held by whoever compares policies, one at a time; what was compared last is kept for whoever proposes it.
    pub comparing: Arc<tokio::sync::Mutex<Option<Compared>>>,
    /// What a form may cost.
    pub body: BodyLimits,
}

impl Desk {
    /// Writes that a member of staff does something: before it is done, so that there is no act without evidence.
    ///
    /// # Errors
    /// The journal cannot be written: then it must not be done.
    pub(crate) async fn record(&self, mut entry: Entry, staff: &Staff) -> Result<(), Refusal> {
        entry.staff = Some(staff.id.clone());
        entry.verdict = Some(Verdict::Allowed);
        let recorded = self.journal.record(entry).await;
        recorded.map(drop).map_err(Refusal::broken)
    }
}

/// An act of staff, to be completed and recorded; `operation` says which.
pub(crate) fn act(operation: &str) -> Entry {
    let mut entry = Entry::new(EntryKind::Managed, clock::now(), clock::fresh_id());
    entry.operation = Some(operation.to_owned());
    entry
}
