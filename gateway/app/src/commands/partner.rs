//! `pasarela partner …`: works on partners' folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::contract::{Contract, Governance};
use adapters::partner::{self, Partner};
use clap::{Args, Subcommand};
use domain::OperationKind;

use crate::exit::{Failure, Outcome};
use crate::home::Home;

/// What to do with partners' folders.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Prints the index of the partners of a folder: what each speaks, asks and answers.
    List(Folder),
    /// Compiles a partner's contract and mapping, or those of every partner of a folder.
    Check(Folder),
    /// Says which fields of the canonical contract a partner cannot give or take.
    Coverage(Folder),
}

/// A partner's folder, or one of partners' folders.
#[derive(Args)]
pub(crate) struct Folder {
    /// The folder; the one that travels with the program if absent.
    dir: Option<PathBuf>,
    /// The folder of the canonical contract; the one that travels with the program if absent.
    #[arg(long)]
    contract: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::List(folder) => {
            print!("{HEAD}");
            each(folder, line)
        }
        Command::Check(folder) => each(folder, |partner| format!("{}: in order", partner.slug)),
        Command::Coverage(folder) => each(folder, covered),
    }
}

/// How the index begins.
const HEAD: &str =
    "| folder | partner | speaks | protocol | asks | answers |\n|---|---|---|---|---|---|\n";

/// A partner's line of the index.
fn line(partner: &Partner) -> String {
    let settings = &partner.settings;
    let words = |kinds: &BTreeSet<OperationKind>| {
        let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        if words.is_empty() {
            "–".to_owned()
        } else {
            words.join(", ")
        }
    };
    format!(
        "| `{}` | {} | `{}` | {} | {} | {} |",
        partner.slug,
        settings.name,
        settings.contract,
        settings.protocol.style.as_str(),
        words(&settings.capabilities.asks),
        words(&settings.capabilities.answers),
    )
}

fn covered(partner: &Partner) -> String {
    match partner.coverage() {
        Some(coverage) => coverage.to_string(),
        None => format!(
            "{} speaks {} as it is",
            partner.slug, partner.settings.contract
        ),
    }
}

/// Says of every partner what there is to say; ends well only if every folder is in order.
fn each(folder: &Folder, say: impl Fn(&Partner) -> String) -> Outcome {
    let canonical = canonical(folder)?;
    let mut wrong = 0_usize;
    for dir in folders(folder)? {
        match Partner::load(&dir, &canonical) {
            Ok(partner) => println!("{}", say(&partner)),
            Err(fault) => {
                wrong += 1;
                println!("{fault}");
            }
        }
    }
    if wrong == 0 {
        return Ok(());
    }
    Err(Failure::Unfit(format!("{wrong} folders are not in order")))
}

fn canonical(folder: &Folder) -> Result<Arc<Contract>, Failure> {
    let shipped = || Home::find(None).map(|home| home.contracts().join("viogen/2"));
    let dir = folder.contract.clone().or_else(shipped);
    let dir =
        dir.ok_or_else(|| Failure::Broken("no canonical contract: give `--contract`".to_owned()))?;
    Contract::load(&dir, Governance::Required).map_err(|e| Failure::broken("canonical contract", e))
}

fn folders(folder: &Folder) -> Result<Vec<PathBuf>, Failure> {
    let shipped = || Home::find(None).map(|home| home.partners());
    let dir = folder.dir.clone().or_else(shipped);
    let dir = dir.ok_or_else(|| Failure::Broken("no folder of partners: give one".to_owned()))?;
    // Its own name is what a partner is called by.
    let dir = dir
        .canonicalize()
        .map_err(|e| Failure::broken(&dir.display().to_string(), e))?;
    if is_partner(&dir) {
        return Ok(vec![dir]);
    }
    partner::folders(&dir).map_err(|e| Failure::broken("partners", e))
}

fn is_partner(dir: &Path) -> bool {
    dir.join("partner.toml").is_file()
}

#[cfg(test)]
mod tests {
    use super::{Folder, HEAD, canonical, folders, line};
    use adapters::partner::Partner;

    #[test]
    fn the_index_has_a_line_of_every_folder() {
        let shipped = Folder {
            dir: None,
            contract: None,
        };
        let canonical = canonical(&shipped).unwrap();
        let dirs = folders(&shipped).unwrap();
        assert!(dirs.len() > 1);
        let columns = |text: &str| text.matches('|').count();
        for dir in dirs {
            let line = line(&Partner::load(&dir, &canonical).unwrap());
            let slug = dir.file_name().unwrap().to_str().unwrap();
            assert!(line.starts_with(&format!("| `{slug}` | ")), "{line}");
            assert_eq!(
                columns(&line),
                columns(HEAD.lines().next().unwrap()),
                "{line}"
            );
        }
    }
}
