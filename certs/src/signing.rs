//! Signatures of messages and the certificates they are made with: RSASSA-PKCS1-v1_5 (RFC 8017 §8.2) and ECDSA
//! (FIPS 186-5, as RFC 4050 §3.3 writes it: the two numbers side by side), with SHA-256 and SHA-384.

mod algorithm;
mod certificate;
mod name;
mod trust;

use std::path::Path;

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::sign::Signer as OpenSslSigner;

pub use algorithm::{Algorithm, Hash, digest};
pub use certificate::{CertificateFault, SigningCertificate};
pub use trust::{Distrust, SigningTrust};

use crate::load::{self, LoadError, Pair};
use crate::secret::PrivateKey;
use certificate::KeyKind;

/// Signs messages in the name of one certificate.
#[derive(Clone)]
pub struct Signer {
    key: PrivateKey,
    certificate: SigningCertificate,
}

impl Signer {
    /// Reads certificate (leaf first) and key from PEM files; the certificate must be usable at `now`.
    pub fn load(certificate: &Path, key: &Path, now: i64) -> Result<Self, LoadError> {
        let pair = Pair::load(certificate, key)?;
        load::check_validity(certificate, &pair.leaf, now)?;
        let leaf = SigningCertificate::from_der(&pair.leaf.to_der()?);
        Ok(Self {
            key: pair.key,
            certificate: leaf.map_err(|source| LoadError::CannotSign {
                path: certificate.to_owned(),
                source,
            })?,
        })
    }

    /// The certificate.
    pub fn certificate(&self) -> &SigningCertificate {
        &self.certificate
    }

    /// The algorithm it signs with: SHA-256, but SHA-384 on P-384.
    pub fn algorithm(&self) -> Algorithm {
        self.certificate.algorithm()
    }

    /// Signs the bytes.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let digest = self.algorithm().hash().message_digest();
        let mut signer = OpenSslSigner::new(digest, self.key.key())?;
        let signature = signer.sign_oneshot_to_vec(bytes)?;
        match self.certificate.kind() {
            KeyKind::Rsa => Ok(signature),
            KeyKind::P256 => side_by_side(&signature, 32),
            KeyKind::P384 => side_by_side(&signature, 48),
        }
    }
}

/// Both numbers of a DER signature, each as long as the curve's numbers are.
fn side_by_side(der: &[u8], length: i32) -> Result<Vec<u8>, ErrorStack> {
    let numbers = EcdsaSig::from_der(der)?;
    let mut both = numbers.r().to_vec_padded(length)?;
    both.extend(numbers.s().to_vec_padded(length)?);
    Ok(both)
}

/// The DER form of two numbers side by side, each `length` bytes; `None` when there are not two.
fn in_der(both: &[u8], length: usize) -> Result<Option<Vec<u8>>, ErrorStack> {
    let Some((r, s)) = both.split_at_checked(length) else {
        return Ok(None);
    };
    if s.len() != length {
        return Ok(None);
    }
    let numbers =
        EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?;
    numbers.to_der().map(Some)
}
