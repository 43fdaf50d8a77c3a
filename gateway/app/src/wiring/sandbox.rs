//! The sandbox of a gateway: the same contracts, policies and certificates, and behind them a central system that is made
//! here of nothing. No address of another system can be given to it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ::contract::Contract;
use ::journal::node_name::SANDBOX;
use certs::acceptor::{Acceptor, AcceptorConfig, TlsVersion};
use certs::testpki::TestPki;
use jiff::Timestamp;
use nodes::central::{Behaviour, Central, CentralConfig};
use nodes::database::{Database, Planted, Population, Provinces};
use peers::Speech;
use policy::Engine;
use server::{Holders, InForce, Parts, Plant, Running, Sandbox, SecuritySettings, SyntheticCase};
use store::{JournalWriter, Store};
use tokio::task::JoinHandle;

use super::{Asked, Texts, connect_in, journal, parsed, settings, veil};
use crate::config::{self, Config};
use crate::exit::Failure;

/// As whom the system behind the sandbox is named: of the right shape, and nobody.
const HOLDER: &str = "E99990999";
/// What its details follow from.
const SEED: u64 = 1;
/// What marks the folder as one that may be emptied.
const MARK: &str = "entorno-de-pruebas";

/// A sandbox that serves.
pub(crate) struct Rehearsal {
    pub(crate) running: Running,
    central: Central,
    journal: JournalWriter,
    writer: JoinHandle<()>,
}

impl Rehearsal {
    /// Ends in order, as the gateway does.
    pub(crate) async fn stop(self) {
        self.running.stop().await;
        self.central.stop().await;
        drop(self.journal);
        let _ = tokio::time::timeout(Duration::from_secs(5), self.writer).await;
    }
}

/// What the sandbox shares with the gateway: texts, and where outcomes go.
pub(super) struct Shared {
    texts: Texts,
    engine: Arc<Engine>,
    security: SecuritySettings,
    real: Store,
    acts: JournalWriter,
}

impl Shared {
    /// The gateway's texts but for services of others, which the sandbox does not have.
    pub(super) fn of(
        texts: &Texts,
        (engine, security): (&Arc<Engine>, &SecuritySettings),
        real: &Store,
        acts: &JournalWriter,
    ) -> Self {
        Self {
            texts: texts.without_foreign(),
            engine: Arc::clone(engine),
            security: security.clone(),
            real: real.clone(),
            acts: acts.clone(),
        }
    }
}

/// Starts the sandbox; returns once it listens.
pub(super) async fn start(
    config: &Config,
    sandbox: &config::sandbox::Sandbox,
    (shared, in_force): (Shared, InForce),
) -> Result<Rehearsal, Failure> {
    let pki = emptied(&sandbox.dir)?;
    let contract = Arc::clone(&shared.texts.contract);
    let central = central(&sandbox.dir, &pki, Arc::clone(&contract)).await?;
    let file = sandbox.dir.join("pruebas.sqlite");
    let store = Store::open(&format!("sqlite://{}", file.display())).await;
    let store = store.map_err(|e| Failure::broken("sandbox", e))?;
    let migrated = store.migrate().await;
    migrated.map_err(|e| Failure::broken("sandbox", e))?;
    let node = format!("{}{SANDBOX}", config.node.id);
    let (journal, writer) = journal(config, &shared.real, &node).await?;
    let holders = Holders {
        central: holder(&central, &pki, &contract)?,
        partners: Vec::new(),
        longest: Duration::from_millis(config.federation.longest_ms),
        organism: parsed("sandbox", HOLDER)?,
    };
    let parts = parts(
        (config, sandbox),
        (shared, in_force),
        (store, journal.clone()),
        holders,
        &central,
    )?;
    let running = server::start(parts).await;
    Ok(Rehearsal {
        running: running.map_err(|e| Failure::broken("sandbox", e))?,
        central,
        journal,
        writer,
    })
}

