//! Puts a gateway together from its configuration.

use std::sync::Arc;
use std::time::Duration;

use ::contract::{Contract, Governance};
use certs::acceptor::{Acceptor, AcceptorConfig, TlsVersion};
use certs::seal::Seal;
use jiff::Timestamp;
use peers::{Bounds, Holder, HolderConfig, Http, Waits};
use policy::Engine;
use server::{BodyLimits, Parts, Running, Settings};
use store::{JournalWriter, Store};
use tokio::task::JoinHandle;

use crate::config::{self, Config};
use crate::exit::Failure;

/// A gateway that serves, with what must outlive it.
pub(crate) struct Gateway {
    /// The gateway.
    pub running: Running,
    /// Its database.
    pub store: Store,
    /// Its evidence.
    pub journal: JournalWriter,
    writer: JoinHandle<()>,
}

impl Gateway {
    /// Ends in order: no more requests, then the last entry of the journal.
    pub(crate) async fn stop(self) {
        self.running.stop().await;
        drop(self.journal);
        // Connections that would not end in time still hold the journal: they get no more of it.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.writer).await;
    }
}

/// Starts the gateway; returns once it listens.
pub(crate) async fn start(config: &Config) -> Result<Gateway, Failure> {
    let contract = load(&config.contracts.fronted)?;
    let context = load(&config.contracts.context)?;
    let engine = Engine::load(&config.policies.dir).map_err(|e| Failure::broken("policies", e))?;
    let store = open(&config.store).await?;
    let (journal, writer) = journal(config, &store).await?;
    let (log, refused) = server::channel();
    let acceptor = Acceptor::load(acceptor(&config.tls), log)
        .map_err(|e| Failure::broken("server certificate", e))?;
    let parts = Parts {
        holder: holder(config, &contract)?,
        own_id: parsed("node.organism", &config.node.organism)?,
        holder_id: parsed("holder.organism", &config.holder.organism)?,
        contract,
        context,
        engine: Arc::new(engine),
        policies: config.policies.dir.clone(),
        store: store.clone(),
        journal: journal.clone(),
        acceptor,
        refused,
        settings: settings(config),
    };
    let running = server::start(parts)
        .await
        .map_err(|e| Failure::broken("gateway", e))?;
    Ok(Gateway {
        running,
        store,
        journal,
        writer,
    })
}

fn load(dir: &std::path::Path) -> Result<Arc<Contract>, Failure> {
    Contract::load(dir, Governance::Required)
        .map_err(|e| Failure::broken(&format!("contract `{}`", dir.display()), e))
}

async fn open(config: &config::StoreConfig) -> Result<Store, Failure> {
    let store = Store::open(config.url.expose())
        .await
        .map_err(|e| Failure::broken("database", e))?;
    if config.migrate_at_start {
        store
            .migrate()
            .await
            .map_err(|e| Failure::broken("migration", e))?;
    }
    Ok(store)
}

async fn journal(
    config: &Config,
    store: &Store,
) -> Result<(JournalWriter, JoinHandle<()>), Failure> {
    let seal = Seal::load(&config.journal.checkpoint_key)
        .map_err(|e| Failure::broken("checkpoint key", e))?;
    let node = parsed("node.id", &config.node.id)?;
    let sign = Box::new(move |text: &[u8]| Ok(seal.sign(text)?));
    JournalWriter::start(store, node, sign)
        .await
        .map_err(|e| Failure::broken("journal", e))
}

/// The TLS settings of the listener.
pub(crate) fn acceptor(tls: &config::Tls) -> AcceptorConfig {
    AcceptorConfig {
        certificate: tls.certificate.clone(),
        key: tls.key.clone(),
        client_authorities: tls.client_ca.clone(),
        revocation_lists: vec![tls.crl.clone()],
        oldest: match tls.minimum {
            config::TlsVersion::V12 => TlsVersion::V12,
            config::TlsVersion::V13 => TlsVersion::V13,
        },
    }
}

/// The way to ask whoever holds the answers.
pub(crate) fn holder(config: &Config, contract: &Arc<Contract>) -> Result<Holder, Failure> {
    let holder = &config.holder;
    let whole = Duration::from_millis(holder.timeout_ms);
    let waits = Waits {
        connection: whole.min(Duration::from_secs(3)),
        head: whole,
        whole,
    };
    let settings = HolderConfig {
        endpoint: holder.url.clone(),
        authorities: holder.ca.clone(),
        certificate: holder.certificate.clone(),
        key: holder.key.clone(),
        waits,
        bounds: Bounds::default(),
        http: Http::One,
    };
    Holder::connect(settings, Arc::clone(contract), Timestamp::now().as_second())
        .map_err(|e| Failure::broken("holder", e))
}

fn settings(config: &Config) -> Settings {
    Settings {
        address: config.listen.address,
        public_url: config.listen.public_url.clone(),
        workers: config.listen.workers,
        body: BodyLimits {
            bytes: config.limits.body_bytes,
            time: Duration::from_millis(config.limits.body_ms),
        },
        index_every: Duration::from_millis(config.holder.index_every_ms),
        checkpoint_every: Duration::from_secs(config.journal.checkpoint_every_s),
    }
}

/// Reads a typed value of the configuration.
pub(crate) fn parsed<T>(field: &str, text: &str) -> Result<T, Failure>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|e| Failure::broken(&format!("configuration: `{field}`"), e))
}
