//! What can be wrong with a conversion's file, and with a document under conversion.

use std::fmt;
use std::sync::Arc;

use crate::{ExpressionFault, Violation};

/// Everything that is wrong with a conversion's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversionErrors {
    file: String,
    /// What is wrong, each with the place in the file: the way, the message or rule.
    pub faults: Vec<(String, ConversionFault)>,
}

/// One thing that is wrong with a conversion's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConversionFault {
    /// The file cannot be read, or is not of the form.
    #[error("{0}")]
    Unreadable(String),
    /// The file speaks of another contract than the one given.
    #[error("it speaks of `{named}`, not of `{called}`")]
    OtherContract {
        /// The contract named.
        named: String,
        /// The contract given.
        called: String,
    },
    /// A message that neither has an equivalent nor is said to have none.
    #[error("the message has no equivalent and is not said to have none")]
    NoEquivalent,
    /// A message that is said to have no equivalent, and is not there or has one.
    #[error("there is nothing to be said of the message `{0}`")]
    IdleMessage(String),
    /// A path that leads nowhere.
    #[error("`{0}` is not in the contract")]
    NoSuchPath(String),
    /// A path that should lead to a value.
    #[error("`{0}` is no leaf")]
    NoLeaf(String),
    /// A path that should lead to an element with content.
    #[error("`{0}` is a leaf")]
    IsLeaf(String),
    /// A type that holds itself: its paths have no end.
    #[error("`{0}` holds itself")]
    Recursive(String),
    /// An element whose content has more to it than names and values.
    #[error(
        "`{0}` has mixed text, an order of its own, wildcards or derived types: rules cannot map it"
    )]
    Open(String),
    /// A leaf of the source that no rule speaks of.
    #[error("`{0}` is neither mapped nor declared lost")]
    Unmapped(String),
    /// A required part of the target that may be left without value.
    #[error("`{0}` is required and may get no value")]
    Unfilled(String),
    /// Values of the source that the target does not take.
    #[error("not every value of `{from}` fits `{to}`{what}")]
    NotContained {
        /// The leaf of the source.
        from: String,
        /// The leaf of the target.
        to: String,
        /// Which ones, where they can be listed.
        what: String,
    },
    /// A rule, a loss, a table or one of its entries that never does anything.
    #[error("`{0}` is without effect")]
    Idle(String),
    /// Two rules for one leaf.
    #[error("two rules give `{0}` its value")]
    Twice(String),
    /// A list that would come from two lists.
    #[error("two lists feed `{0}`")]
    TwoLists(String),
    /// A list where the target has room for one.
    #[error("`{0}` is a list and `toma` does not say which one of it to take")]
    List(String),
    /// A rule without any of the things that give a value, or with too many.
    #[error("a rule for `{0}` takes a constant or origins, and `con` only with an expression")]
    Shape(String),
    /// A table that is not there.
    #[error("there is no table `{0}`")]
    NoSuchTable(String),
    /// A table of pairs in which two values are paired with one.
    #[error("the table `{table}` pairs two values with `{value}`")]
    NotPairs {
        /// The table.
        table: String,
        /// The value.
        value: String,
    },
    /// Two tables of one name.
    #[error("two tables are called `{0}`")]
    SameName(String),
    /// A table of levels in which several levels are one, and nothing says which of them that one goes back as.
    #[error(
        "several levels of the table `{table}` are `{level}`, and its `vuelve` does not say which one that goes back as"
    )]
    Ambiguous {
        /// The table.
        table: String,
        /// The level of the canonical contract.
        level: String,
    },
    /// A level that a table of levels goes back to and does not list.
    #[error("`{level}`, which the table `{table}` goes back to, is none of its levels")]
    NoSuchLevel {
        /// The table.
        table: String,
        /// The level.
        level: String,
    },
    /// A table of levels that does not speak of every level.
    #[error("the table `{table}` does not say what becomes of {levels} of `{path}`")]
    NotTotal {
        /// The table.
        table: String,
        /// The levels that it leaves out.
        levels: String,
        /// The leaf that may say them.
        path: String,
    },
    /// A rule that asks for a level as it came, with a table that cannot tell.
    #[error(
        "`{0}` has a `procedencia`, and its table is none of levels with an `escala`, on the way back"
    )]
    NoScale(String),
    /// An origin, or a default, that is never looked at: what comes before it is always there.
    #[error("{what} of the rule for `{path}` is never reached: `{certain}` is always there")]
    Unreachable {
        /// What is never reached.
        what: String,
        /// The leaf of the rule.
        path: String,
        /// What always comes before it.
        certain: String,
    },
    /// An expression that cannot be used.
    #[error("the expression of `{path}`: {fault}")]
    Expression {
        /// The leaf of the rule.
        path: String,
        /// What is wrong.
        fault: ExpressionFault,
    },
}

/// Why a document was not converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotConverted {
    /// The conversion does not speak of this message.
    #[error("the conversion does not speak of `{0}`")]
    NoSuchMessage(String),
    /// An expression failed.
    #[error("the expression of `{path}`: {fault}")]
    Expression {
        /// The leaf of the rule, in the target's names.
        path: Arc<str>,
        /// What is wrong.
        fault: ExpressionFault,
    },
    /// What came out breaks the target's contract; the paths are the target's.
    #[error("{} violations of the other contract", .0.len())]
    Invalid(Vec<Violation>),
}

impl ConversionErrors {
    pub(super) fn none(file: &str) -> Self {
        let file = file.to_owned();
        Self {
            file,
            faults: Vec::new(),
        }
    }

    pub(super) fn of(file: &str, fault: ConversionFault) -> Self {
        let mut errors = Self::none(file);
        errors.push("", fault);
        errors
    }

    pub(super) fn push(&mut self, at: &str, fault: ConversionFault) {
        self.faults.push((at.to_owned(), fault));
    }

    /// `value`, when nothing is wrong.
    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.faults.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }

    /// The file, inside the contract's folder.
    pub fn file(&self) -> &str {
        &self.file
    }
}

impl fmt::Display for ConversionErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (at, fault)) in self.faults.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            let space = if at.is_empty() { "" } else { " " };
            write!(f, "{separator}{}:{space}{at}: {fault}", self.file)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConversionErrors {}
