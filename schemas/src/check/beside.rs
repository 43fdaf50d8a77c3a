//! What lies beside the schemas of a contract: conversions, rules and forms.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Reason, Verdict};
use crate::{Contract, Conversions, Governance, Rulebook, beside};

const KINDS: [&str; 3] = ["conversiones", "reglas", "formularios"];

/// The verdicts on what lies in contract folders below `folder`, in the order of the paths.
pub(super) fn verdicts(folder: &Path, governance: Governance) -> Vec<Verdict> {
    let (mut found, mut verdicts) = (Vec::new(), Vec::new());
    contracts(folder, folder, &mut found, &mut verdicts);
    found.sort();
    let each = found
        .iter()
        .flat_map(|path| contract(folder, path, governance));
    verdicts.extend(each);
    verdicts
}

/// The folders that hold conversions, rules or forms; a verdict on each that cannot be read.
fn contracts(base: &Path, folder: &Path, found: &mut Vec<PathBuf>, unread: &mut Vec<Verdict>) {
    let there = |kind: &str| folder.join(kind).symlink_metadata().is_ok();
    let inside = folder.strip_prefix(base).unwrap_or(folder);
    if KINDS.into_iter().any(there) {
        found.push(inside.to_path_buf());
        return;
    }
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.and_then(|entries| {
        // Links are not followed: a folder may lead back to itself.
        let is_folder = |entry: fs::DirEntry| Ok((entry.file_type()?.is_dir(), entry.path()));
        entries.into_iter().map(is_folder).collect()
    });
    match entries {
        Ok::<Vec<_>, _>(entries) => {
            for (_, path) in entries.iter().filter(|(is_folder, _)| *is_folder) {
                contracts(base, path, found, unread);
            }
        }
        Err(cause) => {
            let file = inside.display().to_string();
            unread.push(verdict(&file, vec![format!("cannot be read: {cause}")]));
        }
    }
}

fn contract(folder: &Path, path: &Path, governance: Governance) -> Vec<Verdict> {
    let dir = folder.join(path);
    let name = |inside: &str| path.join(inside).display().to_string();
    let own = match Contract::load(&dir, governance) {
        Ok(own) => own,
        Err(errors) => {
            let first = errors.to_string().lines().next().map(str::to_owned);
            let why = first.unwrap_or_default();
            let reason = format!("not looked at, for the contract does not load: {why}");
            return vec![verdict(&path.display().to_string(), vec![reason])];
        }
    };
    let mut verdicts = Vec::new();
    match beside::list(&dir, "conversiones") {
        Ok(files) => {
            for file in files {
                let reasons = conversion(&dir, &file, &own, governance);
                verdicts.push(verdict(&name(&file), reasons));
            }
        }
        Err(cause) => verdicts.push(verdict(&name("conversiones"), vec![cause.to_string()])),
    }
    let there = |kind: &str| dir.join(kind).symlink_metadata().is_ok();
    if there("reglas") || there("formularios") {
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
    let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str());
    let Some((other, version)) = stem.and_then(|stem| stem.rsplit_once('-')) else {
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
