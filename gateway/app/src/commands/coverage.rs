//! `pasarela coverage`: which municipalities that have local police have joined.

mod told;

use std::path::{Path, PathBuf};

use ::journal::{Digest, Entry, EntryKind, Verdict};
use adapters::workbook;
use domain::coverage::police::PoliceList;
use domain::coverage::population::Population;
use domain::coverage::{self, Coverage, Fault, Refusal, stated};
use domain::table::Table;
use domain::{StaffId, StaffRole};
use jiff::Timestamp;
use store::Store;
use store::coverage::Import;
use uuid::Uuid;

use super::staff;
use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::runtime;

/// What to do about coverage.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Imports the list of municipalities that have local police, a workbook (`.xlsx`) or CSV: INE code and name.
    ImportPolice(Importing),
    /// Imports the official population: the INE's yearly workbook (`pobmunYY.xlsx`), or its table saved as CSV.
    ImportPopulation(Importing),
    /// Shows how many have joined, by community and province, and which have not.
    Show {
        /// The configuration file.
        #[arg(long, required_unless_present = "sample")]
        config: Option<PathBuf>,
        /// Shows the sample instead: Castilla y León, as the project's sources tell it.
        #[arg(long, conflicts_with = "config")]
        sample: bool,
        /// Prints CSV.
        #[arg(long)]
        csv: bool,
    },
}

/// Who imports which file.
#[derive(clap::Args)]
pub(crate) struct Importing {
    /// The file.
    file: PathBuf,
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Who imports, by pseudonym.
    #[arg(long)]
    by: StaffId,
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::ImportPolice(importing) => runtime::block_on(import_police(importing)),
        Command::ImportPopulation(importing) => runtime::block_on(import_population(importing)),
        Command::Show {
            config: Some(config),
            csv,
            ..
        } => runtime::block_on(async {
            show(&count(config).await?, *csv);
            Ok(())
        }),
        Command::Show {
            config: None, csv, ..
        } => {
            let sample = stated::read(stated::CASTILLA_Y_LEON.as_bytes());
            show(&sample.map_err(|refusals| unfit(&refusals))?, *csv);
            Ok(())
        }
    }
}

fn show(coverage: &Coverage, csv: bool) {
    if csv {
        print!("{}", coverage::csv::written(coverage));
    } else {
        print!("{}", told::summary(coverage));
    }
}

async fn import_police(importing: &Importing) -> Outcome {
    let (table, import) = read(importing)?;
    let list = PoliceList::of(&table).map_err(|refusals| unfit(&refusals))?;
    let store = permitted(importing, "cobertura.policias", &import).await?;
    let put = store.put_police_list(&import, &list).await;
    put.map_err(|e| Failure::broken("coverage", e))?;
    for one in &list.renamed {
        let (line, code, told, official) = (one.line, one.code, &one.told, one.official);
        println!("línea {line}: {code} se llama `{official}` en el registro, no `{told}`");
    }
    println!("{} municipios con policia local", list.codes.len());
    Ok(())
}

async fn import_population(importing: &Importing) -> Outcome {
    let (table, import) = read(importing)?;
    let population = Population::of(&table).map_err(|refusals| unfit(&refusals))?;
    let store = permitted(importing, "cobertura.habitantes", &import).await?;
    let put = store.put_population(&import, &population).await;
    put.map_err(|e| Failure::broken("coverage", e))?;
    for code in &population.unknown {
        println!("{code} no consta en el registro de municipios de este programa: se omite");
    }
    println!(
        "{} municipios, {} habitantes a 1 de enero de {}",
        population.residents.len(),
        population.total(),
        population.year
    );
    Ok(())
}

/// Reads the file; what says who imports which goes with it.
fn read(importing: &Importing) -> Result<(Table, Import), Failure> {
    let bytes = std::fs::read(&importing.file)
        .map_err(|e| Failure::broken(&importing.file.display().to_string(), e))?;
    let import = Import {
        at: Timestamp::now(),
        by: importing.by.clone(),
        digest: Digest::of(&bytes),
    };
    let table = workbook::table(&bytes, &importing.file.to_string_lossy());
    let table = table.map_err(|wrong| unfit(&[wrong.map(Fault::File)]))?;
    Ok((table, import))
}

/// The store, once whoever imports is known to be someone who may, and that she does is evidence, as on the console.
async fn permitted(
    importing: &Importing,
    operation: &str,
    import: &Import,
) -> Result<Store, Failure> {
    let config = configuration(&importing.config)?;
    let store = stored(&config).await?;
    let enlisted = store.staff().await;
    let enlisted = enlisted.map_err(|e| Failure::broken("staff", e))?;
    let by = enlisted
        .iter()
        .find(|it| it.revoked_at.is_none() && it.staff.id == import.by);
    let mut entry = Entry {
        operation: Some(operation.to_owned()),
        staff: Some(import.by.clone()),
        request_digest: Some(import.digest),
        verdict: Some(Verdict::Allowed),
        ..Entry::new(EntryKind::Managed, import.at, Uuid::now_v7().to_string())
    };
    let refused = match by {
        None => Some(("no consta como personal en activo", "personal-desconocido")),
        Some(by) if by.staff.roles.has(StaffRole::Manager) => None,
        Some(_) => Some(("no tiene el papel `gestor`", "papel-insuficiente")),
    };
    if let Some((_, code)) = refused {
        entry.verdict = Some(Verdict::Denied);
        entry.problem = Some(code.to_owned());
    }
    let node = format!("{}.gestion", config.node.id);
    staff::record_at(&node, &config, &store, entry).await?;
    match refused {
        None => Ok(store),
        Some((why, code)) => Err(Failure::Unfit(format!("`{}` {why} ({code})", import.by))),
    }
}

/// The coverage now, by the stored lists and the registry.
async fn count(config: &Path) -> Result<Coverage, Failure> {
    let failed = |e: store::Error| Failure::broken("coverage", e);
    let store = open(config).await?;
    let lists = store.coverage_lists().await.map_err(failed)?;
    let registry = store.load_registry().await.map_err(failed)?;
    let (_, police) = lists.police.ok_or_else(|| {
        Failure::Unfit(
            "no hay lista de municipios con policia local: pasarela coverage import-police"
                .to_owned(),
        )
    })?;
    let residents = lists.residents.map(|(_, _, residents)| residents);
    let joined = coverage::joined(&registry, Timestamp::now());
    Ok(Coverage::count(
        &police,
        &residents.unwrap_or_default(),
        &joined,
    ))
}

async fn open(config: &Path) -> Result<Store, Failure> {
    stored(&configuration(config)?).await
}

fn configuration(path: &Path) -> Result<Config, Failure> {
    Config::read(path).map_err(|e| Failure::broken("configuration", e))
}

async fn stored(config: &Config) -> Result<Store, Failure> {
    Store::open(config.store.url.expose())
        .await
        .map_err(|e| Failure::broken("database", e))
}

/// Tells every line that is wrong; nothing was taken.
fn unfit(refusals: &[Refusal]) -> Failure {
    for refusal in refusals {
        println!("{}", told::refusal(refusal));
    }
    Failure::Unfit(format!("{} lineas con errores", refusals.len()))
}
