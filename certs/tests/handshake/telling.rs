//! The client that tells what it saw.

use std::io::Read as _;
use std::path::Path;

use certs::client::{Alert, Client, Refusal, ServerFaultKind, alert_in};
use certs::testpki::{Bad, Files};

use crate::server::{Noting, Server};
use crate::site::{SLUG, Site, config, site};

/// What the client makes of one connection: a byte, the server's fault, or the server's alert.
fn outcome(
    site: &Site,
    (authorities, host): (&Path, &str),
    identity: Option<&Files>,
) -> Result<u8, Refusal> {
    let server = Server::start(config(&site.pki));
    let identity = identity.map(|files| (files.certificate.as_path(), files.key.as_path()));
    let client = Client::new(authorities, identity).unwrap();
    let (stream, accepted) = server.accept(Noting::Noted);
    let mut byte = [0];
    let outcome = client.connect(host, stream).and_then(|mut channel| {
        let read = channel.read_exact(&mut byte);
        read.map_err(|error| match alert_in(&error) {
            Some(alert) => Refusal::Alert(alert),
            None => Refusal::Broken(error.to_string()),
        })
    });
    drop(accepted.join());
    outcome.map(|()| byte[0])
}

#[test]
fn faults_of_the_server() {
    let site = site();
    let good = site.pki.organism(SLUG);
    let (authority, server) = (site.pki.authority(), site.pki.server().certificate);
    for host in ["localhost", "127.0.0.1", "::1"] {
        let told = outcome(&site, (&authority, host), Some(&good));
        assert!(told.is_ok(), "{host}: {told:?}");
    }
    let table = [
        ("otra.example", &authority, ServerFaultKind::OtherName),
        ("10.0.0.1", &authority, ServerFaultKind::OtherName),
        ("localhost", &good.certificate, ServerFaultKind::Untrusted),
        ("localhost", &server, ServerFaultKind::Untrusted),
    ];
    for (host, authorities, expected) in table {
        let told = outcome(&site, (authorities, host), Some(&good));
        let Err(Refusal::Server(fault)) = told else {
            panic!("{host}: {told:?}");
        };
        assert_eq!(fault.kind, expected, "{host}");
        if expected == ServerFaultKind::OtherName {
            assert!(fault.names.contains(&"localhost".to_owned()), "{fault:?}");
            assert!(fault.names.contains(&"127.0.0.1".to_owned()), "{fault:?}");
        }
    }
}

#[test]
fn what_the_server_has_against_us() {
    let site = site();
    let authority = site.pki.authority();
    let alert = |bad: Bad| match bad {
        Bad::Expired => Alert::Expired,
        Bad::NotYetValid => Alert::BadCertificate,
        Bad::TwoOrganisms => Alert::Holder,
        Bad::WrongPurpose => Alert::WrongPurpose,
        Bad::UnknownAuthority => Alert::UnknownAuthority,
        Bad::Revoked => Alert::Revoked,
    };
    let bad = Bad::ALL.map(|bad| (Some(site.pki.bad(bad)), alert(bad)));
    let none = (None, Alert::CertificateRequired);
    for (identity, expected) in bad.into_iter().chain([none]) {
        let told = outcome(&site, (&authority, "localhost"), identity.as_ref());
        assert_eq!(told, Err(Refusal::Alert(expected)), "{identity:?}");
    }
}
