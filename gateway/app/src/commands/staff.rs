//! `pasarela staff`: who of the ministry signs in to the console, with which certificate or identity. Each change is evidence, in a
//! journal of its own beside that of the node, which has its one writer in the running gateway.

use std::path::{Path, PathBuf};

use certs::identity::Peer;
use domain::{CertificateKey, Staff, StaffId, StaffKey, StaffRole, StaffRoles};
use jiff::Timestamp;
use journal::{Digest, Entry, EntryKind, Verdict};
use store::Store;
use store::staff::Enlisted;
use uuid::Uuid;

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::{runtime, wiring};

/// What to do with the staff.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Enlists a member of staff with a certificate, or with what the identity provider calls her, or gives her other roles.
    Add {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Who, by pseudonym.
        #[arg(long)]
        id: StaffId,
        /// What she may do: gestor, supervisor; or auditor alone. May be given several times.
        #[arg(long, required = true)]
        role: Vec<StaffRole>,
        #[command(flatten)]
        by: By,
    },
    /// Lists everyone with every key, revoked ones too.
    List {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Revokes every key of a member of staff: she is refused from then on, open sessions too.
    Revoke {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Who.
        id: StaffId,
    },
}

/// What she signs in with.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct By {
    /// Her certificate, PEM: what counts of it is the key.
    certificate: Option<PathBuf>,
    /// What the configured identity provider calls her: the value of `console.oidc.claim` in its tokens. Kept as a digest.
    #[arg(long)]
    identity: Option<String>,
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::Add {
            config,
            id,
            role,
            by,
        } => {
            if id.is_gateway() {
                let own = "that name is the gateway's own, by which it makes entries itself";
                return Err(Failure::Unfit(own.to_owned()));
            }
            let roles = StaffRoles::new(role.iter().copied());
            let roles = roles.map_err(|fault| Failure::Unfit(fault.to_string()))?;
            let staff = Staff {
                id: id.clone(),
                roles,
            };
            runtime::block_on(add(config, &staff, by))
        }
        Command::List { config } => runtime::block_on(list(config)),
        Command::Revoke { config, id } => runtime::block_on(revoke(config, id)),
    }
}

fn failed(error: store::Error) -> Failure {
    Failure::broken("staff", error)
}

async fn open(config: &Path) -> Result<(Config, Store), Failure> {
    let config = Config::read(config).map_err(|e| Failure::broken("configuration", e))?;
    let store = Store::open(config.store.url.expose()).await;
    Ok((config, store.map_err(|e| Failure::broken("database", e))?))
}

/// The key of a certificate, as the console asks for it.
pub(crate) fn key_of(certificate: &Path) -> Result<CertificateKey, Failure> {
    let broken = |e: &dyn std::fmt::Display| Failure::broken("certificate", e);
    let peer = Peer::from_file(certificate).map_err(|e| broken(&e))?;
    peer.key.parse().map_err(|e| broken(&e))
}

/// What she is known by from then on.
fn key(config: &Config, by: &By) -> Result<StaffKey, Failure> {
    if let Some(certificate) = &by.certificate {
        return key_of(certificate).map(StaffKey::from);
    }
    let value = by.identity.as_deref().unwrap_or_default();
    let provider = config.console.as_ref().and_then(|it| it.oidc.as_ref());
    let provider = provider.ok_or_else(|| {
        let none = "there is no `[console.oidc]`, and so no provider that calls anybody anything";
        Failure::Unfit(none.to_owned())
    })?;
    if value.trim().is_empty() || value.contains(char::is_control) {
        let none = "an identity is text of one line, as the provider's tokens have it";
        return Err(Failure::Unfit(none.to_owned()));
    }
    let named = (provider.issuer.as_str(), provider.claim.as_str());
    let identity = server::provider_identity(&wiring::veil(config)?, named, value);
    let identity = identity.map_err(|e| Failure::broken("identity", e))?;
    Ok(identity.into())
}

async fn add(config: &Path, staff: &Staff, by: &By) -> Outcome {
    let (config, store) = open(config).await?;
    let key = key(&config, by)?;
    let entry = Entry {
        request_digest: Some(enlisted(staff, key)),
        ..entry("altaPersonal", &staff.id, key.certificate())
    };
    record(&config, &store, entry.clone()).await?;
    let put = store.put_staff(staff, key, Timestamp::now()).await;
    if let Err(error) = &put
        && let Some(code) = error.code()
    {
        let denied = Entry {
            verdict: Some(Verdict::Denied),
            problem: Some(code.to_owned()),
            ..entry
        };
        record(&config, &store, denied).await?;
    }
    put.map_err(failed)?;
    println!("{}: {}", staff.id, words(&staff.roles));
    Ok(())
}

/// The digest of who is enlisted with which roles, and under which identity if that is the way, as JSON.
fn enlisted(staff: &Staff, key: StaffKey) -> Digest {
    let roles: Vec<&str> = staff.roles.iter().map(StaffRole::as_str).collect();
    let told = match key {
        StaffKey::Certificate(_) => serde_json::json!({ "id": staff.id, "roles": roles }),
        StaffKey::Provider(identity) => serde_json::json!({
            "id": staff.id, "roles": roles, "identity": identity.to_string()
        }),
    };
    Digest::of(told.to_string().as_bytes())
}

async fn list(config: &Path) -> Outcome {
    let (_, store) = open(config).await?;
    for enlisted in store.staff().await.map_err(failed)? {
        let Enlisted {
            staff,
            key,
            since,
            revoked_at,
        } = enlisted;
        let until =
            revoked_at.map_or_else(|| "en vigor".to_owned(), |at| format!("revocado el {at}"));
        println!(
            "{}  {}  {key}  desde {since}  {until}",
            staff.id,
            words(&staff.roles)
        );
    }
    Ok(())
}

async fn revoke(config: &Path, id: &StaffId) -> Outcome {
    let (config, store) = open(config).await?;
    record(&config, &store, entry("bajaPersonal", id, None)).await?;
    let revoked = store
        .revoke_staff(id, Timestamp::now())
        .await
        .map_err(failed)?;
    if revoked == 0 {
        return Err(Failure::Unfit(format!("`{id}` has no key in force")));
    }
    println!("{id}: {revoked} claves revocadas");
    Ok(())
}

fn words(roles: &StaffRoles) -> String {
    let words: Vec<&str> = roles.iter().map(StaffRole::as_str).collect();
    words.join(", ")
}

fn entry(operation: &str, staff: &StaffId, key: Option<CertificateKey>) -> Entry {
    let exchange = Uuid::now_v7().to_string();
    Entry {
        operation: Some(operation.to_owned()),
        staff: Some(staff.clone()),
        certificate: key,
        verdict: Some(Verdict::Allowed),
        ..Entry::new(EntryKind::Managed, Timestamp::now(), exchange)
    }
}

async fn record(config: &Config, store: &Store, entry: Entry) -> Outcome {
    record_at(
        &format!("{}.personal", config.node.id),
        config,
        store,
        entry,
    )
    .await
}

/// Writes evidence into the journal of that node, and seals it.
pub(crate) async fn record_at(node: &str, config: &Config, store: &Store, entry: Entry) -> Outcome {
    let (journal, writer) = wiring::journal(config, store, node).await?;
    let unwritten = |e| Failure::broken("journal", e);
    journal.record(entry).await.map_err(unwritten)?;
    journal
        .checkpoint(Timestamp::now())
        .await
        .map_err(unwritten)?;
    drop(journal);
    writer.await.map_err(|e| Failure::broken("journal", e))
}
