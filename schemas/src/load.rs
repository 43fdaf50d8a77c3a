//! From a folder of XSD files to a contract: files, then components, then tables, then what must
//! hold of all of them. Each stage reports everything that it finds; a later one begins only when
//! the earlier ones found nothing.

mod annotation;
mod attributes;
mod automaton;
mod children;
mod compile;
mod complex;
mod components;
mod derive;
mod element;
mod error;
mod files;
mod grammar;
mod hierarchy;
mod identity;
mod leaves;
mod lot;
mod narrow;
mod operations;
mod order;
mod outside;
mod particle;
mod prolog;
mod redefine;
mod rest;
mod roles;
mod sidecar;
mod simple;
mod tree;
mod unused;
mod wildcard;
mod wsdl;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

pub use error::{LoadError, LoadErrors, OperationFault, SchemaFault};
pub use sidecar::SidecarFault;
pub use wsdl::WsdlFault;

use crate::identity::Across;
use crate::{
    Builtin, Contract, Fidelity, Fronting, Governance, Group, Operation, QName, SimpleType,
};
use compile::Compiler;
use components::Components;
use files::{Files, Folder, Schema};

/// Compiles every root XSD under `dir`.
pub(crate) fn folder(dir: &Path, governance: Governance) -> Result<Contract, LoadErrors> {
    let folder = Folder::new(dir);
    contract(dir, Files::all(&folder), "", governance)
}

/// Compiles one XSD `file` and what it refers to inside `base`; the governance file of its folder
/// governs it, else that of the nearest folder around it, no farther than `base`.
pub(crate) fn file(
    base: &Path,
    file: &Path,
    governance: Governance,
) -> Result<Contract, LoadErrors> {
    let folder = Folder::new(base);
    let governed = sidecar::nearest(base, &folder.inside(file).unwrap_or_default());
    let contract = contract(base, Files::single(&folder, file), &governed, governance);
    contract.map_err(|errors| sidecar::placed(errors, &governed))
}

/// Compiles the folder, or the one file with its folder around it, that `path` is.
pub(crate) fn at(path: &Path, governance: Governance) -> Result<Contract, LoadErrors> {
    if path.is_file() {
        file(path.parent().unwrap_or(path), path, governance)
    } else {
        folder(path, governance)
    }
}

/// What is at `path`, if it declares the global element `root`; of a folder whose roots do not go together, each root on
/// its own that does.
pub(crate) fn declaring(
    path: &Path,
    root: &QName,
    governance: Governance,
) -> Result<Vec<Contract>, LoadErrors> {
    let declares = |contract: &Contract| contract.root(root).is_some();
    let errors = match at(path, governance) {
        Ok(contract) => return Ok(Some(contract).into_iter().filter(declares).collect()),
        Err(errors) if path.is_file() => return Err(errors),
        Err(errors) => errors,
    };
    let alone = |one: Arc<str>| file(path, &path.join(&*one), governance).ok();
    let roots = roots(path).unwrap_or_default();
    let found: Vec<Contract> = roots
        .into_iter()
        .filter_map(alone)
        .filter(declares)
        .collect();
    // The folder's own faults are the answer when no part of it has one.
    if found.is_empty() {
        Err(errors)
    } else {
        Ok(found)
    }
}

/// The files under `dir` that no other one includes or imports, by path, in order; of files that
/// only refer to each other, one.
pub(crate) fn roots(dir: &Path) -> io::Result<Vec<Arc<str>>> {
    files::roots(&Folder::new(dir)).map_err(io::Error::other)
}

/// The path, inside the contract folder, that `location` means in the file `from`, if any.
pub(crate) fn resolve(from: &str, location: &str) -> Option<Arc<str>> {
    files::resolve(from, location).ok()
}

/// Compiles the files; their governance file is in `governed`, a folder inside `dir`.
fn contract(
    dir: &Path,
    mut files: Files<'_>,
    governed: &str,
    governance: Governance,
) -> Result<Contract, LoadErrors> {
    let listing = files.listing();
    let mut errors = std::mem::take(&mut files.errors);
    check_grammar(&files.schemas, &mut errors);
    let beside = Beside::read(dir, governed, &files, &mut errors);
    if errors.is_empty() {
        redefine::apply(&mut files.schemas, &mut errors);
    }
    let components = Components::gather(&files.schemas, &mut errors);
    let groups = beside.groups(&files);
    let rules = beside.rules(&groups).map_err(|error| errors.push(error));
    if !errors.is_empty() {
        return Err(failed(errors));
    }
    let mut compiler = Compiler::run(&components, &groups, rules.unwrap_or_default());
    let mut errors = std::mem::take(&mut compiler.errors);
    let mut operations = Vec::new();
    let mut fronting = None;
    if errors.is_empty() {
        errors.extend(narrow::check(&mut compiler));
        errors.extend(leaves::check(&compiler, beside.everywhere(governance)));
        operations = operations::resolve(&compiler, &mut errors);
        fronting = beside.front(&mut compiler, governance, &mut operations, &mut errors);
        errors.extend(outside::check(&compiler, &operations, governance));
    }
    if !errors.is_empty() {
        errors.extend(explained(&errors, files.missing));
        return Err(failed(errors));
    }
    let in_order = components.element_order.iter();
    let (name, version) = name_and_version(dir);
    let across = across(&compiler);
    let has_names = compiler.simples.iter().any(SimpleType::is_name);
    let simple_names = compiler.named_simples();
    let attributes = compiler.global_attributes();
    Ok(Contract {
        simple_names,
        has_names,
        attributes,
        fidelity: fidelity(&files.schemas),
        name,
        version,
        namespace: namespace(&compiler, &operations, &files).unwrap_or_else(|| Arc::from("")),
        roots: in_order
            .filter_map(|name| compiler.roots.get(name).copied())
            .collect(),
        roots_by_name: compiler.roots,
        elements: compiler.elements,
        types: compiler.types,
        simples: compiler.simples,
        wildcards: compiler.wildcards,
        across,
        service: files.services.first().map(|document| document.path.clone()),
        fronting,
        groups,
        operations,
        files: listing,
    })
}

