//! What is agreed on: group, protocol, version; and that nothing can be resumed.

use certs::acceptor::{AcceptorConfig, TlsVersion};
use certs::wire::{Negotiated, X25519, X25519MLKEM768};
use openssl::ssl::SslVersion;

use crate::client::Client;
use crate::server::{Noting, Server};
use crate::site::{SLUG, Site, config, site};

#[test]
fn the_hybrid_group_is_negotiated_with_whoever_knows_it() {
    let Site { pki, dir: _dir } = &site();
    let server = Server::start(config(pki));
    for (groups, (group, retries)) in [
        (None, (X25519MLKEM768, 0)),
        (Some("X25519MLKEM768"), (X25519MLKEM768, 0)),
        (Some("*X25519 / X25519MLKEM768"), (X25519MLKEM768, 1)),
        (Some("X25519:P-256"), (X25519, 0)),
    ] {
        let (stream, accepted) = server.accept(Noting::Noted);
        let client = Client {
            groups,
            ..Client::with(pki.organism(SLUG))
        };
        let stream = client.connect(pki, stream).outcome.unwrap();
        assert!(accepted.join().unwrap().is_some());
        let seen = Negotiated::read(&stream.get_ref().received);
        assert_eq!(seen, Some(Negotiated { group, retries }), "{groups:?}");
    }
}

#[test]
fn the_protocol_is_negotiated_after_the_context_was_swapped() {
    let Site { pki, dir: _dir } = &site();
    let server = Server::start(config(pki));
    for (offered, chosen) in [
        (&b"\x02h2\x08http/1.1"[..], Some(&b"h2"[..])),
        (b"\x08http/1.1", Some(b"http/1.1")),
        (b"\x08http/1.1\x02h2", Some(b"h2")),
        (b"\x04echo", None),
    ] {
        let (stream, accepted) = server.accept(Noting::Noted);
        let client = Client {
            alpn: Some(offered),
            ..Client::with(pki.organism(SLUG))
        };
        let stream = client.connect(pki, stream).outcome.unwrap();
        let (ours, _) = accepted.join().unwrap().unwrap();
        assert_eq!(stream.ssl().selected_alpn_protocol(), chosen);
        assert_eq!(ours.ssl().selected_alpn_protocol(), chosen);
    }
}

#[test]
fn old_tls_is_spoken_by_option_only() {
    let Site { pki, dir: _dir } = &site();
    let lenient = AcceptorConfig {
        oldest: TlsVersion::V12,
        ..config(pki)
    };
    for (config, newest, spoken) in [
        (config(pki), None, Some("TLSv1.3")),
        (config(pki), Some(SslVersion::TLS1_2), None),
        (lenient.clone(), None, Some("TLSv1.3")),
        (lenient.clone(), Some(SslVersion::TLS1_2), Some("TLSv1.2")),
        (lenient, Some(SslVersion::TLS1_1), None),
    ] {
        let server = Server::start(config);
        let (stream, accepted) = server.accept(Noting::Noted);
        let client = Client {
            newest,
            ..Client::with(pki.organism(SLUG))
        };
        let outcome = client.connect(pki, stream).outcome.ok();
        let version = outcome.as_ref().map(|stream| stream.ssl().version_str());
        assert_eq!(version, spoken);
        assert_eq!(accepted.join().unwrap().is_some(), spoken.is_some());
    }
}

#[test]
fn no_session_is_offered_for_resumption() {
    let Site { pki, dir: _dir } = &site();
    for newest in [SslVersion::TLS1_3, SslVersion::TLS1_2] {
        let server = Server::start(AcceptorConfig {
            oldest: TlsVersion::V12,
            ..config(pki)
        });
        let (stream, accepted) = server.accept(Noting::Noted);
        let client = Client {
            newest: Some(newest),
            ..Client::with(pki.organism(SLUG))
        };
        let seen = client.connect(pki, stream);
        let stream = seen.outcome.unwrap();
        assert!(accepted.join().unwrap().is_some());
        assert_eq!(
            seen.sessions, 0,
            "{newest:?}: the client was given a session"
        );
        assert_eq!(stream.ssl().session().unwrap().id(), b"", "{newest:?}");
        assert!(!stream.ssl().session_reused());
    }
}
