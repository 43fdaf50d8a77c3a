//! The engine: the policies in force, and what they answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use cedar_policy::{Decision as Answer, PolicyId, Response};
use contract::{Contract, ElementId, GroupId, Mask, Visibility};
use domain::{OperationKind, OrganismKind, Problem};
use sha2::{Digest, Sha256};

use crate::cache::{Cache, Shape};
use crate::grounds::Grounds;
use crate::slices::Slices;
use crate::vocabulary::{GroupAction, Reader, Vocabulary};
use crate::{
    Decision, LoadError, LoadErrors, Policy, Posture, Question, Ruling, Subject, Verdict, Viewer,
    load,
};

/// Which refusal is told when several apply, first of them first.
const PRECEDENCE: [Problem; 4] = [
    Problem::AgreementNotEffective,
    Problem::RequesterNotCertificate,
    Problem::OperationNotAllowed,
    Problem::PurposeNotAllowed,
];

/// The policies in force.
pub struct Engine {
    slices: Slices,
    policies: BTreeMap<Arc<str>, Policy>,
    groups: Vec<Arc<str>>,
    problems: BTreeMap<PolicyId, Problem>,
    vocabulary: Vocabulary,
    version: String,
    texts: BTreeMap<String, String>,
    cache: Cache,
    grounds: Grounds,
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
        let read = texts.iter().filter(|(name, _)| load::is_read(name));
        let vocabulary = Vocabulary::new().map_err(|error| {
            let message = error.to_string();
            LoadErrors(vec![LoadError::Text {
                file: String::new(),
                line: 1,
                message,
            }])
        })?;
        Ok(Self {
            policies: described(&loaded.policies),
            slices: Slices::new(loaded.schema, &vocabulary.kinds(), &loaded.policies),
            groups: loaded.groups,
            problems: loaded.problems,
            vocabulary,
            version: Self::version_of(texts),
            texts: read
                .map(|(name, text)| (name.clone(), text.clone()))
                .collect(),
            cache: Cache::default(),
            grounds: Grounds::default(),
        })
    }

    /// The texts of a folder by file name, as they are at this look; nothing is compiled.
    ///
    /// # Errors
    /// A folder or a file that cannot be read.
    pub fn read(dir: &Path) -> Result<BTreeMap<String, String>, LoadErrors> {
        load::read(dir)
    }

    /// The version that an engine of these texts would have.
    pub fn version_of(texts: &BTreeMap<String, String>) -> String {
        digest(texts.iter().filter(|(name, _)| load::is_read(name)))
    }

    /// The digest of the texts in force: SHA-256, hexadecimal.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The texts in force, by file name.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// The policies in force, by id.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values()
    }

    /// The policy with that id.
    pub fn policy(&self, id: &str) -> Option<&Policy> {
        self.policies.get(id)
    }

    /// The field groups that the schema knows, in its order.
    pub fn groups(&self) -> &[Arc<str>] {
        &self.groups
    }

    /// Whether an operation may go on.
    ///
    /// INVARIANT: what depends on the case itself has one refusal,
    /// [`Problem::NotFoundOrOutOfScope`]; any other is given whether or not there is such a case.
    pub fn decide(&self, question: &Question<'_>) -> Arc<Decision> {
        self.decide_posture(&Posture::of(question))
    }

    /// The same for every question of that posture.
    pub fn decide_posture(&self, posture: &Posture) -> Arc<Decision> {
        self.cache.decision(posture, || match posture.subject {
            Subject::Federation => self.answer(posture),
            Subject::Case(_) | Subject::New(_) => self.answer_case(posture),
        })
    }

    fn answer_case(&self, posture: &Posture) -> Decision {
        let decision = self.answer(posture);
        if decision.allowed() {
            return decision;
        }
        let general = self.answer(&posture.at_large());
        match general.verdict {
            Verdict::Refused(_) => general,
            Verdict::Allowed => Decision {
                verdict: Verdict::Refused(Problem::NotFoundOrOutOfScope),
                ..decision
            },
        }
    }

    fn answer(&self, posture: &Posture) -> Decision {
        let asked = self.vocabulary.question(posture);
        let Ok(response) = asked.and_then(|asked| self.slices.ask(asked)) else {
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

    /// What a viewer may do with each field group that the schema knows.
    pub fn rulings(&self, viewer: Viewer) -> Arc<BTreeMap<Arc<str>, Ruling>> {
        self.cache.rulings(viewer, || {
            let reader = self.vocabulary.reader(viewer).ok();
            let groups = self.groups.iter();
            groups
                .map(|group| (Arc::clone(group), self.group_ruling(reader.as_ref(), group)))
                .collect()
        })
    }

    /// What a viewer may do with the field group of that name; nothing with one the policies do not know.
    pub fn ruling(&self, viewer: Viewer, group: &str) -> Ruling {
        self.group_ruling(self.vocabulary.reader(viewer).ok().as_ref(), group)
    }

    /// A reader that cannot be put to the policies may do nothing.
    fn group_ruling(&self, reader: Option<&Reader>, group: &str) -> Ruling {
        let may = |action| self.group_answer(reader, action, group);
        let (writable, written_by) = may(GroupAction::Write);
        let (full, by_full) = may(GroupAction::SeeFull);
        let (visibility, seen_by) = if full {
            (Visibility::Full, by_full)
        } else {
            let (masked, by_masked) = may(GroupAction::SeeMasked);
            if masked {
                (Visibility::Masked, by_masked)
            } else {
                let both: BTreeSet<_> = by_full.into_iter().chain(by_masked).collect();
                (Visibility::Hidden, both.into_iter().collect())
            }
        };
        Ruling {
            visibility,
            seen_by,
            writable,
            written_by,
        }
    }

    fn group_answer(
        &self,
        reader: Option<&Reader>,
        action: GroupAction,
        group: &str,
    ) -> (bool, Vec<Arc<str>>) {
        let asked = reader.map(|reader| self.vocabulary.group_question(reader, action, group));
        let Some(Ok(response)) = asked.map(|asked| self.slices.ask(asked)) else {
            return (false, Vec::new());
        };
        // A policy that fails is skipped by Cedar; were it a prohibition, too much would be shown.
        let sound = response.diagnostics().errors().next().is_none();
        (
            sound && response.decision() == Answer::Allow,
            reasons(&response),
        )
    }

    /// Whether both have the same policies for what `kind` may do with field groups.
    pub(crate) fn reads_as(&self, other: &Self, kind: OrganismKind) -> bool {
        let [own, theirs] = [self, other].map(|engine| {
            let keys = engine.vocabulary.reader_keys(kind);
            keys.map(|key| engine.slices.texts(&key))
        });
        own == theirs && self.groups == other.groups
    }

    /// The policies that another engine does not have just so.
    pub(crate) fn changed_from(&self, other: &Self) -> Slices {
        self.slices.changed_from(&other.slices)
    }

    /// Whether some of the `changed` policies say something to a question of that posture, or to the same about no case.
    pub(crate) fn decides_by(&self, changed: &Slices, posture: &Posture) -> bool {
        [*posture, posture.at_large()].iter().any(|posture| {
            let asked = self.vocabulary.question(posture);
            asked.map_or(true, |asked| changed.touch(asked))
        })
    }

    /// Of these groups, those about which some of the `changed` policies say something to a viewer.
    pub(crate) fn touched<'g>(
        &self,
        changed: &Slices,
        viewer: Viewer,
        groups: &'g BTreeSet<Arc<str>>,
    ) -> BTreeSet<&'g Arc<str>> {
        let Ok(reader) = self.vocabulary.reader(viewer) else {
            return groups.iter().collect();
        };
        let touched = |group: &&Arc<str>| {
            GroupAction::ALL.iter().any(|action| {
                changed.touch(self.vocabulary.group_question(&reader, *action, group))
            })
        };
        groups.iter().filter(touched).collect()
    }

    /// Whether both have the same policies for what `kind` may do.
    pub(crate) fn allows_as(
        &self,
        other: &Self,
        kind: OrganismKind,
        operation: OperationKind,
    ) -> bool {
        let [own, theirs] = [self, other].map(|engine| {
            let key = engine.vocabulary.operation_key(kind, operation);
            engine.slices.texts(&key)
        });
        own == theirs
    }

    /// What a viewer sees of the case unit `unit`.
    pub fn masks(&self, contract: &Arc<Contract>, unit: ElementId, viewer: &Viewer) -> Arc<Mask> {
        let shape = || {
            let rulings = self.rulings(*viewer);
            let groups = contract.groups().iter();
            groups
                .map(|group| self.shape(rulings.get(group.policy_name())))
                .collect()
        };
        self.cache.mask((contract, unit, *viewer), shape, |shape| {
            let of = |group: GroupId| shape.get(group.index());
            let seen = |group| of(group).map_or(Visibility::Hidden, |shape| shape.0);
            let mask = Mask::compile(contract, unit, &seen);
            mask.explained(&|group| of(group)?.1.clone())
        })
    }

    /// A group that the policies do not know is hidden.
    fn shape(&self, ruling: Option<&Ruling>) -> Shape {
        let seen = ruling.map_or(Visibility::Hidden, |ruling| ruling.visibility);
        let by = ruling.map_or(&[][..], |ruling| &ruling.seen_by);
        let policies = || by.iter().filter_map(|id| self.policies.get(id));
        let words = (seen != Visibility::Full).then(|| self.grounds.words(policies()));
        (seen, words)
    }

    /// The field groups that a viewer may write.
    pub fn writable(&self, contract: &Arc<Contract>, viewer: &Viewer) -> Arc<BTreeSet<GroupId>> {
        self.cache.writable((contract, *viewer), || {
            let rulings = self.rulings(*viewer);
            let groups = contract.groups().iter();
            groups
                .filter(|group| {
                    rulings
                        .get(group.policy_name())
                        .is_some_and(|it| it.writable)
                })
                .filter_map(|group| contract.group_id(&group.name))
                .collect()
        })
    }
}

fn described(policies: &cedar_policy::PolicySet) -> BTreeMap<Arc<str>, Policy> {
    let describe = |policy: &cedar_policy::Policy| {
        let id: Arc<str> = Arc::from(AsRef::<str>::as_ref(policy.id()));
        let text = |name| Arc::from(policy.annotation(name).unwrap_or_default());
        let described = Policy {
            id: Arc::clone(&id),
            title: text("titulo"),
            clause: text("clausula"),
        };
        (id, described)
    };
    policies.policies().map(describe).collect()
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
