//! A request as a client puts it: the inverse of [`bind`](super::bind).

use std::fmt::Write;

use contract::{Document, Method, NodeRef, Operation, RestBinding, RestBody, Role, Segment};
use domain::Context;

use super::{CONTENT_TYPE, context, percent};
use crate::reserved::is_reserved;

/// A request before it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// Path and query below the address of the other side, from its first slash on.
    pub target: String,
    /// The headers of the context, the version that is expected, and the type of the body if there is one.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty where there is none.
    pub body: Vec<u8>,
}

/// Why a document cannot be put as a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unaskable {
    /// No address of the operation takes it.
    #[error("no address of `{operation}` takes this question")]
    NoAddress {
        /// The operation.
        operation: String,
    },
    /// An element that travels neither in the path nor in the query nor in the body.
    #[error("`{element}` has no place in the request")]
    NoPlace {
        /// Its name.
        element: String,
    },
    /// A value that would lead to another address: `.` or `..` alone between two slashes.
    #[error("`{parameter}` cannot be said in a path: its value would lead elsewhere")]
    Elsewhere {
        /// The parameter of the path.
        parameter: String,
    },
    /// A value of the context that no header can say.
    #[error("the header `{header}` cannot say its value")]
    Header {
        /// The header's name.
        header: &'static str,
    },
}

/// Puts a document as a request of `operation`, in the shape that names most of it in its path.
///
/// # Errors
/// The first thing that has no place.
pub fn ask(
    operation: &Operation,
    document: &Document,
    said: &Context,
) -> Result<Outgoing, Unaskable> {
    let root = document.root();
    let binding = shape(operation, root).ok_or_else(|| Unaskable::NoAddress {
        operation: operation.name.to_string(),
    })?;
    let mut headers = context::headers(said)?;
    let mut body = Vec::new();
    let mut query = String::new();
    match &binding.body {
        RestBody::Whole => root.write_json(&mut body),
        RestBody::None | RestBody::Child(_) => {
            for node in root.children() {
                match place(binding, node)? {
                    Place::Path => {}
                    Place::Version(version) => {
                        headers.push(("if-match", format!("\"{version}\"")));
                    }
                    Place::Body if body.is_empty() => node.write_json(&mut body),
                    Place::Body => return Err(no_place(node)),
                    Place::Query(value) => {
                        let first = if query.is_empty() { '?' } else { '&' };
                        let (name, value) = (node.local(), percent::encode(value));
                        // Writing to a string does not fail.
                        let _ = write!(query, "{first}{name}={value}");
                    }
                }
            }
        }
    }
    if !body.is_empty() {
        headers.push(("content-type", CONTENT_TYPE.to_owned()));
    }
    Ok(Outgoing {
        method: binding.method,
        target: path(binding, root)? + &query,
        headers,
        body,
    })
}

/// Where one child of the request travels.
enum Place<'d> {
    Path,
    Version(&'d str),
    Body,
    Query(&'d str),
}

fn place<'d>(binding: &RestBinding, node: NodeRef<'d>) -> Result<Place<'d>, Unaskable> {
    let role = node.document().contract().element(node.element()).role;
    let in_path = |segment: &Segment| match segment {
        Segment::Param(name) => *name == node.local(),
        Segment::Literal(_) => false,
    };
    if binding.path.iter().any(in_path) {
        return Ok(Place::Path);
    }
    if binding.body == RestBody::Child(node.local().to_owned()) {
        return Ok(Place::Body);
    }
    match (role, node.text()) {
        (Some(Role::ExpectedVersion), Some(version)) => Ok(Place::Version(version)),
        (Some(role), _) if is_reserved(role) => Err(no_place(node)),
        (_, Some(value)) => Ok(Place::Query(value)),
        (_, None) => Err(no_place(node)),
    }
}

fn no_place(node: NodeRef<'_>) -> Unaskable {
    Unaskable::NoPlace {
        element: node.local().to_owned(),
    }
}

/// Of the shapes whose path the document fills, the one with most parameters; of those, the first. Who replaces says
/// which version: a `PUT` without is none.
fn shape<'o>(operation: &'o Operation, root: NodeRef<'_>) -> Option<&'o RestBinding> {
    let versioned = root.role(Role::ExpectedVersion).is_some();
    let fits = |binding: &&RestBinding| {
        let mut params = binding.path.iter().filter_map(param);
        params.all(|name| value(root, name).is_some())
            && (binding.method != Method::Put || versioned)
    };
    let mut best: Option<&RestBinding> = None;
    for binding in operation.rest.iter().filter(fits) {
        let count = |it: &RestBinding| it.path.iter().filter_map(param).count();
        if best.is_none_or(|known| count(binding) > count(known)) {
            best = Some(binding);
        }
    }
    best
}

fn param(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Param(name) => Some(name),
        Segment::Literal(_) => None,
    }
}

fn value<'d>(root: NodeRef<'d>, name: &str) -> Option<&'d str> {
    root.child(name)?.text().filter(|text| !text.is_empty())
}

fn path(binding: &RestBinding, root: NodeRef<'_>) -> Result<String, Unaskable> {
    let mut path = String::new();
    for segment in &binding.path {
        let said = match segment {
            Segment::Literal(text) => text,
            Segment::Param(name) => value(root, name).unwrap_or_default(),
        };
        // However it is written, whoever reads an address takes it for a way up.
        if let (".." | ".", Segment::Param(name)) = (said, segment) {
            let parameter = name.clone();
            return Err(Unaskable::Elsewhere { parameter });
        }
        path.push('/');
        path.push_str(&percent::encode(said));
    }
    Ok(path)
}
