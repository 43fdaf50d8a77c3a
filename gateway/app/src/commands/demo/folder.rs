//! The folder of a demonstration.

use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// Where a demonstration keeps everything.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// The folder given, made if missing; else a fresh one.
    pub(super) fn make(given: Option<PathBuf>) -> Result<Self, Failure> {
        let path = given.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("pasarela-demo-{}", uuid::Uuid::now_v7().simple()))
        });
        let failed = |e| Failure::broken(&format!("`{}`", path.display()), e);
        std::fs::create_dir_all(path.join("pki")).map_err(failed)?;
        path.canonicalize().map(Self).map_err(failed)
    }

    /// The folder itself.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Certificates and keys.
    pub(super) fn pki(&self) -> PathBuf {
        self.0.join("pki")
    }

    /// The central system's database.
    pub(super) fn central(&self) -> PathBuf {
        self.0.join("central.sqlite")
    }

    /// The gateway's database.
    pub(super) fn database(&self) -> PathBuf {
        self.0.join("pasarela.sqlite")
    }

    /// The gateway's configuration.
    pub(super) fn config(&self) -> PathBuf {
        self.0.join("pasarela.toml")
    }

    /// The central system's configuration.
    pub(super) fn central_config(&self) -> PathBuf {
        self.0.join("central.toml")
    }

    /// The configuration of the provider of `padron/1`.
    pub(super) fn padron_config(&self) -> PathBuf {
        self.0.join("padron.toml")
    }

    /// The exported evidence.
    pub(super) fn evidence(&self) -> PathBuf {
        self.0.join("registro")
    }

    /// The log.
    pub(super) fn log(&self) -> PathBuf {
        self.0.join("pasarela.log")
    }

    /// What other programs need to know of the demonstration, JSON.
    pub(super) fn description(&self) -> PathBuf {
        self.0.join("demo.json")
    }
}
