//! Who asks, put where a message says it itself: the inverse of [`context_of`](super::context_of).

use std::collections::BTreeMap;
use std::fmt::Write;

use certs::signing::{Hash, digest};
use contract::{
    BodyContext, Builder, Content, ContextField, Document, ElementId, NodeRef, Violation,
};
use domain::Context;

use super::{Field, fields};

/// How many characters of a digest name a request whose own name does not fit; 104 bits.
const SHORT_NAME: usize = 26;

/// Why a context has no place in a message.
#[derive(Debug, thiserror::Error)]
pub enum Unsaid {
    /// The service has no word for the purpose.
    #[error("the service has no word for the purpose `{0}`")]
    Purpose(String),
    /// A value does not fit where it belongs; the paths.
    #[error("what the context says does not fit: {}", paths(.0))]
    Invalid(Vec<Violation>),
}

fn paths(violations: &[Violation]) -> String {
    let paths: Vec<&str> = violations.iter().map(|it| it.path.as_ref()).collect();
    paths.join(", ")
}

/// The document with the context where the governance file tells; what it says nowhere, as for whom or why a danger was
/// declared, is not handed on.
///
/// A request whose name is too long for the service goes by the beginning of that name's SHA-256: the same request, the
/// same name.
///
/// # Errors
/// What has no place.
pub fn put_context(
    document: &Document,
    told: &BodyContext,
    context: &Context,
) -> Result<Document, Unsaid> {
    let mut leaves = BTreeMap::new();
    for (field, path) in &told.fields {
        let field = Field::told(*field);
        let said = fields(context).into_iter().find(|(it, _)| *it == field);
        let Some((_, value)) = said else { continue };
        let value = match field {
            Field::Purpose => word(told, value)?,
            Field::Requester
            | Field::OnBehalfOf
            | Field::Officer
            | Field::File
            | Field::Peril
            | Field::RequestId
            | Field::Timestamp => value,
        };
        leaves.insert(&**path, value);
    }
    match build(document, &leaves) {
        Ok(made) => Ok(made),
        Err(violations) => {
            let name = told.fields.get(&ContextField::RequestId);
            let name = name.and_then(|path| leaves.get_mut(&**path));
            let short = name.and_then(|name| Some((short(name)?, name)));
            let Some((short, name)) = short else {
                return Err(Unsaid::Invalid(violations));
            };
            *name = short;
            build(document, &leaves).map_err(Unsaid::Invalid)
        }
    }
}

/// The word of the service for a purpose of ours.
fn word(told: &BodyContext, purpose: String) -> Result<String, Unsaid> {
    if told.purposes.is_empty() {
        return Ok(purpose);
    }
    let mut words = told.purposes.iter();
    let word = words.find(|(_, ours)| ***ours == *purpose);
    word.map(|(word, _)| word.to_string())
        .ok_or(Unsaid::Purpose(purpose))
}

fn short(name: &str) -> Option<String> {
    let hash = digest(Hash::Sha256, name.as_bytes()).ok()?;
    let mut text = String::new();
    for byte in hash.iter().take(SHORT_NAME.div_ceil(2)) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

fn build(document: &Document, leaves: &BTreeMap<&str, String>) -> Result<Document, Vec<Violation>> {
    let root = document.root();
    let mut builder = Builder::new(document.contract(), root.element());
    let path = format!("/{}", root.local());
    // What is wrong with any of it comes out of `finish`.
    let _ = fill(&mut builder, (root.element(), Some(root)), (&path, leaves));
    builder.finish()
}

/// Copies an element's children in the order of the schema, with the leaves in their places.
fn fill(
    builder: &mut Builder,
    (element, known): (ElementId, Option<NodeRef<'_>>),
    (path, leaves): (&str, &BTreeMap<&str, String>),
) -> Result<(), Violation> {
    let contract = std::sync::Arc::clone(builder.contract());
    if let Some(node) = known {
        for (_, local, text) in node.attributes() {
            builder.attribute(local, text)?;
        }
    }
    let Content::Complex(id) = contract.element(element).content else {
        return Ok(());
    };
    for child in &contract.complex(id).children {
        let local = &*contract.element(child.element).name.local;
        let path = format!("{path}/{local}");
        let below = format!("{path}/");
        let there = known.into_iter().flat_map(NodeRef::children);
        let mut there = there.filter(|node| node.element() == child.element);
        if let Some(text) = leaves.get(path.as_str()) {
            builder.leaf(local, text)?;
        } else if leaves.keys().any(|leaf| leaf.starts_with(&below)) {
            builder.open(local)?;
            fill(builder, (child.element, there.next()), (&path, leaves))?;
            builder.close()?;
        } else {
            for node in there {
                builder.append(node)?;
            }
        }
    }
    Ok(())
}
