//! `pasarela enrolment`: the one-time codes by which organisms register their certificates.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ::journal::{Entry, EntryKind};
use domain::{EnrolmentCode, OfficerId, Organism, OrganismId};
use jiff::{SignedDuration, Timestamp};
use server::FreshCode;
use store::Store;
use store::enrolment::{CodeRecord, Fate, NewCode, Withdrawal};

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::{runtime, wiring};

/// Pauses before evidence is written again.
const PAUSES_MS: [u64; 4] = [20, 80, 200, 500];

/// What to do with enrolment codes.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Issues a code for an organism and shows it, this once.
    Issue {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The organism, which is registered already.
        #[arg(long)]
        organism: OrganismId,
        /// Who issues it, by pseudonym.
        #[arg(long)]
        by: OfficerId,
        /// How many days it may be used.
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u8).range(1..=30))]
        days: u8,
    },
    /// Lists codes by name, oldest first; never the codes themselves.
    List {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Only those of this organism.
        #[arg(long)]
        organism: Option<OrganismId>,
    },
    /// Makes a code useless that was not used yet.
    Withdraw {
        /// The code's name, as the list has it.
        name: String,
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Who withdraws it, by pseudonym.
        #[arg(long)]
        by: OfficerId,
    },
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::Issue {
            config,
            organism,
            by,
            days,
        } => runtime::block_on(issue(config, organism, by, *days)),
        Command::List { config, organism } => runtime::block_on(list(config, organism.as_ref())),
        Command::Withdraw { name, config, by } => runtime::block_on(withdraw(config, name, by)),
    }
}

/// Opens the configuration and its database.
pub(crate) async fn open(config: &Path) -> Result<(Config, Store), Failure> {
    let config = Config::read(config).map_err(|e| Failure::broken("configuration", e))?;
    let store = Store::open(config.store.url.expose())
        .await
        .map_err(|e| Failure::broken("database", e))?;
    Ok((config, store))
}

fn failed(error: store::Error) -> Failure {
    Failure::broken("enrolment codes", error)
}

async fn issue(config: &Path, id: &OrganismId, by: &OfficerId, days: u8) -> Outcome {
    let (config, store) = open(config).await?;
    let registry = store.load_registry().await.map_err(failed)?;
    let organism = registry
        .organism(id)
        .ok_or_else(|| Failure::Unfit(format!("the organism `{id}` is not registered")))?;
    let fresh = FreshCode::make().map_err(|e| Failure::broken("random numbers", e))?;
    let FreshCode { code, name } = fresh;
    let now = Timestamp::now();
    let veil = wiring::veil(&config)?;
    let digest = veil.code(code.canonical());
    let expires_at = now + SignedDuration::from_hours(24 * i64::from(days));
    let issued = NewCode {
        digest: digest.map_err(|e| Failure::broken("enrolment code", e))?,
        name,
        organism: id.clone(),
        issued_by: by.to_string(),
        issued_at: now,
        expires_at,
    };
    let entry = evidence("emitirCodigoDeAlta", id, by, &issued.name);
    record(&config, &store, entry).await?;
    store.issue_code(&issued).await.map_err(failed)?;
    tell(&config, organism, &issued, &code);
    Ok(())
}

fn tell(config: &Config, organism: &Organism, issued: &NewCode, code: &EnrolmentCode) {
    let url = config.enrolment.as_ref().map(|it| it.public_url.as_str());
    let url = url.unwrap_or("https://DIRECCION-DE-ALTAS");
    let Organism { id, name, .. } = organism;
    println!("Código de alta {} para {name} ({id}):", issued.name);
    println!();
    println!("    {}", code.expose());
    println!();
    println!(
        "Vale una sola vez, hasta {}. No se vuelve a mostrar.",
        issued.expires_at
    );
    println!(
        "Entréguelo en mano o por teléfono, nunca por el mismo canal que el resto. La fuerza ejecuta:"
    );
    println!();
    println!("    pasarela join --gateway {url} --ca pasarela-ca.pem --organism {id} --out alta");
}

async fn list(config: &Path, organism: Option<&OrganismId>) -> Outcome {
    let (_, store) = open(config).await?;
    let now = Timestamp::now();
    let mut listed = 0;
    for code in store.codes().await.map_err(failed)? {
        if organism.is_none_or(|id| *id == code.organism) {
            let CodeRecord {
                name,
                organism,
                issued_by,
                issued_at,
                ..
            } = &code;
            let fate = fate(&code, now);
            println!("{name}  {organism}  emitido por {issued_by} el {issued_at}  {fate}");
            listed += 1;
        }
    }
    println!("{listed} códigos de alta");
    Ok(())
}

fn fate(code: &CodeRecord, now: Timestamp) -> String {
    match &code.fate {
        Fate::Used { key, at } => format!("usado el {at} por la clave {key}"),
        Fate::Withdrawn { by, at } => format!("retirado por {by} el {at}"),
        Fate::Unused if code.expires_at <= now => format!("caducó el {}", code.expires_at),
        Fate::Unused => format!("sin usar, hasta {}", code.expires_at),
    }
}

async fn withdraw(config: &Path, name: &str, by: &OfficerId) -> Outcome {
    let (config, store) = open(config).await?;
    let organism = store.organism_of_code(name).await.map_err(failed)?;
    let unknown = || Failure::Unfit(format!("there is no enrolment code `{name}`"));
    let organism = organism.ok_or_else(unknown)?;
    let entry = evidence("retirarCodigoDeAlta", &organism, by, name);
    record(&config, &store, entry).await?;
    let withdrawn = store.withdraw_code(name, by.as_str(), Timestamp::now());
    match withdrawn.await.map_err(failed)? {
        Withdrawal::Withdrawn => {
            println!("{name}: retirado");
            Ok(())
        }
        Withdrawal::Unknown => Err(unknown()),
        Withdrawal::TooLate => Err(Failure::Unfit(format!(
            "`{name}` was used or withdrawn before"
        ))),
    }
}

/// The evidence of what somebody of the ministry does about an organism's certificates.
pub(crate) fn evidence(
    operation: &str,
    organism: &OrganismId,
    by: &OfficerId,
    file: &str,
) -> Entry {
    Entry {
        operation: Some(operation.to_owned()),
        organism: Some(organism.clone()),
        officer: Some(by.clone()),
        file: Some(file.to_owned()),
        ..Entry::new(
            EntryKind::Managed,
            Timestamp::now(),
            uuid::Uuid::now_v7().to_string(),
        )
    }
}

/// Writes evidence into the journal of this node's enrolments, and seals it.
///
/// A journal has one writer at a time, and two people may work at once: whoever comes second tries again.
pub(crate) async fn record(config: &Config, store: &Store, entry: Entry) -> Outcome {
    let node = format!("{}.altas", config.node.id);
    let mut pauses = PAUSES_MS.iter();
    loop {
        let (journal, writer) = wiring::journal(config, store, &node).await?;
        let recorded = journal.record(entry.clone()).await;
        let recorded = recorded.map_err(|e| Failure::broken("journal", e));
        if recorded.is_ok() {
            let sealed = journal.checkpoint(Timestamp::now()).await;
            sealed.map_err(|e| Failure::broken("checkpoint", e))?;
        }
        drop(journal);
        writer.await.map_err(|e| Failure::broken("journal", e))?;
        match (recorded, pauses.next()) {
            (Ok(_), _) => return Ok(()),
            (Err(_), Some(pause)) => tokio::time::sleep(Duration::from_millis(*pause)).await,
            (Err(failure), None) => return Err(failure),
        }
    }
}
