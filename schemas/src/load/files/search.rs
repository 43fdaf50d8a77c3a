//! Where the document is that an include or import means: at its location, else, for imports, where
//! its namespace is.

use std::sync::Arc;

use super::super::error::{LoadError, SchemaFault};
use super::super::tree::Node;
use super::super::wsdl;
use super::{Document, Files, Folder, known, links};

/// What an include or import leads to.
pub(super) enum Found {
    /// These documents.
    These(Vec<Arc<Document>>),
    /// Nothing, which matters only if something of the namespace is used.
    Nothing(LoadError),
    /// A file that cannot be read as a schema.
    Broken(Arc<str>, LoadError),
    /// Something that is never followed.
    Refused(LoadError),
}

impl Files<'_> {
    /// What an include in `from` leads to.
    pub(super) fn included(&self, from: &Document, node: &Node, target: Option<&str>) -> Found {
        let Some(location) = node.attribute("schemaLocation") else {
            let fault = SchemaFault::MissingAttribute("schemaLocation".to_owned());
            return Found::Refused(node.error(fault));
        };
        let fits = |document: &Document| {
            let own = document.root.attribute("targetNamespace");
            own.is_none() || own == target
        };
        match self.at(from, location) {
            Ok(Some(Ok(document))) => Found::These(vec![document]),
            Ok(Some(Err((path, error)))) => Found::Broken(path, error),
            Ok(None) => self
                .named(from, location, &fits)
                .unwrap_or_else(|| Found::Refused(unreadable(node, location))),
            Err(fault) => self
                .elsewhere(from, location, &fits)
                .unwrap_or_else(|| Found::Refused(node.error(fault))),
        }
    }

    /// What an import in `from` leads to.
    pub(super) fn imported(&self, from: &Document, node: &Node, namespace: Option<&str>) -> Found {
        let found = self.located(from, node, namespace);
        let missing = matches!(found, Found::Nothing(_) | Found::Refused(_));
        if missing && let Some(document) = namespace.and_then(known::document) {
            return Found::These(vec![document]);
        }
        if let Found::Refused(error) = found {
            return if namespace.is_some_and(known::is_protocol) {
                Found::Nothing(error)
            } else {
                Found::Refused(error)
            };
        }
        found
    }

    fn located(&self, from: &Document, node: &Node, namespace: Option<&str>) -> Found {
        let fits = |document: &Document| document.root.attribute("targetNamespace") == namespace;
        let Some(location) = node.attribute("schemaLocation") else {
            return self
                .providing(from, namespace)
                .unwrap_or_else(|| Found::Nothing(not_provided(node, namespace)));
        };
        match self.at(from, location) {
            Ok(Some(Ok(document))) => Found::These(vec![document]),
            Ok(Some(Err((path, error)))) => Found::Broken(path, error),
            Ok(None) => self
                .named(from, location, &fits)
                .or_else(|| self.providing(from, namespace))
                .unwrap_or_else(|| Found::Nothing(unreadable(node, location))),
            Err(fault) => self
                .elsewhere(from, location, &fits)
                .or_else(|| {
                    let remote = matches!(fault, SchemaFault::Remote(_));
                    remote.then(|| self.providing(from, namespace)).flatten()
                })
                .unwrap_or_else(|| Found::Refused(node.error(fault))),
        }
    }

    /// The document at a location; `None` when there is no such file.
    #[allow(clippy::type_complexity, reason = "read once, at once")]
    fn at(
        &self,
        from: &Document,
        location: &str,
    ) -> Result<Option<Result<Arc<Document>, (Arc<str>, LoadError)>>, SchemaFault> {
        let path = links::resolve(&from.path, location)?;
        if !self.folder.has(&path) {
            return Ok(None);
        }
        let document = self.folder.document(&path);
        Ok(Some(document.map_err(|error| (path, error))))
    }

    /// The nearest file of the name that a URL ends with, if it fits.
    fn elsewhere(
        &self,
        from: &Document,
        location: &str,
        fits: &dyn Fn(&Document) -> bool,
    ) -> Option<Found> {
        links::is_remote(location)
            .then(|| self.named(from, location, fits))
            .flatten()
    }

    /// The nearest file of the name that the location ends with, if it fits.
    fn named(
        &self,
        from: &Document,
        location: &str,
        fits: &dyn Fn(&Document) -> bool,
    ) -> Option<Found> {
        let name = links::file_name(location)?;
        let paths = self.folder.list().ok()?;
        let same = paths.iter().filter(|path| {
            let last = path.rsplit('/').next();
            last.is_some_and(|last| last.eq_ignore_ascii_case(&name))
        });
        let documents = same.filter_map(|path| self.folder.document(path).ok());
        nearest(from, documents.filter(|document| fits(document))).map(Found::These)
    }

    /// The nearest documents of that target namespace: first those that are no files of their own.
    fn providing(&self, from: &Document, namespace: Option<&str>) -> Option<Found> {
        let fits = |document: &Arc<Document>| {
            document.root.xs() == Some("schema")
                && document.root.attribute("targetNamespace") == namespace
                && document.path != from.path
        };
        let inner: Vec<_> = self.inner.iter().filter(|one| fits(one)).cloned().collect();
        if !inner.is_empty() {
            return Some(Found::These(inner));
        }
        let paths = self.folder.list().ok()?;
        let documents = paths
            .iter()
            .filter_map(|path| self.folder.document(path).ok());
        nearest(from, documents.filter(fits)).map(Found::These)
    }
}

