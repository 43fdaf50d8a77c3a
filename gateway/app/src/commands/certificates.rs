//! `pasarela certificates`: the certificates that organisms connect by, those about to expire, and their revocation.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::reminder::Mark;
use domain::{CertificateKey, OfficerId, OrganismId};
use jiff::Timestamp;
use store::Store;
use store::certificates::{KeyRecord, Revocation};

use super::enrolment::{evidence, open, record};
use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::runtime;

/// What to do with certificates.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Lists registered keys with their certificates' validity, and revoked ones.
    List {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Only those of this organism.
        #[arg(long)]
        organism: Option<OrganismId>,
    },
    /// Lists the certificates to be reminded of: 60, 30 and 7 days before their end, and those past it. Ends with
    /// status 1 if there are any.
    Expiring {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Takes a key out of the registry for good: within seconds nobody connects by it.
    Revoke {
        /// The key, 64 hexadecimal digits, as the list has it.
        key: CertificateKey,
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Who revokes it, by pseudonym.
        #[arg(long)]
        by: OfficerId,
        /// Revokes as well what was obtained by it, directly or not; also for a key that is revoked already.
        #[arg(long)]
        with_descendants: bool,
    },
}

/// What becomes of the keys that were obtained by a revoked one.
#[derive(Clone, Copy)]
enum Descent {
    Told,
    Revoked,
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::List { config, organism } => runtime::block_on(list(config, organism.as_ref())),
        Command::Expiring { config } => runtime::block_on(expiring(config)),
        Command::Revoke {
            key,
            config,
            reason,
            by,
            with_descendants,
        } => {
            let descent = if *with_descendants {
                Descent::Revoked
            } else {
                Descent::Told
            };
            runtime::block_on(revoke(config, key, (by, reason), descent))
        }
    }
}

fn failed(error: store::Error) -> Failure {
    Failure::broken("certificates", error)
}

async fn list(config: &Path, organism: Option<&OrganismId>) -> Outcome {
    let (_, store) = open(config).await?;
    let wanted = |id: &OrganismId| organism.is_none_or(|only| only == id);
    let keys = store.certificates().await.map_err(failed)?;
    for record in keys.iter().filter(|record| wanted(&record.organism)) {
        println!("{}", line(record));
    }
    let revoked = store.revoked_keys().await.map_err(failed)?;
    for key in revoked.iter().filter(|key| wanted(&key.organism)) {
        println!(
            "{}  {}  revocada por {} el {}: {}",
            key.key, key.organism, key.by, key.at, key.reason
        );
    }
    Ok(())
}

fn line(record: &KeyRecord) -> String {
    let KeyRecord {
        key,
        organism,
        known,
        parent,
    } = record;
    let until = match known {
        Some((certificate, origin)) => {
            format!("{origin}, hasta {}", day(certificate.not_after))
        }
        None => "registrada antes de que se guardara su vigencia".to_owned(),
    };
    let parent = parent.map(|parent| format!(", obtenida con {parent}"));
    format!("{key}  {organism}  {until}{}", parent.unwrap_or_default())
}

fn day(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
}

async fn expiring(config: &Path) -> Outcome {
    let (_, store) = open(config).await?;
    let now = Timestamp::now().as_second();
    let due = due(&store, now).await?;
    for Due {
        told,
        later,
        record,
    } in &due
    {
        let later = if *later {
            " (ya hay otro posterior)"
        } else {
            ""
        };
        println!("{told}{later}: {}", line(record));
    }
    if due.is_empty() {
        println!("ningún certificado caduca en los próximos 60 días");
    }
    match due.iter().filter(|it| !it.later).count() {
        0 => Ok(()),
        open => Err(Failure::Unfit(format!("{open} certificates to renew"))),
    }
}

/// A certificate to be reminded of.
struct Due {
    told: String,
    /// Whether its organism has one that ends later.
    later: bool,
    record: KeyRecord,
}

/// Certificates to be reminded of; not those that have ended and were followed by another.
async fn due(store: &Store, now: i64) -> Result<Vec<Due>, Failure> {
    let keys = store.certificates().await.map_err(failed)?;
    let end = |record: &KeyRecord| Some(record.known.as_ref()?.0.not_after);
    let mut last: BTreeMap<&OrganismId, i64> = BTreeMap::new();
    for (organism, end) in keys.iter().filter_map(|it| Some((&it.organism, end(it)?))) {
        let known = last.entry(organism).or_insert(end);
        *known = end.max(*known);
    }
    let remind = |record: &KeyRecord| {
        let ends = end(record)?;
        let told = reminder(ends, now)?;
        let later = last.get(&record.organism).is_some_and(|it| *it > ends);
        let record = record.clone();
        (ends >= now || !later).then_some(Due {
            told,
            later,
            record,
        })
    };
    Ok(keys.iter().filter_map(remind).collect())
}

/// The reminder that is due, if any.
fn reminder(not_after: i64, now: i64) -> Option<String> {
    Some(match Mark::on(not_after, now)? {
        Mark::Over => "CADUCADO".to_owned(),
        due @ (Mark::OneWeek | Mark::OneMonth | Mark::TwoMonths) => {
            format!("caduca en menos de {due} días")
        }
    })
}

async fn revoke(
    config: &Path,
    key: &CertificateKey,
    why: (&OfficerId, &str),
    descent: Descent,
) -> Outcome {
    let (config, store) = open(config).await?;
    let registry = store.load_registry().await.map_err(failed)?;
    let organism = match (registry.by_key(key), descent) {
        (Some(organism), Descent::Told | Descent::Revoked) => {
            let id = organism.id.clone();
            revoke_one(&config, &store, (key, &id), why).await?;
            id
        }
        (None, Descent::Revoked) => whose(&store, key).await?,
        (None, Descent::Told) => return Err(unregistered(key)),
    };
    // After the key itself: by now nothing more is obtained by it.
    loop {
        let descendants = store.descendants(key).await.map_err(failed)?;
        match descent {
            Descent::Revoked if !descendants.is_empty() => {
                for next in &descendants {
                    revoke_one(&config, &store, (next, &organism), why).await?;
                }
            }
            Descent::Told | Descent::Revoked => {
                for left in &descendants {
                    println!(
                        "{left}: obtenida con ella, sigue vigente (--with-descendants la revoca)"
                    );
                }
                return Ok(());
            }
        }
    }
}

/// The organism of a key that was revoked before.
async fn whose(store: &Store, key: &CertificateKey) -> Result<OrganismId, Failure> {
    let revoked = store.revoked_keys().await.map_err(failed)?;
    let revoked = revoked.into_iter().find(|it| it.key == *key);
    Ok(revoked.ok_or_else(|| unregistered(key))?.organism)
}

fn unregistered(key: &CertificateKey) -> Failure {
    Failure::Unfit(format!("the key `{key}` is not registered"))
}

/// Revokes one key, with evidence of its own.
async fn revoke_one(
    config: &Config,
    store: &Store,
    (key, organism): (&CertificateKey, &OrganismId),
    (by, reason): (&OfficerId, &str),
) -> Outcome {
    let mut entry = evidence("revocarCertificado", organism, by, reason);
    entry.certificate = Some(*key);
    record(config, store, entry).await?;
    let revoked = store.revoke_key(key, by.as_str(), reason, Timestamp::now());
    match revoked.await.map_err(failed)? {
        Revocation::Revoked => {
            println!("{key}: revocada para {organism}");
            Ok(())
        }
        Revocation::NotRegistered => Err(unregistered(key)),
    }
}
