//! Why the central system gives no answer.

use domain::Problem;

use crate::database::DatabaseError;
use crate::record::RecordError;

/// A request that is not served.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// The request is at fault; the text is for the peer.
    #[error("{1}")]
    Problem(Problem, &'static str),
    /// The database is at fault.
    #[error("the database: {0}")]
    Database(#[from] DatabaseError),
    /// A record cannot be put together.
    #[error("the record: {0}")]
    Record(#[from] RecordError),
    /// The task that wrote ended without a word.
    #[error("a write broke off")]
    Broken,
}

impl Refusal {
    /// The problem that the peer is told.
    pub(super) fn problem(&self) -> Problem {
        match self {
            Refusal::Problem(problem, _) => *problem,
            Refusal::Database(_) | Refusal::Record(_) | Refusal::Broken => Problem::Internal,
        }
    }

    /// The text that the peer is told.
    pub(super) fn detail(&self) -> &'static str {
        match self {
            Refusal::Problem(_, detail) => detail,
            Refusal::Database(_) | Refusal::Record(_) | Refusal::Broken => {
                "el sistema central ha fallado"
            }
        }
    }
}
