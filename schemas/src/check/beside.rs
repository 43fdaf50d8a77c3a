//! What lies beside the schemas of a contract: conversions, rules and forms.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Reason, Verdict};
use crate::{Contract, Conversions, Governance, Rulebook};

/// The verdicts on what lies in contract folders below `folder`, in the order of the paths.
pub(super) fn verdicts(folder: &Path, governance: Governance) -> Vec<Verdict> {
    let mut found = Vec::new();
    contracts(folder, folder, &mut found);
    found.sort();
    let each = found
        .iter()
        .flat_map(|path| contract(folder, path, governance));
    each.collect()
}

/// The folders that hold conversions, rules or forms.
fn contracts(base: &Path, folder: &Path, found: &mut Vec<PathBuf>) {
    let kinds = ["conversiones", "reglas", "formularios"];
    if kinds.iter().any(|kind| folder.join(kind).is_dir()) {
        found.extend(folder.strip_prefix(base).map(Path::to_path_buf));
        return;
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        // Links are not followed: a folder may lead back to itself.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            contracts(base, &entry.path(), found);
        }
    }
}

fn contract(folder: &Path, path: &Path, governance: Governance) -> Vec<Verdict> {
    let dir = folder.join(path);
    // A contract that does not compile has its own verdict.
    let Ok(own) = Contract::load(&dir, governance) else {
        return Vec::new();
    };
    let name = |inside: &str| path.join(inside).display().to_string();
    let mut verdicts = Vec::new();
    for file in files(&dir.join("conversiones")) {
        let reasons = conversion(&dir, &file, &own, governance);
        verdicts.push(verdict(&name(&format!("conversiones/{file}")), reasons));
    }
    let kinds = ["reglas", "formularios"];
    if kinds.iter().any(|kind| dir.join(kind).is_dir()) {
        let reasons = match Rulebook::load(&dir, &own) {
            Ok(rules) => rules.prove().1,
            Err(errors) => errors.to_string().lines().map(str::to_owned).collect(),
        };
        verdicts.push(verdict(&name("reglas"), reasons));
    }
    verdicts
}

/// What is wrong with one conversion; the other contract lies beside this one, by name and version.
fn conversion(dir: &Path, file: &str, own: &Arc<Contract>, governance: Governance) -> Vec<String> {
    let stem = file.strip_suffix(".toml").unwrap_or(file);
    let Some((other, version)) = stem.rsplit_once('-') else {
        return vec!["the file is not called `<contract>-<version>.toml`".to_owned()];
    };
    let other = dir.join("../..").join(other).join(version);
    let loaded = Contract::load(&other, governance).map_err(|errors| errors.to_string());
    let outcome = loaded.and_then(|other| {
        let made = Conversions::load(dir, own, &other);
        made.map(|_| ()).map_err(|errors| errors.to_string())
    });
    match outcome {
        Ok(()) => Vec::new(),
        Err(errors) => errors.lines().map(str::to_owned).collect(),
    }
}

/// The TOML files of a folder, in the order of their names.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "toml"))
        .collect();
    names.sort();
    names
}

fn verdict(file: &str, reasons: Vec<String>) -> Verdict {
    let reasons = reasons.into_iter().map(|message| Reason {
        file: file.to_owned(),
        line: None,
        path: None,
        message,
    });
    let reasons: Vec<Reason> = reasons.collect();
    Verdict {
        file: file.to_owned(),
        ok: reasons.is_empty(),
        roots: Vec::new(),
        reasons,
    }
}
