//! A request that was read, and whose sender is who the certificate says. First stage.

use std::sync::Arc;

use contract::{Document, Operation, Role};
use domain::problem::Violation;
use domain::{CaseId, Context, IndexEntry, OperationKind, Problem};
use jiff::Timestamp;
use journal::Digest;
use policy::{CaseFacts, Engine, Question, Relation, Target, Viewer};

use crate::calendar::in_time;
use crate::evidence::Evidence;
use crate::refusal::Cause;
use crate::{Caller, Permitted, Refusal, scope, unit, writing};

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
            .about(&contract, operation, &name)
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
        })
    }

    /// The case that must be looked up in the index before [`Received::permit`].
    pub fn subject_case(&self) -> Option<CaseId> {
        self.subject
    }

    /// What the caller says about itself.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// What kind of operation it asks for.
    pub fn kind(&self) -> OperationKind {
        self.kind
    }

    /// Asks the policies; `index` is what the index knows of the subject.
    ///
    /// # Errors
    /// What the agreement or the policies forbid. A case that is out of reach and one that the index
    /// does not know give the same report; the journal entries differ.
    pub fn permit(
        self,
        index: Option<&IndexEntry>,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<Permitted, Refusal> {
        let index = index.filter(|entry| Some(entry.case) == self.subject);
        match self.kind {
            OperationKind::Hit | OperationKind::Search | OperationKind::Index => {
                self.permit_at_large(engine, now)
            }
            OperationKind::Consult => self.permit_case(index, engine, now),
            OperationKind::Submit if self.subject.is_none() => self.permit_new(engine, now),
            OperationKind::Submit => self.permit_change(index, engine, now),
        }
    }

    /// Whatever concerns no case in particular.
    fn permit_at_large(mut self, engine: &Engine, now: Timestamp) -> Result<Permitted, Refusal> {
        self.decide(Target::Federation, engine, now)?;
        if self.kind == OperationKind::Search {
            let annex = self.caller.agreement().map(|agreement| &agreement.annex);
            let narrowed = annex.and_then(|annex| scope::narrow(&self.document, annex));
            let Some(document) = narrowed else {
                return Err(self.refuse(now, Cause::of(Problem::Internal)));
            };
            self.document = document;
        }
        Ok(Permitted {
            received: self,
            known: None,
        })
    }

    /// Reading a case that the index knows.
    fn permit_case(
        mut self,
        index: Option<&IndexEntry>,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<Permitted, Refusal> {
        let entry = self.known(index, engine, now)?;
        self.decide(Target::Case(&CaseFacts::from(&entry)), engine, now)?;
        Ok(Permitted {
            received: self,
            known: Some(entry),
        })
    }

    /// Creating a case.
    fn permit_new(mut self, engine: &Engine, now: Timestamp) -> Result<Permitted, Refusal> {
        if let Some(path) = self.path_of(Role::ExpectedVersion) {
            let message = "un caso nuevo no tiene versión de partida".to_owned();
            let code = "version-de-caso-nuevo".to_owned();
            let violation = Violation {
                path,
                line: None,
                code,
                message,
            };
            return Err(self.refuse(now, Cause::breach(violation)));
        }
        let mut facts = unit::facts(self.document.root());
        facts.responsible = None;
        self.decide(Target::New(&facts), engine, now)?;
        self.check_writing(engine, now, |agreement| Relation::of_new(agreement, &facts))?;
        Ok(Permitted {
            received: self,
            known: None,
        })
    }

    /// Changing a case that the index knows.
    fn permit_change(
        mut self,
        index: Option<&IndexEntry>,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<Permitted, Refusal> {
        self.decide(Target::Federation, engine, now)?;
        if self.path_of(Role::ExpectedVersion).is_none() {
            return Err(self.refuse(now, Cause::of(Problem::PreconditionRequired)));
        }
        let entry = self.known(index, engine, now)?;
        let facts = CaseFacts::from(&entry);
        self.decide(Target::Case(&facts), engine, now)?;
        let principal = self.context.principal().clone();
        self.check_writing(engine, now, |agreement| {
            unit::relation(agreement, &principal, &facts)
        })?;
        Ok(Permitted {
            received: self,
            known: Some(entry),
        })
    }

    /// The index entry; what is not in the index is refused as what is out of reach.
    fn known(
        &mut self,
        index: Option<&IndexEntry>,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<IndexEntry, Refusal> {
        if let Some(entry) = index {
            return Ok(entry.clone());
        }
        self.decide(Target::Federation, engine, now)?;
        Err(self.refuse(now, Cause::of(Problem::NotFoundOrOutOfScope)))
    }

    /// Puts one question to the policies and notes what they said.
    fn decide(
        &mut self,
        target: Target<'_>,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let decision = engine.decide(&self.question_of(target, now));
        self.evidence.decided(engine, &decision);
        match decision.refusal() {
            None => Ok(()),
            Some(Problem::NotFoundOrOutOfScope) => Err(self.refuse(now, Cause::out_of_reach())),
            Some(problem) => Err(self.refuse(now, Cause::of(problem))),
        }
    }

    pub(crate) fn question_of<'q>(&'q self, target: Target<'q>, now: Timestamp) -> Question<'q> {
        Question {
            organism: self.caller.organism(),
            agreement: self
                .caller
                .agreement()
                .map(|agreement| (agreement, agreement.standing(now))),
            operation: self.kind,
            purpose: self.context.purpose,
            file: self.context.file.as_deref(),
            on_behalf_of: self.caller.acts_for(&self.context),
            target,
        }
    }

    /// Refuses what is written in a group that the caller may not write.
    fn check_writing(
        &self,
        engine: &Engine,
        now: Timestamp,
        relation: impl FnOnce(&domain::Agreement) -> Relation,
    ) -> Result<(), Refusal> {
        let Some(agreement) = self.caller.agreement() else {
            return Err(self.refuse(now, Cause::of(Problem::AgreementNotEffective)));
        };
        let viewer = self.viewer(agreement, relation(agreement));
        let writable = engine.writable(self.document.contract(), &viewer);
        let forbidden = writing::forbidden(&self.document, &writable);
        if forbidden.is_empty() {
            return Ok(());
        }
        Err(self.refuse(now, Cause::not_writable(&forbidden)))
    }

    pub(crate) fn viewer(&self, agreement: &domain::Agreement, relation: Relation) -> Viewer {
        Viewer {
            kind: self.caller.organism().kind,
            mode: agreement.annex.mode,
            relation,
            purpose: self.context.purpose,
        }
    }

    pub(crate) fn refuse(&self, now: Timestamp, cause: Cause) -> Refusal {
        Refusal::new(&self.evidence, now, cause)
    }

    /// The path of the request's own leaf with that role, the cases in it aside.
    fn path_of(&self, role: Role) -> Option<String> {
        let root = self.document.root();
        let leaf = unit::own_leaf(root, role)?;
        Some(format!("/{}/{}", root.local(), leaf.local()))
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
