//! The floors of the house, read from the manifests and sources: who may import whom, and who holds which door.
//!
//! The doors are declared once, in `deny.toml` (`bans.deny[].wrappers`); the floors are declared here.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it must be"
)]
#![allow(
    clippy::indexing_slicing,
    reason = "a manifest without its members fails the test, as it should"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::Table;

/// Crate and floor. A crate imports only from lower floors, never sideways.
const FLOORS: &[(&str, u8)] = &[
    ("contract", 0),
    ("domain", 0),
    ("certs", 0),
    ("policy", 1),
    ("journal", 1),
    ("adapters", 1),
    ("exchange", 2),
    ("store", 3),
    ("peers", 3),
    ("nodes", 3),
    ("server", 4),
    ("app", 5),
    ("conformance", 6),
];

/// The highest floor that is pure: no runtime, no clock, no environment.
const HIGHEST_PURE_FLOOR: u8 = 2;

/// What the sources of a pure floor may not say.
const IMPURE: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "std::env::var",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "Uuid::now",
    "Uuid::new_v4",
    "rand::",
];

const LONGEST_FILE: usize = 600;

struct Room {
    name: String,
    floor: u8,
    folder: PathBuf,
    manifest: Table,
}

impl Room {
    /// Names in one kind of dependency table, `[target.*]` tables included.
    fn dependencies(&self, kind: &str) -> BTreeSet<String> {
        let targets = self.manifest.get("target").and_then(toml::Value::as_table);
        let per_target = targets
            .into_iter()
            .flat_map(Table::values)
            .filter_map(toml::Value::as_table);
        std::iter::once(&self.manifest)
            .chain(per_target)
            .filter_map(|table| table.get(kind)?.as_table())
            .flat_map(|table| table.iter().map(|(name, value)| package(name, value)))
            .collect()
    }

    fn all_dependencies(&self) -> BTreeSet<String> {
        ["dependencies", "build-dependencies", "dev-dependencies"]
            .into_iter()
            .flat_map(|kind| self.dependencies(kind))
            .collect()
    }

    fn shipped_dependencies(&self) -> BTreeSet<String> {
        let mut names = self.dependencies("dependencies");
        names.extend(self.dependencies("build-dependencies"));
        names
    }
}

