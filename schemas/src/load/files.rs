//! Which files make a contract: roots, includes and imports, all inside the contract folder.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::error::{LoadError, SchemaFault};
use super::tree::{self, Node};
use super::wsdl::{self, WsdlFault};
use crate::{Location, QName, SchemaFile};

/// A schema document: a file, and the namespace that its components have.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) root: Arc<Node>,
    /// The target namespace; for a file without one, that of the file that includes it.
    pub(super) target: Option<Arc<str>>,
    /// Whether the target namespace is the includer's, so that names without prefix are too.
    pub(super) chameleon: bool,
    /// The namespaces imported, `None` being no namespace.
    pub(super) imports: BTreeSet<Option<String>>,
}

impl Schema {
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
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) schemas: Vec<Schema>,
    pub(super) errors: Vec<LoadError>,
    /// The files that were visited for their own sake.
    pub(super) roots: Vec<Arc<str>>,
    /// The WSDL documents, their schemas taken out.
    pub(super) services: Vec<Arc<Node>>,
    /// The schemas of each WSDL document.
    inside: BTreeMap<Arc<str>, Vec<Arc<Node>>>,
    parsed: BTreeMap<Arc<str>, Option<Arc<Node>>>,
    texts: BTreeMap<Arc<str>, Arc<str>>,
    visited: BTreeSet<(Arc<str>, Option<Arc<str>>)>,
    base: PathBuf,
}

/// A file to visit, and what its target namespace must be.
struct Visit {
    path: Arc<str>,
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

impl Files {
    /// Every XSD and WSDL file under `base`.
    pub(super) fn folder(base: &Path) -> Self {
        let mut files = Self::at(base);
        let mut paths = Vec::new();
        if let Err(error) = list(&files.base, &files.base, &mut paths) {
            files.fail_folder(SchemaFault::Unreadable(error.to_string()));
        } else if paths.is_empty() {
            files.fail_folder(SchemaFault::NoSchema);
        }
        let mut referenced = BTreeSet::new();
        for path in &paths {
            let Some(root) = files.parse(path, None) else {
                continue;
            };
            let targets = self::targets(path, &root, files.inside.get(path));
            referenced.extend(targets.into_iter().filter(|target| target != path));
        }
        let (linked, roots): (Vec<_>, Vec<_>) = paths
            .into_iter()
            .partition(|path| referenced.contains(path));
        files.visit_all(roots);
        // Files that only refer to each other.
        for path in linked {
            if !files.visited.iter().any(|(known, _)| *known == path) {
                files.visit_all(vec![path]);
            }
        }
        files
    }

    /// One XSD file and what it refers to, inside `base`.
    pub(super) fn single(base: &Path, file: &Path) -> Self {
        let mut files = Self::at(base);
        let inside = file.canonicalize().map(|full| relative(&files.base, &full));
        match inside {
            Ok(Some(path)) => files.visit_all(vec![path]),
            Ok(None) => files.fail_folder(SchemaFault::Outside(file.display().to_string())),
            Err(error) => {
                let fault = SchemaFault::Unreadable(format!("{}: {error}", file.display()));
                files.fail_folder(fault);
            }
        }
        files
    }

    /// The files in the order in which they were visited, the roots first.
    pub(super) fn listing(&self) -> Vec<SchemaFile> {
        let mut files: Vec<SchemaFile> = Vec::new();
        let services = self.services.iter();
        for root in services.chain(self.schemas.iter().map(|schema| &schema.root)) {
            let path = &root.location.file;
            let known = files.iter().any(|file| file.path == *path);
            if let Some(text) = self.texts.get(path).filter(|_| !known) {
                let namespace = root.attribute("targetNamespace").map(Arc::from);
                files.push(SchemaFile {
                    path: path.clone(),
                    namespace,
                    text: text.clone(),
                });
            }
        }
        files
    }

    fn at(base: &Path) -> Self {
        // A folder that does not exist is reported when it is listed.
        let base = base.canonicalize().unwrap_or_else(|_| base.to_owned());
        Self {
            base,
            ..Self::default()
        }
    }

    fn fail_folder(&mut self, fault: SchemaFault) {
        let location = Location {
            file: Arc::from("."),
            line: 0,
        };
        self.errors.push(LoadError { location, fault });
    }

