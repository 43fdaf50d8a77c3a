//! Only the seal's own signature over the same bytes verifies.

use certs::load::LoadError;
use certs::seal::{Seal, SealError, SealVerifier};

use crate::testpki::make;

#[test]
fn signatures_verify_only_over_the_same_bytes_and_key() {
    let (pki, _dir) = make();
    let (other, _other_dir) = make();
    let seal = Seal::load(&pki.seal()).unwrap();
    let verifier = SealVerifier::load(&pki.seal_public()).unwrap();
    let stranger = SealVerifier::load(&other.seal_public()).unwrap();
    assert_eq!(seal.id(), verifier.id());
    assert_ne!(seal.id(), stranger.id());
    assert_eq!(
        seal.public_pem().unwrap(),
        std::fs::read(pki.seal_public()).unwrap()
    );

    let bytes = b"checkpoint 1";
    let signature = seal.sign(bytes).unwrap();
    verifier.verify(bytes, &signature).unwrap();
    for (verifier, bytes, signature) in [
        (&verifier, &b"checkpoint 2"[..], &signature[..]),
        (&verifier, bytes, &signature[..signature.len() - 1]),
        (&verifier, bytes, b"no signature"),
        (&verifier, bytes, b""),
        (&stranger, bytes, &signature),
    ] {
        assert!(matches!(
            verifier.verify(bytes, signature),
            Err(SealError::Mismatch)
        ));
    }
}

#[test]
fn other_keys_are_refused() {
    let (pki, dir) = make();
    let path = dir.path().join("p384.pem");
    let key = openssl::pkey::PKey::ec_gen("P-384").unwrap();
    certs_private_file(&path, &key.private_key_to_pem_pkcs8().unwrap());
    assert!(matches!(Seal::load(&path), Err(LoadError::WrongCurve(_))));
    assert!(matches!(
        Seal::load(&pki.authority()),
        Err(LoadError::NoKey(_))
    ));
    assert!(matches!(
        SealVerifier::load(&pki.seal()),
        Err(LoadError::NoKey(_))
    ));
}

fn certs_private_file(path: &std::path::Path, pem: &[u8]) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, pem).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
