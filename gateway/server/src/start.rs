//! Starts the gateway: listener, workers, and the tasks beside them.

mod listener;
mod running;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use adapters::rest::{Router, Unroutable};
use adapters::soap::Packing;
use certs::acceptor::Acceptor;
use certs::veil::Veil;
use contract::{Contract, Conversions, Limits, Rulebook};
use domain::OrganismId;
use policy::Engine;
use store::{JournalWriter, Store};
use tokio::task::JoinHandle;

use crate::body::BodyLimits;
use crate::console::Console;
use crate::descriptions::{Describing, Descriptions, NotDescribed};
use crate::enrolment::{Enrolment, Listener};
use crate::feed::Feed;
use crate::front::{self, Foreign};
use crate::gateway::Gateway;
use crate::holders::Holders;
use crate::quota::Quota;
use crate::refused_connections::RefusedConnections;
use crate::sandbox::{self, ProfileError, Runs, Sandbox};
use crate::security::{Security, SecuritySettings};
use crate::signers::Signers;
use crate::spoken::Spoken;
use crate::standing::{Current, Standing};
use crate::watch::Watch;
use crate::{checkpoints, enrolment, reminders, requests, watched};
use listener::{Shops, serve};
pub use running::Running;

/// Everything a gateway is made of.
pub struct Parts {
    /// The contract that is fronted: everything is decided on it, and the holder speaks it.
    pub contract: Arc<Contract>,
    /// Other versions of it, and partners' dialects, that callers may speak, each with the way there and back.
    pub versions: Vec<(Arc<Contract>, Arc<Conversions>)>,
    /// The rules and forms of the fronted contract.
    pub rules: Arc<Rulebook>,
    /// The contract of the context block, for the WSDL.
    pub context: Arc<Contract>,
    /// The policies.
    pub engine: Arc<Engine>,
    /// The folder of policies, to be read again when it changes as long as no set was approved.
    pub policies: PathBuf,
    /// The database.
    pub store: Store,
    /// The writer of this node's journal.
    pub journal: JournalWriter,
    /// Whoever holds the answers.
    pub holders: Holders,
    /// The services of others that are fronted beside it.
    pub foreign: Vec<Foreign>,
    /// As whom the gateway itself asks.
    pub own_id: OrganismId,
    /// What keeps persons from being read out of what is counted.
    pub veil: Veil,
    /// TLS.
    pub acceptor: Acceptor,
    /// Failed handshakes, as the acceptor reports them.
    pub refused: RefusedConnections,
    /// How messages are signed.
    pub security: SecuritySettings,
    /// The ministry's console; `None`: there is none.
    pub console: Option<Console>,
    /// Enrolment, where there is any.
    pub enrolment: Option<Enrolment>,
    /// What makes it a sandbox; none for a gateway to real systems.
    pub sandbox: Option<Sandbox>,
    /// The rest.
    pub settings: Settings,
}

