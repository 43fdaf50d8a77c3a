//! `pasarela contract`: works on contract folders without a gateway.

mod convert;
mod describe;
mod example;
mod inspect;
mod translate;

use std::path::Path;
use std::sync::Arc;

use ::contract::{Contract, ElementId, Governance, QName};
use clap::{Args, Subcommand};

use crate::exit::{Failure, Outcome};

/// What to do with a contract.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Compiles every root XSD under a folder and prints a JSON report.
    Check(inspect::Check),
    /// Converts a message from standard input to standard output, validated both ways.
    Convert(convert::Convert),
    /// Makes up valid messages of a contract, one a line.
    Example(example::Example),
    /// Makes a message of one contract from standard input into one of another on standard output; what is
    /// lost is told on standard error, as JSON.
    Translate(translate::Translate),
    /// Prints the `OpenAPI` document of a contract.
    Openapi(describe::Describe),
    /// Prints the WSDL of a contract.
    Wsdl(describe::Describe),
    /// Prints the JSON Schemas of a contract's root elements.
    JsonSchema(describe::Describe),
}

/// The contract a command works on.
#[derive(Args)]
struct Source {
    /// Accept contracts that do not say who may see each field.
    #[arg(long)]
    ungoverned: bool,
}

impl Source {
    fn governance(&self) -> Governance {
        if self.ungoverned {
            Governance::Ungoverned
        } else {
            Governance::Required
        }
    }

    /// The contract in a folder, or of one file of it.
    fn load(&self, path: &Path) -> Result<Arc<Contract>, Failure> {
        Contract::load_at(path, self.governance())
            .map_err(|errors| Failure::broken(&format!("`{}`", path.display()), errors))
    }

    /// The contracts at `path` that declare the element: several where the files of a folder do not go together.
    fn declaring(&self, path: &Path, root: &QName) -> Result<Vec<Declaring>, Failure> {
        let found = Contract::declaring(path, root, self.governance())
            .map_err(|errors| Failure::broken(&format!("`{}`", path.display()), errors))?;
        let ids = found.into_iter().filter_map(|contract| {
            let id = contract.root(root)?;
            Some((contract, id))
        });
        let declaring: Vec<Declaring> = ids.collect();
        if declaring.is_empty() {
            let none = format!("the contract has no element `{root}`");
            return Err(Failure::Broken(none));
        }
        Ok(declaring)
    }
}

/// A contract and an element that it declares.
type Declaring = (Arc<Contract>, ElementId);

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::Check(check) => inspect::run(check),
        Command::Convert(convert) => convert::run(convert),
        Command::Example(example) => example::run(example),
        Command::Translate(translate) => translate::run(translate),
        Command::Openapi(describe) => describe::openapi(describe),
        Command::Wsdl(describe) => describe::wsdl(describe),
        Command::JsonSchema(describe) => describe::json_schema(describe),
    }
}
