//! The engine: the policies in force, and what they answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use cedar_policy::{
    Authorizer, Decision as Answer, PolicyId, PolicySet, Request, Response, Schema,
};
use contract::{Contract, ElementId, GroupId, Mask, Visibility};
use domain::Problem;
use sha2::{Digest, Sha256};

use crate::cache::Cache;
use crate::memo::Memo;
use crate::vocabulary::{Asked, GroupAction, Unaskable, Vocabulary};
use crate::{Decision, LoadError, LoadErrors, Question, Ruling, Target, Verdict, Viewer, load};

/// Which refusal is told when several apply, first of them first.
const PRECEDENCE: [Problem; 4] = [
    Problem::AgreementNotEffective,
    Problem::RequesterNotCertificate,
    Problem::OperationNotAllowed,
    Problem::PurposeNotAllowed,
];

/// The policies in force.
pub struct Engine {
    authorizer: Authorizer,
    schema: Schema,
    policies: PolicySet,
    problems: BTreeMap<PolicyId, Problem>,
    vocabulary: Vocabulary,
    version: String,
    cache: Cache,
    memo: Memo,
}

impl Engine {
    /// Reads the folder `dir`: one `*.cedarschema`, any number of `*.cedar`.
    ///
    /// # Errors
    /// Everything that is wrong with the files, not only the first fault.
    pub fn load(dir: &Path) -> Result<Self, LoadErrors> {
        Self::from_texts(&load::read(dir)?)
    }

    /// The same from texts by file name; files of other kinds are ignored.
    ///
    /// # Errors
    /// Everything that is wrong with the texts, not only the first fault.
    pub fn from_texts(texts: &BTreeMap<String, String>) -> Result<Self, LoadErrors> {
        let loaded = load::compile(texts)?;
        let vocabulary = Vocabulary::new().map_err(|error| {
            let message = error.to_string();
            LoadErrors(vec![LoadError::Text {
                file: String::new(),
                line: 1,
                message,
            }])
        })?;
        Ok(Self {
            authorizer: Authorizer::new(),
            schema: loaded.schema,
            policies: loaded.policies,
            problems: loaded.problems,
            vocabulary,
            version: digest(texts.iter().filter(|(name, _)| load::is_read(name))),
            cache: Cache::default(),
            memo: Memo::default(),
        })
    }

    /// The digest of the texts in force: SHA-256, hexadecimal.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The ids of the policies in force, in order.
    pub fn policies(&self) -> Vec<Arc<str>> {
        sorted(self.policies.policies().map(cedar_policy::Policy::id))
    }

    /// Whether an operation may go on.
    ///
    /// INVARIANT: what depends on the case itself has one refusal,
    /// [`Problem::NotFoundOrOutOfScope`]; any other is given whether or not there is such a case.
    pub fn decide(&self, question: &Question<'_>) -> Arc<Decision> {
        self.memo.answer(question, || self.decide_anew(question))
    }

    fn decide_anew(&self, question: &Question<'_>) -> Decision {
        let decision = self.answer(question);
        match question.target {
            Target::Federation => decision,
            Target::Case(_) | Target::New(_) if decision.allowed() => decision,
            Target::Case(_) | Target::New(_) => self.refuse_case(question, decision),
        }
    }

    fn refuse_case(&self, question: &Question<'_>, decision: Decision) -> Decision {
        let general = self.answer(&Question {
            target: Target::Federation,
            ..*question
        });
        match general.verdict {
            Verdict::Refused(_) => general,
            Verdict::Allowed => Decision {
                verdict: Verdict::Refused(Problem::NotFoundOrOutOfScope),
                ..decision
            },
        }
    }

    fn answer(&self, question: &Question<'_>) -> Decision {
        let asked = self
            .vocabulary
            .question(question)
            .and_then(|asked| self.ask(asked));
        let Ok(response) = asked else {
            return Decision {
                verdict: Verdict::Refused(Problem::Internal),
                policies: Vec::new(),
            };
        };
        Decision {
            verdict: self.verdict(&response),
            policies: reasons(&response),
        }
    }

