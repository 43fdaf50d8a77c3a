//! `pasarela registry`: organisms, agreements and certificates from a text file.

mod diff;
mod file;
mod seal;

use std::path::{Path, PathBuf};

use ::journal::{Digest, Entry, EntryKind, Verdict};
use domain::{Staff, StaffId};
use jiff::Timestamp;
use store::Store;
use store::adhesion::acts::Occasion;
use store::registry::import::{Imported, ImportedFile};
use store::registry::second::Opening;
use uuid::Uuid;

use super::{evident, staff};
use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::runtime;
use file::{Named, RegistryFile};

/// What to do with the registry.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Registers everything a file names, or nothing; what is registered already is changed, but for what is told of
    /// organisms with a file of adhesion. What opens access takes two people: a manager imports, which proposes it, and a
    /// supervisor imports the same.
    Import {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Who imports, by pseudonym: enlisted staff.
        #[arg(long)]
        by: StaffId,
        /// The organisms, as `compose/registro.toml` shows them.
        file: PathBuf,
        /// Imports only what the holder of this public key has signed, in `FILE.firma` beside it; such a file names keys,
        /// no certificates.
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
            by,
            file,
            verify,
        } => {
            let registry = match verify {
                Some(key) => {
                    RegistryFile::of_text(file, &seal::verified(file, key)?, Named::Refused)
                }
                None => RegistryFile::read(file),
            };
            let registry = registry.map_err(|e| Failure::broken("registry", e))?;
            runtime::block_on(import(config, by, &registry))
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

/// All of the file or nothing, and evidence of it in a journal of its own.
async fn import(path: &Path, by: &StaffId, registry: &RegistryFile) -> Outcome {
    let config = Config::read(path).map_err(|e| Failure::broken("configuration", e))?;
    let store = open(path).await?;
    refuse_short(&store, registry).await?;
    let says = registry
        .text()
        .map_err(|e| Failure::broken("registry", e))?;
    let file = ImportedFile {
        enrolments: registry.enrolments(),
        text: registry.digest(),
        says: Digest::of(says.as_bytes()),
    };
    let by = known(&config, &store, by, &file).await?;
    let occasion = Occasion {
        now: Timestamp::now(),
        exchange: Uuid::now_v7().to_string(),
    };
    let imported = evident::done((&config, &store), "registro", async |store, journal| {
        store.import_file(journal, &by, &file, &occasion).await
    });
    let imported = imported.await?.map_err(|error| match error.code() {
        Some(code) => Failure::Unfit(format!("{error} ({code})")),
        None => Failure::broken("registry", error),
    })?;
    match imported {
        Imported::Done => println!("{} organismos registrados", file.enrolments.len()),
        Imported::Proposed(openings) => proposed(&openings),
    }
    Ok(())
}

fn proposed(openings: &[Opening]) {
    println!("PROPUESTA: no se ha registrado nada todavía, porque el fichero abre:");
    for opening in openings {
        println!("  {opening}");
    }
    println!(
        "Otra persona, con el papel `supervisor`, la lleva a cabo importando lo mismo en siete días."
    );
}

/// Who imports, if she is enlisted; that somebody else tried is evidence.
async fn known(
    config: &Config,
    store: &Store,
    by: &StaffId,
    file: &ImportedFile<'_>,
) -> Result<Staff, Failure> {
    let enlisted = store.staff().await;
    let enlisted = enlisted.map_err(|e| Failure::broken("staff", e))?;
    let found = enlisted
        .into_iter()
        .find(|it| it.revoked_at.is_none() && it.staff.id == *by);
    if let Some(found) = found {
        return Ok(found.staff);
    }
    let denied = Entry {
        operation: Some("registro.importacion".to_owned()),
        staff: Some(by.clone()),
        request_digest: Some(file.text),
        verdict: Some(Verdict::Denied),
        problem: Some("personal-desconocido".to_owned()),
        ..Entry::new(
            EntryKind::Managed,
            Timestamp::now(),
            Uuid::now_v7().to_string(),
        )
    };
    let node = format!("{}.registro", config.node.id);
    staff::record_at(&node, config, store, denied).await?;
    let told = format!("`{by}` no consta como personal en activo (personal-desconocido)");
    Err(Failure::Unfit(told))
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

/// A short key that is registered already goes on; a new one is not taken.
async fn refuse_short(store: &Store, file: &RegistryFile) -> Outcome {
    let registry = store.load_registry().await;
    let registry = registry.map_err(|e| Failure::broken("registry", e))?;
    for (organism, key, bits) in file.short() {
        if registry.by_key(key).is_none() {
            let shortest = certs::identity::SHORTEST_NEW_RSA;
            let told = format!("a new RSA key needs {shortest} bits; `{key}` has {bits}");
            return Err(Failure::broken(organism.as_str(), told));
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
