//! `pasarela policy`: works on policies folders without a gateway.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use domain::OrganismKind;
use policy::{Engine, matrix};

use crate::exit::{Failure, Outcome};

/// What to do with policies.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Reads a folder and names everything that is wrong with it.
    Check {
        /// The folder.
        dir: PathBuf,
    },
    /// Prints the whole visibility matrix of a folder.
    Matrix {
        /// The folder.
        dir: PathBuf,
    },
    /// Lists every cell of the visibility matrix that differs between two folders; ends with 1 if any does.
    Diff {
        /// The folder as it was.
        old: PathBuf,
        /// The folder as it is.
        new: PathBuf,
    },
    /// Proves what the policies never allow; needs `prover` of `conformance-tests/prover` and `cvc5`.
    Prove {
        /// The folder.
        dir: PathBuf,
        /// The prover's program; found on the path if absent.
        #[arg(long, default_value = "prover")]
        prover: PathBuf,
    },
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::Check { dir } => {
            let engine = load(dir)?;
            println!(
                "{} policies and {} field groups hold together; version {}",
                engine.policies().count(),
                engine.groups().len(),
                engine.version()
            );
            Ok(())
        }
        Command::Matrix { dir } => {
            print!("{}", matrix::text(&load(dir)?));
            Ok(())
        }
        Command::Diff { old, new } => diff(&load(old)?, &load(new)?),
        Command::Prove { dir, prover } => prove(dir, prover),
    }
}

fn load(dir: &Path) -> Result<Engine, Failure> {
    match Engine::load(dir) {
        Ok(engine) => Ok(engine),
        Err(errors) => {
            println!("{errors}");
            Err(Failure::Unfit(format!("`{}`", dir.display())))
        }
    }
}

fn diff(old: &Engine, new: &Engine) -> Outcome {
    let changes = matrix::diff(old, new, OrganismKind::ALL);
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    for change in &changes {
        let viewer = change.viewer;
        let cell = |ruling: &Option<policy::Ruling>| ruling.as_ref().map_or("-", matrix::cell);
        println!(
            "{} {} {} {} {} techo={} nivel={} {}: {} -> {}",
            viewer.kind,
            viewer.mode,
            viewer.relation.as_str(),
            viewer.charge.as_str(),
            viewer.purpose,
            viewer.ceiling,
            viewer.level.map_or("-", domain::RiskLevel::as_str),
            change.group,
            cell(&change.old),
            cell(&change.new),
        );
        *told.entry(change.group.to_string()).or_default() += 1;
    }
    if changes.is_empty() {
        println!("no cell changes");
        return Ok(());
    }
    Err(Failure::Unfit(format!(
        "{} cells of {} groups change",
        changes.len(),
        told.len()
    )))
}

fn prove(dir: &Path, prover: &Path) -> Outcome {
    let status = Process::new(prover).arg(dir).status().map_err(|e| {
        Failure::broken(
            &format!(
                "the prover `{}` cannot be started; it is built from conformance-tests/prover",
                prover.display()
            ),
            e,
        )
    })?;
    match status.code() {
        Some(0) => Ok(()),
        Some(1) => Err(Failure::Unfit("a theorem does not hold".to_owned())),
        Some(_) | None => Err(Failure::Broken("nothing was proven".to_owned())),
    }
}
