//! `pasarela contract example`: valid messages of a contract, made up.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use ::contract::example::{Maker, NoExample, Random, example};
use ::contract::{Contract, Document, ElementId, QName};
use clap::Args;
use serde_json::{Value, json};

use crate::exit::{Failure, Outcome};

/// Makes up messages.
#[derive(Args)]
pub(crate) struct Example {
    /// The contract's folder, or one file of it.
    dir: PathBuf,
    /// The message's element, `{namespace}Name`; without it, those of every operation, else every global element.
    #[arg(long)]
    root: Option<QName>,
    /// Writes JSON in place of XML; without `--root`, each in an object that names its element (`raiz`, `mensaje`).
    #[arg(long)]
    json: bool,
    /// The same number gives the same messages.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many messages of each element.
    #[arg(long, default_value_t = 1)]
    count: u32,
    #[command(flatten)]
    source: super::Source,
}

/// Prints the messages, one a line; ends well only if every element has some.
pub(super) fn run(command: &Example) -> Outcome {
    let (contract, roots) = chosen(command)?;
    let mut without = Vec::new();
    for root in roots {
        // Each element for itself, so that others do not change what comes of it.
        let (mut maker, mut random) = (Maker::new(&contract), Random::new(command.seed));
        for _ in 0..command.count {
            match example(&contract, root, &mut maker, &mut random) {
                Ok(document) => println!("{}", line(command, &contract, root, &document)?),
                // Elements that only stand for others are nobody's message.
                Err(NoExample::Abstract) if command.root.is_none() => break,
                Err(why) => {
                    without.push(format!("{}: {why}", contract.element(root).name));
                    break;
                }
            }
        }
    }
    if without.is_empty() {
        return Ok(());
    }
    let list = without.join("; ");
    Err(Failure::Unfit(format!("no example of {list}")))
}

/// The contract, and the elements that messages are made of.
fn chosen(command: &Example) -> Result<(Arc<Contract>, Vec<ElementId>), Failure> {
    if let Some(root) = &command.root {
        let mut declaring = command.source.declaring(&command.dir, root)?;
        let (contract, root) = declaring.swap_remove(0);
        return Ok((contract, vec![root]));
    }
    let contract = command.source.load(&command.dir)?;
    let operations = contract.operations().iter();
    let spoken: BTreeSet<ElementId> = operations
        .flat_map(|operation| [operation.request, operation.response])
        .collect();
    let is_spoken = |root: &ElementId| {
        let named = |id: &ElementId| contract.element(*id).name == contract.element(*root).name;
        spoken.is_empty() || spoken.iter().any(named)
    };
    let roots = contract.roots().iter().copied().filter(is_spoken).collect();
    Ok((contract, roots))
}

fn line(
    command: &Example,
    contract: &Contract,
    root: ElementId,
    document: &Document,
) -> Result<String, Failure> {
    let broken = |error: &dyn std::fmt::Display| Failure::broken("example", error);
    let mut out = Vec::new();
    if !command.json {
        document.write_xml(&mut out);
        return String::from_utf8(out).map_err(|e| broken(&e));
    }
    document.write_json(&mut out);
    let message = String::from_utf8(out).map_err(|e| broken(&e))?;
    if command.root.is_some() {
        return Ok(message);
    }
    let name = contract.element(root).name.to_string();
    let message: Value = serde_json::from_str(&message).map_err(|e| broken(&e))?;
    Ok(json!({ "raiz": name, "mensaje": message }).to_string())
}
