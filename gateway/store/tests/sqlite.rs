//! The behaviour suite on SQLite, one file a test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a suite of tests fails by panicking, in its helpers too"
)]

mod behaviour;

use behaviour::Place;

/// A file in a folder that goes with it.
struct File(tempfile::TempDir);

impl Place for File {
    async fn make() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.0.path().join("prueba.db").display())
    }

    async fn unmake(self) {
        self.0.close().unwrap();
    }
}

behaviour::suite!(File);
