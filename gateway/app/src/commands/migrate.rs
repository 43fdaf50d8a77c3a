//! `pasarela migrate`: brings the database to this version's schema.

use std::path::PathBuf;

use store::Store;

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::runtime;

/// Migrates.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
}

/// Opens the database of the configuration and migrates it.
pub(crate) fn run(args: &Args) -> Outcome {
    let config = Config::read(&args.config).map_err(|e| Failure::broken("configuration", e))?;
    runtime::block_on(async {
        let store = Store::open(config.store.url.expose())
            .await
            .map_err(|e| Failure::broken("database", e))?;
        store
            .migrate()
            .await
            .map_err(|e| Failure::broken("migration", e))
    })
}
