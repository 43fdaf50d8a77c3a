//! Which documents make a contract: roots, includes and imports, all inside the contract folder.

mod document;
mod folder;
mod known;
mod links;
mod search;

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;

pub(super) use document::Document;
pub(super) use folder::Folder;
pub(super) use links::{is_link, is_service_path, resolve};

use super::error::{LoadError, SchemaFault};
use super::tree::{self, Node};
use super::wsdl::{self, WsdlFault};
use crate::{Location, QName, SchemaFile};
use search::Found;

/// A schema document, and the namespace that its components have.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) document: Arc<Document>,
    /// The target namespace; for a file without one, that of the file that includes it.
    pub(super) target: Option<Arc<str>>,
    /// Whether the target namespace is the includer's, so that names without prefix are too.
    pub(super) chameleon: bool,
    /// The namespaces imported, `None` being no namespace.
    pub(super) imports: BTreeSet<Option<String>>,
    /// The documents that it includes.
    pub(super) includes: Vec<Arc<str>>,
    /// The documents that it redefines, for each `xs:redefine` in order.
    pub(super) redefines: Vec<Vec<Arc<str>>>,
}

impl Schema {
    /// The `xs:schema` element.
    pub(super) fn root(&self) -> &Node {
        &self.document.root
    }

    /// Whether names of that namespace may be used in this document.
    pub(super) fn sees(&self, name: &QName) -> bool {
        name.namespace == self.target
            || name.namespace.as_deref() == Some(tree::XS)
            || self
                .imports
                .contains(&name.namespace.as_deref().map(str::to_owned))
    }
}

/// Everything that was read.
#[derive(Debug)]
pub(super) struct Files<'f> {
    pub(super) schemas: Vec<Schema>,
    pub(super) errors: Vec<LoadError>,
    /// Imports that lead nowhere: errors as soon as something of the namespace is used.
    pub(super) missing: Vec<(Option<Arc<str>>, LoadError)>,
    /// The WSDL documents.
    pub(super) services: Vec<Arc<Document>>,
    folder: &'f Folder,
    /// The schemas inside WSDL documents.
    inner: Vec<Arc<Document>>,
    visited: BTreeSet<(Arc<str>, Option<Arc<str>>)>,
    failed: BTreeSet<Arc<str>>,
}

/// A document to visit, and what its target namespace must be.
struct Visit {
    document: Arc<Document>,
    wanted: Wanted,
    /// The include or import, for errors.
    from: Option<Location>,
}

enum Wanted {
    /// A root: whatever it says.
    Any,
    /// An include: this one, or none at all.
    Include(Option<Arc<str>>),
    /// An import: this one.
    Import(Option<Arc<str>>),
    /// An import of a WSDL: another one, or a schema.
    Service,
}

impl<'f> Files<'f> {
    /// Every XSD file of the folder.
    pub(super) fn all(folder: &'f Folder) -> Self {
        let mut files = Self::of(folder);
        match roots(folder) {
            Ok(roots) if roots.is_empty() => files.fail_folder(SchemaFault::NoSchema),
            Ok(roots) => roots.into_iter().for_each(|root| files.visit_file(&root)),
            Err(error) => files.fail_folder(SchemaFault::Unreadable(error)),
        }
        files
    }

    /// One XSD file and what it refers to.
    pub(super) fn single(folder: &'f Folder, file: &Path) -> Self {
        let mut files = Self::of(folder);
        match folder.inside(file) {
            Ok(path) => files.visit_file(&path),
            Err(fault) => files.fail_folder(fault),
        }
        files
    }

    /// The files in the order in which they were visited, WSDL documents first.
    pub(super) fn listing(&self) -> Vec<SchemaFile> {
        let mut files: Vec<SchemaFile> = Vec::new();
        let schemas = self.schemas.iter().map(|schema| &schema.document);
        for document in self.services.iter().chain(schemas) {
            let path = &document.root.location.file;
            if files.iter().all(|file| file.path != *path) {
                files.push(SchemaFile {
                    path: path.clone(),
                    namespace: document.target(),
                    text: document.text.clone(),
                });
            }
        }
        files
    }