fn parts(
    (config, sandbox): (&Config, &config::sandbox::Sandbox),
    (shared, in_force): (Shared, InForce),
    (store, journal): (Store, JournalWriter),
    holders: Holders,
    central: &Central,
) -> Result<Parts, Failure> {
    let (log, refused) = server::channel();
    let acceptor = Acceptor::load(super::acceptor(&config.tls), log);
    let Texts {
        contract,
        context,
        versions,
        rules,
        ..
    } = shared.texts;
    Ok(Parts {
        contract,
        versions,
        rules,
        context,
        engine: shared.engine,
        policies: config.policies.dir.clone(),
        store,
        journal,
        holders,
        foreign: Vec::new(),
        own_id: parsed("node.organism", &config.node.organism)?,
        veil: veil(config)?,
        acceptor: acceptor.map_err(|e| Failure::broken("server certificate", e))?,
        refused,
        security: shared.security,
        console: None,
        enrolment: None,
        sandbox: Some(Sandbox {
            real: shared.real,
            acts: shared.acts,
            in_force,
            plant: plant(central.database().clone()),
        }),
        settings: server::Settings {
            address: sandbox.address,
            public_url: sandbox.public_url.clone(),
            workers: 1,
            ..settings(config)
        },
    })
}

/// The folder, with nothing of the run before; one that was not made here is not touched.
fn emptied(dir: &Path) -> Result<TestPki, Failure> {
    let broken = |e: &dyn std::fmt::Display| Failure::broken(&format!("`{}`", dir.display()), e);
    let mark = dir.join(MARK);
    let is_empty = |dir: &Path| std::fs::read_dir(dir).is_ok_and(|mut all| all.next().is_none());
    if dir.exists() && !mark.exists() && !is_empty(dir) {
        return Err(broken(&"the folder of the sandbox holds something else"));
    }
    if dir.exists() {
        std::fs::remove_dir_all(dir).map_err(|e| broken(&e))?;
    }
    let pki = dir.join("pki");
    std::fs::create_dir_all(&pki).map_err(|e| broken(&e))?;
    std::fs::write(mark, "Datos sintéticos. Se borra en cada arranque.\n")
        .map_err(|e| broken(&e))?;
    let made = TestPki::create(&pki, Timestamp::now().as_second(), &[]);
    made.map_err(|e| broken(&e))
}

/// A central system without cases.
async fn central(dir: &Path, pki: &TestPki, contract: Arc<Contract>) -> Result<Central, Failure> {
    let files = pki.central();
    let config = CentralConfig {
        database: dir.join("central.sqlite"),
        population: Population {
            seed: SEED,
            provinces: Provinces::Some(Vec::new()),
        },
        contract,
        tls: AcceptorConfig {
            certificate: files.certificate,
            key: files.key,
            client_authorities: pki.authority(),
            revocation_lists: vec![pki.revocation_list()],
            oldest: TlsVersion::V13,
        },
        client: pki.gateway().certificate,
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        workers: 1,
        behaviour: Behaviour::Honest,
    };
    let started = Central::start(config, |_| ()).await;
    started.map_err(|e| Failure::broken("sandbox", e))
}

fn holder(
    central: &Central,
    pki: &TestPki,
    contract: &Arc<Contract>,
) -> Result<peers::Holder, Failure> {
    const TIMEOUT_MS: u64 = 5_000;
    let (ca, own): (PathBuf, _) = (pki.authority(), pki.gateway());
    let files = [&ca, &own.certificate, &own.key];
    let asked = Asked::usual(TIMEOUT_MS, None);
    connect_in(Speech::default(), (&central.url(), files), asked, contract)
        .map_err(|e| Failure::broken("sandbox", e))
}

/// Puts cases into the database of that system.
fn plant(database: Database) -> Plant {
    Arc::new(move |case: SyntheticCase| {
        let database = database.clone();
        Box::pin(async move {
            let planted = Planted {
                id: case.id,
                municipality: case.municipality,
                victim: case.victim,
                responsible: case.responsible,
                at: case.at.as_second(),
            };
            let planted = database.plant(&planted).await;
            planted.map_err(|error| error.to_string())
        })
    })
}
