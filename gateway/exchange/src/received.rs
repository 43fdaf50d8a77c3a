//! A request that was read, and whose sender is who the certificate says. First stage.

use std::sync::Arc;

use contract::{Document, Operation, Role};
use domain::problem::Violation;
use domain::quota::Usage;
use domain::{CaseId, Context, OperationKind, OrganismId, Problem, Watched};
use jiff::Timestamp;
use journal::{Digest, Entry};

use crate::calendar::in_time;
use crate::evidence::Evidence;
use crate::refusal::Cause;
use crate::screen::Screen;
use crate::{Caller, Refusal, unit};

/// What an adapter read.
#[derive(Debug)]
pub struct Message {
    /// What the caller says about itself.
    pub context: Context,
    /// The name of the operation in the document's contract.
    pub operation: Arc<str>,
    /// The request of that operation.
    pub document: Document,
    /// The digest of the bytes as they came.
    pub digest: Digest,
}

/// When an exchange began, and its name: incident, transmission and evidence all carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub now: Timestamp,
    /// The name of the exchange: 1 to 64 characters of `A-Z a-z 0-9 . _ : -`.
    pub exchange: String,
}

/// A request that was read, and whose sender is who the certificate says.
#[derive(Debug)]
pub struct Received {
    pub(crate) caller: Caller,
    pub(crate) context: Context,
    pub(crate) operation: Operation,
    pub(crate) kind: OperationKind,
    pub(crate) document: Document,
    pub(crate) subject: Option<CaseId>,
    pub(crate) evidence: Evidence,
    pub(crate) usage: Option<Usage>,
    pub(crate) screen: Screen,
}

impl Received {
    /// Takes a request in.
    ///
    /// # Errors
    /// The requester is neither the caller nor one it may act for; the timestamp is neither of today
    /// nor of yesterday in Madrid; the document is not the request of that operation.
    pub fn new(caller: Caller, message: Message, moment: &Moment) -> Result<Self, Refusal> {
        let Message {
            context,
            operation: name,
            document,
            digest,
        } = message;
        let contract = Arc::clone(document.contract());
        let operation = contract.operation(&name);
        let evidence = Evidence::begin(&caller, moment)
            .about(&contract, operation, Some(&name))
            .said(&caller, &context)
            .received(digest);
        let refuse = |problem| Err(Refusal::new(&evidence, moment.now, Cause::of(problem)));
        if !caller.may_speak(&context) {
            return refuse(Problem::RequesterNotCertificate);
        }
        if !in_time(context.timestamp, moment.now) {
            return refuse(Problem::TimestampOutOfRange);
        }
        let fits = |operation: &&Operation| operation.request == document.root().element();
        let Some(operation) = operation.filter(fits).cloned() else {
            return refuse(Problem::Internal);
        };
        let Ok(kind) = operation.class.parse() else {
            return refuse(Problem::Internal);
        };
        let subject = match subject(kind, &document) {
            Ok(subject) => subject,
            Err(violation) => {
                let cause = Cause::breach(violation);
                return Err(Refusal::new(&evidence, moment.now, cause));
            }
        };
        let evidence = evidence.on(subject);
        Ok(Self {
            caller,
            context,
            operation,
            kind,
            document,
            subject,
            evidence,
            usage: None,
            screen: Screen::Nothing,
        })
    }

    /// Notes that the message came in another version of the contract than the one it is decided on.
    #[must_use]
    pub fn spoken(mut self, contract: &str) -> Self {
        self.evidence = self.evidence.spoken(contract);
        self
    }

    /// The case that must be looked up in the index before [`Received::permit`].
    pub fn subject_case(&self) -> Option<CaseId> {
        self.subject
    }

    /// Keeps cases out of sight: they are for this request as if they did not exist.
    #[must_use]
    pub fn screened(mut self, screen: Screen) -> Self {
        self.screen = screen;
        self
    }

    /// Puts the digest of the reason for a declared danger into the evidence.
    #[must_use]
    pub fn reasoned(mut self, digest: Digest) -> Self {
        self.evidence = self.evidence.reasoned(digest);
        self
    }

    /// The alarm that a question about a watched subject raises.
    pub fn watched_alarm(&self, watched: Watched, now: Timestamp) -> Entry {
        self.evidence.alarm(watched.alarm(), None, now)
    }

    /// What the caller says about itself.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The organism that connects.
    pub fn organism(&self) -> &OrganismId {
        &self.caller.organism().id
    }

    /// What kind of operation it asks for.
    pub fn kind(&self) -> OperationKind {
        self.kind
    }

    /// Ends the exchange for a problem that is not the caller's.
    pub fn fail(self, problem: Problem, now: Timestamp) -> Refusal {
        self.refuse(now, Cause::of(problem))
    }

    pub(crate) fn refuse(&self, now: Timestamp, cause: Cause) -> Refusal {
        Refusal::new(&self.evidence, now, cause)
    }
}

/// The case that the request itself names.
fn subject(kind: OperationKind, document: &Document) -> Result<Option<CaseId>, Violation> {
    match kind {
        OperationKind::Hit | OperationKind::Search | OperationKind::Index => Ok(None),
        OperationKind::Consult | OperationKind::Submit => {
            let root = document.root();
            let Some(leaf) = unit::own_leaf(root, Role::CaseId) else {
                return Ok(None);
            };
            let text = leaf.text().unwrap_or_default();
            text.parse().map(Some).map_err(|_| Violation {
                path: format!("/{}/{}", root.local(), leaf.local()),
                line: None,
                code: "identificador-de-caso".to_owned(),
                message: "no es un identificador de caso".to_owned(),
            })
        }
    }
}
