//! What the policies answered, and which of them.

use std::sync::Arc;

use domain::Problem;

/// The answer to a [`Question`](crate::Question).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Yes, or no and why.
    pub verdict: Verdict,
    /// The ids of the policies that settled it, in order; none when no permit applied.
    pub policies: Vec<Arc<str>>,
}

/// Whether an operation may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Allowed,
    /// It may not, for this reason.
    Refused(Problem),
}

impl Decision {
    /// Whether the operation may go on.
    pub fn allowed(&self) -> bool {
        match self.verdict {
            Verdict::Allowed => true,
            Verdict::Refused(_) => false,
        }
    }

    /// Why it may not.
    pub fn refusal(&self) -> Option<Problem> {
        match self.verdict {
            Verdict::Allowed => None,
            Verdict::Refused(problem) => Some(problem),
        }
    }
}
