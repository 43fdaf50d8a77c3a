//! `xs:redefine` (XML Schema part 1, 4.2.2): what it says takes the place of what it names, and what it names goes on
//! under another name, as the base of the new one alone.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::error::{LoadError, SchemaFault};
use super::files::Schema;
use super::tree::Node;
use crate::QName;

/// The namespace of the mark on what was redefined; no file can write an attribute that is kept apart like this.
const MARK: &str = "urn:pasarela:redefinido";

/// Whether the component was redefined: no document may name it.
pub(super) fn is_replaced(node: &Node) -> bool {
    let mut names = node.attributes.iter().map(|(name, _)| name);
    names.any(|name| name.namespace.as_deref() == Some(MARK))
}

/// Puts what files redefine among their global components.
pub(super) fn apply(schemas: &mut [Schema], errors: &mut Vec<LoadError>) {
    let redefines = |schema: &Schema| !schema.redefines.is_empty();
    let mut waiting: Vec<usize> = (0..schemas.len())
        .filter(|at| schemas.get(*at).is_some_and(redefines))
        .collect();
    while !waiting.is_empty() {
        // What is redefined may itself redefine: that comes first.
        let ready = waiting.iter().position(|at| {
            let below = schemas.get(*at).map(|schema| {
                let paths: Vec<Arc<str>> = schema.redefines.iter().flatten().cloned().collect();
                reachable(schemas, &paths, schema.target.as_ref())
            });
            below.is_some_and(|below| waiting.iter().all(|other| !below.contains(other)))
        });
        let Some(at) = ready.map(|ready| waiting.swap_remove(ready)) else {
            let stuck = waiting.iter().filter_map(|at| schemas.get(*at));
            errors.extend(stuck.map(|schema| {
                let root = schema.root();
                root.error(SchemaFault::Circular(root.name.clone()))
            }));
            return;
        };
        errors.extend(redefine(schemas, at));
    }
}

/// The schemas that these files and those that they include are, in the namespace.
fn reachable(schemas: &[Schema], paths: &[Arc<str>], target: Option<&Arc<str>>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut waiting: VecDeque<&Arc<str>> = paths.iter().collect();
    while let Some(path) = waiting.pop_front() {
        let is =
            |schema: &Schema| schema.document.path == *path && schema.target.as_ref() == target;
        let Some((at, schema)) = schemas.iter().enumerate().find(|(_, schema)| is(schema)) else {
            continue;
        };
        if found.insert(at) {
            waiting.extend(
                schema
                    .includes
                    .iter()
                    .chain(schema.redefines.iter().flatten()),
            );
        }
    }
    found
}

/// Does what one file asks for; gives what is wrong with it.
fn redefine(schemas: &mut [Schema], at: usize) -> Vec<LoadError> {
    let mut errors = Vec::new();
    let Some(schema) = schemas.get(at) else {
        return errors;
    };
    let (document, target) = (Arc::clone(&schema.document), schema.target.clone());
    let mut paths = schema.redefines.clone().into_iter();
    let mut root = document.root.clone();
    let mut children = Vec::new();
    for node in std::mem::take(&mut root.children) {
        if node.xs() != Some("redefine") {
            children.push(node);
            continue;
        }
        let below = reachable(schemas, &paths.next().unwrap_or_default(), target.as_ref());
        let parts = node.children.into_iter();
        for part in parts.filter(|part| part.xs() != Some("annotation")) {
            match replaced(schemas, &below, target.as_ref(), part) {
                Ok(part) => children.push(part),
                Err(error) => errors.push(error),
            }
        }
    }
    root.children = children;
    if let Some(schema) = schemas.get_mut(at) {
        schema.document = Arc::new(document.with_root(root));
    }
    errors
}

