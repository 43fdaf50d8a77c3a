//! Where the contracts and policies that travel with the program are found.

use std::path::{Path, PathBuf};

/// The folder that holds `schemas/contracts` and `gateway/policy/policies`.
pub(crate) struct Home(PathBuf);

impl Home {
    /// Looks in `given`, else upwards from the working folder, else upwards from the program.
    pub(crate) fn find(given: Option<&Path>) -> Option<Self> {
        if let Some(path) = given {
            return Self::at(path);
        }
        let here = std::env::current_dir().ok();
        let program = std::env::current_exe().ok();
        here.iter()
            .chain(program.iter())
            .flat_map(|path| path.ancestors())
            .find_map(Self::at)
    }

    fn at(path: &Path) -> Option<Self> {
        let home = Self(path.to_path_buf());
        (home.contracts().is_dir() && home.policies().is_dir()).then_some(home)
    }

    /// The folder of contract folders.
    pub(crate) fn contracts(&self) -> PathBuf {
        self.0.join("schemas/contracts")
    }

    /// The folder of partners' folders.
    pub(crate) fn partners(&self) -> PathBuf {
        self.0.join("adapters/partners")
    }

    /// The folder of policy texts.
    pub(crate) fn policies(&self) -> PathBuf {
        self.0.join("gateway/policy/policies")
    }
}