    fn verdict(&self, response: &Response) -> Verdict {
        if response.diagnostics().errors().next().is_some() {
            return Verdict::Refused(Problem::Internal);
        }
        if response.decision() == Answer::Allow {
            return Verdict::Allowed;
        }
        let reasons = response.diagnostics().reason();
        let problems: BTreeSet<_> = reasons.filter_map(|id| self.problems.get(id)).collect();
        let first = PRECEDENCE.iter().find(|problem| problems.contains(problem));
        let problem = first.or_else(|| problems.first().copied());
        Verdict::Refused(problem.copied().unwrap_or(Problem::OperationNotAllowed))
    }

    /// What a viewer may do with the field group of that name; nothing with one the policies do not know.
    pub fn ruling(&self, viewer: Viewer, group: &str) -> Ruling {
        let mut policies = BTreeSet::new();
        let mut may = |action| {
            let (allowed, reasons) = self.group_answer(viewer, action, group);
            policies.extend(reasons);
            allowed
        };
        let writable = may(GroupAction::Write);
        let visibility = if may(GroupAction::SeeFull) {
            Visibility::Full
        } else if may(GroupAction::SeeMasked) {
            Visibility::Masked
        } else {
            Visibility::Hidden
        };
        Ruling {
            visibility,
            writable,
            policies: policies.into_iter().collect(),
        }
    }

    fn group_answer(
        &self,
        viewer: Viewer,
        action: GroupAction,
        group: &str,
    ) -> (bool, Vec<Arc<str>>) {
        let asked = self.vocabulary.group_question(viewer, action, group);
        let Ok(response) = asked.and_then(|asked| self.ask(asked)) else {
            return (false, Vec::new());
        };
        // A policy that fails is skipped by Cedar; were it a prohibition, too much would be shown.
        let sound = response.diagnostics().errors().next().is_none();
        (
            sound && response.decision() == Answer::Allow,
            reasons(&response),
        )
    }

    fn ask(&self, asked: Asked) -> Result<Response, Unaskable> {
        let request = Request::new(
            asked.principal,
            asked.action,
            asked.resource,
            asked.context,
            Some(&self.schema),
        )?;
        Ok(self
            .authorizer
            .is_authorized(&request, &self.policies, &asked.entities))
    }

    /// What a viewer sees of the case unit `unit`.
    pub fn masks(&self, contract: &Arc<Contract>, unit: ElementId, viewer: &Viewer) -> Arc<Mask> {
        self.cache.mask((contract, unit, *viewer), || {
            let rulings = contract.groups().iter();
            let seen: Vec<_> = rulings
                .map(|group| self.ruling(*viewer, group.policy_name()))
                .collect();
            Mask::compile(contract, unit, &|group| {
                seen.get(group.index())
                    .map_or(Visibility::Hidden, |ruling| ruling.visibility)
            })
        })
    }

    /// The field groups that a viewer may write.
    pub fn writable(&self, contract: &Arc<Contract>, viewer: &Viewer) -> Arc<BTreeSet<GroupId>> {
        self.cache.writable((contract, *viewer), || {
            let groups = contract.groups().iter();
            groups
                .filter(|group| self.ruling(*viewer, group.policy_name()).writable)
                .filter_map(|group| contract.group_id(&group.name))
                .collect()
        })
    }
}

fn reasons(response: &Response) -> Vec<Arc<str>> {
    sorted(response.diagnostics().reason())
}

fn sorted<'p>(ids: impl Iterator<Item = &'p PolicyId>) -> Vec<Arc<str>> {
    let ids: BTreeSet<Arc<str>> = ids.map(|id| Arc::from(id.as_ref())).collect();
    ids.into_iter().collect()
}

fn digest<'t>(texts: impl Iterator<Item = (&'t String, &'t String)>) -> String {
    let mut hasher = Sha256::new();
    for (name, text) in texts {
        // Lengths first, so that no two sets of texts are the same bytes.
        hasher.update((name.len() as u64).to_be_bytes());
        hasher.update(name);
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    let digest = hasher.finalize();
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
