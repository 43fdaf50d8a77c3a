//! The listener of partners: every contract at its addresses, and what is served beside them.

use std::time::Duration;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer};

use super::{Parts, StartError};
use crate::gateway::Gateway;
use crate::{connection, enrolment, fallback, front, notices, sandbox, users};

/// Connections waiting to be accepted; more are refused by the system.
const BACKLOG: u32 = 2048;

/// What is served beside the contracts.
#[derive(Clone)]
pub(super) struct Shops {
    pub(super) desk: Option<enrolment::Shop>,
    pub(super) office: Option<sandbox::Shop>,
}

/// Serves every contract, and what stands beside them.
pub(super) fn serve(
    (fronts, shops): (Vec<Data<Gateway>>, Shops),
    listener: std::net::TcpListener,
    Parts {
        acceptor, settings, ..
    }: &Parts,
) -> Result<actix_web::dev::Server, StartError> {
    let server = HttpServer::new(move || {
        let Shops { desk, office } = &shops;
        let mut app = App::new().wrap(sandbox::mark(office.as_ref()));
        // Addresses that name nothing are refused by the contract of our own.
        if let Some(own) = fronts.first() {
            app = app.app_data(own.clone());
        }
        for gateway in &fronts {
            app = app.configure(|services| front::serve(gateway, services));
        }
        app.configure(|services| enrolment::renewals(desk.as_ref(), services))
            .configure(|services| sandbox::serve(office.as_ref(), services))
            .configure(|services| own(office.as_ref(), services))
            .default_service(web::to(fallback::address))
    })
    // Before the listener, or it does not see the handshake.
    .on_connect(connection::remember)
    // The last piece of an answer leaves at once, and not when the peer has confirmed the piece before.
    .tcp_nodelay(true)
    .workers(settings.workers)
    .backlog(BACKLOG)
    // A peer that sends its headers more slowly than this is not waited for.
    .client_request_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(5)
    .disable_signals()
    .listen_openssl(listener, acceptor.builder()?)?;
    Ok(server.run())
}

/// What is of the organism itself and of no case. A sandbox has none of it: forms and notices are real.
fn own(office: Option<&sandbox::Shop>, services: &mut ServiceConfig) {
    if office.is_none() {
        services
            .route(notices::PATH, web::get().to(notices::serve))
            .route(users::PATH, web::get().to(users::serve))
            .route(users::PATH, web::put().to(users::serve))
            .route(users::DESCRIBED, web::get().to(users::described));
    }
}
