//! `pasarela registry`: organisms, agreements and certificates from a text file.

mod diff;
mod file;
mod seal;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use store::Store;

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::runtime;

pub(crate) use file::{Enrolment, RegistryFile};

/// Who changed a users form, where a file did.
const IMPORTED: &str = "importacion";

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
        /// Imports only what the holder of this public key has signed, in `FILE.firma` beside it.
        #[arg(long, value_name = "PUBLIC_KEY")]
        verify: Option<PathBuf>,
    },
    /// Writes the registry in force as a file that can be imported, always the same text for the same registry.
    Export {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Where to; standard output if absent.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Signs the file with this key, in `FILE.firma` beside it.
        #[arg(long, value_name = "KEY", requires = "out")]
        sign: Option<PathBuf>,
    },
    /// Says what importing a file would change.
    Diff {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The file.
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
        Command::Import {
            config,
            file,
            verify,
        } => {
            let registry = match verify {
                Some(key) => RegistryFile::of_text(file, &seal::verified(file, key)?),
                None => RegistryFile::read(file),
            };
            let registry = registry.map_err(|e| Failure::broken("registry", e))?;
            runtime::block_on(import(config, &registry))
        }
        Command::Export { config, out, sign } => {
            runtime::block_on(export(config, out.as_deref(), sign.as_deref()))
        }
        Command::Diff { config, file } => {
            let registry = RegistryFile::read(file).map_err(|e| Failure::broken("registry", e))?;
            runtime::block_on(async { diff(&open(config).await?, &registry).await })
        }
        Command::Show { config } => runtime::block_on(async { show(&open(config).await?).await }),
    }
}

async fn import(config: &Path, registry: &RegistryFile) -> Outcome {
    let store = open(config).await?;
    for enrolment in registry.enrolments() {
        enrol(&store, enrolment).await?;
    }
    println!("{} organisms registered", registry.enrolments().len());
    Ok(())
}

async fn export(config: &Path, out: Option<&Path>, sign: Option<&Path>) -> Outcome {
    let store = open(config).await?;
    let registry = store.load_registry().await;
    let registry = registry.map_err(|e| Failure::broken("registry", e))?;
    let text = RegistryFile::of(&registry).text();
    let text = text.map_err(|e| Failure::broken("registry", e))?;
    match out {
        Some(out) => seal::write(out, &text, sign)?,
        None => print!("{text}"),
    }
    Ok(())
}

async fn diff(store: &Store, wanted: &RegistryFile) -> Outcome {
    let broken = |e: store::Error| Failure::broken("registry", e);
    let registry = store.load_registry().await.map_err(broken)?;
    let kept = store.dossiers().await.map_err(broken)?;
    let kept = kept.into_iter().map(|summary| summary.id).collect();
    let present = RegistryFile::of(&registry);
    for line in diff::lines(&present, wanted, &kept) {
        println!("{line}");
    }
    Ok(())
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
    for held in &enrolment.certificates {
        let put = store.put_certificate(held, &enrolment.organism.id);
        put.await.map_err(failed)?;
    }
    for agreement in &enrolment.agreements {
        store.put_agreement(agreement).await.map_err(failed)?;
    }
    if !enrolment.users.is_empty() {
        let (organism, users) = (&enrolment.organism.id, &enrolment.users);
        let put = store.put_users(organism, users, IMPORTED, Timestamp::now());
        put.await.map_err(failed)?;
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

async fn open(config: &Path) -> Result<Store, Failure> {
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