/// Checks every file once: one with two target namespaces stands here twice.
fn check_grammar(schemas: &[Schema], errors: &mut Vec<LoadError>) {
    let mut checked = BTreeSet::new();
    for schema in schemas {
        if checked.insert(&schema.document.path) {
            grammar::check(schema.root(), errors);
        }
    }
}

/// What a contract with annotations of ours keeps, and what one without does.
fn fidelity(schemas: &[Schema]) -> Fidelity {
    let ours = |schema: &Schema| annotation::is_ours(schema.root());
    if schemas.iter().any(ours) {
        Fidelity::Values
    } else {
        Fidelity::Texts
    }
}

/// What the contract says of values across a document.
fn across(compiler: &Compiler<'_>) -> Across {
    let keys = compiler
        .elements
        .iter()
        .any(|element| !element.identities.is_empty());
    let reference = |simple: &SimpleType| simple.holds(Builtin::Id) || simple.holds(Builtin::IdRef);
    Across {
        keys,
        references: compiler.simples.iter().any(reference),
    }
}

/// What a contract that is not ours has beside its schemas: the operations of its WSDL, and the file
/// that governs them.
struct Beside {
    spoken: Vec<wsdl::Spoken>,
    sidecar: Option<sidecar::File>,
}

impl Beside {
    fn read(dir: &Path, governed: &str, files: &Files<'_>, errors: &mut Vec<LoadError>) -> Self {
        let sidecar = self::sidecar(dir, governed, files, errors);
        let spoken = if files.services.is_empty() {
            Vec::new()
        } else {
            wsdl::operations(&files.services, errors)
        };
        Self { spoken, sidecar }
    }

    fn groups(&self, files: &Files<'_>) -> Vec<Group> {
        let declared = self.sidecar.as_ref().map(|file| file.groups.clone());
        annotation::groups(&files.schemas, declared.unwrap_or_default())
    }

    fn rules(&self, groups: &[Group]) -> Result<sidecar::Rules, LoadError> {
        match &self.sidecar {
            Some(file) => sidecar::Rules::new(file, groups),
            None => Ok(sidecar::Rules::default()),
        }
    }

    /// The messages of a WSDL are judged path by path, and what no message carries is not.
    fn everywhere(&self, governance: Governance) -> Governance {
        if self.spoken.is_empty() {
            governance
        } else {
            Governance::Ungoverned
        }
    }

    /// Adds the operations of the WSDL; gives what the file says of the contract as a whole.
    fn front(
        &self,
        compiler: &mut Compiler<'_>,
        governance: Governance,
        operations: &mut Vec<Operation>,
        errors: &mut BTreeSet<LoadError>,
    ) -> Option<Fronting> {
        let file = self.sidecar.as_ref();
        operations.extend(sidecar::operations(
            compiler,
            file,
            &self.spoken,
            governance,
            errors,
        ));
        let read = sidecar::fronting(compiler, file?, operations);
        read.map_err(|error| errors.insert(error)).ok()
    }
}

/// The governance file; it governs what a WSDL says.
fn sidecar(
    dir: &Path,
    governed: &str,
    files: &Files<'_>,
    errors: &mut Vec<LoadError>,
) -> Option<sidecar::File> {
    let read = sidecar::read(dir, governed).map_err(|error| errors.push(error));
    let file = read.ok().flatten()?;
    if !files.services.is_empty() {
        return Some(file);
    }
    // A schema beside a WSDL that never names it has nothing that the file speaks of.
    if !files.has_service(governed) {
        errors.push(sidecar::alone());
    }
    None
}

/// The namespace of the operations, else that of the first file.
fn namespace(
    compiler: &Compiler<'_>,
    operations: &[Operation],
    files: &Files<'_>,
) -> Option<Arc<str>> {
    let spoken = operations
        .first()
        .filter(|operation| operation.wire.is_some());
    let request = spoken.and_then(|operation| compiler.elements.get(operation.request.index()));
    let spoken = request.and_then(|element| element.name.namespace.clone());
    let first = || {
        files
            .schemas
            .first()
            .and_then(|schema| schema.target.clone())
    };
    spoken
        .or_else(|| operations::namespace(compiler))
        .or_else(first)
}

/// The imports that lead nowhere although something of their namespace is used.
fn explained(
    errors: &BTreeSet<LoadError>,
    missing: Vec<(Option<Arc<str>>, LoadError)>,
) -> Vec<LoadError> {
    let used = |namespace: &Option<Arc<str>>| {
        let mut faults = errors.iter().map(|error| &error.fault);
        faults.any(
            |fault| matches!(fault, SchemaFault::Unresolved(name) if name.namespace == *namespace),
        )
    };
    let missing = missing.into_iter().filter(|(namespace, _)| used(namespace));
    missing.map(|(_, error)| error).collect()
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
