//! Identity constraints, compiled.

use std::sync::Arc;

use super::components::{At, Components};
use super::error::{LoadError, SchemaFault};
use crate::{Identity, IdentityKind, NameTest, Path, QName};

/// The most paths of one selector or field, and the most steps of one path.
const MAX_PARTS: usize = 100;

/// The constraints that an element carries.
pub(super) fn all(at: At<'_>, components: &Components<'_>) -> Result<Arc<[Identity]>, LoadError> {
    let constraints = at
        .children()
        .filter(|child| matches!(child.node.xs(), Some("key" | "unique" | "keyref")));
    constraints.map(|child| one(child, components)).collect()
}

fn one(at: At<'_>, components: &Components<'_>) -> Result<Identity, LoadError> {
    let name = QName {
        namespace: at.schema.target.clone(),
        local: at.name()?.into(),
    };
    let paths = |part: At<'_>| paths(part, part.required("xpath")?);
    let missing = |what: &str| {
        at.node
            .error(SchemaFault::MissingAttribute(what.to_owned()))
    };
    let selector = at.child("selector").ok_or_else(|| missing("selector"))?;
    let selector = paths(selector)?;
    let fields = at
        .children()
        .filter(|child| child.node.xs() == Some("field"));
    let fields = fields.map(paths).collect::<Result<Vec<_>, _>>()?;
    if fields.is_empty() {
        return Err(missing("field"));
    }
    if let Some(path) = selector.iter().find(|path| path.attribute.is_some()) {
        let shown = format!("{path:?}");
        return Err(at.bad("xpath", &shown));
    }
    let kind = match at.node.xs() {
        Some("key") => IdentityKind::Key,
        Some("unique") => IdentityKind::Unique,
        _ => {
            let (refer, key) = at.find("refer", &components.identities)?;
            let count = key
                .children()
                .filter(|child| child.node.xs() == Some("field"));
            if key.node.xs() == Some("keyref") || count.count() != fields.len() {
                return Err(at.bad("refer", &refer.local));
            }
            IdentityKind::KeyRef(refer)
        }
    };
    Ok(Identity {
        name,
        kind,
        selector,
        fields,
    })
}

/// The paths of `text`, alternatives of each other.
fn paths(at: At<'_>, text: &str) -> Result<Vec<Path>, LoadError> {
    let bad = || at.bad("xpath", text);
    let alternatives: Vec<&str> = text.split('|').collect();
    if alternatives.len() > MAX_PARTS {
        return Err(bad());
    }
    let paths = alternatives.into_iter().map(|path| {
        let compact: String = path.split_whitespace().collect();
        let (anywhere, rest) = match compact.strip_prefix(".//") {
            Some(rest) => (true, rest),
            None => (false, compact.as_str()),
        };
        let mut found = Path {
            anywhere,
            ..Path::default()
        };
        let steps: Vec<&str> = rest.split('/').collect();
        for (number, step) in steps.iter().enumerate() {
            let attribute = step.strip_prefix('@').or(step.strip_prefix("attribute::"));
            if found.steps.len() >= MAX_PARTS {
                return Err(bad());
            }
            match attribute {
                Some(name) if number + 1 == steps.len() => {
                    found.attribute = Some(name_test(at, name).ok_or_else(bad)?);
                }
                Some(_) => return Err(bad()),
                None if *step == "." => {}
                None => {
                    let name = step.strip_prefix("child::").unwrap_or(step);
                    found.steps.push(name_test(at, name).ok_or_else(bad)?);
                }
            }
        }
        Ok(found)
    });
    paths.collect()
}

/// A name without prefix belongs to no namespace, whatever the default one is.
fn name_test(at: At<'_>, text: &str) -> Option<NameTest> {
    if text == "*" {
        return Some(NameTest::Any);
    }
    let (prefix, local) = text.split_once(':').unwrap_or(("", text));
    let namespace = match prefix {
        "" => None,
        prefix => Some(at.node.namespace(prefix)?),
    };
    if local == "*" {
        return Some(NameTest::In(namespace?.into()));
    }
    crate::facets::is_ncname(local).then(|| NameTest::Is(QName::new(namespace, local)))
}
