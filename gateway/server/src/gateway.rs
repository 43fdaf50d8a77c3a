//! What every request shares.

use std::sync::Arc;

use adapters::rest::Router;
use adapters::soap::Packing;
use certs::veil::Veil;
use contract::{Contract, Limits, Rulebook};
use domain::IndexEntry;
use store::{JournalWriter, Store};

use crate::body::BodyLimits;
use crate::clock;
use crate::descriptions::Descriptions;
use crate::holders::Holders;
use crate::quota::Quota;
use crate::sandbox::Runs;
use crate::security::Security;
use crate::spoken::Spoken;
use crate::standing::Current;

/// One fronted contract with all that serving it takes; shared by the workers.
pub(crate) struct Gateway {
    /// The contract.
    pub contract: Arc<Contract>,
    /// How it becomes the version that is decided on; none for a service of others.
    pub spoken: Option<Spoken>,
    /// The rules and forms of the contract that is decided on.
    pub rules: Arc<Rulebook>,
    /// What its REST addresses begin with.
    pub rest_prefix: String,
    /// Its REST addresses.
    pub router: Router,
    /// Its descriptions, as served.
    pub descriptions: Descriptions,
    /// Index and idempotency.
    pub store: Store,
    /// The evidence.
    pub journal: JournalWriter,
    /// Whoever holds the answers.
    pub holders: Holders,
    /// Runs of the conformance profile under way, where this is a sandbox: whose cases are whose.
    pub runs: Option<Arc<Runs>>,
    /// What keeps persons from being read out of what is counted.
    pub veil: Veil,
    /// How often its operations may be called.
    pub quota: Quota,
    /// How often organisms may change their users forms.
    pub forms: Quota,
    /// Who is who at this moment.
    pub current: Arc<Current>,
    /// How messages are judged and signed.
    pub security: Security,
    /// What a message may cost.
    pub limits: Limits,
    /// What is done about packages in answers.
    pub packing: Packing,
    /// What a body may cost.
    pub body: BodyLimits,
}

impl Gateway {
    /// Takes up what an answer told about where its cases are. What cannot be kept comes again with
    /// the holder's index, so it does not fail the exchange.
    pub(crate) async fn learn(&self, learned: &[IndexEntry]) {
        if learned.is_empty() {
            return;
        }
        if let Err(error) = self.store.upsert_index(learned, clock::now()).await {
            tracing::warn!(%error, "the case index could not take up an answer");
        }
    }
}
