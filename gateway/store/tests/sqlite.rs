//! The behaviour suite on SQLite, one file a test.

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