    /// Whether a WSDL lies below the folder `inside`, which ends with `/` unless it is the base.
    pub(super) fn has_service(&self, inside: &str) -> bool {
        let paths = self.folder.list().unwrap_or_default();
        let mut below = paths.iter().filter(|path| path.starts_with(inside));
        below.any(|path| is_service_path(path))
    }

    fn of(folder: &'f Folder) -> Self {
        Self {
            schemas: Vec::new(),
            errors: Vec::new(),
            missing: Vec::new(),
            folder,
            inner: Vec::new(),
            services: Vec::new(),
            visited: BTreeSet::new(),
            failed: BTreeSet::new(),
        }
    }

    fn fail_folder(&mut self, fault: SchemaFault) {
        let location = Location {
            file: Arc::from("."),
            line: 0,
        };
        self.errors.push(LoadError { location, fault });
    }

    fn visit_file(&mut self, path: &Arc<str>) {
        match self.folder.document(path) {
            Ok(document) => self.visit_all(vec![document]),
            Err(error) => self.fail_file(path, error),
        }
    }

    /// Notes once that a file cannot be read.
    fn fail_file(&mut self, path: &Arc<str>, error: LoadError) {
        if self.failed.insert(path.clone()) {
            self.errors.push(error);
        }
    }

    fn visit_all(&mut self, roots: Vec<Arc<Document>>) {
        let root = |document| Visit {
            document,
            wanted: Wanted::Any,
            from: None,
        };
        let mut queue: VecDeque<Visit> = roots.into_iter().map(root).collect();
        while let Some(visit) = queue.pop_front() {
            if let Err(error) = self.visit(visit, &mut queue) {
                self.errors.push(error);
            }
        }
    }

    fn visit(&mut self, visit: Visit, queue: &mut VecDeque<Visit>) -> Result<(), LoadError> {
        let Visit { document, .. } = visit;
        let root = &document.root;
        if wsdl::is_wsdl(root) && matches!(visit.wanted, Wanted::Any | Wanted::Service) {
            self.visit_service(document, queue);
            return Ok(());
        }
        if root.xs() != Some("schema") {
            let name = root.name.clone();
            return Err(root.error(if is_service_path(&document.path) {
                SchemaFault::Wsdl(WsdlFault::NotWsdl(name))
            } else {
                SchemaFault::NotSchema(name)
            }));
        }
        let own = document.target();
        let (target, chameleon) = match visit.wanted {
            Wanted::Any | Wanted::Service => (own, false),
            Wanted::Include(wanted) if own.is_none() => (wanted.clone(), wanted.is_some()),
            Wanted::Include(wanted) | Wanted::Import(wanted) if own == wanted => (own, false),
            Wanted::Include(wanted) | Wanted::Import(wanted) => {
                let text = |namespace: Option<Arc<str>>| {
                    namespace.map_or_else(String::new, |namespace| namespace.to_string())
                };
                let (found, wanted) = (text(own), text(wanted));
                let location = visit.from.unwrap_or_else(|| root.location.clone());
                let fault = SchemaFault::TargetNamespace { found, wanted };
                return Err(LoadError { location, fault });
            }
        };
        if !self.visited.insert((document.path.clone(), target.clone())) {
            return Ok(());
        }
        let (mut imports, mut includes, mut redefines) = (BTreeSet::new(), Vec::new(), Vec::new());
        for node in root.children.iter().filter(|node| is_link(node)) {
            let found = self.follow(&document, node, target.as_ref(), queue);
            match node.xs() {
                Some("import") => {
                    imports.insert(node.attribute("namespace").map(str::to_owned));
                }
                Some("redefine") => redefines.push(found),
                _ => includes.extend(found),
            }
        }
        self.schemas.push(Schema {
            document,
            target,
            chameleon,
            imports,
            includes,
            redefines,
        });
        Ok(())
    }

