//! What we sign: opened here, and verified by `xmlsec1`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use adapters::soap::{FaultCode, SoapVersion, write_fault};
use adapters::wsse::{SecurityFault, SignError, Stamp, Token, open, sign};
use certs::signing::{Algorithm, ChoiceFault, Hash, Naming, Signer};
use certs::testpki::{TestOrganism, TestPki};
use contract::Limits;
use domain::Problem;
use domain::problem::Report;
use jiff::{SignedDuration, Timestamp};

use crate::corpus::{STRICT, clock, signed};

pub(crate) const NOW: &str = "2026-01-15T10:00:00Z";

pub(crate) fn pki(folder: &Path) -> TestPki {
    let organism = TestOrganism {
        slug: "prueba".to_owned(),
        dir3: "L01130473".to_owned(),
        nif: "P1303900H".to_owned(),
        name: "PRUEBA".to_owned(),
    };
    let now: Timestamp = NOW.parse().unwrap();
    TestPki::create(folder, now.as_second(), &[organism]).unwrap()
}

pub(crate) fn signer(pki: &TestPki) -> Signer {
    let files = pki.server();
    let now: Timestamp = NOW.parse().unwrap();
    Signer::load(&files.certificate, &files.key, now.as_second()).unwrap()
}

fn fault(version: SoapVersion) -> Vec<u8> {
    let report = Report {
        problem: Problem::SignatureInvalid,
        detail: "<texto> & más".to_owned(),
        violations: Vec::new(),
        incident: "incidencia-1".to_owned(),
        request_id: None,
        wait: None,
    };
    write_fault(version, &FaultCode::VersionMismatch, &report)
}

/// A key of that kind with a certificate by itself, made by another program.
pub(crate) fn made(folder: &Path, kind: &str) -> (Signer, PathBuf) {
    let at = |end: &str| folder.join(format!("{}.{end}", kind.replace(':', "-")));
    let (certificate, key) = (at("pem"), at("key"));
    // A key takes a while to be made.
    let now = Timestamp::now().as_second() + 3_600;
    if key.exists() {
        return (Signer::load(&certificate, &key, now).unwrap(), certificate);
    }
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-nodes", "-days", "3650"]);
    openssl.args(["-subj", "/C=ES/O=PRUEBA, con coma/CN=PRUEBA de firma"]);
    if kind.starts_with("rsa:") {
        openssl.args(["-newkey", kind]);
    } else {
        let curve = format!("ec_paramgen_curve:{kind}");
        openssl.args(["-newkey", "ec", "-pkeyopt", &curve]);
    }
    let openssl = openssl.arg("-keyout").arg(&key).arg("-out");
    let made = openssl.arg(&certificate).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    (Signer::load(&certificate, &key, now).unwrap(), certificate)
}

/// Keys, the hash function that is chosen, and the algorithm that comes of it.
const KEYS: [(&str, Option<Hash>, Algorithm); 4] = [
    ("rsa:3072", None, Algorithm::RsaSha256),
    ("rsa:3072", Some(Hash::Sha384), Algorithm::RsaSha384),
    ("P-256", None, Algorithm::EcdsaSha256),
    ("P-384", Some(Hash::Sha384), Algorithm::EcdsaSha384),
];

#[test]
fn what_is_signed_here_is_opened_here_and_by_xmlsec1() {
    let folder = tempfile::tempdir().unwrap();
    let pki = pki(folder.path());
    round(folder.path(), &signer(&pki), &pki.server().certificate);
    for (kind, hash, algorithm) in KEYS {
        let (own, certificate) = made(folder.path(), kind);
        for naming in [Naming::Token, Naming::IssuerSerial, Naming::KeyId] {
            let own = hash.map_or(Ok(own.clone()), |hash| own.clone().hashing(hash));
            let own = own.unwrap().naming(naming).unwrap();
            assert_eq!(own.algorithm(), algorithm, "{kind}");
            round(folder.path(), &own, &certificate);
        }
    }
}

