//! The one client that is let in, by the key of its certificate.

use std::any::Any;
use std::path::Path;

use actix_tls::accept::openssl::TlsStream;
use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use certs::identity::Peer;

/// Marks a connection whose other end is the client that is let in.
struct Admitted;

/// The key of a certificate in a PEM file.
pub(crate) fn key_of(certificate: &Path) -> Option<String> {
    let pem = std::fs::read(certificate).ok()?;
    Peer::from_pem(&pem).ok().map(|peer| peer.key)
}

/// Looks at every new connection.
pub(crate) fn admit(
    client: String,
) -> impl Fn(&dyn Any, &mut Extensions) + Send + Sync + Clone + 'static {
    move |connection, data| {
        let stream = connection.downcast_ref::<TlsStream<TcpStream>>();
        let peer = stream.and_then(|stream| certs::handshake::complete(stream.ssl()));
        if peer.is_some_and(|peer| peer.key == client) {
            data.insert(Admitted);
        }
    }
}

/// Whether the request comes from the client that is let in.
pub(crate) fn is_admitted(request: &HttpRequest) -> bool {
    request.conn_data::<Admitted>().is_some()
}
