//! The folder of whoever joins: key, certificate, and the request in between.

use std::path::{Path, PathBuf};

use certs::secret::{KeyKind, PrivateKey};

use crate::exit::{Failure, Outcome};

/// Where the files of one certificate are.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes it, unless a certificate is in it already.
    pub(super) fn prepare(path: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(path).map_err(|e| unwritable(path, e))?;
        let folder = Self(path.to_path_buf());
        if folder.certificate().exists() {
            let told = format!(
                "en `{}` ya hay un certificado; use otra carpeta",
                path.display()
            );
            return Err(Failure::Unfit(told));
        }
        Ok(folder)
    }

    /// The key that is there from an attempt that did not end well, or a new one.
    pub(super) fn key(&self, kind: KeyKind) -> Result<PrivateKey, Failure> {
        let path = self.key_path();
        let broken = |e: &dyn std::fmt::Display| Failure::broken(&path.display().to_string(), e);
        if path.exists() {
            return PrivateKey::load(&path).map_err(|e| broken(&e));
        }
        let key = PrivateKey::of_kind(kind).map_err(|e| broken(&e))?;
        key.save(&path).map_err(|e| broken(&e))?;
        Ok(key)
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Outcome {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).map_err(|e| unwritable(&path, e))
    }

    pub(super) fn certificate(&self) -> PathBuf {
        self.0.join(CERTIFICATE)
    }

    pub(super) fn key_path(&self) -> PathBuf {
        self.0.join("clave.pem")
    }
}

/// Name of the certificate with its chain.
pub(super) const CERTIFICATE: &str = "certificado.pem";
/// Name of the request.
pub(super) const REQUEST: &str = "peticion.csr";

fn unwritable(path: &Path, error: std::io::Error) -> Failure {
    Failure::broken(&path.display().to_string(), error)
}
