//! `pasarela contract check`: does every contract of a folder compile.

use std::path::PathBuf;

use ::contract::check;
use clap::Args;

use crate::exit::{Failure, Outcome};

/// Checks a folder of contracts.
#[derive(Args)]
pub(crate) struct Check {
    /// The folder; every XSD below it that no other one includes or imports is compiled.
    dir: PathBuf,
    #[command(flatten)]
    source: super::Source,
}

/// Prints the report; ends well only if everything compiles.
pub(super) fn run(command: &Check) -> Outcome {
    let report = check::check(&command.dir, command.source.governance())
        .map_err(|error| Failure::broken(&format!("`{}`", command.dir.display()), error))?;
    let text = serde_json::to_string_pretty(&report).map_err(|e| Failure::broken("report", e))?;
    println!("{text}");
    if report.ok {
        return Ok(());
    }
    let bad = report.files.iter().filter(|file| !file.ok).count();
    Err(Failure::Unfit(format!(
        "{bad} of {} root files do not compile",
        report.files.len()
    )))
}
