//! Answers already given, kept.
//!
//! An answer rests on the policies, which an engine never changes, and on what stands in the question.
//! Organism and agreement are compared by content, not by name or number: another agreement is
//! another question, however it is called.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use domain::{Agreement, OperationKind, Organism, OrganismId, Purpose, agreement::Standing};

use crate::{CaseFacts, Decision, Question, Target};

/// How many answers are kept; then all are forgotten, and the next ones are kept again.
const KEPT: usize = 16_384;

/// The answers given so far.
#[derive(Debug, Default)]
pub(crate) struct Memo(RwLock<HashMap<Key, Arc<Decision>>>);

/// All that an answer depends on.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    organism: Arc<Organism>,
    agreement: Option<(Arc<Agreement>, Standing)>,
    operation: OperationKind,
    purpose: Purpose,
    justified: bool,
    on_behalf_of: Option<OrganismId>,
    subject: Subject,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Subject {
    Federation,
    Case(CaseFacts),
    New(CaseFacts),
}

impl Memo {
    /// The answer to `question`: the one given before, or a new one.
    pub(crate) fn answer(
        &self,
        question: &Question<'_>,
        anew: impl FnOnce() -> Decision,
    ) -> Arc<Decision> {
        let key = Key::of(question);
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(decision) = known.get(&key) {
            return Arc::clone(decision);
        }
        drop(known);
        let decision = Arc::new(anew());
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        Arc::clone(known.entry(key).or_insert(decision))
    }
}

impl Key {
    fn of(question: &Question<'_>) -> Self {
        Self {
            organism: Arc::clone(question.organism),
            agreement: question
                .agreement
                .map(|(agreement, standing)| (Arc::clone(agreement), standing)),
            operation: question.operation,
            purpose: question.purpose,
            justified: question.file.is_some(),
            on_behalf_of: question.on_behalf_of.cloned(),
            subject: match question.target {
                Target::Federation => Subject::Federation,
                Target::Case(facts) => Subject::Case(facts.clone()),
                Target::New(facts) => Subject::New(facts.clone()),
            },
        }
    }
}

/// Of organism and agreement only the names: equal ones have equal names, and that is enough to
/// find them.
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.organism.id.hash(state);
        let agreement = self.agreement.as_ref();
        agreement
            .map(|(agreement, standing)| (&agreement.id, standing))
            .hash(state);
        self.operation.hash(state);
        self.purpose.hash(state);
        self.justified.hash(state);
        self.on_behalf_of.hash(state);
        self.subject.hash(state);
    }
}
