//! Puts a gateway together from its configuration.

pub(crate) mod console;
mod oidc;
pub(crate) mod partners;
pub(crate) mod policies;
pub(crate) mod sandbox;
pub(crate) mod services;
pub(crate) mod signing;
mod texts;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::contract::Contract;
use certs::acceptor::{Acceptor, AcceptorConfig, TlsVersion};
use certs::authority::Authority;
use certs::seal::Seal;
use certs::veil::Veil;
use jiff::Timestamp;
use peers::{Bounds, ConnectError, Holder, HolderConfig, Http, Protocol, Speech, Waits};
use policy::Engine;
use server::{
    BodyLimits, Enrolment, Holders, KeptList, Partner, Parts, Running, SecuritySettings, Settings,
};
use store::{JournalWriter, Store};
use tokio::task::JoinHandle;

use self::sandbox::Rehearsal;
use self::signing::Key;
use self::texts::Texts;
pub(crate) use self::texts::beside;
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
    /// Its sandbox, where there is one.
    pub sandbox: Option<Rehearsal>,
    writer: JoinHandle<()>,
}

impl Gateway {
    /// Ends in order: no more requests, then the last entry of the journal.
    pub(crate) async fn stop(self) {
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
        self.running.stop().await;
        drop(self.journal);
        // Connections that would not end in time still hold the journal: they get no more of it.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.writer).await;
    }
}

/// Starts the gateway; returns once it listens.
pub(crate) async fn start(config: &Config) -> Result<Gateway, Failure> {
    // Once: a key in a token is opened once.
    let security = signing::security(&config.signing)?;
    let store = open(&config.store).await?;
    let approved = policies::approved(&store).await?;
    let (texts, engine) = Texts::read(config, approved, Key::Configured(&security))?;
    let (journal, writer) = journal(config, &store, &config.node.id).await?;
    let engine = policies::founded(&config.policies, engine, (&store, &journal)).await?;
    let engine = Arc::new(engine);
    let shared = sandbox::Shared::of(&texts, (&engine, &security), &store, &journal);
    let parts = parts(config, texts, (engine, security), (&store, &journal))?;
    let running = server::start(parts)
        .await
        .map_err(|e| Failure::broken("gateway", e))?;
    let sandbox = match &config.sandbox {
        Some(it) => {
            let started = sandbox::start(config, it, (shared, running.in_force())).await;
            // Whoever asks in earnest is served all the same.
            started
                .inspect_err(|error| tracing::error!(%error, "the sandbox does not start"))
                .ok()
        }
        None => None,
    };
    Ok(Gateway {
        running,
        store,
        journal,
        sandbox,
        writer,
    })
}

