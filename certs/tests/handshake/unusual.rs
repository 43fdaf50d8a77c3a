//! Certificates that our own authority would not issue.

use std::fs;

use certs::testpki::{Files, TestPki};
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::x509::X509;

/// Issues a certificate anew without any extension, so that it names no purpose.
pub(crate) fn strip_purpose(pki: &TestPki, files: &Files) {
    let authority = X509::from_pem(&fs::read(pki.authority()).unwrap()).unwrap();
    let key_file = pki.authority().with_file_name("ca.key.pem");
    let key = PKey::private_key_from_pem(&fs::read(key_file).unwrap()).unwrap();
    let old = X509::from_pem(&fs::read(&files.certificate).unwrap()).unwrap();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(old.serial_number()).unwrap();
    builder.set_subject_name(old.subject_name()).unwrap();
    builder.set_issuer_name(authority.subject_name()).unwrap();
    builder.set_not_before(old.not_before()).unwrap();
    builder.set_not_after(old.not_after()).unwrap();
    builder.set_pubkey(&old.public_key().unwrap()).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    fs::write(&files.certificate, builder.build().to_pem().unwrap()).unwrap();
}
