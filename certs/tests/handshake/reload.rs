//! Changed files take effect on new handshakes and on open connections, without restart.

use std::fs;

use certs::acceptor::{AcceptorConfig, Reload};
use certs::authority::{Authority, ListOrder, Order, Purpose, Validity};
use certs::handshake::Reason;
use certs::identity::Peer;
use certs::load::LoadError;
use certs::revocation::Standing;
use certs::secret::PrivateKey;
use certs::testpki::{Bad, Files, TestPki};

use crate::client::Client;
use crate::server::{Noting, Server};
use crate::site::{SLUG, Site, config, now, site, subject};

fn connect(server: &Server, pki: &TestPki, files: &Files) -> Result<Peer, Reason> {
    let (stream, accepted) = server.accept(Noting::Noted);
    let _seen = Client::with(files.clone()).connect(pki, stream);
    let peer = accepted.join().unwrap().map(|(_, peer)| peer);
    peer.ok_or_else(|| server.failure().unwrap().reason)
}

#[test]
fn a_revocation_reaches_new_handshakes_and_open_connections() {
    let Site { pki, dir: _dir } = &site();
    let server = Server::start(config(pki));
    let files = pki.organism(SLUG);
    let peer = connect(&server, pki, &files).unwrap();
    assert_eq!(
        server.acceptor.reload_if_changed().unwrap(),
        Reload::Unchanged
    );
    assert_eq!(
        server.acceptor.revocations().standing(&peer, now()),
        Standing::Good
    );

    pki.revoke(2, now(), std::slice::from_ref(&files)).unwrap();
    assert_eq!(connect(&server, pki, &files).unwrap(), peer, "not read yet");
    assert_eq!(
        server.acceptor.reload_if_changed().unwrap(),
        Reload::Reloaded
    );
    assert_eq!(connect(&server, pki, &files), Err(Reason::Revoked));
    assert_eq!(
        server.acceptor.revocations().standing(&peer, now()),
        Standing::Revoked
    );
    assert_eq!(server.acceptor.revocations().len(), 2);
    assert!(
        connect(&server, pki, &pki.rotated(SLUG)).is_ok(),
        "only that certificate"
    );
    assert_eq!(
        connect(&server, pki, &pki.bad(Bad::Revoked)),
        Err(Reason::Revoked)
    );

    pki.revoke(3, now(), &[]).unwrap();
    assert_eq!(
        server.acceptor.reload_if_changed().unwrap(),
        Reload::Reloaded
    );
    assert_eq!(connect(&server, pki, &files).unwrap(), peer);
}

#[test]
fn new_authorities_and_a_new_server_certificate_take_effect() {
    let (one, other) = (site(), site());
    let server = Server::start(config(&one.pki));
    let theirs = other.pki.organism(SLUG);
    assert_eq!(
        connect(&server, &one.pki, &theirs),
        Err(Reason::UnknownAuthority)
    );

    for (from, to) in [
        (other.pki.authority(), one.pki.authority()),
        (other.pki.revocation_list(), one.pki.revocation_list()),
        (other.pki.server().certificate, one.pki.server().certificate),
        (other.pki.server().key, one.pki.server().key),
    ] {
        fs::copy(from, to).unwrap();
    }
    assert_eq!(
        server.acceptor.reload_if_changed().unwrap(),
        Reload::Reloaded
    );
    assert!(connect(&server, &other.pki, &theirs).is_ok());
    let ours = one.pki.organism(SLUG);
    assert_eq!(
        connect(&server, &other.pki, &ours),
        Err(Reason::UnknownAuthority)
    );
}

#[test]
fn broken_files_change_nothing() {
    let Site { pki, dir: _dir } = &site();
    let server = Server::start(config(pki));
    let files = pki.organism(SLUG);
    let good = fs::read(pki.revocation_list()).unwrap();
    fs::write(pki.revocation_list(), "no list").unwrap();
    for _ in 0..2 {
        let error = server.acceptor.reload_if_changed().unwrap_err();
        assert!(matches!(error, LoadError::NotARevocationList(_)), "{error}");
        assert!(connect(&server, pki, &files).is_ok());
        assert_eq!(
            connect(&server, pki, &pki.bad(Bad::Revoked)),
            Err(Reason::Revoked)
        );
    }
    fs::write(pki.revocation_list(), good).unwrap();
    assert_eq!(
        server.acceptor.reload_if_changed().unwrap(),
        Reload::Reloaded
    );
}

#[test]
fn a_list_out_of_date_stops_everyone_by_name() {
    let Site { pki, dir: _dir } = &site();
    let authority = Authority::load(
        &pki.authority(),
        &pki.authority().with_file_name("ca.key.pem"),
    )
    .unwrap();
    let order = ListOrder {
        number: 2,
        this_update: now() - 7200,
        next_update: now() - 3600,
    };
    let server = Server::start(config(pki));
    let peer = connect(&server, pki, &pki.organism(SLUG)).unwrap();
    fs::write(
        pki.revocation_list(),
        authority.revocation_list(order, &[]).unwrap(),
    )
    .unwrap();
    server.acceptor.reload().unwrap();
    assert_eq!(
        server.acceptor.revocations().standing(&peer, now()),
        Standing::ListExpired
    );
    assert_eq!(
        connect(&server, pki, &pki.organism(SLUG)),
        Err(Reason::RevocationListExpired)
    );
    let (stream, accepted) = server.accept(Noting::Noted);
    let seen = Client::with(pki.organism(SLUG)).connect(pki, stream);
    assert!(accepted.join().unwrap().is_none());
    assert!(
        seen.outcome.err().unwrap().contains("internal error"),
        "the fault is ours"
    );
}

#[test]
fn an_authority_without_list_lets_nobody_in() {
    let Site { pki, dir } = &site();
    let validity = Validity::days(now(), 1);
    let other = Authority::create(&subject("Otra CA"), validity).unwrap();
    let (other_pem, other_key) = (
        dir.path().join("other.pem"),
        dir.path().join("other.key.pem"),
    );
    other.save(&other_pem, &other_key).unwrap();
    let files = pki.organism(SLUG);
    let key = PrivateKey::generate().unwrap();
    let order = Order {
        subject: subject("Prueba"),
        purpose: Purpose::Client,
        validity,
    };
    fs::write(
        &files.certificate,
        other.issue(&order, &key).unwrap().pem().unwrap(),
    )
    .unwrap();
    key.save(&files.key).unwrap();

    let both = dir.path().join("both-authorities.pem");
    let authorities = [pki.authority(), other_pem].map(|path| fs::read(path).unwrap());
    fs::write(&both, authorities.concat()).unwrap();
    let server = Server::start(AcceptorConfig {
        client_authorities: both,
        ..config(pki)
    });
    assert!(connect(&server, pki, &pki.rotated(SLUG)).is_ok());
    assert_eq!(connect(&server, pki, &files), Err(Reason::NoRevocationList));
    let standing = server
        .acceptor
        .revocations()
        .standing(&files.peer().unwrap(), now());
    assert_eq!(standing, Standing::NoList);
}
