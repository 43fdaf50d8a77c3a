//! A server that accepts one connection and writes one byte.

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use certs::acceptor::{Acceptor, AcceptorConfig};
use certs::handshake::{self, HandshakeFailure, HandshakeLog};
use certs::identity::Peer;
use openssl::ssl::{HandshakeError, SslAcceptor, SslStream};

pub(crate) struct Server {
    pub(crate) acceptor: Acceptor,
    tls: SslAcceptor,
    log: HandshakeLog,
    failures: Receiver<HandshakeFailure>,
}

/// Whether the server tells the guard the library's error.
#[derive(Clone, Copy)]
pub(crate) enum Noting {
    Noted,
    Unnoted,
}

/// What became of a connection on the server's side.
pub(crate) type Accepted = Option<(SslStream<UnixStream>, Peer)>;

impl Server {
    pub(crate) fn start(config: AcceptorConfig) -> Self {
        let (report, failures) = sync_channel(16);
        let log = HandshakeLog::new(move |failure| report.try_send(failure).unwrap());
        let acceptor = Acceptor::load(config, log.clone()).unwrap();
        let tls = acceptor.acceptor().unwrap();
        Self {
            acceptor,
            tls,
            log,
            failures,
        }
    }

    /// Accepts the other end of the stream that it gives back.
    pub(crate) fn accept(&self, noting: Noting) -> (UnixStream, JoinHandle<Accepted>) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (tls, log) = (self.tls.clone(), self.log.clone());
        (
            theirs,
            thread::spawn(move || accept(&tls, ours, noting, &log)),
        )
    }

    /// The one failure reported since the last call, if any.
    pub(crate) fn failure(&self) -> Option<HandshakeFailure> {
        let failures: Vec<_> = self.failures.try_iter().collect();
        assert!(
            failures.len() <= 1,
            "one connection, one report: {failures:?}"
        );
        failures.into_iter().next()
    }
}

fn accept(tls: &SslAcceptor, stream: UnixStream, noting: Noting, log: &HandshakeLog) -> Accepted {
    match tls.accept(stream) {
        Ok(mut stream) => {
            let peer = handshake::complete(stream.ssl()).unwrap();
            stream.write_all(b"!").unwrap();
            Some((stream, peer))
        }
        Err(HandshakeError::Failure(broken)) => {
            assert_eq!(
                handshake::complete(broken.ssl()),
                None,
                "no handshake, no peer"
            );
            match noting {
                Noting::Noted => log.note(broken.ssl(), broken.error()),
                Noting::Unnoted => {}
            }
            None
        }
        Err(other) => panic!("no handshake was tried: {other}"),
    }
}
