//! The test PKI's files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use certs::testpki::{Bad, TestOrganism, TestPki};
use openssl::x509::X509;
use tempfile::TempDir;

pub(crate) const NOW: i64 = 1_770_000_000;

pub(crate) fn make() -> (TestPki, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let organism = TestOrganism {
        slug: "herencia".to_owned(),
        dir3: "L01130473".to_owned(),
        nif: "P1304700H".to_owned(),
        name: "Ayuntamiento de Herencia".to_owned(),
    };
    (TestPki::create(dir.path(), NOW, &[organism]).unwrap(), dir)
}

#[test]
fn whatever_holds_a_key_is_its_owners_only() {
    let (_pki, dir) = make();
    let mut keys = 0;
    for entry in fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let secret = fs::read_to_string(&path).unwrap().contains("PRIVATE KEY");
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(secret, mode == 0o600, "{}: {mode:o}", path.display());
        keys += usize::from(secret);
    }
    // Two files a certificate; the authority; the seal; the key of the supervision.
    assert_eq!(keys, 2 * (3 + 2 + Bad::ALL.len()) + 3);
}

#[test]
fn the_combined_file_holds_certificate_and_key() {
    let (pki, _dir) = make();
    let files = pki.organism("herencia");
    let both = fs::read(&files.both).unwrap();
    let parts = [
        fs::read(&files.certificate).unwrap(),
        fs::read(&files.key).unwrap(),
    ];
    assert_eq!(both, parts.concat());
}

#[test]
fn certificates_have_their_own_keys_and_the_authoritys_signature() {
    let (pki, _dir) = make();
    let authority = X509::from_pem(&fs::read(pki.authority()).unwrap()).unwrap();
    let issuer_key = authority.public_key().unwrap();
    let mut all = vec![
        pki.server(),
        pki.gateway(),
        pki.central(),
        pki.organism("herencia"),
        pki.rotated("herencia"),
    ];
    all.extend(Bad::ALL.map(|case| pki.bad(case)));
    let mut keys = std::collections::BTreeSet::new();
    for files in &all {
        let certificate = X509::from_pem(&fs::read(&files.certificate).unwrap()).unwrap();
        let genuine = *files != pki.bad(Bad::UnknownAuthority);
        assert_eq!(certificate.verify(&issuer_key).unwrap(), genuine);
        keys.insert(
            certificate
                .public_key()
                .unwrap()
                .public_key_to_der()
                .unwrap(),
        );
    }
    assert_eq!(keys.len(), all.len());
}
