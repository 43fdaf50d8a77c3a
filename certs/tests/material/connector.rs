//! What a client presents and trusts is checked before it connects.

use certs::connector::{Authorities, ClientIdentity};
use certs::testpki::{Bad, Files, TestPki};

use crate::testpki::{NOW, make};

fn refusal(files: &Files, now: i64) -> String {
    let loaded = ClientIdentity::load(&files.certificate, &files.key, now);
    loaded.err().unwrap().to_string()
}

#[test]
fn a_usable_identity_is_handed_on() {
    let (pki, _dir) = make();
    let files = pki.gateway();
    let identity = ClientIdentity::load(&files.certificate, &files.key, NOW).unwrap();
    assert_eq!(identity.peer(), &files.peer().unwrap());
    assert!(
        identity
            .chain_pem()
            .starts_with(b"-----BEGIN CERTIFICATE-----")
    );
    assert!(
        identity
            .key_pem()
            .expose()
            .starts_with(b"-----BEGIN PRIVATE KEY-----")
    );
}

#[test]
fn an_unusable_identity_is_refused_by_name() {
    let (pki, dir) = make();
    let mixed = Files {
        key: pki.server().key,
        ..pki.gateway()
    };
    for (files, expected) in [
        (pki.bad(Bad::Expired), "has expired"),
        (pki.bad(Bad::NotYetValid), "is not valid yet"),
        (pki.bad(Bad::WrongPurpose), "is not for TLS clients"),
        (pki.bad(Bad::TwoOrganisms), "names more than one organism"),
        (mixed, "does not belong to"),
        (
            TestPki::open(dir.path()).organism("nobody"),
            "cannot be read",
        ),
    ] {
        let said = refusal(&files, NOW);
        assert!(said.contains(expected), "{said}");
    }
    let said = refusal(&pki.gateway(), NOW + 365 * 86_400);
    assert!(said.contains("has expired"), "{said}");
}

#[test]
fn authorities_are_handed_on_one_by_one() {
    let (pki, _dir) = make();
    let authorities = Authorities::load(&pki.authority(), NOW).unwrap();
    assert_eq!(authorities.certificates_pem().count(), 1);
    let late = Authorities::load(&pki.authority(), NOW + 365 * 86_400);
    assert!(late.err().unwrap().to_string().contains("has expired"));
    let none = Authorities::load(&pki.revocation_list(), NOW);
    assert!(
        none.err()
            .unwrap()
            .to_string()
            .contains("holds no PEM certificate")
    );
}
