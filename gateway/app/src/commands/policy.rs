//! `pasarela policy`: works on policies folders without a gateway.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use domain::{OperationKind, OrganismKind, RiskLevel};
use policy::{Acting, Bearing, Engine, File, Granted, Posture, Subject, System, Verdict, matrix};

use crate::exit::{Failure, Outcome};
use crate::runtime;

mod export;

/// What to do with policies.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Reads a folder and names everything that is wrong with it.
    Check {
        /// The folder.
        dir: PathBuf,
    },
    /// Prints who may do, see and write what by the policies of a folder.
    Matrix {
        /// The folder.
        dir: PathBuf,
    },
    /// Lists every decision and every cell of visibility that differs between two folders; ends with 1 if any does.
    Diff {
        /// The folder as it was.
        old: PathBuf,
        /// The folder as it is.
        new: PathBuf,
    },
    /// Writes the texts that are in force, or those of another version that was proposed or in force, into a new folder.
    Export {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Which version, as evidence names it; the one in force if absent.
        #[arg(long)]
        of: Option<String>,
        /// The folder: empty, or not there yet.
        dir: PathBuf,
    },
    /// Proves what the policies never allow; needs `prover` of `conformance-tests/prover` and `cvc5`.
    Prove {
        /// The folder.
        dir: PathBuf,
        /// The prover's program; found on the path if absent.
        #[arg(long, default_value = "prover")]
        prover: PathBuf,
        /// The folder of theorems; those that ship with the prover if absent.
        #[arg(long)]
        bounds: Option<PathBuf>,
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
        Command::Export { config, of, dir } => {
            runtime::block_on(export::export(config, of.as_deref(), dir))
        }
        Command::Prove {
            dir,
            prover,
            bounds,
        } => prove(dir, prover, bounds.as_deref()),
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
    let postures = OrganismKind::ALL.iter().flat_map(|kind| {
        let operations = OperationKind::ALL.iter();
        operations.flat_map(|operation| matrix::postures(*kind, *operation))
    });
    let decisions = matrix::diff_operations(old, new, postures);
    for change in &decisions {
        let verdict = |verdict| match verdict {
            Verdict::Allowed => "se permite",
            Verdict::Refused(problem) => problem.entry().code,
        };
        println!(
            "{}: {} -> {}",
            told(&change.posture),
            verdict(change.old),
            verdict(change.new)
        );
    }
    let (cells, groups) = diff_cells(old, new);
    if decisions.is_empty() && cells == 0 {
        println!("nothing changes");
        return Ok(());
    }
    Err(Failure::Unfit(format!(
        "{} decisions and {cells} cells of {groups} groups change",
        decisions.len(),
    )))
}

/// Prints the cells that change; how many, and of how many groups.
fn diff_cells(old: &Engine, new: &Engine) -> (usize, usize) {
    let viewers = OrganismKind::ALL
        .iter()
        .flat_map(|kind| matrix::viewers(*kind));
    let changes = matrix::diff_fields(old, new, viewers);
    let mut groups: BTreeSet<&str> = BTreeSet::new();
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
            viewer.level.map_or("-", RiskLevel::as_str),
            change.group,
            cell(&change.old),
            cell(&change.new),
        );
        groups.insert(&change.group);
    }
    (changes.len(), groups.len())
}

/// A posture in the words of the policies.
fn told(posture: &Posture) -> String {
    let mut words = vec![
        posture.kind.to_string(),
        posture.operation.to_string(),
        posture.purpose.to_string(),
    ];
    words.push(posture.terms.map_or_else(
        || "sin convenio".to_owned(),
        |terms| {
            let listed = |granted| match granted {
                Granted::Yes => "si",
                Granted::No => "no",
            };
            format!(
                "{} {} techo={} operacion={} finalidad={}",
                terms.mode,
                terms.standing_word(),
                terms.ceiling,
                listed(terms.operation),
                listed(terms.purpose)
            )
        },
    ));
    words.extend(match posture.file {
        File::Named => Some("con expediente".to_owned()),
        File::Missing => None,
    });
    words.extend(match posture.acting {
        Acting::Itself => None,
        Acting::ForParticipant => Some("en nombre de quien dice el anexo".to_owned()),
        Acting::ForStranger => Some("en nombre de quien no dice el anexo".to_owned()),
    });
    let bearing = |word: &str, bearing: Bearing| {
        format!(
            "{word} {} {} nivel={}{}",
            bearing.relation.as_str(),
            bearing.charge.map_or("nadie", policy::Charge::as_str),
            bearing.level.map_or("-", RiskLevel::as_str),
            match bearing.system {
                System::Central => "",
                System::Remote => " sistema propio",
            }
        )
    };
    words.push(match posture.subject {
        Subject::Federation => "federacion".to_owned(),
        Subject::Case(it) => bearing("caso", it),
        Subject::New(it) => bearing("alta", it),
    });
    words.join(" ")
}

fn prove(dir: &Path, prover: &Path, bounds: Option<&Path>) -> Outcome {
    let status = Process::new(prover)
        .arg(dir)
        .args(bounds)
        .status()
        .map_err(|e| {
            Failure::broken(
                &format!(
                    "the prover `{}` cannot be started; build it with `cargo build --release --manifest-path \
                     conformance-tests/prover/Cargo.toml` and install `cvc5`, then name it with `--prover \
                     conformance-tests/prover/target/release/prover` or put it on the path",
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
