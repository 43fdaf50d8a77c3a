//! What third parties wrote: every crate that is built has a licence we may use and comes from one registry.
//!
//! `deny.toml` holds the rules, for cargo-deny and for this test alike.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it must be"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use toml::Table;

struct Built {
    name: String,
    licence: String,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn rules() -> Table {
    fs::read_to_string(workspace().join("deny.toml"))
        .unwrap()
        .parse()
        .unwrap()
}

fn strings(value: &toml::Value) -> BTreeSet<String> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

/// Every crate of the build, tests included, as cargo resolves it for this machine.
fn built() -> Vec<Built> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--workspace",
            "--all-features",
            "--locked",
            "--prefix",
            "none",
        ])
        .args(["--edges", "normal,build,dev", "--format", "{p}\t{l}"])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter(|line| !line.is_empty())
        .map(crate_of)
        .collect()
}

fn crate_of(line: &str) -> Built {
    let (package, licence) = line.split_once('\t').unwrap_or((line, ""));
    Built {
        name: package.split(' ').next().unwrap_or(package).to_owned(),
        licence: licence.trim_end_matches(" (*)").to_owned(),
    }
}

/// Whether a licence expression can be satisfied from `allowed`. `OR` binds loosest; `/` is its old spelling.
fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let verdict = alternatives(&mut rest, allowed);
    verdict && rest.is_empty()
}

fn alternatives(rest: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut verdict = conjunction(rest, allowed);
    while let [word, tail @ ..] = *rest
        && *word == "OR"
    {
        *rest = tail;
        verdict |= conjunction(rest, allowed);
    }
    verdict
}

fn conjunction(rest: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut verdict = term(rest, allowed);
    while let [word, tail @ ..] = *rest
        && *word == "AND"
    {
        *rest = tail;
        verdict &= term(rest, allowed);
    }
    verdict
}

fn term(rest: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    match *rest {
        ["(", tail @ ..] => {
            *rest = tail;
            let verdict = alternatives(rest, allowed);
            if let [")", after @ ..] = *rest {
                *rest = after;
                return verdict;
            }
            false
        }
        [licence, "WITH", exception, tail @ ..] => {
            *rest = tail;
            allowed.contains(&format!("{licence} WITH {exception}"))
        }
        [licence, tail @ ..] => {
            *rest = tail;
            allowed.contains(*licence)
        }
        [] => false,
    }
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    let allowed: BTreeSet<String> = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]
        .map(str::to_owned)
        .into_iter()
        .collect();
    for (expression, verdict) in [
        ("MIT", true),
        ("GPL-3.0-or-later", false),
        ("GPL-3.0-or-later OR MIT", true),
        ("GPL-3.0-or-later/MIT", true),
        ("GPL-3.0-or-later AND MIT", false),
        ("(GPL-3.0-or-later OR MIT) AND ISC", true),
        ("(GPL-3.0-or-later OR MIT) AND BSD-3-Clause", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("", false),
        ("(MIT", false),
    ] {
        assert_eq!(satisfied(expression, &allowed), verdict, "{expression}");
    }
}

#[test]
fn every_crate_has_a_licence_that_we_may_use() {
    let allowed = strings(&rules()["licenses"]["allow"]);
    let crates = built();
    let mut refused: Vec<String> = crates
        .iter()
        .filter(|built| !satisfied(&built.licence, &allowed))
        .map(|built| format!("{} ({})", built.name, built.licence))
        .collect();
    refused.dedup();
    assert!(crates.len() > 100, "the whole tree was read");
    assert!(
        refused.is_empty(),
        "licences that deny.toml does not allow: {refused:#?}"
    );
}

#[test]
fn no_banned_crate_is_built() {
    let rules = rules();
    let entries = rules["bans"]["deny"].as_array().unwrap();
    let banned: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| entry.get("wrappers").is_none())
        .map(|entry| entry["crate"].as_str().unwrap())
        .collect();
    let found: Vec<String> = built()
        .into_iter()
        .map(|b| b.name)
        .filter(|name| banned.contains(name.as_str()))
        .collect();
    assert!(found.is_empty(), "banned in deny.toml: {found:?}");
}

#[test]
fn every_crate_comes_from_one_registry() {
    let registries = strings(&rules()["sources"]["allow-registry"]);
    let lock: Table = fs::read_to_string(workspace().join("Cargo.lock"))
        .unwrap()
        .parse()
        .unwrap();
    for package in lock["package"].as_array().unwrap() {
        let Some(source) = package.get("source").and_then(toml::Value::as_str) else {
            continue;
        };
        let registry = source.strip_prefix("registry+").unwrap_or(source);
        assert!(
            registries.contains(registry),
            "{} comes from {source}",
            package["name"]
        );
    }
}
