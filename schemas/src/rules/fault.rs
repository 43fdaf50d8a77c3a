//! What can be wrong with rules and forms, and with applying them.

use std::fmt;
use std::sync::Arc;

use crate::ExpressionFault;

/// Everything that is wrong with a contract's rules and forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleErrors(pub Vec<RuleError>);

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The file, inside the contract's folder.
    pub file: String,
    /// The rule or indicator; empty for the file as a whole.
    pub at: String,
    /// What is wrong.
    pub fault: RuleFault,
}

/// What is wrong, by name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// The file cannot be read, or is not of the form.
    #[error("{0}")]
    Unreadable(String),
    /// A path that leads nowhere.
    #[error("`{0}` is not in the contract")]
    NoSuchPath(String),
    /// An identifier that is none, or that another rule or indicator has.
    #[error("`{0}` is no identifier of its own")]
    Identifier(String),
    /// A rule without a message or a place to tell it.
    #[error("a rule needs a message and a path")]
    Mute,
    /// A rule without a test that it accepts and one that it refuses.
    #[error("a rule needs a test that it accepts and one that it refuses")]
    Untested,
    /// A test whose message is not one of the contract.
    #[error("test {number}: {fault}")]
    Test {
        /// Its number, from 1.
        number: usize,
        /// What is wrong.
        fault: String,
    },
    /// An expression that cannot be used.
    #[error("{0}")]
    Expression(ExpressionFault),
    /// A value that the contract does not take there.
    #[error("the contract does not take `{0}`")]
    NotTaken(String),
    /// An indicator whose factor is not declared.
    #[error("there is no factor `{0}`")]
    NoSuchFactor(String),
}

/// A rule that could not be applied: a fault of the rule, never of the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule `{rule}`: {fault}")]
pub struct RuleFailed {
    /// The rule's identifier.
    pub rule: Arc<str>,
    /// Why.
    pub fault: ExpressionFault,
}

impl RuleErrors {
    pub(super) fn push(&mut self, file: &str, at: &str, fault: RuleFault) {
        let (file, at) = (file.to_owned(), at.to_owned());
        self.0.push(RuleError { file, at, fault });
    }
}

impl fmt::Display for RuleErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, RuleError { file, at, fault }) in self.0.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            let space = if at.is_empty() { "" } else { " " };
            write!(f, "{separator}{file}:{space}{at}: {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleErrors {}