    fn visit_all(&mut self, roots: Vec<Arc<str>>) {
        self.roots.extend(roots.iter().cloned());
        let root = |path| Visit {
            path,
            wanted: Wanted::Any,
            from: None,
        };
        let mut queue: VecDeque<Visit> = roots.into_iter().map(root).collect();
        while let Some(visit) = queue.pop_front() {
            if let Err(error) = self.visit(&visit, &mut queue) {
                self.errors.push(error);
            }
        }
    }

    fn visit(&mut self, visit: &Visit, queue: &mut VecDeque<Visit>) -> Result<(), LoadError> {
        let Some(root) = self.parse(&visit.path, visit.from.as_ref()) else {
            return Ok(());
        };
        if wsdl::is_wsdl(&root) && matches!(visit.wanted, Wanted::Any | Wanted::Service) {
            self.visit_service(&root, queue);
            return Ok(());
        }
        if root.xs() != Some("schema") {
            let name = root.name.clone();
            return Err(root.error(if is_service_path(&visit.path) {
                SchemaFault::Wsdl(WsdlFault::NotWsdl(name))
            } else {
                SchemaFault::NotSchema(name)
            }));
        }
        let own: Option<Arc<str>> = root.attribute("targetNamespace").map(Arc::from);
        let (target, chameleon) = match &visit.wanted {
            Wanted::Any | Wanted::Service => (own.clone(), false),
            Wanted::Include(wanted) if own.is_none() => (wanted.clone(), wanted.is_some()),
            Wanted::Include(wanted) | Wanted::Import(wanted) if own == *wanted => {
                (own.clone(), false)
            }
            Wanted::Include(wanted) | Wanted::Import(wanted) => {
                let text =
                    |namespace: &Option<Arc<str>>| namespace.as_deref().unwrap_or("").to_owned();
                let fault = SchemaFault::TargetNamespace {
                    found: text(&own),
                    wanted: text(wanted),
                };
                let location = visit.from.clone().unwrap_or_else(|| root.location.clone());
                return Err(LoadError { location, fault });
            }
        };
        if self.visited.insert((visit.path.clone(), target.clone())) {
            self.take(root, target, chameleon, queue);
        }
        Ok(())
    }

    /// A WSDL document: its schemas, and what it imports.
    fn visit_service(&mut self, root: &Arc<Node>, queue: &mut VecDeque<Visit>) {
        let path = root.location.file.clone();
        if !self.visited.insert((path.clone(), None)) {
            return;
        }
        self.services.push(Arc::clone(root));
        for schema in self.inside.get(&path).cloned().unwrap_or_default() {
            let target = schema.attribute("targetNamespace").map(Arc::from);
            self.take(schema, target, false, queue);
        }
        for import in wsdl::imports(root) {
            let located = import.and_then(|(node, location)| {
                let path = resolve(&path, location).map_err(|fault| node.error(fault))?;
                Ok((path, node.location.clone()))
            });
            match located {
                Ok((path, from)) => queue.push_back(Visit {
                    path,
                    wanted: Wanted::Service,
                    from: Some(from),
                }),
                Err(error) => self.errors.push(error),
            }
        }
    }

    /// A schema document, and what it refers to.
    fn take(
        &mut self,
        root: Arc<Node>,
        target: Option<Arc<str>>,
        chameleon: bool,
        queue: &mut VecDeque<Visit>,
    ) {
        let mut imports = BTreeSet::new();
        for node in root.children.iter().filter(|node| is_link(node)) {
            let wanted = if node.xs() == Some("import") {
                let namespace = node.attribute("namespace");
                imports.insert(namespace.map(str::to_owned));
                Wanted::Import(namespace.map(Arc::from))
            } else {
                Wanted::Include(target.clone())
            };
            match locate(&root.location.file, node) {
                Ok(Some(path)) => {
                    queue.push_back(Visit {
                        path,
                        wanted,
                        from: Some(node.location.clone()),
                    });
                }
                Ok(None) => {}
                Err(error) => self.errors.push(error),
            }
        }
        self.schemas.push(Schema {
            root,
            target,
            chameleon,
            imports,
        });
    }

    /// The tree of the file, read once; `None` when it cannot be read, which is reported once.
    fn parse(&mut self, path: &Arc<str>, from: Option<&Location>) -> Option<Arc<Node>> {
        if let Some(known) = self.parsed.get(path) {
            return known.clone();
        }
        let root = self
            .read(path, from)
            .map_err(|error| self.errors.push(error))
            .ok();
        self.parsed.insert(path.clone(), root.clone());
        root
    }

