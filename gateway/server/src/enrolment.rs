//! Enrolment: how an organism gets its first certificate registered, and its next ones.
//!
//! `POST /altas` on a listener of its own, since whoever asks has no certificate yet: TLS without client certificates,
//! one address and a page of the same, small bodies, few attempts. `POST /certificados` on the listener of all, for whoever has one.

pub(crate) mod attempts;
mod code;
pub(crate) mod desk;
pub(crate) mod first;
mod list;
pub(crate) mod message;
pub(crate) mod refusal;
mod renewal;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::KeepAlive;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer};
use certs::acceptor::Acceptor;
use certs::authority::Authority;
use certs::veil::Veil;
use store::{JournalWriter, Store};

use self::attempts::Attempts;
use self::desk::Desk;
use crate::console::joining;
use crate::standing::Current;
use crate::start::StartError;

pub use code::FreshCode;
pub use desk::held;
pub use list::KeptList;

const BACKLOG: u32 = 64;
const CONNECTIONS: usize = 64;
/// All addresses together may try this many times as often as one.
const ALL: u32 = 10;

/// What enrolment takes beside what the gateway has.
pub struct Enrolment {
    /// Address and port of its listener; port 0 takes a free one.
    pub address: SocketAddr,
    /// The listener's certificate chain, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// The federation's authority.
    pub authority: Authority,
    /// How many days its certificates are good.
    pub days: u32,
    /// How often a minute one address may try.
    pub attempts_per_minute: u32,
    /// The authority's revocation list, where this gateway keeps it.
    pub list: Option<KeptList>,
}

/// What of the gateway enrolment shares.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) journal: JournalWriter,
    pub(crate) veil: Veil,
    pub(crate) acceptor: Acceptor,
    pub(crate) current: Arc<Current>,
}

/// The desk as both listeners have it.
pub(crate) type Shop = Data<Desk>;

/// Its listener, not running yet.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    pub(crate) server: actix_web::dev::Server,
    pub(crate) desk: Shop,
    list: Option<KeptList>,
}

impl Listener {
    /// Keeps the revocation list, where that is this gateway's.
    pub(crate) fn keeping(&self) -> Option<impl Future<Output = ()> + Send + use<>> {
        let list = self.list.clone()?;
        Some(list::keep(self.desk.clone(), list))
    }
}

/// Opens the listener.
pub(crate) fn open(enrolment: Enrolment, shared: Shared) -> Result<Listener, StartError> {
    let settings = certs::acceptor::without_clients(&enrolment.certificate, &enrolment.key)?;
    let socket = std::net::TcpListener::bind(enrolment.address)?;
    let address = socket.local_addr()?;
    let list = enrolment.list;
    let limit = enrolment.attempts_per_minute;
    let attempts = Attempts::new(limit, limit.saturating_mul(ALL));
    let desk = Data::new(Desk::new(
        enrolment.authority,
        enrolment.days,
        attempts,
        shared,
    )?);
    let shown = desk.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shown.clone())
            .configure(joining::serve)
            .service(
                web::resource(first::PATH)
                    .route(web::post().to(first::serve))
                    .default_service(web::to(first::other_method)),
            )
            .default_service(web::to(first::other_address))
    })
    .tcp_nodelay(true)
    .workers(1)
    .backlog(BACKLOG)
    .max_connections(CONNECTIONS)
    .client_request_timeout(Duration::from_secs(5))
    .keep_alive(KeepAlive::Disabled)
    .shutdown_timeout(5)
    .disable_signals()
    .listen_openssl(socket, settings)?
    .run();
    Ok(Listener {
        address,
        server,
        desk,
        list,
    })
}

/// Serves what only whoever has a certificate may ask.
pub(crate) fn renewals(desk: Option<&Shop>, services: &mut ServiceConfig) {
    if let Some(desk) = desk {
        services
            .app_data(desk.clone())
            .route(renewal::PATH, web::post().to(renewal::serve));
    }
}
