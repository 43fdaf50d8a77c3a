//! Proof that whoever registers a certificate holds its key: a signature over a text that nobody could know before.

use openssl::base64;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::sign::{Signer, Verifier};
use openssl::x509::X509;

use crate::secret::PrivateKey;

/// What is signed: the one-time code makes it fresh, the fingerprint ties it to one certificate.
pub fn statement(organism: &str, code: &str, fingerprint: &str) -> Vec<u8> {
    format!("pasarela.alta.existente.1\n{organism}\n{code}\n{fingerprint}\n").into_bytes()
}

/// Signs with SHA-256: ECDSA (DER) or RSASSA-PKCS1-v1_5, as `openssl dgst -sha256 -sign` does; in Base64.
pub fn prove(key: &PrivateKey, statement: &[u8]) -> Result<String, ErrorStack> {
    let mut signer = Signer::new(MessageDigest::sha256(), key.key())?;
    Ok(base64::encode_block(
        &signer.sign_oneshot_to_vec(statement)?,
    ))
}

/// Whether the signature is that of the certificate's key. What cannot be read proves nothing.
pub fn proves(certificate: &[u8], statement: &[u8], signature: &str) -> bool {
    verified(certificate, statement, signature).unwrap_or(false)
}

fn verified(certificate: &[u8], statement: &[u8], signature: &str) -> Result<bool, ErrorStack> {
    let key = X509::from_pem(certificate)?.public_key()?;
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key)?;
    verifier.verify_oneshot(&base64::decode_block(signature.trim())?, statement)
}
