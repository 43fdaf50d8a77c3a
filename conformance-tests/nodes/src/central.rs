//! The reference central system: a server of the canonical contract over mutual TLS, with a database of its own.
//!
//! `POST /servicios/viogen/2`, SOAP 1.1 and 1.2. It lets in one client, the gateway, and answers whatever it asks: who
//! may know what is the gateway's business. It can be told to misbehave ([`Behaviour`]), for the tests of whoever has to
//! cope with that.

mod addressing;
pub(crate) mod admission;
mod behaviour;
mod cache;
mod dialect;
mod gate;
mod operations;
mod reading;
mod refusal;
mod regional;
mod rest;
pub(crate) mod security;
mod service;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use adapters::rest::Router;
use arc_swap::ArcSwap;
use certs::acceptor::{Acceptor, AcceptorConfig};
use certs::handshake::HandshakeLog;
use certs::load::LoadError;
use contract::{Contract, Document, Limits};
use tokio::task::JoinHandle;

use crate::database::{Database, DatabaseError, LoadReport, Population, Progress};
use crate::record::{self, Form, RecordError};
pub use addressing::Related;
pub use behaviour::Behaviour;
pub use gate::Gate;
pub use regional::{Keys, Protocol, Regional};
use security::Security;
pub use security::Signatures;
use service::State;

/// Largest request, in bytes.
const LARGEST: usize = 8 << 20;

/// What a central system is made of.
#[derive(Debug, Clone)]
pub struct CentralConfig {
    /// The file of its database; loaded unless it holds this population already.
    pub database: PathBuf,
    /// The population.
    pub population: Population,
    /// The contract it serves.
    pub contract: Arc<Contract>,
    /// Its own certificate, and the authorities of its clients.
    pub tls: AcceptorConfig,
    /// The certificate of the one client that is let in, PEM; another one on the same key will do.
    pub client: PathBuf,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Threads that serve.
    pub workers: usize,
    /// How it behaves at first.
    pub behaviour: Behaviour,
}

/// Why a central system does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be made or opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] LoadError),
    /// The client's certificate cannot be used.
    #[error("the client's certificate `{}` cannot be used", .0.display())]
    Client(PathBuf),
    /// The contract is not the one that this server speaks.
    #[error("the contract is not the one that this server speaks: {0}")]
    Contract(String),
    /// The address cannot be listened at.
    #[error("cannot listen at `{0}`")]
    Listen(SocketAddr, #[source] std::io::Error),
}

impl From<RecordError> for StartError {
    fn from(error: RecordError) -> Self {
        StartError::Contract(error.to_string())
    }
}

/// A central system that is running.
pub struct Central {
    address: SocketAddr,
    path: String,
    report: LoadReport,
    state: Data<State>,
    handle: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Central {
    /// Loads the population and begins to serve.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(
        config: CentralConfig,
        progress: impl FnMut(Progress) + Send,
    ) -> Result<Central, StartError> {
        Self::start_in(Regional::default(), config, progress).await
    }

    /// The same for the system of a regional force, which speaks the force's own dialect and may sign.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start_in(
        Regional {
            dialect,
            protocol,
            signatures,
        }: Regional,
        config: CentralConfig,
        progress: impl FnMut(Progress) + Send,
    ) -> Result<Central, StartError> {
        let acceptor = Acceptor::load(config.tls.clone(), HandshakeLog::silent())?;
        let client = admission::key_of(&config.client)
            .ok_or_else(|| StartError::Client(config.client.clone()))?;
        let form = Form::of(&config.contract)?;
        let (database, report) =
            Database::open(&config.database, &config.population, progress).await?;
        let security = signatures.as_ref().map(Security::load).transpose()?;
        let spoken = dialect.as_ref().map_or(&config.contract, |it| &it.contract);
        let path = format!("/servicios/{}/{}", spoken.name(), spoken.version());
        let router =
            Router::new(spoken).map_err(|fault| StartError::Contract(fault.to_string()))?;
        let state = Data::new(State {
            database,
            form,
            dialect,
            router,
            security,
            limits: Limits {
                max_bytes: LARGEST,
                ..Limits::default()
            },
            cache: cache::Cache::default(),
            behaviour: ArcSwap::from_pointee(config.behaviour.clone()),
            lots: AtomicU64::new(0),
            packages: AtomicU64::new(0),
        });
        let refused = |source| StartError::Listen(config.listen, source);
        let listener = TcpListener::bind(config.listen).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let site = Site {
            path: path.clone(),
            protocol,
            client,
            workers: config.workers,
        };
        let server = serve(&state, &site, listener, &acceptor)?;
        let handle = server.handle();
        let serving = tokio::spawn(server);
        Ok(Central {
            address,
            path,
            report,
            state,
            handle,
            serving,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of its service.
    pub fn url(&self) -> String {
        format!("https://localhost:{}{}", self.address.port(), self.path)
    }

    /// How the load of its population went.
    pub fn load_report(&self) -> LoadReport {
        self.report
    }

    /// Its database.
    pub fn database(&self) -> &Database {
        &self.state.database
    }

    /// A case of its database as the submission of a new one: where the victim lives and who she is. None if it has no such
    /// case.
    ///
    /// # Errors
    /// The database failed, or the case cannot be put together.
    pub async fn submission(&self, case: &str) -> Result<Option<Document>, StartError> {
        let State { form, database, .. } = &**self.state;
        let Some((stored, sections)) = database.case(case).await? else {
            return Ok(None);
        };
        let whole = record::assemble(form, database.seed(), &stored, &sections)?;
        Ok(Some(record::submission(form, &whole)?))
    }

    /// How many lots it has taken since it started.
    pub fn lots(&self) -> u64 {
        self.state.lots.load(Ordering::Relaxed)
    }

    /// How many messages came to it in packages since it started.
    pub fn packages(&self) -> u64 {
        self.state.packages.load(Ordering::Relaxed)
    }

    /// Makes it behave otherwise from the next request on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.state.behaviour.store(Arc::new(behaviour));
    }

    /// Stops serving and closes the database.
    pub async fn stop(self) {
        self.handle.stop(false).await;
        // An error here is of a server that is gone anyway.
        let _ = self.serving.await;
        self.state.database.close().await;
    }
}

/// Where and for whom a server serves.
struct Site {
    path: String,
    protocol: Protocol,
    client: String,
    workers: usize,
}

fn serve(
    state: &Data<State>,
    site: &Site,
    listener: TcpListener,
    acceptor: &Acceptor,
) -> Result<Server, StartError> {
    let (state, path, protocol) = (state.clone(), site.path.clone(), site.protocol);
    let address = listener
        .local_addr()
        .unwrap_or_else(|_| SocketAddr::from(([0; 4], 0)));
    let server = HttpServer::new(move || {
        let served = match protocol {
            Protocol::Soap => web::resource(path.as_str()).route(web::post().to(service::serve)),
            Protocol::Rest => {
                web::resource(format!("{path}{{below:/.*}}")).route(web::to(rest::serve))
            }
        };
        App::new()
            .app_data(state.clone())
            .app_data(web::PayloadConfig::new(LARGEST))
            .service(served)
    })
    .on_connect(admission::admit(site.client.clone()))
    .tcp_nodelay(true)
    .workers(site.workers)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(1)
    .disable_signals()
    .listen_openssl(listener, acceptor.builder()?)
    .map_err(|source| StartError::Listen(address, source))?;
    Ok(server.run())
}
