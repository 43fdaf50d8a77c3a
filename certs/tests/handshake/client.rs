//! OpenSSL's client, with every byte that it receives kept.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use certs::testpki::{Files, TestPki};
use openssl::ssl::{
    HandshakeError, SslConnector, SslFiletype, SslMethod, SslSessionCacheMode, SslStream,
    SslVersion,
};

/// How a client connects.
#[derive(Clone, Default)]
pub(crate) struct Client {
    pub(crate) identity: Option<Files>,
    pub(crate) newest: Option<SslVersion>,
    pub(crate) groups: Option<&'static str>,
    pub(crate) alpn: Option<&'static [u8]>,
}

/// What a client saw.
pub(crate) struct Seen {
    /// The connection after one byte of the server's, or the alert that ended it.
    pub(crate) outcome: Result<SslStream<Tap>, String>,
    /// How many sessions the server offered to resume.
    pub(crate) sessions: usize,
}

impl Client {
    pub(crate) fn with(identity: Files) -> Self {
        Self {
            identity: Some(identity),
            ..Self::default()
        }
    }

    pub(crate) fn connect(&self, pki: &TestPki, stream: UnixStream) -> Seen {
        self.connect_trusting(&pki.authority(), stream)
    }

    pub(crate) fn connect_trusting(&self, authority: &Path, stream: UnixStream) -> Seen {
        let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
        builder.set_ca_file(authority).unwrap();
        builder.set_max_proto_version(self.newest).unwrap();
        if let Some(files) = &self.identity {
            builder
                .set_certificate_chain_file(&files.certificate)
                .unwrap();
            builder
                .set_private_key_file(&files.key, SslFiletype::PEM)
                .unwrap();
        }
        if let Some(groups) = self.groups {
            builder.set_groups_list(groups).unwrap();
        }
        if let Some(alpn) = self.alpn {
            builder.set_alpn_protos(alpn).unwrap();
        }
        let sessions = Arc::new(AtomicUsize::new(0));
        let counted = sessions.clone();
        builder.set_session_cache_mode(SslSessionCacheMode::CLIENT);
        builder.set_new_session_callback(move |_, _| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let tap = Tap {
            stream,
            received: Vec::new(),
        };
        let outcome = first_byte(builder.build().connect("localhost", tap));
        Seen {
            outcome,
            sessions: sessions.load(Ordering::SeqCst),
        }
    }
}

/// In TLS 1.3 the client is done before the server has judged it: only a read tells.
fn first_byte(
    connected: Result<SslStream<Tap>, HandshakeError<Tap>>,
) -> Result<SslStream<Tap>, String> {
    let mut stream = connected.map_err(|error| error.to_string())?;
    let mut byte = [0];
    match stream.ssl_read(&mut byte) {
        Ok(_) => Ok(stream),
        Err(error) => Err(error.to_string()),
    }
}

/// A stream that keeps what was read from it.
#[derive(Debug)]
pub(crate) struct Tap {
    stream: UnixStream,
    pub(crate) received: Vec<u8>,
}

impl Read for Tap {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.received.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}

impl Write for Tap {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