/// Where to listen, and how often to look.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// The URL by which callers reach the gateway; `None`: `https://localhost` and the port taken.
    pub public_url: Option<String>,
    /// Worker threads.
    pub workers: usize,
    /// What is done about packages (MTOM) in answers.
    pub packing: Packing,
    /// What a body may cost.
    pub body: BodyLimits,
    /// How often the index is brought up to date.
    pub index_every: Duration,
    /// How often the journal is sealed by a checkpoint.
    pub checkpoint_every: Duration,
}

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Two addresses of the contract cannot be told apart, or cannot be served.
    #[error("the contract's REST addresses: {0}")]
    Routes(#[from] Unroutable),
    /// The contract cannot be described.
    #[error("the contract's descriptions: {0}")]
    Descriptions(#[from] NotDescribed),
    /// The address cannot be listened on.
    #[error("cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    /// Certificates or revocation lists cannot be used.
    #[error("certificates: {0}")]
    Certificates(#[from] certs::load::LoadError),
    /// The federation's authority cannot be used.
    #[error("authority: {0}")]
    Authority(#[from] certs::authority::AuthorityError),
    /// The conformance profiles cannot be used.
    #[error(transparent)]
    Profiles(#[from] ProfileError),
    /// The registry cannot be read.
    #[error("registry: {0}")]
    Store(#[from] store::Error),
}

/// Starts serving; returns once the listener is open.
///
/// # Errors
/// See [`StartError`].
pub async fn start(mut parts: Parts) -> Result<Running, StartError> {
    let registry = Arc::new(parts.store.load_registry().await?);
    let watched = Arc::new(watched::List::load(&parts.store).await?);
    let revocations = parts.acceptor.revocations();
    let current = Arc::new(Current::new(Standing {
        registry,
        revocations,
        engine: Arc::clone(&parts.engine),
        watched,
    }));
    let listener = std::net::TcpListener::bind(parts.settings.address)?;
    let address = listener.local_addr()?;
    // Whoever serves and whoever runs look at the same runs.
    let runs = parts.sandbox.as_ref().map(|_| Arc::new(Runs::default()));
    let fronts = fronts((&parts, runs.as_ref()), &current, address)?;
    let enrolment = parts.enrolment.take();
    let enrolment = enrolment.map(|it| enrolment::open(it, shared(&parts, &current)));
    let enrolment = enrolment.transpose()?;
    let sandbox = parts.sandbox.take();
    // What two people put in force counts for what organisms try out too.
    let approvals = sandbox.as_ref().map_or(&parts.store, |it| &it.real).clone();
    let sandbox = sandbox
        .zip(runs)
        .map(|(it, runs)| sandbox::open(it, &parts, (&current, &runs)));
    let shops = Shops {
        desk: enrolment.as_ref().map(|listener| listener.desk.clone()),
        office: sandbox.transpose()?,
    };
    let follow = shops.office.as_ref().map(sandbox::follow);
    let served = serve((fronts, shops), listener, &parts)?;
    let handle = served.handle();
    let console = parts.console.take();
    let console = console.map(|console| console.start(&parts, &current));
    let console = console.transpose()?;
    let mut tasks = beside(parts, Arc::clone(&current), (approvals, follow));
    tasks.extend(
        enrolment
            .as_ref()
            .and_then(Listener::keeping)
            .map(tokio::spawn),
    );
    let enrolment = enrolment.map(|listener| {
        let handle = listener.server.handle();
        tasks.push(tokio::spawn(enrolling(listener.server)));
        (listener.address, handle)
    });
    Ok(Running {
        address,
        enrolment,
        handle,
        serving: tokio::spawn(served),
        console,
        current,
        tasks,
    })
}

/// Runs the listener of enrolment: without it the gateway goes on serving.
async fn enrolling(server: actix_web::dev::Server) {
    if let Err(error) = server.await {
        tracing::error!(%error, "enrolment has ended");
    }
}

/// What enrolment shares with the gateway.
fn shared(parts: &Parts, current: &Arc<Current>) -> enrolment::Shared {
    enrolment::Shared {
        store: parts.store.clone(),
        journal: parts.journal.clone(),
        veil: parts.veil.clone(),
        acceptor: parts.acceptor.clone(),
        current: Arc::clone(current),
    }
}

/// Every contract that is served, our own first.
fn fronts(
    (parts, runs): (&Parts, Option<&Arc<Runs>>),
    current: &Arc<Current>,
    address: SocketAddr,
) -> Result<Vec<Data<Gateway>>, StartError> {
    let local = || format!("https://localhost:{}", address.port());
    let url = parts.settings.public_url.clone().unwrap_or_else(local);
    let described = Describing {
        context: &parts.context,
        own: parts.contract.name(),
        url: url.trim_end_matches('/'),
    };
    let own = Front {
        contract: &parts.contract,
        holders: parts.holders.clone(),
        descriptions: Descriptions::new(&parts.contract, described)?,
        spoken: Some(Spoken::canonical(&parts.contract)),
    };
    let mut fronts = vec![Data::new(gateway((parts, runs), current, own)?)];
    for (contract, conversions) in &parts.versions {
        let front = Front {
            contract,
            holders: parts.holders.clone(),
            descriptions: Descriptions::new(contract, described)?,
            spoken: Some(Spoken::version(conversions)),
        };
        fronts.push(Data::new(gateway((parts, runs), current, front)?));
    }
    for foreign in &parts.foreign {
        let front = Front {
            contract: &foreign.contract,
            holders: Holders::alone(&foreign.holder_id, &foreign.holder),
            descriptions: Descriptions::new(&foreign.contract, described)?,
            spoken: None,
        };
        fronts.push(Data::new(gateway((parts, runs), current, front)?));
    }
    Ok(fronts)
}

/// What differs from one contract to the next.
struct Front<'p> {
    contract: &'p Arc<Contract>,
    holders: Holders,
    descriptions: Descriptions,
    spoken: Option<Spoken>,
}

/// What every request of one contract shares.
fn gateway(
    (parts, runs): (&Parts, Option<&Arc<Runs>>),
    current: &Arc<Current>,
    front: Front<'_>,
) -> Result<Gateway, StartError> {
    let Parts {
        store,
        journal,
        settings,
        ..
    } = parts;
    Ok(Gateway {
        rest_prefix: front::rest_prefix(front.contract, parts.contract.name()),
        router: Router::new(front.contract)?,
        descriptions: front.descriptions,
        contract: Arc::clone(front.contract),
        spoken: front.spoken,
        rules: Arc::clone(&parts.rules),
        store: store.clone(),
        journal: journal.clone(),
        holders: front.holders,
        runs: runs.cloned(),
        veil: parts.veil.clone(),
        quota: Quota::by_minute(),
        forms: Quota::by_hour(),
        current: Arc::clone(current),
        security: Security {
            settings: parts.security.clone(),
            acceptor: parts.acceptor.clone(),
        },
        limits: Limits {
            // A body is bounded as it comes; what is made of a package is a third longer than its parts.
            max_bytes: settings.body.bytes.div_ceil(3).saturating_mul(4),
            ..Limits::default()
        },
        packing: settings.packing,
        body: settings.body,
    })
}

/// Starts the tasks beside the listener.
fn beside(
    parts: Parts,
    current: Arc<Current>,
    (approvals, follow): (Store, Option<sandbox::Follow>),
) -> Vec<JoinHandle<()>> {
    let Parts {
        store,
        journal,
        holders,
        own_id,
        acceptor,
        refused,
        settings,
        policies,
        security,
        ..
    } = parts;
    let feeds: Vec<Feed> = holders
        .indexed(settings.index_every)
        .map(|(member, every)| Feed {
            organism: member.organism.clone(),
            signers: Signers::registered(&acceptor, &current, &security.known),
            source: member.source,
            holder: member.holder.clone(),
            requester: own_id.clone(),
            store: store.clone(),
            every,
        })
        .collect();
    let mut tasks = vec![
        tokio::spawn(refused.write(journal.clone())),
        tokio::spawn(requests::forget(store.clone())),
        tokio::spawn(reminders::remind(store.clone())),
        tokio::spawn(
            Watch {
                acceptor,
                store,
                current,
                policies,
                approvals,
                journal: journal.clone(),
                follow,
            }
            .run(),
        ),
        tokio::spawn(checkpoints::seal(
            journal.clone(),
            settings.checkpoint_every,
        )),
    ];
    let feeds = feeds.into_iter();
    tasks.extend(feeds.map(|feed| tokio::spawn(feed.run(journal.clone()))));
    tasks
}
