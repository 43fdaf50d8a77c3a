//! Files of one certificate.

use std::fs;
use std::path::{Path, PathBuf};

use crate::authority::{AuthorityError, Certificate, write, write_key};
use crate::identity::Peer;
use crate::load::LoadError;
use crate::secret::{PrivateKey, write_private};

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
