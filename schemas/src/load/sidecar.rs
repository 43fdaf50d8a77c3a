//! `governance.toml`: what an unmodified contract of others does not say of itself.
//!
//! Rules give group, sensitivity, mask and role to leaves by their paths. Of the rules that match a
//! leaf, each property comes from the most specific one that gives it: the one with more names in
//! its path, then with fewer `**`, then with fewer `*`. Two as specific that differ are an error.

mod fault;
mod file;
mod pattern;
mod rules;
mod single;
mod terms;
mod walk;

use std::path::Path;
use std::sync::Arc;

pub use fault::SidecarFault;
pub(super) use file::File;
pub(super) use rules::{Place, Ruled, Rules};
pub(super) use terms::{fronting, operations};
use walk::Reached;

use super::error::{LoadError, LoadErrors, SchemaFault};
use crate::Location;
use crate::beside::{self, Unread};

/// The name of the file, in the contract's folder.
pub(super) const NAME: &str = "governance.toml";

/// The folder inside `base` whose governance file speaks of `file`: its own, else the nearest one
/// around it that has such a file, with `/` at its end; empty, which is `base`, when none has.
pub(super) fn nearest(base: &Path, file: &str) -> String {
    let mut inside = file;
    while let Some((folder, _)) = inside.rsplit_once('/') {
        if base.join(folder).join(NAME).symlink_metadata().is_ok() {
            return format!("{folder}/");
        }
        inside = folder;
    }
    String::new()
}

/// The errors, those of the governance file with the folder that it is in.
pub(super) fn placed(mut errors: LoadErrors, folder: &str) -> LoadErrors {
    for error in &mut errors.0 {
        if &*error.location.file == NAME {
            error.location.file = Arc::from(format!("{folder}{NAME}"));
        }
    }
    errors.0.sort();
    errors
}

/// Reads the file of the folder `governed` inside `base`, if it has one.
pub(super) fn read(base: &Path, governed: &str) -> Result<Option<File>, LoadError> {
    match beside::read(base, &format!("{governed}{NAME}")) {
        Ok(text) => File::parse(&text).map(Some),
        Err(Unread::Missing) => Ok(None),
        Err(cause) => Err(LoadError {
            location: at(0),
            fault: SchemaFault::Unreadable(cause.to_string()),
        }),
    }
}

/// The error of a file with nothing to govern.
pub(super) fn alone() -> LoadError {
    refused(0, SidecarFault::NoWsdl)
}

fn at(line: u32) -> Location {
    Location {
        file: Arc::from(NAME),
        line,
    }
}

fn refused(line: u32, fault: SidecarFault) -> LoadError {
    LoadError {
        location: at(line),
        fault: SchemaFault::Sidecar(fault),
    }
}
