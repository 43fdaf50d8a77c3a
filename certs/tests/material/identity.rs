//! What is read from certificates, and what is refused.

use certs::authority::{Authority, Certificate, Order, Purpose, Subject, Validity};
use certs::identity::{IdentityError, Peer};
use certs::secret::PrivateKey;

const NOW: i64 = 1_770_000_000;

fn issue(nif: &[&str], dir3: &[&str]) -> Certificate {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let authority = Authority::create(&named("CA"), Validity::days(NOW, 1)).unwrap();
    let subject = Subject {
        nif: texts(nif),
        dir3: texts(dir3),
        ..named("Prueba")
    };
    let order = Order {
        subject,
        purpose: Purpose::Client,
        validity: Validity::days(NOW, 1),
    };
    authority
        .issue(&order, &PrivateKey::generate().unwrap())
        .unwrap()
}

fn named(common_name: &str) -> Subject {
    Subject {
        common_name: common_name.to_owned(),
        ..Subject::default()
    }
}

fn check(nif: &[&str], dir3: &[&str], expected: (Option<&str>, Option<&str>)) {
    let peer = issue(nif, dir3).peer().unwrap();
    assert_eq!((peer.nif.as_deref(), peer.dir3.as_deref()), expected);
}

fn check_refused(nif: &[&str], dir3: &[&str], expected: &IdentityError) {
    assert_eq!(issue(nif, dir3).peer().as_ref(), Err(expected));
}

#[test]
fn organisms_are_read() {
    check(&[], &[], (None, None));
    check(&["P1304700H"], &[], (Some("P1304700H"), None));
    check(
        &["P1304700H"],
        &["L01130473"],
        (Some("P1304700H"), Some("L01130473")),
    );
    check(
        &["p1304700h"],
        &["l01130473"],
        (Some("P1304700H"), Some("L01130473")),
    );
    check(
        &["P1304700H", "P1304700H"],
        &["L01130473", "L01130473"],
        (Some("P1304700H"), Some("L01130473")),
    );
    check(&[], &["EA0008567"], (None, Some("EA0008567")));
}

#[test]
fn a_second_organism_is_refused() {
    let ambiguous = |ids: [&str; 2]| IdentityError::Ambiguous(ids.map(str::to_owned).to_vec());
    check_refused(
        &[],
        &["L01130473", "L01450877"],
        &ambiguous(["L01130473", "L01450877"]),
    );
    check_refused(
        &["P1304700H", "S2816015H"],
        &[],
        &ambiguous(["P1304700H", "S2816015H"]),
    );
}

#[test]
fn identifiers_that_cannot_be_are_refused() {
    let unreadable = |text: &str| IdentityError::Unreadable(text.to_owned());
    check_refused(&[], &["L0113047"], &unreadable("L0113047"));
    check_refused(&[], &["L01130473/otro"], &unreadable("L01130473/OTRO"));
    check_refused(&["12345678Z"], &[], &unreadable("VATES-12345678Z"));
}

#[test]
fn the_rest_is_read() {
    let certificate = issue(&[], &[]);
    let peer = certificate.peer().unwrap();
    assert_eq!(Peer::from_pem(&certificate.pem().unwrap()).unwrap(), peer);
    assert_eq!(peer.common_name.as_deref(), Some("Prueba"));
    assert_eq!(
        (peer.not_before, peer.not_after),
        (NOW - 3_600, NOW + 86_400)
    );
    for digest in [&peer.key, &peer.fingerprint, &peer.issuer] {
        assert_eq!(digest.len(), 64);
        assert!(
            digest
                .bytes()
                .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        );
    }
    assert_ne!(issue(&[], &[]).peer().unwrap().key, peer.key);
    assert!(matches!(
        Peer::from_pem(b"no PEM"),
        Err(IdentityError::Undecodable(_))
    ));
}
