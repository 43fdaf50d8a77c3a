//! A folder of XSD and WSDL files, each read and parsed at most once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::error::{LoadError, SchemaFault};
use super::super::prolog::{self, DocumentType};
use super::super::tree::{self, Node};
use super::super::wsdl;
use super::document::Document;
use super::links::is_service_path;
use crate::beside::{self, Unread};
use crate::fault::line_of;
use crate::{Fault, FaultKind, Location, xml};

/// The largest file that is read.
const MAX_BYTES: u64 = 64 << 20;

/// The most files of one folder.
const MAX_FILES: usize = 20_000;

type Parsed = Result<Arc<Document>, LoadError>;
type Listed = Result<Arc<[Arc<str>]>, String>;

/// A folder of XSD files.
#[derive(Debug)]
pub(in crate::load) struct Folder {
    base: PathBuf,
    parsed: RefCell<BTreeMap<Arc<str>, Parsed>>,
    listed: RefCell<Option<Listed>>,
}

impl Folder {
    /// The folder at `base`; one that does not exist is reported when it is listed.
    pub(in crate::load) fn new(base: &Path) -> Self {
        Self {
            base: base.canonicalize().unwrap_or_else(|_| base.to_owned()),
            parsed: RefCell::default(),
            listed: RefCell::default(),
        }
    }

    /// The path of `file` inside the folder, with `/`.
    pub(in crate::load) fn inside(&self, file: &Path) -> Result<Arc<str>, SchemaFault> {
        match file.canonicalize() {
            Ok(full) => relative(&self.base, &full)
                .ok_or_else(|| SchemaFault::Outside(file.display().to_string())),
            Err(error) => Err(SchemaFault::Unreadable(format!(
                "{}: {error}",
                file.display()
            ))),
        }
    }

    /// The XSD and WSDL files, sorted, as paths inside the folder; hidden ones are left out.
    pub(super) fn list(&self) -> Listed {
        let mut listed = self.listed.borrow_mut();
        let found = listed.get_or_insert_with(|| {
            let mut paths = Vec::new();
            list(&self.base, &self.base, &mut paths)
                .map(|()| paths.into())
                .map_err(|error| error.to_string())
        });
        found.clone()
    }

    /// Whether there is a file at `path`.
    pub(super) fn has(&self, path: &str) -> bool {
        self.base.join(path).is_file()
    }

    /// The schema document at `path`.
    pub(super) fn document(&self, path: &Arc<str>) -> Parsed {
        if let Some(known) = self.parsed.borrow().get(path) {
            return known.clone();
        }
        let document = self.read(path).map(Arc::new);
        self.parsed
            .borrow_mut()
            .insert(path.clone(), document.clone());
        document
    }

    fn read(&self, path: &Arc<str>) -> Result<Document, LoadError> {
        let fail = |fault| LoadError {
            location: Location {
                file: path.clone(),
                line: 0,
            },
            fault,
        };
        let bytes = beside::bytes(&self.base, path, MAX_BYTES).map_err(|cause| {
            fail(match cause {
                Unread::Outside => SchemaFault::Outside(path.to_string()),
                Unread::TooLarge(_) => SchemaFault::Xml(FaultKind::TooLarge),
                Unread::NotUtf8 => SchemaFault::Xml(FaultKind::NotUtf8),
                Unread::Missing | Unread::NoFile | Unread::TooMany | Unread::Failed(_) => {
                    SchemaFault::Unreadable(format!("{path}: {cause}"))
                }
            })
        })?;
        let (root, text) = read_bytes(path, &bytes)?;
        Ok(Document::new(path, root, text))
    }
}

/// Reads the file called `path`: its tree, and its text in UTF-8.
fn read_bytes(path: &Arc<str>, bytes: &[u8]) -> Result<(Node, Arc<str>), LoadError> {
    let located = |fault: Fault| LoadError {
        location: Location {
            file: path.clone(),
            line: fault.line,
        },
        fault: SchemaFault::Xml(fault.kind),
    };
    let utf8 = xml::utf8(bytes, None).map_err(located)?;
    let text = std::str::from_utf8(&utf8).map_err(|error| {
        located(Fault {
            kind: FaultKind::NotUtf8,
            line: line_of(&utf8, error.valid_up_to()),
        })
    })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let plain = |document_type| {
        prolog::plain(text, document_type).map_err(|(kind, at)| {
            located(Fault {
                kind,
                line: line_of(text.as_bytes(), at),
            })
        })
    };
    // Schemas of old come with a document type; no WSDL does, whatever its file is called.
    if is_service_path(path) {
        plain(DocumentType::Refused)?;
    }
    let read = plain(DocumentType::Read)?;
    let root = tree::read(path, &read)?;
    if wsdl::is_wsdl(&root) {
        plain(DocumentType::Refused)?;
    }
    Ok((root, Arc::from(&*read)))
}

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
        } else if entry.extension().is_some_and(|extension| {
            extension.eq_ignore_ascii_case("xsd") || extension.eq_ignore_ascii_case("wsdl")
        }) {
            paths.extend(relative(base, &entry));
        }
        if paths.len() > MAX_FILES {
            return Err(std::io::Error::other("too many files"));
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