/// The path of the WSDL that an import in `from` means: what is there, else the nearest one of that name or, where
/// the location is a URL, of that namespace.
pub(super) fn service(
    folder: &Folder,
    from: &Document,
    node: &Node,
    location: &str,
) -> Result<Arc<str>, SchemaFault> {
    let fault = match links::resolve(&from.path, location) {
        Ok(path) if folder.has(&path) => return Ok(path),
        Ok(path) => SchemaFault::Unreadable(format!("{path}: no such file")),
        Err(fault) => fault,
    };
    if matches!(fault, SchemaFault::Outside(_)) {
        return Err(fault);
    }
    let remote = matches!(fault, SchemaFault::Remote(_));
    let name = links::file_name(location).unwrap_or_default();
    let namespace = node.attribute("namespace");
    let paths = folder.list().unwrap_or_default();
    let others = || {
        let documents = paths.iter().filter_map(|path| folder.document(path).ok());
        documents.filter(|document| wsdl::is_wsdl(&document.root) && document.path != from.path)
    };
    let last = |document: &Arc<Document>| document.path.rsplit('/').next().map(str::to_owned);
    let named = others().filter(|one| last(one).is_some_and(|it| it.eq_ignore_ascii_case(&name)));
    let spaced =
        others().filter(|one| remote && one.root.attribute("targetNamespace") == namespace);
    let near = nearest(from, named).or_else(|| nearest(from, spaced));
    // Several that fit equally well mean none.
    match near.as_deref() {
        Some([one]) => Ok(one.path.clone()),
        Some(_) | None => Err(fault),
    }
}

/// Of these documents, those in the folder nearest to that of `from`.
fn nearest(
    from: &Document,
    documents: impl Iterator<Item = Arc<Document>>,
) -> Option<Vec<Arc<Document>>> {
    let documents: Vec<Arc<Document>> = documents.collect();
    let distances = documents.iter().map(|document| distance(from, document));
    let least = distances.min()?;
    let near = documents
        .into_iter()
        .filter(|document| distance(from, document) == least);
    Some(near.collect())
}

/// How many folders apart two documents are.
fn distance(one: &Document, other: &Document) -> usize {
    let folders = |document: &Document| -> Vec<String> {
        let mut parts: Vec<String> = document.path.split('/').map(str::to_owned).collect();
        parts.pop();
        parts
    };
    let (one, other) = (folders(one), folders(other));
    let common = one
        .iter()
        .zip(&other)
        .take_while(|(one, other)| one == other);
    let common = common.count();
    one.len() + other.len() - 2 * common
}

fn unreadable(node: &Node, location: &str) -> LoadError {
    node.error(SchemaFault::Unreadable(format!("{location}: no such file")))
}

fn not_provided(node: &Node, namespace: Option<&str>) -> LoadError {
    node.error(SchemaFault::NotProvided(
        namespace.unwrap_or_default().to_owned(),
    ))
}
