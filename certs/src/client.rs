//! A TLS client that tells what it saw: whose fault it is when no connection comes about.
//!
//! For joining and for the connection test. The stream is the caller's; so is the HTTP on it. Names and chains are
//! verified always: there is no switch to turn that off.

mod alert;

use std::fmt;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use openssl::error::ErrorStack;
use openssl::ssl::{
    HandshakeError, MidHandshakeSslStream, SslConnector, SslConnectorBuilder, SslMethod, SslStream,
    SslVerifyMode, SslVersion,
};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509Ref, X509VerifyResult};

pub use alert::{Alert, alert_in};

use crate::load::{self, LoadError, Pair};

/// A client's settings.
pub struct Client {
    connector: SslConnector,
    saw: Arc<Mutex<Option<ServerFault>>>,
}

/// A connection.
pub struct Channel<S>(SslStream<S>);

/// What is wrong with the server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFault {
    /// What.
    pub kind: ServerFaultKind,
    /// The names it is for.
    pub names: Vec<String>,
}

/// What may be wrong with a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerFaultKind {
    /// None of our authorities issued it.
    Untrusted,
    /// It has expired, by our clock.
    Expired,
    /// It is not valid yet, by our clock.
    NotYetValid,
    /// It is for other names than the one we called.
    OtherName,
    /// Something else, in OpenSSL's words.
    Other(&'static str),
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// We do not accept the server.
    #[error("the server's certificate is not accepted: {}", .0.kind)]
    Server(ServerFault),
    /// The server does not accept us, and says so.
    #[error("the server refuses: {0}")]
    Alert(Alert),
    /// The connection ended, or what came is no TLS.
    #[error("no TLS connection: {0}")]
    Broken(String),
}

impl Client {
    /// A client that trusts the authorities of a PEM bundle and shows a certificate, if it is given one with its key.
    pub fn new(authorities: &Path, identity: Option<(&Path, &Path)>) -> Result<Self, LoadError> {
        let mut builder = SslConnector::builder(SslMethod::tls_client())?;
        builder.set_min_proto_version(Some(SslVersion::TLS1_3))?;
        let mut store = X509StoreBuilder::new()?;
        for authority in load::certificates(authorities)? {
            store.add_cert(authority)?;
        }
        builder.set_cert_store(store.build());
        if let Some((certificate, key)) = identity {
            show(&mut builder, Pair::load(certificate, key)?)?;
        }
        let saw = Arc::new(Mutex::new(None));
        let notes = Arc::clone(&saw);
        builder.set_verify_callback(SslVerifyMode::PEER, move |accepted, context| {
            if !accepted {
                let fault = ServerFault {
                    kind: kind(context.error()),
                    names: context.current_cert().map(names).unwrap_or_default(),
                };
                let mut saw = notes.lock().unwrap_or_else(PoisonError::into_inner);
                saw.get_or_insert(fault);
            }
            accepted
        });
        Ok(Self {
            connector: builder.build(),
            saw,
        })
    }

    /// Makes a connection with the server of that name over `stream`.
    pub fn connect<S: Read + Write>(&self, host: &str, stream: S) -> Result<Channel<S>, Refusal> {
        let mut saw = self.saw.lock().unwrap_or_else(PoisonError::into_inner);
        *saw = None;
        drop(saw);
        self.connector
            .connect(host, stream)
            .map(Channel)
            .map_err(|error| self.refusal(error))
    }

    fn refusal<S>(&self, error: HandshakeError<S>) -> Refusal {
        let mid = match error {
            HandshakeError::SetupFailure(stack) => return Refusal::Broken(stack.to_string()),
            HandshakeError::Failure(mid) | HandshakeError::WouldBlock(mid) => mid,
        };
        let saw = self.saw.lock().unwrap_or_else(PoisonError::into_inner);
        match saw.clone() {
            Some(fault) => Refusal::Server(fault),
            None => broken(&mid),
        }
    }
}

fn broken<S>(mid: &MidHandshakeSslStream<S>) -> Refusal {
    match alert::of(mid.error()) {
        Some(alert) => Refusal::Alert(alert),
        None => Refusal::Broken(mid.error().to_string()),
    }
}

fn show(builder: &mut SslConnectorBuilder, pair: Pair) -> Result<(), ErrorStack> {
    builder.set_certificate(&pair.leaf)?;
    for certificate in pair.rest {
        builder.add_extra_chain_cert(certificate)?;
    }
    builder.set_private_key(pair.key.key())
}

/// Verdicts of `x509_vfy.h`.
fn kind(verdict: X509VerifyResult) -> ServerFaultKind {
    match verdict.as_raw() {
        9 => ServerFaultKind::NotYetValid,
        10 => ServerFaultKind::Expired,
        62..=64 => ServerFaultKind::OtherName,
        2 | 7 | 18..=21 | 27 => ServerFaultKind::Untrusted,
        _ => ServerFaultKind::Other(verdict.error_string()),
    }
}

fn names(certificate: &X509Ref) -> Vec<String> {
    let alternatives = certificate.subject_alt_names().into_iter().flatten();
    alternatives
        .filter_map(|name| match (name.dnsname(), name.ipaddress()) {
            (Some(dns), _) => Some(dns.to_owned()),
            (None, Some(&[a, b, c, d])) => Some(format!("{a}.{b}.{c}.{d}")),
            (None, _) => None,
        })
        .collect()
}

impl fmt::Display for ServerFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Untrusted => "none of the given authorities issued it",
            Self::Expired => "it has expired",
            Self::NotYetValid => "it is not valid yet",
            Self::OtherName => "it is for other names",
            Self::Other(said) => said,
        })
    }
}

impl<S: Read + Write> Read for Channel<S> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<S: Read + Write> Write for Channel<S> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}
