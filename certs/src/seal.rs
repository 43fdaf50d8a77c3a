//! Signatures over bytes: ECDSA on P-256 with SHA-256 (FIPS 186-5), DER-encoded.

use std::path::Path;

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{HasParams, PKey, PKeyRef, Public};
use openssl::sign::{Signer, Verifier};

use crate::identity;
use crate::load::{self, LoadError};
use crate::secret::PrivateKey;

/// Signs.
#[derive(Clone)]
pub struct Seal {
    key: PrivateKey,
    id: String,
}

/// Verifies what the seal of one public key signed.
#[derive(Clone, Debug)]
pub struct SealVerifier {
    key: PKey<Public>,
    id: String,
}

/// Why a signature is not accepted, or cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The signature is not that of this key over these bytes.
    #[error("the signature does not verify")]
    Mismatch,
    /// OpenSSL failed.
    #[error("OpenSSL: {0}")]
    Library(#[from] ErrorStack),
}

impl Seal {
    /// Reads the private key from a PEM file.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let key = load::private_key(path)?;
        if !is_p256(key.key()) {
            return Err(LoadError::WrongCurve(path.to_owned()));
        }
        Ok(Self {
            id: key.digest()?,
            key,
        })
    }

    /// SHA-256 of the public key, hexadecimal: says which key signed.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public key, PEM: what verifiers need.
    pub fn public_pem(&self) -> Result<Vec<u8>, SealError> {
        Ok(self.key.public_pem()?)
    }

    /// What verifies what it signs.
    pub fn verifier(&self) -> Result<SealVerifier, SealError> {
        let key = PKey::public_key_from_pem(&self.public_pem()?)?;
        Ok(SealVerifier {
            id: self.id.clone(),
            key,
        })
    }

    /// Signs the bytes.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut signer = Signer::new(MessageDigest::sha256(), self.key.key())?;
        Ok(signer.sign_oneshot_to_vec(bytes)?)
    }
}

impl SealVerifier {
    /// Reads the public key from a PEM file.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let no_key = |_| LoadError::NoKey(path.to_owned());
        let key = PKey::public_key_from_pem(&load::read(path)?).map_err(no_key)?;
        if !is_p256(&key) {
            return Err(LoadError::WrongCurve(path.to_owned()));
        }
        Ok(Self {
            id: identity::key_digest(&key)?,
            key,
        })
    }

    /// SHA-256 of the public key, hexadecimal.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Accepts the signature, or says that it is not one.
    pub fn verify(&self, bytes: &[u8], signature: &[u8]) -> Result<(), SealError> {
        let mut verifier = Verifier::new(MessageDigest::sha256(), &self.key)?;
        match verifier.verify_oneshot(signature, bytes) {
            Ok(true) => Ok(()),
            // Bytes that are no DER signature come back as an error.
            Ok(false) | Err(_) => Err(SealError::Mismatch),
        }
    }
}

fn is_p256<T: HasParams>(key: &PKeyRef<T>) -> bool {
    key.ec_key()
        .is_ok_and(|key| key.group().curve_name() == Some(Nid::X9_62_PRIME256V1))
}
