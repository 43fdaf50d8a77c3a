//! `pasarela registry`: organisms, agreements and certificates from a text file.

mod file;

use std::path::PathBuf;

use store::Store;

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::runtime;

pub(crate) use file::{Enrolment, RegistryFile};

/// What to do with the registry.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Registers everything a file names; what is registered already is changed.
    Import {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The organisms, as `compose/registro.toml` shows them.
        file: PathBuf,
    },
    /// Prints the registry in force as JSON.
    Show {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::Import { config, file } => {
            let registry = RegistryFile::read(file).map_err(|e| Failure::broken("registry", e))?;
            runtime::block_on(async {
                let store = open(config).await?;
                for enrolment in registry.enrolments() {
                    enrol(&store, enrolment).await?;
                }
                println!("{} organisms registered", registry.enrolments().len());
                Ok(())
            })
        }
        Command::Show { config } => runtime::block_on(async { show(&open(config).await?).await }),
    }
}

/// Registers one organism with its keys and agreements.
pub(crate) async fn enrol(store: &Store, enrolment: &Enrolment) -> Outcome {
    let failed = |e: store::Error| Failure::broken(enrolment.organism.id.as_str(), e);
    store
        .put_organism(&enrolment.organism)
        .await
        .map_err(failed)?;
    if !enrolment.short.is_empty() {
        refuse_short(store, enrolment).await?;
    }
    for key in &enrolment.keys {
        store
            .put_key(key, &enrolment.organism.id)
            .await
            .map_err(failed)?;
    }
    for agreement in &enrolment.agreements {
        store.put_agreement(agreement).await.map_err(failed)?;
    }
    Ok(())
}

/// A short key that is registered already goes on; a new one is not taken.
async fn refuse_short(store: &Store, enrolment: &Enrolment) -> Outcome {
    let id = enrolment.organism.id.as_str();
    let registry = store.load_registry().await;
    let registry = registry.map_err(|e| Failure::broken(id, e))?;
    for (key, bits) in &enrolment.short {
        if registry.by_key(key).is_none() {
            let shortest = certs::identity::SHORTEST_NEW_RSA;
            let told = format!("a new RSA key needs {shortest} bits; `{key}` has {bits}");
            return Err(Failure::broken(id, told));
        }
    }
    Ok(())
}

async fn open(config: &std::path::Path) -> Result<Store, Failure> {
    let config = Config::read(config).map_err(|e| Failure::broken("configuration", e))?;
    Store::open(config.store.url.expose())
        .await
        .map_err(|e| Failure::broken("database", e))
}

async fn show(store: &Store) -> Outcome {
    let registry = store
        .load_registry()
        .await
        .map_err(|e| Failure::broken("registry", e))?;
    let keys: Vec<_> = registry
        .keys()
        .map(|(key, organism)| serde_json::json!({ "key": key.to_string(), "organism": organism }))
        .collect();
    let shown = serde_json::json!({
        "version": registry.version(),
        "organisms": registry.organisms().collect::<Vec<_>>(),
        "agreements": registry.agreements().collect::<Vec<_>>(),
        "keys": keys,
    });
    println!("{shown:#}");
    Ok(())
}
