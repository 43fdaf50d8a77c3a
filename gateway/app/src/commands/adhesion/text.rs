//! The text files of adhesion: an annex, a users form.

use std::path::Path;

use domain::Annex;
use domain::adhesion::{User, places};
use serde::Deserialize;
use toml::{Table, Value};

use crate::exit::Failure;

/// An annex; its municipalities may carry their check digit, and must exist.
pub(super) fn annex(path: &Path) -> Result<Annex, Failure> {
    let mut table: Table = parsed(path)?;
    let places = table.get_mut("territory").and_then(Value::as_array_mut);
    for place in places.into_iter().flatten() {
        let Some(text) = place.as_str() else {
            continue;
        };
        let read = places::read(text).map_err(|fault| Failure::Unfit(fault.to_string()))?;
        *place = Value::String(read.to_string());
    }
    table.try_into().map_err(|e| unfit(path, &e))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    usuario: Vec<User>,
}

/// The officers of a form, each a table `usuario`.
pub(super) fn users(path: &Path) -> Result<Vec<User>, Failure> {
    parsed::<Form>(path).map(|form| form.usuario)
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Failure::broken(&path.display().to_string(), e))?;
    toml::from_str(&text).map_err(|e| unfit(path, &e))
}

fn unfit(path: &Path, error: &toml::de::Error) -> Failure {
    Failure::Unfit(format!("`{}`: {error}", path.display()))
}
