//! `pasarela contract translate`: a message of one contract as a message of another.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use ::contract::{Contract, Conversions, Converted, Document, Limits, QName};
use clap::Args;

use super::convert::Format;
use crate::exit::{Failure, Outcome};

/// Translates a message.
#[derive(Args)]
pub(crate) struct Translate {
    /// The folder of the contract that the message is of.
    #[arg(long)]
    from_contract: PathBuf,
    /// The folder of the contract that it is to be of.
    #[arg(long)]
    to_contract: PathBuf,
    /// The message's element, `{namespace}Name`.
    #[arg(long)]
    root: QName,
    /// How the message is written, before and after.
    #[arg(long, default_value = "xml")]
    format: Format,
    #[command(flatten)]
    source: super::Source,
}

/// Reads from standard input, writes to standard output, and tells what was lost on standard error.
pub(super) fn run(command: &Translate) -> Outcome {
    let from = command.source.load(&command.from_contract)?;
    let to = command.source.load(&command.to_contract)?;
    let root = from.root(&command.root).ok_or_else(|| {
        Failure::Broken(format!("the contract has no element `{}`", command.root))
    })?;
    let mut input = Vec::new();
    std::io::stdin()
        .read_to_end(&mut input)
        .map_err(|e| Failure::broken("standard input", e))?;
    // A local tool on the operator's own files: their size is the operator's affair.
    let limits = Limits {
        max_bytes: usize::MAX,
        ..Limits::default()
    };
    let read = command.format.decode()(&from, root, &input, &limits)
        .map_err(|error| Failure::Unfit(error.to_string()))?;
    let Converted { document, losses } = convert(command, (&from, &to), &read)?;
    let losses = serde_json::to_string_pretty(&losses).map_err(|e| Failure::broken("losses", e))?;
    eprintln!("{losses}");
    std::io::stdout()
        .write_all(&command.format.encode(&document))
        .map_err(|e| Failure::broken("standard output", e))
}

/// The file lies in the folder of one of the two; the one that is translated to comes first.
fn convert(
    command: &Translate,
    (from, to): (&Arc<Contract>, &Arc<Contract>),
    read: &Document,
) -> Result<Converted, Failure> {
    let name = format!("conversiones/{}-{}.toml", from.name(), from.version());
    let broken = |errors| Failure::broken("conversions", errors);
    let made = if command.to_contract.join(name).is_file() {
        let conversions = Conversions::load(&command.to_contract, to, from).map_err(broken)?;
        conversions.forth.convert(read, &[])
    } else {
        let conversions = Conversions::load(&command.from_contract, from, to).map_err(broken)?;
        conversions.back.convert(read, &[])
    };
    made.map_err(|fault| Failure::Unfit(fault.to_string()))
}