fn parts(
    config: &Config,
    texts: Texts,
    (engine, security): (Arc<Engine>, SecuritySettings),
    (store, journal): (&Store, &JournalWriter),
) -> Result<Parts, Failure> {
    let Texts {
        contract,
        context,
        versions,
        rules,
        foreign,
    } = texts;
    let (log, refused) = server::channel();
    let acceptor = Acceptor::load(acceptor(&config.tls), log)
        .map_err(|e| Failure::broken("server certificate", e))?;
    Ok(Parts {
        holders: holders(config, &contract, Key::Configured(&security))?,
        foreign,
        own_id: parsed("node.organism", &config.node.organism)?,
        contract,
        versions,
        rules,
        context,
        engine,
        policies: config.policies.dir.clone(),
        veil: veil(config)?,
        store: store.clone(),
        journal: journal.clone(),
        acceptor,
        refused,
        security,
        console: console::parts(config)?,
        enrolment: config.enrolment.as_ref().map(enrolment).transpose()?,
        sandbox: None,
        settings: settings(config),
    })
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

/// What keeps persons from being read out of the database.
pub(crate) fn veil(config: &Config) -> Result<Veil, Failure> {
    Veil::load(&config.supervision.key).map_err(|e| Failure::broken("supervision key", e))
}

/// The journal of the node of that name; a name has one writer at a time.
pub(crate) async fn journal(
    config: &Config,
    store: &Store,
    node: &str,
) -> Result<(JournalWriter, JoinHandle<()>), Failure> {
    let seal = Seal::load(&config.journal.checkpoint_key)
        .map_err(|e| Failure::broken("checkpoint key", e))?;
    let node = parsed("node.id", node)?;
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

/// Everyone who holds answers.
fn holders(config: &Config, contract: &Arc<Contract>, key: Key<'_>) -> Result<Holders, Failure> {
    let partners = config.partners.iter();
    let partners: Vec<Partner> = partners
        .map(|it| partners::force(it, &config.dialects, (contract, key)))
        .collect::<Result<_, _>>()?;
    let organism = parsed("holder.organism", &config.holder.organism)?;
    let mut known = BTreeSet::from([&organism]);
    if let Some(twice) = partners.iter().find(|it| !known.insert(&it.organism)) {
        let fault = format!("`{}` has more than one system", twice.organism);
        return Err(Failure::broken("partners", fault));
    }
    Ok(Holders {
        central: holder(config, contract, key)?,
        partners,
        longest: Duration::from_millis(config.federation.longest_ms),
        organism,
    })
}

/// The way to ask the central system.
pub(crate) fn holder(
    config: &Config,
    contract: &Arc<Contract>,
    key: Key<'_>,
) -> Result<Holder, Failure> {
    let holder = &config.holder;
    let files = [&holder.ca, &holder.certificate, &holder.key];
    let speech = Speech {
        tongue: None,
        protocol: Protocol::default(),
        signatures: Some(signing::signatures(key, holder.security.clone())),
        binary: holder.binary,
        addressing: None,
    };
    connect_in(
        speech,
        (&holder.url, files),
        Asked::usual(holder.timeout_ms, holder.open_questions),
        contract,
    )
    .map_err(|e| Failure::broken("holder", e))
}

/// How long, how often and how many times at once a system is asked.
#[derive(Clone, Copy)]
struct Asked {
    timeout_ms: u64,
    attempts: u8,
    open_questions: usize,
}

impl Asked {
    /// As often as any.
    fn usual(timeout_ms: u64, open_questions: Option<NonZeroUsize>) -> Self {
        let usual = Bounds::default();
        Self {
            timeout_ms,
            attempts: usual.attempts,
            open_questions: open_questions.map_or(usual.open_questions, NonZeroUsize::get),
        }
    }
}

/// The way to ask a system: what is said to it, its authorities, our certificate and its key.
fn connect_in(
    speech: Speech,
    (url, [ca, certificate, key]): (&str, [&PathBuf; 3]),
    Asked {
        timeout_ms,
        attempts,
        open_questions,
    }: Asked,
    contract: &Arc<Contract>,
) -> Result<Holder, ConnectError> {
    let whole = Duration::from_millis(timeout_ms);
    let waits = Waits {
        connection: whole.min(Duration::from_secs(3)),
        head: whole,
        whole,
    };
    let settings = HolderConfig {
        endpoint: url.to_owned(),
        authorities: ca.clone(),
        certificate: certificate.clone(),
        key: key.clone(),
        waits,
        bounds: Bounds {
            attempts,
            open_questions,
            ..Bounds::default()
        },
        http: Http::One,
    };
    Holder::speaking(
        settings,
        Arc::clone(contract),
        speech,
        Timestamp::now().as_second(),
    )
}

/// What enrolment takes.
pub(crate) fn enrolment(enrolment: &config::enrolment::Enrolment) -> Result<Enrolment, Failure> {
    let authority = Authority::load(&enrolment.ca_certificate, &enrolment.ca_key);
    Ok(Enrolment {
        address: enrolment.address,
        certificate: enrolment.certificate.clone(),
        key: enrolment.key.clone(),
        authority: authority.map_err(|e| Failure::broken("enrolment", e))?,
        days: enrolment.days,
        attempts_per_minute: enrolment.attempts_per_minute,
        list: enrolment.revocation_list.as_ref().map(|path| KeptList {
            path: path.clone(),
            days: enrolment.revocation_list_days,
        }),
    })
}

fn settings(config: &Config) -> Settings {
    Settings {
        address: config.listen.address,
        public_url: config.listen.public_url.clone(),
        workers: config.listen.workers,
        packing: config.answers.mtom,
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
