//! What can be wrong with a contract's files.

use std::fmt;

use crate::Location;

/// Everything that is wrong with a contract, in the order of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadErrors(pub Vec<LoadError>);

/// One fault and where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{location}: {fault}")]
pub struct LoadError {
    /// The file and line.
    pub location: Location,
    /// What is wrong.
    pub fault: SchemaFault,
}

/// What is wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum SchemaFault {
    /// The folder or file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The file is not well-formed XML.
    #[error("not well-formed XML: {0}")]
    NotWellFormed(String),
}

impl std::error::Error for LoadErrors {}

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}