    fn read(&mut self, path: &Arc<str>, from: Option<&Location>) -> Result<Arc<Node>, LoadError> {
        let itself = || Location {
            file: path.clone(),
            line: 0,
        };
        let unreadable = |error: &dyn std::fmt::Display| LoadError {
            location: from.cloned().unwrap_or_else(itself),
            fault: SchemaFault::Unreadable(format!("{path}: {error}")),
        };
        let full = self
            .base
            .join(&**path)
            .canonicalize()
            .map_err(|error| unreadable(&error))?;
        // A symbolic link may lead anywhere.
        if relative(&self.base, &full).is_none() {
            return Err(LoadError {
                location: from.cloned().unwrap_or_else(itself),
                fault: SchemaFault::Outside(path.to_string()),
            });
        }
        let bytes = fs::read(&full).map_err(|error| unreadable(&error))?;
        let text = String::from_utf8(bytes).map_err(|_| LoadError {
            location: itself(),
            fault: SchemaFault::Xml(crate::FaultKind::NotUtf8),
        })?;
        let mut root = tree::read(path, &text)?;
        if wsdl::is_wsdl(&root) {
            let inside = wsdl::take_schemas(&mut root);
            self.inside.insert(path.clone(), inside);
        }
        self.texts.insert(path.clone(), Arc::from(text));
        Ok(Arc::new(root))
    }
}

/// The files that a document names, however it does.
fn targets(path: &str, root: &Arc<Node>, inside: Option<&Vec<Arc<Node>>>) -> Vec<Arc<str>> {
    let schemas = inside.into_iter().flatten().chain(std::iter::once(root));
    let links = schemas.flat_map(|schema| schema.children.iter().filter(|node| is_link(node)));
    let of_schemas = links.filter_map(|node| locate(path, node).ok().flatten());
    let imports = wsdl::imports(root).flatten();
    let of_services = imports.filter_map(|(_, location)| resolve(path, location).ok());
    of_schemas.chain(of_services).collect()
}

/// Whether the file is called as a WSDL is.
pub(super) fn is_service_path(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("wsdl"))
}

/// The path, inside the folder, that an include or import names; `None` when it names none.
fn locate(from: &str, node: &Node) -> Result<Option<Arc<str>>, LoadError> {
    let Some(location) = node.attribute("schemaLocation") else {
        if node.xs() == Some("import") {
            return Ok(None);
        }
        return Err(node.error(SchemaFault::MissingAttribute("schemaLocation".to_owned())));
    };
    resolve(from, location)
        .map(Some)
        .map_err(|fault| node.error(fault))
}

/// The path, inside the contract folder, that `location` means in the file `from`.
pub(super) fn resolve(from: &str, location: &str) -> Result<Arc<str>, SchemaFault> {
    let outside = || SchemaFault::Outside(location.to_owned());
    let scheme = location
        .split_once(':')
        .is_some_and(|(scheme, _)| !scheme.contains('/'));
    if scheme || location.starts_with("//") {
        return Err(SchemaFault::Remote(location.to_owned()));
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in Path::new(location).components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str().ok_or_else(outside)?),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop().ok_or_else(outside)?;
            }
            Component::RootDir | Component::Prefix(_) => return Err(outside()),
        }
    }
    Ok(Arc::from(parts.join("/")))
}

/// The name of an include or import.
pub(super) fn is_link(node: &Node) -> bool {
    matches!(node.xs(), Some("include" | "import" | "redefine"))
}

/// Lists the XSD and WSDL files under `folder`, sorted, as paths inside `base`; hidden ones are left out.
fn list(base: &Path, folder: &Path, paths: &mut Vec<Arc<str>>) -> std::io::Result<()> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut entries: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        let hidden = entry
            .file_name()
            .is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        // A linked folder may lead anywhere, or round in a circle.
        if entry.is_dir() && !entry.is_symlink() {
            list(base, &entry, paths)?;
        } else if entry
            .extension()
            .is_some_and(|extension| extension == "xsd" || extension == "wsdl")
        {
            paths.extend(relative(base, &entry));
        }
    }
    Ok(())
}

/// The path of `full` inside `base`, with `/`.
fn relative(base: &Path, full: &Path) -> Option<Arc<str>> {
    let inside = full.strip_prefix(base).ok()?;
    let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| Arc::from(parts.join("/")))
}
