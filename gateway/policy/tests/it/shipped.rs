//! The shipped policies and every kind of reader.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use domain::{Mode, OrganismKind, Purpose};
use policy::{Engine, Relation, Ruling, Viewer};

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

/// What every kind of reader, for every purpose, may do with every group; made once.
pub(crate) fn ruling(viewer: Viewer, group: &str) -> &'static Ruling {
    static RULINGS: LazyLock<BTreeMap<(String, Viewer), Ruling>> = LazyLock::new(|| {
        let readers = || Purpose::ALL.iter().flat_map(|purpose| viewers(*purpose));
        let groups = groups().into_iter();
        groups
            .flat_map(|group| readers().map(move |viewer| (group.clone(), viewer)))
            .map(|(group, viewer)| {
                let ruling = engine().ruling(viewer, &group);
                ((group, viewer), ruling)
            })
            .collect()
    });
    &RULINGS[&(group.to_owned(), viewer)]
}

/// The field groups that the policies rule, in the order of their schema.
pub(crate) fn groups() -> Vec<String> {
    let schema = texts().remove("pasarela.cedarschema").unwrap();
    let (_, rest) = schema.split_once("entity Grupo enum [").unwrap();
    let (list, _) = rest.split_once("];").unwrap();
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Every kind of reader with that purpose.
pub(crate) fn viewers(purpose: Purpose) -> impl Iterator<Item = Viewer> {
    OrganismKind::ALL.iter().flat_map(move |kind| {
        Mode::ALL.iter().flat_map(move |mode| {
            Relation::ALL.iter().map(move |relation| Viewer {
                kind: *kind,
                mode: *mode,
                relation: *relation,
                purpose,
            })
        })
    })
}
