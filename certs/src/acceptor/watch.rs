//! Whether files have changed.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::AcceptorConfig;

/// Device, inode, size and change time of every file, in order; absent files count too.
#[derive(PartialEq, Eq)]
pub(super) struct Stamp(Vec<Option<[i128; 5]>>);

impl Stamp {
    /// Take it before reading: a change while reading is then seen next time.
    pub(super) fn of(config: &AcceptorConfig) -> Self {
        let AcceptorConfig {
            certificate,
            key,
            client_authorities,
            revocation_lists,
            oldest: _,
        } = config;
        let files = [certificate, key, client_authorities]
            .into_iter()
            .chain(revocation_lists);
        Self(files.map(|path| stamp(path)).collect())
    }
}

fn stamp(path: &Path) -> Option<[i128; 5]> {
    let file = std::fs::metadata(path).ok()?;
    Some([
        file.dev().into(),
        file.ino().into(),
        file.size().into(),
        file.ctime().into(),
        file.ctime_nsec().into(),
    ])
}
