//! What is wrong with a policies folder.

use std::fmt;
use std::path::PathBuf;

/// What is wrong with a policies folder.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The folder or a file in it cannot be read as text.
    #[error("cannot read `{}`: {cause}", path.display())]
    Unreadable {
        /// What was being read.
        path: PathBuf,
        /// Why it failed.
        cause: std::io::Error,
    },
    /// There is not exactly one schema.
    #[error("one file `*.cedarschema` is needed, {found} found")]
    SchemaCount {
        /// How many there are.
        found: usize,
    },
    /// There is no policy.
    #[error("no policy found in any file `*.cedar`")]
    NoPolicy,
    /// The schema or a policy cannot be parsed, or a policy does not fit the schema.
    #[error("{file}:{line}: {message}")]
    Text {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What Cedar says.
        message: String,
    },
    /// A policy lacks an annotation that all must have.
    #[error("{file}: a policy{} lacks `@{annotation}`", of(id.as_deref()))]
    MissingAnnotation {
        /// The file.
        file: String,
        /// The policy, if it has an id.
        id: Option<String>,
        /// Which one.
        annotation: &'static str,
    },
    /// Two policies have the same id.
    #[error("{file}: the id `{id}` is already taken")]
    RepeatedId {
        /// The file of the second one.
        file: String,
        /// The id.
        id: String,
    },
    /// A policy names a refusal that is not in the problem table.
    #[error("{file}: `{id}` refuses with the unknown problem `{code}`")]
    UnknownProblem {
        /// The file.
        file: String,
        /// The policy.
        id: String,
        /// What it says.
        code: String,
    },
    /// The schema puts actions into groups: questions are asked of single actions, and a prohibition of
    /// the group would be passed over.
    #[error("{file}: actions may not be in groups, and `{group}` is one")]
    ActionGroup {
        /// The schema's file.
        file: String,
        /// The group.
        group: String,
    },
    /// The schema lets so many kinds of questions be put that every policy cannot be checked against all.
    #[error("{file}: at most {most} kinds of questions (action, who, about what) are read")]
    ManyQuestions {
        /// The schema's file.
        file: String,
        /// How many may be.
        most: usize,
    },
    /// A policy has expressions within expressions beyond the bound.
    #[error("{file}: `{id}` has expressions nested more deeply than is read")]
    Deep {
        /// The file.
        file: String,
        /// The policy.
        id: String,
    },
    /// A policy names one organism, place or case: those are data of the agreements.
    #[error(
        "{file}: `{id}` names one `{name}`; policies speak of kinds, agreements of organisms and places"
    )]
    NamesOne {
        /// The file.
        file: String,
        /// The policy.
        id: String,
        /// The type of what it names.
        name: String,
    },
}

fn of(id: Option<&str>) -> String {
    id.map(|id| format!(" (`{id}`)")).unwrap_or_default()
}

/// Everything that is wrong with a policies folder.
#[derive(Debug)]
pub struct LoadErrors(pub Vec<LoadError>);

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, error) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadErrors {}
