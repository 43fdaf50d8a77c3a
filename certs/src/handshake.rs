//! Every handshake that fails, by name.
//!
//! A guard lives in each connection from its first message. The verification of the client's certificate writes into
//! it why it refused; when the connection goes away and nobody marked its handshake complete, the guard reports.

mod guard;
mod reason;
mod wire;

use std::sync::Arc;

use openssl::ssl::{self, SslRef};

pub(crate) use guard::Guard;
use guard::Shown;
pub use reason::Reason;

use crate::identity::Peer;

/// A handshake that did not end in a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandshakeFailure {
    /// Why.
    pub reason: Reason,
    /// What the client's certificate says, where it sent one. Not verified: never a proof of who called.
    pub presented: Option<Presented>,
}

/// What an unverified certificate says; without common name, which may be a person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// SHA-256 of the certificate, hexadecimal.
    pub fingerprint: String,
    /// Digest of its public key, as the registry knows keys; absent when it has none that can be read.
    pub key: Option<String>,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// Organism identifiers it names.
    pub organisms: Vec<String>,
}

/// Where failed handshakes are reported.
#[derive(Clone)]
pub struct HandshakeLog {
    report: Arc<dyn Fn(HandshakeFailure) + Send + Sync>,
}

impl HandshakeLog {
    /// Reports to `report`, which is called inside OpenSSL on the connection's thread: it must not block and must not
    /// panic. Hand the value to a bounded channel with `try_send`, and count what does not fit.
    pub fn new(report: impl Fn(HandshakeFailure) + Send + Sync + 'static) -> Self {
        Self {
            report: Arc::new(report),
        }
    }

    /// Forgets every failure.
    pub fn silent() -> Self {
        Self::new(drop)
    }

    /// Takes in what the library said about a failed connection, for whoever accepts connections itself.
    ///
    /// Without it the guard cannot tell a client without certificate from one that went away (both are
    /// [`Reason::Unfinished`]), and bytes that are no TLS are not reported at all. A connection that ends without
    /// a first message is no handshake.
    pub fn note(&self, ssl: &SslRef, error: &ssl::Error) {
        let reason = wire::reason(error);
        match Guard::of(ssl) {
            Some(guard) => guard.record(reason, None),
            None if reason == Reason::Aborted => {}
            None => self.report(HandshakeFailure {
                reason,
                presented: None,
            }),
        }
    }

    pub(crate) fn report(&self, failure: HandshakeFailure) {
        (self.report)(failure);
    }
}

/// Marks a connection's handshake complete and says who is there.
///
/// Call it once per accepted connection. `None`: the connection was not accepted through an
/// [`Acceptor`](crate::acceptor::Acceptor), its handshake is not over, or its listener lets in
/// [anyone](crate::acceptor::Clients::Anyone) and nobody has shown a certificate; then nobody is known to be there.
pub fn complete(ssl: &SslRef) -> Option<Peer> {
    if !ssl.is_init_finished() {
        return None;
    }
    let shown = ssl.peer_certificate().map_or(Shown::None, |_| Shown::Some);
    Guard::of(ssl)?.complete(shown)
}

/// The certificate that the other end of a connection has shown, DER.
pub fn certificate(ssl: &SslRef) -> Option<Vec<u8>> {
    ssl.peer_certificate()?.to_der().ok()
}
