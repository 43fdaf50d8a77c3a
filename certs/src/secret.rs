//! Private keys and other secrets: no `Debug`, files that only their owner reads.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, PKeyRef, Private, Public};
use openssl::rsa::Rsa;

use crate::identity;
use crate::load::{self, LoadError};

/// A private key.
#[derive(Clone)]
pub struct PrivateKey(PKey<Private>);

/// Text that must not be printed: overwritten when dropped.
pub struct SecretPem(Vec<u8>);

/// A kind of key that is strong enough to be enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// EC on P-256.
    P256,
    /// EC on P-384.
    P384,
    /// RSA of 3072 bits.
    Rsa3072,
    /// RSA of 4096 bits.
    Rsa4096,
}

impl PrivateKey {
    /// Makes a key of that kind from OpenSSL's random numbers.
    pub fn of_kind(kind: KeyKind) -> Result<Self, ErrorStack> {
        let rsa = |bits| PKey::from_rsa(Rsa::generate(bits)?);
        match kind {
            KeyKind::P256 => Self::generate(),
            KeyKind::P384 => {
                let group = EcGroup::from_curve_name(Nid::SECP384R1)?;
                PKey::from_ec_key(EcKey::generate(&group)?).map(Self)
            }
            KeyKind::Rsa3072 => rsa(3072).map(Self),
            KeyKind::Rsa4096 => rsa(4096).map(Self),
        }
    }

    /// Reads a key from a PEM file that not everybody may read.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        load::private_key(path)
    }

    /// Makes an EC key on P-256 from OpenSSL's random numbers.
    pub fn generate() -> Result<Self, ErrorStack> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        Ok(Self(PKey::from_ec_key(EcKey::generate(&group)?)?))
    }

    pub(crate) fn from_pem(pem: &[u8]) -> Result<Self, ErrorStack> {
        // An encrypted key must fail, not ask for its phrase on the terminal.
        PKey::private_key_from_pem_callback(pem, |_| Ok(0)).map(Self)
    }

    /// The key in PKCS #8 PEM.
    pub fn pkcs8_pem(&self) -> Result<SecretPem, ErrorStack> {
        self.0.private_key_to_pem_pkcs8().map(SecretPem)
    }

    /// Its public half, PEM.
    pub fn public_pem(&self) -> Result<Vec<u8>, ErrorStack> {
        self.0.public_key_to_pem()
    }

    /// SHA-256 of its `SubjectPublicKeyInfo`, hexadecimal.
    pub fn digest(&self) -> Result<String, ErrorStack> {
        identity::key_digest(&self.0)
    }

    /// Writes the key to a file that only its owner may read.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        write_private(path, self.pkcs8_pem()?.expose())
    }

    pub(crate) fn public(&self) -> Result<PKey<Public>, ErrorStack> {
        PKey::public_key_from_der(&self.0.public_key_to_der()?)
    }

    pub(crate) fn key(&self) -> &PKeyRef<Private> {
        &self.0
    }
}

impl SecretPem {
    /// The text, for whoever must hand it to a library.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for SecretPem {
    fn drop(&mut self) {
        self.0.fill(0);
        std::hint::black_box(&self.0);
    }
}

/// Reads a secret of one line from a file that not everybody may read.
pub fn text(path: &Path) -> Result<String, LoadError> {
    let none = || LoadError::NoSecret(path.to_owned());
    let text = String::from_utf8(load::read(path)?).map_err(|_| none())?;
    load::not_exposed(path)?;
    let secret = text.trim();
    if secret.is_empty() || secret.contains(char::is_control) {
        return Err(none());
    }
    Ok(secret.to_owned())
}

/// Writes bytes to a file of mode 0600, also where the file existed with another mode.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(bytes)
}