#[test]
fn a_curve_goes_with_one_hash_function() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, hash) in [("P-256", Hash::Sha384), ("P-384", Hash::Sha256)] {
        let (own, _) = made(folder.path(), kind);
        let refused = own.hashing(hash).err();
        assert_eq!(refused, Some(ChoiceFault::HashOfCurve), "{kind}");
    }
}

/// Signs, opens, and lets `xmlsec1` verify; in both versions.
#[track_caller]
fn round(folder: &Path, signer: &Signer, certificate: &Path) {
    let now: Timestamp = NOW.parse().unwrap();
    let known = Arc::new(signer.certificate().clone());
    let trust = |token: &Token| {
        let is_it = match token {
            Token::Certificate(der) => known.der() == der.as_slice(),
            Token::IssuerSerial { issuer, serial } => known.is_issued_as(issuer, serial),
            Token::KeyId(id) => known.has_key_id(id),
        };
        let brings = matches!(token, Token::Certificate(_));
        assert_eq!(brings, signer.named() == Naming::Token, "{token:?}");
        let found = is_it.then(|| Arc::clone(&known));
        found.ok_or(SecurityFault::UnknownCertificate)
    };
    for version in SoapVersion::ALL {
        let stamp = Stamp {
            created: now,
            expires: now + SignedDuration::from_mins(5),
            answers: Some(b"the signature of a request"),
        };
        let message = sign(&fault(*version), *version, signer, &stamp).unwrap();
        let limits = Limits::default();
        let opened = open(&message, &limits, &STRICT, &clock(NOW), &trust);
        let opened = signed("ours", opened);
        assert_eq!(opened.confirmed, [b"the signature of a request"]);
        assert_eq!(opened.signer.peer(), signer.certificate().peer());
        assert!(Arc::clone(&opened.signer).key_id().is_some());
        let read_as = |charset| contract::xml::utf8(&opened.message, charset);
        assert!(read_as(None).is_ok() && read_as(Some("utf-8")).is_ok());
        assert!(
            read_as(Some("iso-8859-1")).is_err(),
            "verified and read are two texts"
        );
        xmlsec1(folder, certificate, &message);
    }
}

/// Verifies as `xmlsec1` does, and sees that it can fail.
#[track_caller]
fn xmlsec1(folder: &Path, certificate: &Path, message: &[u8]) {
    let changed =
        String::from_utf8(message.to_vec())
            .unwrap()
            .replacen("incidencia-1", "incidencia-2", 1);
    for (bytes, good) in [(message, true), (changed.as_bytes(), false)] {
        let file = folder.join("message.xml");
        std::fs::write(&file, bytes).unwrap();
        let verified = Command::new("xmlsec1")
            .arg("--verify")
            .args(
                [
                    "Body",
                    "Timestamp",
                    "BinarySecurityToken",
                    "SignatureConfirmation",
                    "Upgrade",
                ]
                .map(|it| format!("--id-attr:Id={it}"))
                .iter()
                .flat_map(|it| it.split('=')),
            )
            .arg("--pubkey-cert-pem")
            .arg(certificate)
            .arg(&file)
            .output()
            .expect("xmlsec1 is missing: `conformance-tests/run tools` installs it");
        let said = String::from_utf8_lossy(&verified.stderr);
        assert_eq!(verified.status.success(), good, "{said}");
    }
}

#[test]
fn what_is_no_envelope_of_ours_is_not_signed() {
    let folder = tempfile::tempdir().unwrap();
    let signer = signer(&pki(folder.path()));
    let now: Timestamp = NOW.parse().unwrap();
    let stamp = Stamp {
        created: now,
        expires: now,
        answers: None,
    };
    for bytes in [
        "",
        "<a/>",
        "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'><Body/></Envelope>",
    ] {
        let refused = sign(bytes.as_bytes(), SoapVersion::V11, &signer, &stamp);
        assert_eq!(refused, Err(SignError::NotOurs), "{bytes}");
    }
}
