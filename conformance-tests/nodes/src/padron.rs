//! A reference provider of the contract `padron/1`: a service as others offer it, which knows nothing of the gateway.
//!
//! `POST /servicios/padron/1`, SOAP 1.1 over mutual TLS, one client: the gateway. Whoever asks says so in the generic
//! data of the message; refusals are the contract's own typed fault. Its residents are those of the synthetic
//! population, in memory.

mod answer;
mod residents;
mod service;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use arc_swap::ArcSwap;
use certs::acceptor::{Acceptor, AcceptorConfig};
use certs::handshake::HandshakeLog;
use certs::load::LoadError;
use contract::Contract;
use tokio::task::JoinHandle;

use crate::central::admission;
pub use residents::Resident;
use service::State;

/// Largest request, in bytes.
const LARGEST: usize = 1 << 20;

/// Where its service is.
const PATH: &str = "/servicios/padron/1";

/// What a provider is made of.
#[derive(Debug, Clone)]
pub struct PadronConfig {
    /// The contract it serves.
    pub contract: Arc<Contract>,
    /// Its own certificate, and the authorities of its clients.
    pub tls: AcceptorConfig,
    /// The certificate of the one client that is let in, PEM.
    pub client: PathBuf,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
}

/// How it behaves; everything but [`Conduct::Honest`] is a fault put in on purpose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Conduct {
    /// As it should.
    #[default]
    Honest,
    /// Answers its typed fault for a failure inside.
    Failing,
    /// Answers about another person than asked.
    AnotherPerson,
    /// Answers what is no answer of the contract.
    Garbage,
}

/// Why a provider does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] LoadError),
    /// The client's certificate cannot be used.
    #[error("the client's certificate `{}` cannot be used", .0.display())]
    Client(PathBuf),
    /// The address cannot be listened at.
    #[error("cannot listen at `{0}`")]
    Listen(SocketAddr, #[source] std::io::Error),
}

/// A provider that is running.
pub struct Padron {
    address: SocketAddr,
    state: Data<State>,
    handle: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Padron {
    /// Begins to serve.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(config: PadronConfig) -> Result<Self, StartError> {
        let acceptor = Acceptor::load(config.tls.clone(), HandshakeLog::silent())?;
        let client = admission::key_of(&config.client)
            .ok_or_else(|| StartError::Client(config.client.clone()))?;
        let refused = |source| StartError::Listen(config.listen, source);
        let listener = TcpListener::bind(config.listen).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let state = Data::new(State {
            contract: config.contract,
            conduct: ArcSwap::from_pointee(Conduct::Honest),
        });
        let shared = state.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .app_data(web::PayloadConfig::new(LARGEST))
                .route(PATH, web::post().to(service::serve))
        })
        .on_connect(admission::admit(client))
        .tcp_nodelay(true)
        .workers(1)
        .client_request_timeout(Duration::from_secs(10))
        .shutdown_timeout(1)
        .disable_signals()
        .listen_openssl(listener, acceptor.builder()?)
        .map_err(refused)?
        .run();
        Ok(Self {
            address,
            state,
            handle: server.handle(),
            serving: tokio::spawn(server),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of its service.
    pub fn url(&self) -> String {
        format!("https://localhost:{}{PATH}", self.address.port())
    }

    /// Makes it behave otherwise from the next request on.
    pub fn behave(&self, conduct: Conduct) {
        self.state.conduct.store(Arc::new(conduct));
    }

    /// Stops serving.
    pub async fn stop(self) {
        self.handle.stop(false).await;
        // An error here is of a server that is gone anyway.
        let _ = self.serving.await;
    }
}