/// The package behind a dependency key: a renamed one does not hide.
fn package(key: &str, value: &toml::Value) -> String {
    value
        .get("package")
        .and_then(toml::Value::as_str)
        .unwrap_or(key)
        .to_owned()
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn table(path: &Path) -> Table {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.parse()
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn rooms() -> Vec<Room> {
    let root = workspace();
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let members = table(&root.join("Cargo.toml"))["workspace"]["members"].clone();
    members
        .as_array()
        .unwrap()
        .iter()
        .map(|member| room(&root, member, &floors))
        .collect()
}

fn room(root: &Path, member: &toml::Value, floors: &BTreeMap<&str, u8>) -> Room {
    let folder = root.join(member.as_str().unwrap());
    let manifest = table(&folder.join("Cargo.toml"));
    let name = manifest["package"]["name"].as_str().unwrap().to_owned();
    let floor = *floors
        .get(name.as_str())
        .unwrap_or_else(|| panic!("`{name}` has no floor"));
    Room {
        name,
        floor,
        folder,
        manifest,
    }
}

/// Heavy library → the crates that may name it in their manifest.
fn doors() -> Vec<(String, BTreeSet<String>)> {
    let deny = table(&workspace().join("deny.toml"));
    let entries = deny["bans"]["deny"].as_array().unwrap().clone();
    entries
        .iter()
        .map(|entry| {
            let wrappers = entry.get("wrappers").and_then(toml::Value::as_array);
            let names = wrappers
                .into_iter()
                .flatten()
                .map(|w| w.as_str().unwrap().to_owned());
            (entry["crate"].as_str().unwrap().to_owned(), names.collect())
        })
        .collect()
}

/// Every Rust file below `folder`, build products and foreign trees left out.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                found.extend(sources(&path));
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The lines of a source with their numbers, without comments and without what only tests see.
fn shipped_lines(file: &Path) -> Vec<(usize, String)> {
    if file.components().any(|part| part.as_os_str() == "tests") || file.ends_with("tests.rs") {
        return Vec::new();
    }
    let text = fs::read_to_string(file).unwrap();
    let shipped = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = shipped
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    (1..).zip(lines.map(str::to_owned)).collect()
}

#[track_caller]
fn assert_none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn every_crate_stands_on_exactly_one_floor() {
    let declared: BTreeSet<&str> = FLOORS.iter().map(|(name, _)| *name).collect();
    let rooms = rooms();
    let present: BTreeSet<&str> = rooms.iter().map(|room| room.name.as_str()).collect();
    assert_eq!(declared, present);
    assert_eq!(declared.len(), FLOORS.len(), "a crate is declared twice");
}

#[test]
fn imports_go_down_only() {
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let mut broken = Vec::new();
    for room in rooms() {
        for dependency in room.all_dependencies() {
            match floors.get(dependency.as_str()) {
                Some(floor) if *floor >= room.floor => broken.push(format!(
                    "`{}` (floor {}) imports `{dependency}` (floor {floor})",
                    room.name, room.floor
                )),
                Some(_) | None => {}
            }
        }
    }
    assert_none("a crate imports only from lower floors", &broken);
}

#[test]
fn the_kit_ships_with_none_of_our_crates() {
    let rooms = rooms();
    let kit = rooms
        .iter()
        .find(|room| room.name == "conformance")
        .unwrap();
    let ours: BTreeSet<String> = FLOORS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let shipped: Vec<String> = kit
        .shipped_dependencies()
        .intersection(&ours)
        .cloned()
        .collect();
    assert_none(
        "the conformance kit speaks to the gateway by the wire only",
        &shipped,
    );
}

#[test]
fn each_heavy_library_has_one_door() {
    let mut broken = Vec::new();
    for (library, holders) in doors() {
        for room in rooms() {
            if room.all_dependencies().contains(&library) && !holders.contains(&room.name) {
                broken.push(format!("`{}` depends on `{library}`", room.name));
            }
        }
    }
    assert_none(
        "a heavy library is named only by the crates that deny.toml lists",
        &broken,
    );
}

#[test]
fn pure_floors_have_no_runtime() {
    let mut broken = Vec::new();
    for room in rooms()
        .iter()
        .filter(|room| room.floor <= HIGHEST_PURE_FLOOR)
    {
        for dependency in room.shipped_dependencies() {
            if ["tokio", "futures-util", "async-trait", "rand", "getrandom"]
                .contains(&dependency.as_str())
            {
                broken.push(format!("`{}` depends on `{dependency}`", room.name));
            }
        }
    }
    assert_none("floors 0 to 2 know no runtime and draw no lots", &broken);
}

#[test]
fn pure_floors_read_no_clock_and_no_environment() {
    let mut broken = Vec::new();
    for room in rooms()
        .iter()
        .filter(|room| room.floor <= HIGHEST_PURE_FLOOR)
    {
        for file in sources(&room.folder.join("src")) {
            for (number, code) in shipped_lines(&file) {
                if let Some(word) = IMPURE.iter().find(|word| code.contains(**word)) {
                    broken.push(format!("{}:{number}: `{word}`", file.display()));
                }
            }
        }
    }
    assert_none(
        "in floors 0 to 2 the clock, identifiers and randomness are arguments",
        &broken,
    );
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let broken: Vec<String> = rooms()
        .into_iter()
        .filter(|room| {
            room.manifest
                .get("lints")
                .and_then(|l| l.get("workspace"))
                .is_none()
        })
        .map(|room| room.name)
        .collect();
    assert_none("`[lints] workspace = true` is missing", &broken);
}

#[test]
fn files_keep_their_measure() {
    let mut broken = Vec::new();
    for file in sources(&workspace()) {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        if lines > LONGEST_FILE {
            broken.push(format!("{}: {lines} lines", file.display()));
        }
        if file.file_name().is_some_and(|name| name == "mod.rs") {
            broken.push(format!(
                "{}: `foo.rs` beside `foo/` instead",
                file.display()
            ));
        }
    }
    assert_none("no file over 600 lines, no `mod.rs`", &broken);
}

#[test]
fn nothing_is_left_open_and_nothing_is_handed_on() {
    let open = ["todo!(", "unimplemented!(", "#[ignore", "::*;"];
    let mut broken = Vec::new();
    for room in rooms() {
        for file in sources(&room.folder.join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            let handed_on = FLOORS
                .iter()
                // A module of its own may have another crate's name.
                .filter(|(name, _)| !text.contains(&format!("mod {name};")))
                .map(|(name, _)| format!("pub use {name}::"))
                .collect::<Vec<_>>();
            for (number, line) in (1..).zip(text.lines().map(str::trim)) {
                let is_handed_on = handed_on.iter().any(|import| line.starts_with(import));
                let is_open = open.iter().any(|word| line.contains(word));
                let is_test_glob = line == "use super::*;" || line.ends_with("prelude::*;");
                if is_handed_on || (is_open && !is_test_glob) {
                    broken.push(format!("{}:{number}: {line}", file.display()));
                }
            }
        }
    }
    assert_none(
        "no unfinished code, no globs, no re-exports between crates",
        &broken,
    );
}