/// The component, built upon the one of its name in one of the schemas `below`, which gets another name.
fn replaced(
    schemas: &mut [Schema],
    below: &BTreeSet<usize>,
    target: Option<&Arc<str>>,
    mut part: Node,
) -> Result<Node, LoadError> {
    let named = part.attribute("name").map(|name| name.trim().to_owned());
    let missing = || part.error(SchemaFault::MissingAttribute("name".to_owned()));
    let local = named.ok_or_else(missing)?;
    let name = QName::new(target.map(|target| &**target), &local);
    let is = |node: &Node| {
        kind(node) == kind(&part) && node.attribute("name").map(str::trim) == Some(&*local)
    };
    let holder = below.iter().find_map(|at| {
        let schema = schemas.get(*at)?;
        Some((*at, schema.root().children.iter().position(is)?))
    });
    let unresolved = || part.error(SchemaFault::Unresolved(name.clone()));
    let (holder, place) = holder.ok_or_else(unresolved)?;
    let other = other_name(schemas, &local);
    let schema = schemas.get_mut(holder).ok_or_else(unresolved)?;
    let mut root = schema.root().clone();
    let old = root.children.get_mut(place).ok_or_else(unresolved)?;
    if old.xs() != part.xs() {
        return Err(part.error(SchemaFault::Base(name)));
    }
    let group = match part.xs() {
        Some("group") => Some("group"),
        Some("attributeGroup") => Some("attributeGroup"),
        _ => None,
    };
    match (refer(&mut part, &name, &other, group), group) {
        (1, _) => {}
        // It would have to be a restriction of the old one, which is not proven for groups.
        (0, Some(kind)) => {
            let what = format!("xs:redefine of xs:{kind} without itself");
            return Err(part.error(SchemaFault::Unsupported(what)));
        }
        (0, None) => return Err(part.error(SchemaFault::Base(name))),
        _ => return Err(part.error(SchemaFault::Twice(name))),
    }
    rename(old, &other);
    schema.document = Arc::new(schema.document.with_root(root));
    Ok(part)
}

/// What names are told apart by: types of both sorts share theirs.
fn kind(node: &Node) -> Option<&str> {
    match node.xs() {
        Some("simpleType" | "complexType") => Some("type"),
        Some(kind @ ("group" | "attributeGroup")) => Some(kind),
        _ => None,
    }
}

/// A name that nothing in any file has: what is redefined may have been redefined before.
fn other_name(schemas: &[Schema], local: &str) -> String {
    let mut names = (1..).map(|number| format!("{local}\u{b7}{number}"));
    let taken = |name: &String| {
        let mut children = schemas.iter().flat_map(|schema| &schema.root().children);
        children.any(|child| child.attribute("name").map(str::trim) == Some(&**name))
    };
    names.find(|name| !taken(name)).unwrap_or_default()
}

fn rename(node: &mut Node, other: &str) {
    let mut attributes = node.attributes.iter_mut();
    if let Some((_, value)) = attributes.find(|(name, _)| name.is(None, "name")) {
        other.clone_into(value);
    }
    node.attributes
        .push((QName::new(Some(MARK), "de"), String::new()));
}

/// Makes what refers to the name lead to the other one, and counts it: of a type the step of its derivation, of a group
/// whatever refers to one of its kind inside.
fn refer(node: &mut Node, name: &QName, other: &str, group: Option<&str>) -> usize {
    let mut count = 0;
    for child in &mut node.children {
        let (attribute, deeper) = match (group, child.xs()) {
            (Some(kind), found) => ((found == Some(kind)).then_some("ref"), true),
            (None, Some("restriction" | "extension")) => (Some("base"), false),
            (None, Some("simpleContent" | "complexContent")) => (None, true),
            (None, _) => (None, false),
        };
        if attribute.is_some_and(|attribute| lead(child, attribute, name, other)) {
            count += 1;
        }
        if deeper {
            count += refer(child, name, other, group);
        }
    }
    count
}

/// Makes the attribute lead to the other name, if it means this one.
fn lead(node: &mut Node, attribute: &str, name: &QName, other: &str) -> bool {
    let Some(value) = node
        .attribute(attribute)
        .map(|value| value.trim().to_owned())
    else {
        return false;
    };
    let (prefix, local) = value.split_once(':').unwrap_or(("", &value));
    let namespace = node.namespace(prefix);
    // Without prefix and default, a file that takes its includer's namespace means that.
    let means =
        namespace == name.namespace.as_deref() || (prefix.is_empty() && namespace.is_none());
    if local != &*name.local || !means {
        return false;
    }
    let written = if prefix.is_empty() {
        other.to_owned()
    } else {
        format!("{prefix}:{other}")
    };
    let mut attributes = node.attributes.iter_mut();
    if let Some((_, value)) = attributes.find(|(known, _)| known.is(None, attribute)) {
        *value = written;
    }
    true
}
