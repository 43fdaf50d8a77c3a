//! Who is let in, and how everyone else is refused.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

use certs::handshake::Reason;
use certs::testpki::Bad;
use openssl::ssl::SslVersion;

use crate::client::Client;
use crate::server::{Noting, Server};
use crate::site::{SLUG, Site, config, site};
use crate::unusual;

#[test]
fn good_certificates_are_let_in_and_read() {
    let Site { pki, dir: _dir } = &site();
    let server = Server::start(config(pki));
    let mut keys = Vec::new();
    for files in [pki.organism(SLUG), pki.rotated(SLUG)] {
        let (stream, accepted) = server.accept(Noting::Unnoted);
        let seen = Client::with(files.clone()).connect(pki, stream);
        let (_, peer) = accepted.join().unwrap().unwrap();
        assert!(seen.outcome.is_ok());
        assert_eq!(peer, files.peer().unwrap());
        assert_eq!(peer.dir3.as_deref(), Some("L01130473"));
        assert_eq!(peer.nif.as_deref(), Some("P1304700H"));
        assert_eq!(
            peer.common_name.as_deref(),
            Some("Sello de Ayuntamiento de Herencia")
        );
        assert!(!server.acceptor.revocations().contains(&peer));
        keys.push(peer.key);
    }
    assert_ne!(
        keys[0], keys[1],
        "a rotated certificate has a key of its own"
    );
    assert_eq!(server.failure(), None);
}

#[test]
fn each_bad_certificate_is_refused_by_name() {
    let Site { pki, dir: _dir } = &site();
    let server = Server::start(config(pki));
    for (case, reason, alert) in [
        (Bad::Expired, Reason::Expired, "certificate expired"),
        (Bad::NotYetValid, Reason::NotYetValid, "bad certificate"),
        (
            Bad::WrongPurpose,
            Reason::WrongPurpose,
            "unsupported certificate",
        ),
        (
            Bad::UnknownAuthority,
            Reason::UnknownAuthority,
            "unknown ca",
        ),
        (Bad::Revoked, Reason::Revoked, "certificate revoked"),
        (Bad::TwoOrganisms, Reason::Ambiguous, "certificate unknown"),
    ] {
        for noting in [Noting::Noted, Noting::Unnoted] {
            let (stream, accepted) = server.accept(noting);
            let files = pki.bad(case);
            let seen = Client::with(files.clone()).connect(pki, stream);
            assert!(accepted.join().unwrap().is_none(), "{case:?}");
            let said = seen.outcome.err().unwrap();
            assert!(said.contains(alert), "{case:?}: {said}");
            let failure = server.failure().unwrap();
            assert_eq!(failure.reason, reason, "{case:?}");
            let presented = failure.presented.unwrap();
            let named = if case == Bad::TwoOrganisms { 3 } else { 2 };
            assert_eq!(presented.organisms.len(), named, "{presented:?}");
            assert_eq!(presented.fingerprint.len(), 64);
            let key = files.peer().ok().map(|peer| peer.key);
            assert!(key.is_none() || presented.key == key, "{presented:?}");
        }
    }
}

#[test]
fn clients_without_a_usable_hello_are_refused_by_name() {
    let Site { pki, dir: _dir } = &site();
    let server = Server::start(config(pki));
    let nobody = Client::default();
    let old = Client {
        newest: Some(SslVersion::TLS1_2),
        ..Client::with(pki.organism(SLUG))
    };
    let odd = Client {
        groups: Some("P-521"),
        ..Client::with(pki.organism(SLUG))
    };
    for (client, noting, reason, alert) in [
        (
            &nobody,
            Noting::Noted,
            Reason::NoCertificate,
            "certificate required",
        ),
        (
            &nobody,
            Noting::Unnoted,
            Reason::Unfinished,
            "certificate required",
        ),
        (
            &old,
            Noting::Noted,
            Reason::ProtocolVersion,
            "protocol version",
        ),
        (
            &old,
            Noting::Unnoted,
            Reason::ProtocolVersion,
            "protocol version",
        ),
        (
            &odd,
            Noting::Noted,
            Reason::NothingInCommon,
            "handshake failure",
        ),
    ] {
        let (stream, accepted) = server.accept(noting);
        let seen = client.connect(pki, stream);
        assert!(accepted.join().unwrap().is_none());
        let said = seen.outcome.err().unwrap();
        assert!(said.contains(alert), "{reason}: {said}");
        assert_eq!(server.failure().unwrap().reason, reason);
    }
}

#[test]
fn a_certificate_that_names_no_purpose_is_refused() {
    let Site { pki, dir: _dir } = &site();
    let files = pki.organism(SLUG);
    unusual::strip_purpose(pki, &files);
    let server = Server::start(config(pki));
    let (stream, accepted) = server.accept(Noting::Noted);
    let seen = Client::with(files).connect(pki, stream);
    assert!(accepted.join().unwrap().is_none());
    assert!(seen.outcome.err().unwrap().contains("certificate unknown"));
    assert_eq!(server.failure().unwrap().reason, Reason::WrongPurpose);
}

#[test]
fn a_client_that_refuses_us_is_named() {
    let Site { pki, dir: _dir } = &site();
    let stranger = site();
    let server = Server::start(config(pki));
    let (stream, accepted) = server.accept(Noting::Noted);
    let client = Client::with(pki.organism(SLUG));
    let seen = client.connect_trusting(&stranger.pki.authority(), stream);
    assert!(seen.outcome.is_err());
    assert!(accepted.join().unwrap().is_none());
    let reason = server.failure().unwrap().reason;
    assert!(
        matches!(&reason, Reason::RefusedByClient(alert) if alert == "unknown CA"),
        "{reason:?}"
    );
}

#[test]
fn bytes_that_are_no_tls_are_named_and_silence_is_not_reported() {
    let Site { pki, dir: _dir } = &site();
    let server = Server::start(config(pki));
    for (bytes, reason) in [
        (&b"GET / HTTP/1.1\r\n\r\n"[..], Some(Reason::NotTls)),
        (b"\x00\x01\x02\x03\x04\x05\x06\x07", Some(Reason::NotTls)),
        (b"\x16\x03", None),
        (b"", None),
    ] {
        let (mut stream, accepted) = server.accept(Noting::Noted);
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(accepted.join().unwrap().is_none());
        assert_eq!(server.failure().map(|failure| failure.reason), reason);
    }
}

#[test]
fn a_client_that_goes_away_is_named() {
    let Site { pki, dir: _dir } = &site();
    let server = Server::start(config(pki));
    let hello = client_hello(&Client::with(pki.organism(SLUG)), pki);
    for (noting, reason) in [
        (Noting::Noted, Reason::Aborted),
        (Noting::Unnoted, Reason::Unfinished),
    ] {
        let (mut stream, accepted) = server.accept(noting);
        stream.write_all(&hello).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(accepted.join().unwrap().is_none());
        assert_eq!(server.failure().unwrap().reason, reason);
    }
}

fn client_hello(client: &Client, pki: &certs::testpki::TestPki) -> Vec<u8> {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let sent = std::thread::spawn(move || {
        let mut bytes = vec![0; 8192];
        let read = theirs.read(&mut bytes).unwrap();
        bytes.truncate(read);
        bytes
    });
    assert!(client.connect(pki, ours).outcome.is_err());
    sent.join().unwrap()
}
