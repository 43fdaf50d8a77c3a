//! The shipped policies and every kind of reader.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use domain::{Mode, OrganismKind, Purpose, RiskLevel};
use policy::{Charge, Engine, Relation, Ruling, Viewer};

/// The folder that ships.
pub(crate) fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/policies"))
}

/// Whether the file holds policies.
pub(crate) fn holds_policies(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|it| it == "cedar")
}

/// Its texts by file name; among them one that is neither policies nor schema.
pub(crate) fn texts() -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder()).unwrap();
    let files = files.map(|file| file.unwrap().path());
    files
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// The engine on it.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load(folder()).unwrap());
    &ENGINE
}

/// What a kind of reader may do with a group.
pub(crate) fn ruling(viewer: Viewer, group: &str) -> Ruling {
    engine().rulings(viewer)[group].clone()
}

/// The field groups that the policies rule, in the order of their schema.
pub(crate) fn groups() -> Vec<String> {
    engine().groups().iter().map(ToString::to_string).collect()
}

/// Every kind of reader with that purpose, of a case within the ceiling.
pub(crate) fn viewers(purpose: Purpose) -> impl Iterator<Item = Viewer> {
    OrganismKind::ALL.iter().flat_map(move |kind| {
        Mode::ALL.iter().flat_map(move |mode| {
            relations().map(move |(relation, charge)| Viewer {
                kind: *kind,
                mode: *mode,
                relation,
                charge,
                purpose,
                ceiling: RiskLevel::Extreme,
                level: Some(RiskLevel::Medium),
            })
        })
    })
}

/// Everything an organism can be to a case.
pub(crate) fn relations() -> impl Iterator<Item = (Relation, Charge)> {
    Relation::ALL
        .iter()
        .flat_map(|relation| Charge::ALL.iter().map(|charge| (*relation, *charge)))
}
