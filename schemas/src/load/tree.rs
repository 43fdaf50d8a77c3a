//! One XSD file as a tree, each node with its line and the prefixes in force.

use std::sync::Arc;

use super::error::{LoadError, SchemaFault};
use crate::xml::{Event, Source, Start};
use crate::{Fault, Limits, Location, QName};

/// The namespace of XML Schema.
pub(crate) const XS: &str = "http://www.w3.org/2001/XMLSchema";

/// The namespace of our annotations.
pub(super) const ANNOTATIONS: &str = "urn:pasarela:anotaciones:1";

/// An element of a schema file.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) name: QName,
    pub(crate) attributes: Vec<(QName, String)>,
    pub(crate) children: Vec<Node>,
    /// The text directly inside, concatenated.
    pub(crate) text: String,
    pub(crate) location: Location,
    prefixes: Arc<[(String, String)]>,
}

impl Node {
    /// The value of an attribute without namespace.
    pub(crate) fn attribute(&self, local: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(name, _)| name.is(None, local))
            .map(|(_, value)| value.as_str())
    }

    /// The local name, if the node belongs to XML Schema.
    pub(crate) fn xs(&self) -> Option<&str> {
        (self.name.namespace.as_deref() == Some(XS)).then_some(&*self.name.local)
    }

    /// The namespace that `prefix` stands for here.
    pub(crate) fn namespace(&self, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some("http://www.w3.org/XML/1998/namespace");
        }
        let mut prefixes = self.prefixes.iter();
        let found = prefixes.find(|(known, _)| known == prefix);
        // An empty namespace takes the default one back.
        found
            .map(|(_, namespace)| namespace.as_str())
            .filter(|namespace| !namespace.is_empty())
    }

    /// Whether both say the same, wherever they stand: annotations aside, and names taken as they
    /// are written, with prefixes that mean the same.
    pub(crate) fn says(&self, other: &Self) -> bool {
        let mut mine = self.parts();
        let mut theirs = other.parts();
        self.name == other.name
            && self.attributes == other.attributes
            && self.means_as(other)
            && self.text.trim() == other.text.trim()
            && mine
                .by_ref()
                .all(|part| theirs.next().is_some_and(|other| part.says(other)))
            && theirs.next().is_none()
    }

    /// Whether the prefixes that may stand in the attribute values mean the same there, and so does a name without one.
    fn means_as(&self, other: &Self) -> bool {
        if self.prefixes == other.prefixes {
            return true;
        }
        let same = |prefix: &str| self.namespace(prefix) == other.namespace(prefix);
        let values = self.attributes.iter();
        let words = values.flat_map(|(_, value)| {
            value.split(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.')))
        });
        let mut prefixes = words.filter_map(|word| word.split_once(':'));
        same("") && prefixes.all(|(prefix, _)| same(prefix))
    }

    /// The children, annotations left out.
    fn parts(&self) -> impl Iterator<Item = &Self> {
        let children = self.children.iter();
        children.filter(|child| child.xs() != Some("annotation"))
    }

    /// An error at this node.
    pub(crate) fn error(&self, fault: SchemaFault) -> LoadError {
        LoadError {
            location: self.location.clone(),
            fault,
        }
    }
}

/// Reads `text`, the file at `path`.
pub(super) fn read(path: &Arc<str>, text: &str) -> Result<Node, LoadError> {
    let limits = Limits {
        max_bytes: 64 << 20,
        max_elements: 2_000_000,
        max_depth: 256,
        ..Limits::default()
    };
    let located = |fault: Fault| LoadError {
        location: Location {
            file: path.clone(),
            line: fault.line,
        },
        fault: SchemaFault::Xml(fault.kind),
    };
    let mut source = Source::new(text.as_bytes(), &limits).map_err(located)?;
    let mut open: Vec<Node> = Vec::new();
    loop {
        match source.next().map_err(located)? {
            Event::Start(start) => {
                let node = node(path, &source, &start, open.last());
                open.push(node);
            }
            Event::Text(text) => {
                if let Some(node) = open.last_mut() {
                    node.text.push_str(&text);
                }
            }
            Event::End => {
                let closed = open.pop();
                match (open.last_mut(), closed) {
                    (Some(parent), Some(node)) => parent.children.push(node),
                    (None, Some(root)) => {
                        // What follows the root is white space and comments, or refused.
                        while source.next().map_err(located)? != Event::Eof {}
                        return Ok(root);
                    }
                    (_, None) => {}
                }
            }
            Event::Eof => {
                let location = Location {
                    file: path.clone(),
                    line: source.line(),
                };
                let fault = SchemaFault::Xml(crate::FaultKind::NotWellFormed);
                return Err(LoadError { location, fault });
            }
        }
    }
}

fn node(path: &Arc<str>, source: &Source<'_>, start: &Start<'_>, parent: Option<&Node>) -> Node {
    let in_force: Vec<(String, String)> = source
        .namespaces()
        .map(|(p, n)| (p.to_owned(), n.to_owned()))
        .collect();
    let prefixes = match parent {
        Some(parent) if *parent.prefixes == *in_force => parent.prefixes.clone(),
        _ => in_force.into(),
    };
    let attributes = start.attributes();
    Node {
        name: QName::new(start.namespace(), start.local()),
        attributes: attributes
            .map(|(namespace, local, value)| (QName::new(namespace, local), value.to_owned()))
            .collect(),
        children: Vec::new(),
        text: String::new(),
        location: Location {
            file: path.clone(),
            line: source.line(),
        },
        prefixes,
    }
}
