//! From a folder of XSD files to a contract: files, then components, then tables, then what must
//! hold of all of them. Each stage reports everything that it finds; a later one begins only when
//! the earlier ones found nothing.

mod annotation;
mod automaton;
mod children;
mod compile;
mod complex;
mod components;
mod element;
mod error;
mod files;
mod grammar;
mod leaves;
mod operations;
mod particle;
mod roles;
mod simple;
mod tree;
mod unused;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

pub use error::{LoadError, LoadErrors, OperationFault, SchemaFault};

use crate::{Contract, Governance};
use compile::Compiler;
use components::Components;
use files::Files;

/// Compiles every root XSD under `dir`.
pub(crate) fn folder(dir: &Path, governance: Governance) -> Result<Contract, LoadErrors> {
    contract(dir, Files::folder(dir), governance)
}

/// Compiles one XSD `file` and what it refers to inside `base`.
pub(crate) fn file(
    base: &Path,
    file: &Path,
    governance: Governance,
) -> Result<Contract, LoadErrors> {
    contract(base, Files::single(base, file), governance)
}

/// The files under `dir` that no other one includes or imports, by path, in order; of files that
/// only refer to each other, one.
pub(crate) fn roots(dir: &Path) -> io::Result<Vec<Arc<str>>> {
    fs::read_dir(dir)?;
    let mut roots = Files::folder(dir).roots;
    roots.sort();
    Ok(roots)
}

/// The path, inside the contract folder, that `location` means in the file `from`, if any.
pub(crate) fn resolve(from: &str, location: &str) -> Option<Arc<str>> {
    files::resolve(from, location).ok()
}

fn contract(dir: &Path, mut files: Files, governance: Governance) -> Result<Contract, LoadErrors> {
    let listing = files.listing();
    let mut errors = std::mem::take(&mut files.errors);
    let mut checked = BTreeSet::new();
    for schema in &files.schemas {
        // A file with two target namespaces stands here twice.
        if checked.insert(&schema.root.location.file) {
            grammar::check(&schema.root, &mut errors);
        }
    }
    let components = Components::gather(&files.schemas, &mut errors);
    if !errors.is_empty() {
        return Err(failed(errors));
    }
    let groups = annotation::groups(&files.schemas);
    let mut compiler = Compiler::run(&components, &groups);
    let mut errors = std::mem::take(&mut compiler.errors);
    let mut operations = Vec::new();
    if errors.is_empty() {
        errors.extend(leaves::check(&compiler, governance));
        operations = operations::resolve(&compiler, &mut errors);
    }
    if !errors.is_empty() {
        return Err(failed(errors));
    }
    let first = || {
        files
            .schemas
            .first()
            .and_then(|schema| schema.target.clone())
    };
    let namespace = operations::namespace(&compiler).or_else(first);
    let in_order = components.element_order.iter();
    let (name, version) = name_and_version(dir);
    Ok(Contract {
        name,
        version,
        namespace: namespace.unwrap_or_else(|| Arc::from("")),
        roots: in_order
            .filter_map(|name| compiler.roots.get(name).copied())
            .collect(),
        roots_by_name: compiler.roots,
        elements: compiler.elements,
        types: compiler.types,
        simples: compiler.simples,
        wildcards: compiler.wildcards,
        groups,
        operations,
        files: listing,
    })
}

fn failed(errors: impl IntoIterator<Item = LoadError>) -> LoadErrors {
    let sorted: BTreeSet<LoadError> = errors.into_iter().collect();
    LoadErrors(sorted.into_iter().collect())
}

/// The two last folders of the path.
fn name_and_version(dir: &Path) -> (String, String) {
    let full = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let mut names = full
        .iter()
        .rev()
        .map(|part| part.to_string_lossy().into_owned());
    let version = names.next().unwrap_or_default();
    (names.next().unwrap_or_default(), version)
}

#[cfg(test)]
mod tests;
