//! What we sign: opened here, and verified by `xmlsec1`.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use adapters::soap::{FaultCode, SoapVersion, write_fault};
use adapters::wsse::{SignError, Stamp, sign};
use certs::signing::Signer;
use certs::testpki::{TestOrganism, TestPki};
use domain::Problem;
use domain::problem::Report;
use jiff::{SignedDuration, Timestamp};

use crate::corpus::{STRICT, clock, opened, signed};

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

#[test]
fn what_is_signed_here_is_opened_here_and_by_xmlsec1() {
    let folder = tempfile::tempdir().unwrap();
    let pki = pki(folder.path());
    let signer = signer(&pki);
    let now: Timestamp = NOW.parse().unwrap();
    for version in SoapVersion::ALL {
        let stamp = Stamp {
            created: now,
            expires: now + SignedDuration::from_mins(5),
            answers: Some(b"the signature of a request"),
        };
        let message = sign(&fault(*version), *version, &signer, &stamp).unwrap();
        let opened = signed("ours", opened(&message, &STRICT, &clock(NOW)));
        assert_eq!(opened.confirmed, [b"the signature of a request"]);
        assert_eq!(opened.signer.peer(), signer.certificate().peer());
        assert!(Arc::clone(&opened.signer).key_id().is_some());
        let read_as = |charset| contract::xml::utf8(&opened.message, charset);
        assert!(read_as(None).is_ok() && read_as(Some("utf-8")).is_ok());
        assert!(
            read_as(Some("iso-8859-1")).is_err(),
            "verified and read are two texts"
        );
        xmlsec1(folder.path(), &pki, &message);
    }
}

/// Verifies as `xmlsec1` does, and sees that it can fail.
fn xmlsec1(folder: &Path, pki: &TestPki, message: &[u8]) {
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
            .arg(pki.server().certificate)
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
