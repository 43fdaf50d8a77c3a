//! The console's own listener: mutual TLS with the authority of the staff, one worker. Where there is an identity provider,
//! whoever shows no certificate is let in as far as the page to sign in.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use certs::acceptor::{Acceptor, Clients, Reload};
use certs::seal::SealVerifier;
use tokio::task::JoinHandle;

use crate::body::BodyLimits;
use crate::connection;
use crate::refused_connections::RefusedConnections;
use crate::standing::Current;
use crate::start::{Parts, StartError};

use super::desk::Desk;
use super::oidc::{Gate, Oidc};
use super::statistics::Statistics;
use super::{admin, assets, counting, oidc, pages, sign_in, visit};

/// How often certificates and revocation lists are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// A console to be served beside the gateway.
pub struct Console {
    /// TLS: which certificates are let in.
    pub acceptor: Acceptor,
    /// Failed handshakes, as the acceptor reports them.
    pub refused: RefusedConnections,
    /// What is looked after.
    pub watched: Watched,
    /// The identity provider; without it there is no way in but by certificate.
    pub oidc: Option<Oidc>,
    /// The rest.
    pub settings: ConsoleSettings,
}

/// Where to listen, and how long sessions last.
#[derive(Clone, Debug)]
pub struct ConsoleSettings {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// Where enrolment is reached, as it is told with each code; none where there is no enrolment.
    pub enrolment_url: Option<String>,
    /// How long a session may be idle.
    pub idle: Duration,
    /// What a form may cost.
    pub body: BodyLimits,
}

/// What the console looks after.
#[derive(Clone)]
pub struct Watched {
    /// The gateway's own certificates: what each is for, in the configuration's words, and its file.
    pub certificates: Vec<(String, PathBuf)>,
    /// The public half of what seals the journal.
    pub seal: Arc<SealVerifier>,
}

impl Console {
    /// Starts serving beside the gateway made of `parts`; returns once the listener is open.
    pub(crate) fn start(
        self,
        parts: &Parts,
        current: &Arc<Current>,
    ) -> Result<Serving, StartError> {
        let desk = Desk {
            store: parts.store.clone(),
            journal: parts.journal.clone(),
            current: Arc::clone(current),
            contract: Arc::clone(&parts.contract),
            contracts: spoken(parts),
            holders: parts.holders.clone(),
            veil: parts.veil.clone(),
            gate: self.oidc.map(Gate::new),
            acceptor: self.acceptor,
            gateway: parts.acceptor.clone(),
            enrolment_url: self.settings.enrolment_url,
            idle: self.settings.idle,
            watched: self.watched,
            statistics: Statistics::default(),
            comparing: Arc::default(),
            body: self.settings.body,
        };
        serve(self.settings.address, self.refused, desk)
    }
}

/// Every contract that callers may speak.
fn spoken(parts: &Parts) -> Vec<String> {
    let versions = parts.versions.iter().map(|(contract, _)| contract);
    let all = std::iter::once(&parts.contract).chain(versions);
    all.map(|it| format!("{}/{}", it.name(), it.version()))
        .collect()
}

/// A console that serves.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
    tasks: Vec<JoinHandle<()>>,
}

impl Serving {
    /// Lets open requests finish, then ends.
    pub(crate) async fn stop(self) {
        self.handle.stop(true).await;
        for task in self.tasks {
            task.abort();
        }
    }
}

fn serve(
    address: SocketAddr,
    refused: RefusedConnections,
    desk: Desk,
) -> Result<Serving, StartError> {
    let listener = std::net::TcpListener::bind(address)?;
    let address = listener.local_addr()?;
    let (acceptor, journal) = (desk.acceptor.clone(), desk.journal.clone());
    let store = desk.store.clone();
    let clients = match desk.gate {
        Some(_) => Clients::Anyone,
        None => Clients::Certified,
    };
    let desk = Data::new(desk);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(desk.clone())
            .configure(assets::serve)
            .configure(sign_in::serve)
            .configure(oidc::serve)
            .configure(pages::serve)
            .configure(admin::serve)
            .default_service(web::to(visit::nothing))
    })
    // Before the listener, or it does not see the handshake.
    .on_connect(connection::remember)
    .tcp_nodelay(true)
    .workers(1)
    .client_request_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(5)
    .disable_signals()
    .listen_openssl(listener, acceptor.builder_for(clients)?)?
    .run();
    let handle = server.handle();
    let tasks = vec![
        tokio::spawn(async {
            if let Err(error) = server.await {
                tracing::error!(%error, "the console does not serve any more");
            }
        }),
        tokio::spawn(watch(acceptor)),
        tokio::spawn(counting::run(store)),
        tokio::spawn(refused.write(journal)),
    ];
    Ok(Serving {
        address,
        handle,
        tasks,
    })
}

/// Takes up changed certificates and lists; each request asks the newest.
async fn watch(acceptor: Acceptor) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match acceptor.reload_if_changed() {
            Ok(Reload::Unchanged) => {}
            Ok(Reload::Reloaded) => tracing::info!("the console's certificates were reloaded"),
            Err(error) => {
                tracing::error!(%error, "the console's certificates could not be reloaded; the last ones stay in force");
            }
        }
    }
}
