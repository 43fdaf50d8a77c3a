//! Rules between fields and catalogues of forms: what a schema cannot say, as data in a contract's folder.
//!
//! `reglas/*.toml` holds rules, each an expression with its message and its own tests;
//! `formularios/*.toml` holds the catalogues that the answers of an assessment must fit. Both are
//! compiled at start against the contract and judge the messages they say they are about. A rule
//! that cannot be applied is a failure by name, never a pass. `docs/src/changes/rule.md`.

mod fault;
mod forms;
mod judge;
mod load;
mod prove;
mod text;
mod value;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::convert::place::Place;
use crate::expression::{Constants, Expression};
use crate::{Contract, Document};

pub use fault::{RuleErrors, RuleFailed, RuleFault};

/// The rules and forms of a contract, compiled; the default has none.
#[derive(Debug, Default)]
pub struct Rulebook {
    contract: Option<Arc<Contract>>,
    sets: Vec<Set>,
    forms: Option<forms::Forms>,
}

/// What a rule may know besides the message.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The instant, RFC 3339; the variable `ahora`.
    pub now: String,
    /// What the gateway knows; the variable `hechos`.
    pub known: Map<String, Json>,
}

/// A place where a message breaks a rule or does not fit its form. Never carries a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// The path, as `/PresentarCaso/caso/valoracion/evaluacion[2]/nivelAsignado`.
    pub path: String,
    /// The rule's identifier.
    pub code: Arc<str>,
    /// The rule's message, in Spanish.
    pub message: Arc<str>,
}

/// The rules of one file.
#[derive(Debug)]
struct Set {
    file: Arc<str>,
    places: Vec<Place>,
    constants: Constants,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    id: Arc<str>,
    message: Arc<str>,
    /// The list whose elements it judges one by one; else it judges the whole.
    each: Option<Vec<Arc<str>>>,
    needs: Vec<value::Need>,
    paths: Vec<String>,
    when: Option<Expression>,
    holds: Expression,
    tests: Vec<Test>,
}

/// A message for a rule, and what the rule must say of it.
#[derive(Debug)]
struct Test {
    expected: Verdict,
    case: Json,
    facts: Facts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Accepted,
    Refused,
}

impl Rulebook {
    /// Loads the rules and forms that lie in the contract's `folder`; there may be none.
    ///
    /// # Errors
    /// Everything that is wrong with them, not only the first fault.
    pub fn load(folder: &Path, contract: &Arc<Contract>) -> Result<Self, RuleErrors> {
        load::folder(folder, contract)
    }

    /// How many rules and forms there are.
    pub fn len(&self) -> (usize, usize) {
        let rules = self.sets.iter().map(|set| set.rules.len()).sum();
        let forms = self.forms.as_ref().map_or(0, forms::Forms::len);
        (rules, forms)
    }

    /// Everything in a message that breaks a rule or does not fit its form, in the order of the
    /// paths; empty for messages that no rule is about.
    ///
    /// # Errors
    /// A rule could not be applied.
    pub fn judge(&self, document: &Document, facts: &Facts) -> Result<Vec<Breach>, RuleFailed> {
        judge::document(self, document, facts)
    }

    /// Runs the rules' own tests: how many there are, and which of them tell that a rule does not do what it says.
    pub fn prove(&self) -> (usize, Vec<String>) {
        prove::all(self)
    }
}
