//! How a command ends: exit status and the one message on standard error.

use std::fmt::Display;
use std::process::ExitCode;

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What was checked is not as it must be; the report is already on standard output.
    #[error("not as it must be: {0}")]
    Unfit(String),
    /// The command could not do its work.
    #[error("{0}")]
    Broken(String),
}

impl Failure {
    /// Wraps the error of a lower floor with what was being done.
    pub(crate) fn broken(doing: &str, cause: impl Display) -> Self {
        Self::Broken(format!("{doing}: {cause}"))
    }
}

/// What every command returns.
pub(crate) type Outcome = Result<(), Failure>;

/// Maps an outcome to the process's exit status: 0 done, 1 unfit, 2 broken.
pub(crate) fn code(outcome: Outcome) -> ExitCode {
    let failure = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(failure) => failure,
    };
    eprintln!("pasarela: {failure}");
    match failure {
        Failure::Unfit(_) => ExitCode::from(1),
        Failure::Broken(_) => ExitCode::from(2),
    }
}
