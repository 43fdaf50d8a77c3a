//! Files of one certificate.

use std::fs;
use std::path::{Path, PathBuf};

use openssl::pkcs12::Pkcs12;
use openssl::x509::X509;

use crate::authority::{AuthorityError, Certificate, write, write_key};
use crate::identity::Peer;
use crate::load::{self, LoadError};
use crate::secret::{PrivateKey, write_private};

/// The password of the archives for browsers, which want one.
pub const BROWSER_PASSWORD: &str = "pasarela";

/// Where a certificate and its key lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The certificate, PEM.
    pub certificate: PathBuf,
    /// The private key, PKCS #8 PEM, for its owner only.
    pub key: PathBuf,
    /// Certificate and key in one file, for its owner only.
    pub both: PathBuf,
}

impl Files {
    /// What the certificate says about its holder.
    pub fn peer(&self) -> Result<Peer, LoadError> {
        Peer::from_file(&self.certificate)
    }

    /// Writes certificate and key as browsers take them.
    pub(super) fn write_browser(&self, path: &Path, name: &str) -> Result<(), AuthorityError> {
        let certificate = X509::from_pem(&load::read(&self.certificate)?)?;
        let key = PrivateKey::from_pem(&load::read(&self.key)?)?;
        let mut archive = Pkcs12::builder();
        archive.name(name).pkey(key.key()).cert(&certificate);
        let archive = archive.build2(BROWSER_PASSWORD)?.to_der()?;
        write_private(path, &archive).map_err(|source| AuthorityError::Unwritable {
            path: path.to_owned(),
            source,
        })
    }

    pub(super) fn named(dir: &Path, name: &str) -> Self {
        Self {
            certificate: dir.join(format!("{name}.pem")),
            key: dir.join(format!("{name}.key.pem")),
            both: dir.join(format!("{name}.both.pem")),
        }
    }

    pub(super) fn write(
        &self,
        certificate: &Certificate,
        key: &PrivateKey,
    ) -> Result<(), AuthorityError> {
        let mut both = certificate.pem()?;
        write(&self.certificate, &both)?;
        write_key(&self.key, key)?;
        both.extend_from_slice(key.pkcs8_pem()?.expose());
        write_private(&self.both, &both).map_err(|source| AuthorityError::Unwritable {
            path: self.both.clone(),
            source,
        })
    }
}

/// Writes beside the file and renames: a reader sees the old bytes or the new ones, never half.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), AuthorityError> {
    let beside = path.with_extension("new");
    write(&beside, bytes)?;
    fs::rename(&beside, path).map_err(|source| AuthorityError::Unwritable {
        path: path.to_owned(),
        source,
    })
}
