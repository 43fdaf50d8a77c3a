//! TLS settings of a server that knows every caller by certificate.
//!
//! TLS 1.3 (1.2 by option), the hybrid group X25519MLKEM768 before all others, a client certificate required (where a
//! listener does not say otherwise) and verified: chain, purpose, validity, revocation, one organism. No session is ever resumed: resumption outlives a
//! revocation.
//!
//! Certificates, authorities and lists are reloaded without restart. The outer context, which the listener holds, never
//! changes; on each client's first message it hands the connection to the inner context of the moment.

mod context;
mod inner;
pub(crate) mod verify;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use openssl::ssl::{SslAcceptor, SslAcceptorBuilder, SslVerifyMode};

use crate::handshake::HandshakeLog;
use crate::load::{LoadError, Pair};
use crate::revocation::Revocations;
use crate::signing::SigningTrust;
use inner::Inner;
use watch::Stamp;

/// Which files the server's identity and its trust come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptorConfig {
    /// The server's certificate, then its chain; PEM.
    pub certificate: PathBuf,
    /// The certificate's private key, PEM.
    pub key: PathBuf,
    /// The authorities whose clients are let in, PEM bundle; intermediate ones too.
    pub client_authorities: PathBuf,
    /// Revocation lists, PEM or DER; at least one of each authority.
    pub revocation_lists: Vec<PathBuf>,
    /// The oldest TLS version spoken.
    pub oldest: TlsVersion,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsVersion {
    /// TLS 1.2, RFC 5246: for partners that cannot do better.
    V12,
    /// TLS 1.3, RFC 8446.
    #[default]
    V13,
}

/// Whether whoever connects must show a certificate. One that is shown is judged alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clients {
    /// Without one there is no connection.
    #[default]
    Certified,
    /// Without one there is a connection with nobody known at its other end.
    Anyone,
}

/// Whether a look at the files led to new settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// No file has changed.
    Unchanged,
    /// New handshakes and the revocation set use what the files say now.
    Reloaded,
}

/// The settings in force, shared by all who accept connections.
#[derive(Clone)]
pub struct Acceptor {
    shared: Arc<Shared>,
}

struct Shared {
    config: AcceptorConfig,
    log: HandshakeLog,
    inner: Arc<ArcSwap<Inner>>,
    seen: Mutex<Stamp>,
}

/// Settings of a listener that asks nobody for a certificate: TLS 1.3, the server's certificate with its chain.
pub fn without_clients(certificate: &Path, key: &Path) -> Result<SslAcceptorBuilder, LoadError> {
    let pair = Pair::load(certificate, key)?;
    let mut builder = context::base(TlsVersion::V13)?;
    builder.set_certificate(&pair.leaf)?;
    for certificate in pair.rest {
        builder.add_extra_chain_cert(certificate)?;
    }
    builder.set_private_key(pair.key.key())?;
    builder.set_verify(SslVerifyMode::NONE);
    Ok(builder)
}

impl Acceptor {
    /// Reads the files.
    pub fn load(config: AcceptorConfig, log: HandshakeLog) -> Result<Self, LoadError> {
        let seen = Stamp::of(&config);
        let inner = Arc::new(ArcSwap::from_pointee(Inner::load(&config)?));
        Ok(Self {
            shared: Arc::new(Shared {
                config,
                log,
                inner,
                seen: Mutex::new(seen),
            }),
        })
    }

    /// The settings to give to a listener that wants to finish them itself.
    pub fn builder(&self) -> Result<SslAcceptorBuilder, LoadError> {
        self.builder_for(Clients::Certified)
    }

    /// The same, for a listener that may let in whoever shows no certificate.
    pub fn builder_for(&self, clients: Clients) -> Result<SslAcceptorBuilder, LoadError> {
        let shared = &self.shared;
        Ok(context::outer(
            (shared.config.oldest, clients),
            shared.log.clone(),
            shared.inner.clone(),
        )?)
    }

    /// The settings to accept connections with.
    pub fn acceptor(&self) -> Result<SslAcceptor, LoadError> {
        self.builder().map(SslAcceptorBuilder::build)
    }

    /// What the revocation lists say at this moment.
    pub fn revocations(&self) -> Arc<Revocations> {
        self.shared.inner.load().revocations.clone()
    }

    /// The authorities that the signers of messages must be of, at this moment.
    pub fn signing_trust(&self) -> Arc<SigningTrust> {
        self.shared.inner.load().signing.clone()
    }

    /// Reads the files again. After an error what was in force stays in force.
    pub fn reload(&self) -> Result<(), LoadError> {
        let seen = Stamp::of(&self.shared.config);
        self.shared
            .inner
            .store(Arc::new(Inner::load(&self.shared.config)?));
        *self
            .shared
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(())
    }

    /// Reads the files again if one has changed since they were read; cheap enough for every second.
    ///
    /// After an error what was in force stays in force, and the next call tries again.
    pub fn reload_if_changed(&self) -> Result<Reload, LoadError> {
        let now = Stamp::of(&self.shared.config);
        let unchanged = *self
            .shared
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            == now;
        if unchanged {
            return Ok(Reload::Unchanged);
        }
        self.reload().map(|()| Reload::Reloaded)
    }
}
