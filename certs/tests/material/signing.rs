//! Signatures of messages, and the certificates they are made with.

use std::fs;

use certs::acceptor::{Acceptor, AcceptorConfig, TlsVersion};
use certs::handshake::HandshakeLog;
use certs::signing::Algorithm::{EcdsaSha256, EcdsaSha384, RsaSha256};
use certs::signing::{CertificateFault, Distrust, Signer, SigningCertificate};
use certs::testpki::{Bad, Files, TestPki};
use openssl::bn::BigNum;
use openssl::x509::X509;

use crate::testpki::{NOW, make};

fn certificate(files: &Files) -> Result<SigningCertificate, CertificateFault> {
    let pem = X509::from_pem(&fs::read(&files.certificate).unwrap()).unwrap();
    SigningCertificate::from_der(&pem.to_der().unwrap())
}

fn acceptor(pki: &TestPki) -> Acceptor {
    let config = AcceptorConfig {
        certificate: pki.server().certificate,
        key: pki.server().key,
        client_authorities: pki.authority(),
        revocation_lists: vec![pki.revocation_list()],
        oldest: TlsVersion::V13,
    };
    Acceptor::load(config, HandshakeLog::silent()).unwrap()
}

#[test]
fn what_one_key_signs_verifies_with_its_certificate_alone() {
    let (pki, _dir) = make();
    let files = pki.organism("herencia");
    let signer = Signer::load(&files.certificate, &files.key, NOW).unwrap();
    assert_eq!(signer.algorithm(), EcdsaSha256);
    let signature = signer.sign(b"mensaje").unwrap();
    assert_eq!(signature.len(), 64);
    let own = certificate(&files).unwrap();
    let other = certificate(&pki.central()).unwrap();
    let long = [&signature[..], &[0]].concat();
    let (message, more): (&[u8], &[u8]) = (b"mensaje", b"mensajes");
    let (whole, short) = (&signature[..], &signature[..63]);
    for (key, algorithm, bytes, signature, good) in [
        (&own, EcdsaSha256, message, whole, true),
        (&own, EcdsaSha256, more, whole, false),
        (&other, EcdsaSha256, message, whole, false),
        (&own, EcdsaSha384, message, whole, false),
        (&own, RsaSha256, message, whole, false),
        (&own, EcdsaSha256, message, short, false),
        (&own, EcdsaSha256, message, &long, false),
        (&own, EcdsaSha256, message, &[0; 64], false),
        (&own, EcdsaSha256, message, &[], false),
    ] {
        let found = key.verifies(algorithm, bytes, signature);
        assert_eq!(found, good, "{algorithm:?} {bytes:?} {signature:?}");
    }
}

#[test]
fn whom_to_trust() {
    let (pki, _dir) = make();
    let acceptor = acceptor(&pki);
    let (trust, revocations) = (acceptor.signing_trust(), acceptor.revocations());
    let bad = |bad| certificate(&pki.bad(bad)).unwrap();
    let own = certificate(&pki.organism("herencia")).unwrap();
    let later = |days: i64| NOW + days * 86_400;
    for (certificate, now, verdict) in [
        (&own, NOW, Ok(())),
        (&bad(Bad::Expired), NOW, Err(Distrust::Expired)),
        (&bad(Bad::NotYetValid), NOW, Err(Distrust::NotYetValid)),
        (&bad(Bad::UnknownAuthority), NOW, Err(Distrust::Chain)),
        (&bad(Bad::Revoked), NOW, Err(Distrust::Revoked)),
        (&own, later(400), Err(Distrust::Expired)),
        (&own, later(40), Err(Distrust::NoList)),
    ] {
        let found = trust.judge(certificate, &revocations, now);
        assert_eq!(found, verdict, "at {now}");
    }
}

#[test]
fn certificates_are_named_by_issuer_and_number_or_by_key() {
    let (pki, _dir) = make();
    let files = pki.organism("herencia");
    let x509 = X509::from_pem(&fs::read(&files.certificate).unwrap()).unwrap();
    let serial = x509
        .serial_number()
        .to_bn()
        .unwrap()
        .to_dec_str()
        .unwrap()
        .to_string();
    let own = certificate(&files).unwrap();
    let other = certificate(&pki.central()).unwrap();
    let authority = "CN=CA de pruebas,O=Pasarela (pruebas),C=ES";
    assert!(own.is_issued_as(authority, &serial));
    for (issuer, number) in [
        ("CN=CA de pruebas", serial.as_str()),
        (authority, "1"),
        (authority, &format!("-{serial}")),
        (authority, "uno"),
        ("", &serial),
    ] {
        assert!(!own.is_issued_as(issuer, number), "{issuer} {number}");
    }
    assert!(own.has_key_id(own.key_id().unwrap()));
    assert!(!own.has_key_id(other.key_id().unwrap()));
    assert!(!own.has_key_id(&[]));
}

/// Whoever sees a signature made on a curve can make another value that verifies as well: both are one.
#[test]
fn of_two_values_that_verify_alike_one_is_kept() {
    let (pki, _dir) = make();
    let files = pki.organism("herencia");
    let own = certificate(&files).unwrap();
    let signer = Signer::load(&files.certificate, &files.key, NOW).unwrap();
    let message = b"lo que se firma";
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order = BigNum::from_hex_str(order).unwrap();
    let mut changed = 0;
    for _ in 0..8 {
        let one = signer.sign(message).unwrap();
        let (r, s) = one.split_at(32);
        let mut mirrored = BigNum::new().unwrap();
        let s = BigNum::from_slice(s).unwrap();
        mirrored.checked_sub(&order, &s).unwrap();
        let other = [r, &mirrored.to_vec_padded(32).unwrap()].concat();
        assert!(own.verifies(signer.algorithm(), message, &other));
        assert_eq!(own.only_value(&one), own.only_value(&other));
        changed += usize::from(own.only_value(&one) != one);
    }
    assert!(changed < 8, "the lesser is kept as it is");
    assert_eq!(own.only_value(b"corta"), b"corta");
}

#[test]
fn what_is_no_certificate_that_signs() {
    let (pki, _dir) = make();
    let der = certificate(&pki.organism("herencia"))
        .unwrap()
        .der()
        .to_vec();
    let ambiguous = certificate(&pki.bad(Bad::TwoOrganisms));
    assert!(matches!(ambiguous, Err(CertificateFault::Unreadable(_))));
    for bytes in [
        &[][..],
        b"certificado",
        &der[..der.len() - 1],
        &[&der[..], &[0]].concat(),
    ] {
        let read = SigningCertificate::from_der(bytes);
        assert!(
            matches!(read, Err(CertificateFault::Unreadable(_))),
            "{} bytes",
            bytes.len()
        );
    }
}
