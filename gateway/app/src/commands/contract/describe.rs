//! `pasarela contract openapi|wsdl|json-schema`: what a contract looks like to others.

use std::path::PathBuf;
use std::sync::Arc;

use ::contract::emit::{Direction, json_schema, wsdl};
use ::contract::{Contract, Governance};
use clap::Args;
use serde_json::{Map, Value};

use crate::exit::{Failure, Outcome};
use crate::home::Home;

/// Describes a contract.
#[derive(Args)]
pub(crate) struct Describe {
    /// The contract's folder, or one file of it.
    dir: PathBuf,
    /// The context contract's folder; the one that travels with the program if absent.
    #[arg(long)]
    context: Option<PathBuf>,
    /// The contract that the gateway decides on: only its versions are reached by their number alone.
    #[arg(long, default_value = "viogen")]
    decided_on: String,
    /// Where the gateway is reached.
    #[arg(long, default_value = "https://localhost:8443")]
    url: String,
    #[command(flatten)]
    source: super::Source,
}

impl Describe {
    fn context(&self) -> Result<Arc<Contract>, Failure> {
        let dir = match &self.context {
            Some(dir) => dir.clone(),
            None => Home::find(None)
                .map(|home| home.contracts().join("contexto/1"))
                .ok_or_else(|| {
                    Failure::Broken("no context contract: give `--context`".to_owned())
                })?,
        };
        Contract::load(&dir, Governance::Required)
            .map_err(|e| Failure::broken("context contract", e))
    }
}

/// Prints the `OpenAPI` document, as the gateway serves it.
pub(super) fn openapi(command: &Describe) -> Outcome {
    let contract = command.source.load(&command.dir)?;
    let context = command.context()?;
    print(&server::openapi_document(
        &contract,
        &context,
        &command.decided_on,
    ))
}

/// Prints the WSDL; schema files are named by their paths in the folder.
pub(super) fn wsdl(command: &Describe) -> Outcome {
    let contract = command.source.load(&command.dir)?;
    let url = command.url.trim_end_matches('/');
    let address = format!("{url}/soap/{}/{}", contract.name(), contract.version());
    let locate = |of: &Contract, path: &str| {
        if std::ptr::eq(of, &raw const *contract) {
            path.to_owned()
        } else {
            format!("../../{}/{}/{path}", of.name(), of.version())
        }
    };
    if let Some(text) = server::wsdl_of_others(&contract, &address, &locate) {
        println!("{text}");
        return Ok(());
    }
    let context = command.context()?;
    let options = wsdl::Options {
        context: Some(&context),
        address: &address,
        locate: &locate,
    };
    println!("{}", wsdl::document(&contract, &options));
    Ok(())
}

/// Prints one JSON Schema for each root element, by its name.
pub(super) fn json_schema(command: &Describe) -> Outcome {
    let contract = command.source.load(&command.dir)?;
    let schemas: Map<String, Value> = contract
        .roots()
        .iter()
        .map(|root| {
            let name = contract.element(*root).name.local.to_string();
            (
                name,
                json_schema::of_root(&contract, *root, Direction::of(&contract, *root)),
            )
        })
        .collect();
    print(&Value::Object(schemas))
}

fn print(value: &Value) -> Outcome {
    let text =
        serde_json::to_string_pretty(value).map_err(|e| Failure::broken("description", e))?;
    println!("{text}");
    Ok(())
}
