//! From a request to the permission to ask it: the agreement and the policies, before anything
//! leaves.

use contract::Role;
use domain::problem::Violation;
use domain::{KnownCase, OperationKind, Problem, Standing};
use jiff::Timestamp;
use policy::{CaseFacts, Engine, Peril, Posture, Question, Target};

use crate::refusal::Cause;
use crate::{Permitted, Received, Refusal, scope, unit, writing};

impl Received {
    /// Asks the policies; `index` is what the index knows of the subject.
    ///
    /// # Errors
    /// What the agreement, its users form, its quotas or the policies forbid. A case that is out of reach and one that the index
    /// does not know give the same report; the journal entries differ.
    pub fn permit(
        mut self,
        index: Option<&KnownCase>,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<Permitted, Refusal> {
        self.on_the_form(now)?;
        self.within_quotas(now)?;
        if self.document.contract().service().is_some() {
            return self.permit_foreign(engine, now);
        }
        let index = index.filter(|known| Some(known.entry.case) == self.subject);
        let index = index.filter(|known| !self.screen.hides(&known.entry.case));
        match self.kind {
            OperationKind::Hit | OperationKind::Search | OperationKind::Index => {
                self.permit_at_large(engine, now)
            }
            OperationKind::Consult => self.permit_case(index, engine, now),
            OperationKind::Submit if self.subject.is_none() => self.permit_new(engine, now),
            OperationKind::Submit => self.permit_change(index, engine, now),
        }
    }

    /// Refuses an officer who is not on the users form; without an agreement in effect it is that which is told.
    fn on_the_form(&self, now: Timestamp) -> Result<(), Refusal> {
        let agreement = self.caller.agreement();
        let effective = agreement.is_some_and(|it| it.standing(now) == Standing::Effective);
        if effective && !self.caller.lets_ask(&self.context, now) {
            return Err(self.refuse(now, Cause::of(Problem::OfficerNotAuthorised)));
        }
        Ok(())
    }

    /// Whatever concerns no case in particular.
    fn permit_at_large(mut self, engine: &Engine, now: Timestamp) -> Result<Permitted, Refusal> {
        self.decide(Target::Federation, engine, now)?;
        if self.kind == OperationKind::Search {
            let annex = self.caller.agreement().map(|agreement| &agreement.annex);
            let narrowed = annex.and_then(|annex| scope::narrow(&self.document, annex));
            let Some(document) = narrowed else {
                return Err(self.refuse(now, Cause::of(Problem::NothingVisible)));
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
        index: Option<&KnownCase>,
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
        let posture = self.decide(Target::New(&facts), engine, now)?;
        self.check_writing(&posture, engine, now)?;
        Ok(Permitted {
            received: self,
            known: None,
        })
    }

    /// Changing a case that the index knows.
    fn permit_change(
        mut self,
        index: Option<&KnownCase>,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<Permitted, Refusal> {
        self.decide(Target::Federation, engine, now)?;
        if self.path_of(Role::ExpectedVersion).is_none() {
            return Err(self.refuse(now, Cause::of(Problem::PreconditionRequired)));
        }
        let entry = self.known(index, engine, now)?;
        let facts = CaseFacts::from(&entry);
        let posture = self.decide(Target::Case(&facts), engine, now)?;
        self.check_writing(&posture, engine, now)?;
        Ok(Permitted {
            received: self,
            known: Some(entry),
        })
    }

    /// The index entry; what is not in the index is refused as what is out of reach.
    fn known(
        &mut self,
        index: Option<&KnownCase>,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<KnownCase, Refusal> {
        if let Some(entry) = index {
            return Ok(entry.clone());
        }
        // A case that is nowhere: the same questions are put as for one that is out of reach, so
        // that both refusals cost the same time. Only what holds without a case goes on record.
        let nowhere = CaseFacts::default();
        let decision = engine.decide(&self.question_of(Target::Case(&nowhere), now));
        match decision.refusal() {
            None | Some(Problem::NotFoundOrOutOfScope) => {
                self.evidence.weighed(engine);
                Err(self.refuse(now, Cause::of(Problem::UnknownCase)))
            }
            Some(problem) => {
                self.evidence.decided(engine, &decision);
                Err(self.refuse(now, Cause::of(problem)))
            }
        }
    }

    /// Puts one question to the policies and notes what they said; gives what they weighed of it.
    pub(crate) fn decide(
        &mut self,
        target: Target<'_>,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<Posture, Refusal> {
        let posture = Posture::of(&self.question_of(target, now));
        let decision = engine.decide_posture(&posture);
        self.evidence.decided(engine, &decision);
        match decision.refusal() {
            None => Ok(posture),
            Some(problem) => Err(self.refuse(now, Cause::of(self.truly(problem, target)))),
        }
    }

    /// Why a case is out of reach, for the evidence; the caller is not told.
    pub(crate) fn truly(&self, problem: Problem, target: Target<'_>) -> Problem {
        let (Target::Case(facts) | Target::New(facts)) = target else {
            return problem;
        };
        let annex = self.caller.agreement().map(|agreement| &agreement.annex);
        match annex.filter(|_| problem == Problem::NotFoundOrOutOfScope) {
            None => problem,
            Some(annex) if !annex.territory.covers(facts.place()) => Problem::OutOfTerritory,
            Some(annex) if facts.level.is_none_or(|level| level > annex.max_risk) => {
                Problem::AboveMaxRisk
            }
            Some(_) => Problem::NothingVisible,
        }
    }

    pub(crate) fn question_of<'q>(&'q self, target: Target<'q>, now: Timestamp) -> Question<'q> {
        Question {
            organism: self.caller.shared_organism(),
            agreement: self
                .caller
                .shared_agreement()
                .map(|agreement| (agreement, agreement.standing(now))),
            operation: self.kind,
            purpose: self.context.purpose,
            file: self.context.file.as_deref(),
            peril: self.peril(),
            on_behalf_of: self.caller.acts_for(&self.context),
            target,
            now,
        }
    }

    fn peril(&self) -> Peril {
        match self.context.peril {
            None => Peril::Undeclared,
            Some(_) => Peril::Declared,
        }
    }

    /// Refuses what is written in a group that the caller may not write.
    fn check_writing(
        &self,
        posture: &Posture,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let Some(viewer) = posture.viewer() else {
            return Err(self.refuse(now, Cause::of(Problem::AgreementNotEffective)));
        };
        let writable = engine.writable(self.document.contract(), &viewer);
        let forbidden = writing::forbidden(&self.document, &writable);
        if forbidden.is_empty() {
            return Ok(());
        }
        Err(self.refuse(now, Cause::not_writable(&forbidden)))
    }

    /// The path of the request's own leaf with that role, the cases in it aside.
    fn path_of(&self, role: Role) -> Option<String> {
        let root = self.document.root();
        let leaf = unit::own_leaf(root, role)?;
        Some(format!("/{}/{}", root.local(), leaf.local()))
    }
}