    /// A WSDL document: its schemas, and what it imports.
    fn visit_service(&mut self, document: Arc<Document>, queue: &mut VecDeque<Visit>) {
        if !self.visited.insert((document.path.clone(), None)) {
            return;
        }
        self.inner.extend(document.inside.iter().cloned());
        let schema = |document: &Arc<Document>| Visit {
            document: Arc::clone(document),
            wanted: Wanted::Any,
            from: None,
        };
        // The schemas of the document itself come before the files that it names.
        for schema in document.inside.iter().map(schema).rev() {
            queue.push_front(schema);
        }
        for import in wsdl::imports(&document.root) {
            let located = import.and_then(|(node, location)| {
                let path = search::service(self.folder, &document, node, location);
                Ok((path.map_err(|fault| node.error(fault))?, node))
            });
            match located {
                Ok((path, node)) => match self.folder.document(&path) {
                    Ok(document) => queue.push_back(Visit {
                        document,
                        wanted: Wanted::Service,
                        from: Some(node.location.clone()),
                    }),
                    Err(error) => self.fail_file(&path, error),
                },
                Err(error) => self.errors.push(error),
            }
        }
        self.services.push(document);
    }

    /// Queues what an include or import leads to, and gives its paths.
    fn follow(
        &mut self,
        from: &Document,
        node: &Node,
        target: Option<&Arc<str>>,
        queue: &mut VecDeque<Visit>,
    ) -> Vec<Arc<str>> {
        let namespace: Option<Arc<str>> = node.attribute("namespace").map(Arc::from);
        let (found, import) = if node.xs() == Some("import") {
            if namespace.as_deref() == Some(tree::XS) {
                return Vec::new();
            }
            (self.imported(from, node, namespace.as_deref()), true)
        } else {
            (
                self.included(from, node, target.map(|target| &**target)),
                false,
            )
        };
        match found {
            Found::These(documents) => {
                let paths = documents.iter().map(|document| document.path.clone());
                let paths = paths.collect();
                let wanted = || {
                    if import {
                        Wanted::Import(namespace.clone())
                    } else {
                        Wanted::Include(target.cloned())
                    }
                };
                queue.extend(documents.into_iter().map(|document| Visit {
                    document,
                    wanted: wanted(),
                    from: Some(node.location.clone()),
                }));
                return paths;
            }
            Found::Nothing(error) => self.missing.push((namespace, error)),
            Found::Broken(path, error) => self.fail_file(&path, error),
            Found::Refused(error) => self.errors.push(error),
        }
        Vec::new()
    }
}

/// The paths that a document names, however it does, whether there are such files or not.
fn targets(folder: &Folder, document: &Document) -> Vec<Arc<str>> {
    let services = wsdl::imports(&document.root).flatten();
    let services = services
        .filter_map(|(node, location)| search::service(folder, document, node, location).ok());
    services.chain(document.targets()).collect()
}

/// The files that no other one includes or imports, by path, in order; of files that only refer to
/// each other, one.
pub(super) fn roots(folder: &Folder) -> Result<Vec<Arc<str>>, String> {
    let paths = folder.list()?;
    let linked = |path: &Arc<str>| -> Vec<Arc<str>> {
        let document = folder.document(path);
        let targets = document.map_or_else(|_| Vec::new(), |document| targets(folder, &document));
        let other = |target: &Arc<str>| target != path && paths.contains(target);
        targets.into_iter().filter(other).collect()
    };
    let referenced: BTreeSet<Arc<str>> = paths.iter().flat_map(linked).collect();
    let (rest, mut roots): (Vec<_>, Vec<_>) = paths
        .iter()
        .cloned()
        .partition(|path| referenced.contains(path));
    let mut reached = BTreeSet::new();
    let mut waiting = roots.clone();
    // What no root reaches only refers to itself, in a circle.
    let mut rest = rest.into_iter();
    loop {
        while let Some(path) = waiting.pop() {
            if reached.insert(path.clone()) {
                waiting.extend(linked(&path));
            }
        }
        match rest.find(|path| !reached.contains(path)) {
            Some(path) => {
                roots.push(path.clone());
                waiting.push(path);
            }
            None => break,
        }
    }
    roots.sort();
    Ok(roots)
}
