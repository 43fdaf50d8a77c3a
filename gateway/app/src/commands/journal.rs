//! `pasarela journal`: takes the evidence out of the database, and verifies it without one.

mod files;

use std::path::{Path, PathBuf};

use ::journal::verify::{Report, Verifier};
use certs::seal::SealVerifier;
use store::Store;

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::runtime;

/// What to do with the evidence.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Writes every node's entries and checkpoints to a folder.
    Export {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The folder; made if missing.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Verifies an exported folder; needs nothing but the public key.
    Verify {
        /// The folder.
        dir: PathBuf,
        /// Public key of the checkpoints, PEM.
        #[arg(long)]
        key: PathBuf,
    },
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::Export { config, dir } => {
            let config = Config::read(config).map_err(|e| Failure::broken("configuration", e))?;
            runtime::block_on(async {
                let store = Store::open(config.store.url.expose())
                    .await
                    .map_err(|e| Failure::broken("database", e))?;
                export(&store, dir).await
            })
        }
        Command::Verify { dir, key } => {
            for (node, report) in verify(dir, key)? {
                let Report {
                    entries,
                    covered,
                    checkpoints,
                    root,
                } = report;
                println!(
                    "{node}: {entries} entries hold together, {covered} of them covered by {checkpoints} signed checkpoints; root {root}"
                );
            }
            Ok(())
        }
    }
}

/// Writes all that a verifier needs.
pub(crate) async fn export(store: &Store, dir: &Path) -> Outcome {
    std::fs::create_dir_all(dir)
        .map_err(|e| Failure::broken(&format!("`{}`", dir.display()), e))?;
    let failed = |e| Failure::broken("journal", e);
    for node in store.journal_nodes().await.map_err(failed)? {
        let checkpoints = store.journal_checkpoints(&node).await.map_err(failed)?;
        let mut rows = files::Writer::create(dir, &node)?;
        let mut pages = store.export_journal(node.clone());
        loop {
            let page = pages.next_page().await.map_err(failed)?;
            if page.is_empty() {
                break;
            }
            rows.write(&page)?;
        }
        rows.finish()?;
        files::write_checkpoints(dir, &node, &checkpoints)?;
    }
    Ok(())
}

/// Verifies every node's journal in a folder.
pub(crate) fn verify(dir: &Path, key: &Path) -> Result<Vec<(String, Report)>, Failure> {
    let seal = SealVerifier::load(key).map_err(|e| Failure::broken("public key", e))?;
    let nodes = files::nodes(dir)?;
    if nodes.is_empty() {
        return Err(Failure::Broken(format!(
            "`{}` holds no exported journal",
            dir.display()
        )));
    }
    let mut reports = Vec::new();
    for node in nodes {
        let unfit = |fault| Failure::Unfit(format!("journal of `{node}`: {fault}"));
        let checkpoints = files::read_checkpoints(dir, &node)?;
        let signed = |text: &[u8], signature: &[u8]| seal.verify(text, signature).is_ok();
        let mut verifier = Verifier::new(node.clone(), checkpoints, signed).map_err(unfit)?;
        for row in files::read_rows(dir, &node)? {
            verifier.push(&row?).map_err(unfit)?;
        }
        reports.push((node.to_string(), verifier.finish().map_err(unfit)?));
    }
    Ok(reports)
}
