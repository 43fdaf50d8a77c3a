//! Certificates that are at hand before any message names them.

use std::path::Path;

use super::{SigningCertificate, signing};
use crate::load::{self, LoadError};

/// Reads the certificates of a folder: of each file `.pem` or `.crt` the first, which must be one that may sign.
pub fn known(folder: &Path) -> Result<Vec<SigningCertificate>, LoadError> {
    let unreadable = |source| LoadError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let kind = path.extension().and_then(|it| it.to_str());
        if matches!(kind, Some("pem" | "crt")) {
            files.push(path);
        }
    }
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let first = load::certificates(path)?.into_iter().next();
        let leaf = first.ok_or_else(|| LoadError::NoCertificate(path.clone()))?;
        signing(path, &leaf.to_der()?)
    };
    files.iter().map(read).collect()
}
