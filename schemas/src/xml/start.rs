//! Start tags: names and attributes, read strictly and resolved to their namespaces.

use std::borrow::Cow;

use super::chars::{is_space, split_name};
use super::scope::Scope;
use super::text::attribute_value;
use crate::Limits;
use crate::fault::FaultKind;

/// A start tag with its names resolved; namespace declarations are not among its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start<'a> {
    prefix: &'a str,
    local: &'a str,
    namespace: Option<Cow<'a, str>>,
    attributes: Vec<Attribute<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Attribute<'a> {
    namespace: Option<Cow<'a, str>>,
    local: &'a str,
    value: Cow<'a, str>,
}

/// An attribute as written.
struct Written<'a> {
    prefix: &'a str,
    local: &'a str,
    value: Cow<'a, str>,
}

impl<'a> Start<'a> {
    /// The namespace of the element; `None` when it is in none.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The local part of the element's name.
    pub fn local(&self) -> &'a str {
        self.local
    }

    /// The prefix as written; empty when there is none.
    pub fn prefix(&self) -> &'a str {
        self.prefix
    }

    /// Whether the element is `local` in `namespace`.
    pub fn is(&self, namespace: Option<&str>, local: &str) -> bool {
        self.local == local && self.namespace() == namespace
    }

    /// The attributes as namespace, local name and value, in the order of the tag.
    pub fn attributes(&self) -> impl Iterator<Item = (Option<&str>, &'a str, &str)> {
        self.attributes.iter().map(|attribute| {
            (
                attribute.namespace.as_deref(),
                attribute.local,
                attribute.value.as_ref(),
            )
        })
    }

    /// The value of one attribute.
    pub fn attribute(&self, namespace: Option<&str>, local: &str) -> Option<&str> {
        let mut all = self.attributes();
        all.find(|(space, name, _)| *space == namespace && *name == local)
            .map(|found| found.2)
    }

    /// Reads the inside of a tag, `name` and what follows it, and declares its namespaces at
    /// `depth`.
    pub(super) fn read(
        name: &'a str,
        rest: &'a str,
        depth: usize,
        scope: &mut Scope<'a>,
        limits: &Limits,
    ) -> Result<Self, FaultKind> {
        let (prefix, local) = split_name(name)?;
        let mut written = Vec::new();
        if !rest.is_empty() {
            read_attributes(rest, limits, |attribute| {
                if attribute.prefix == "xmlns" {
                    return scope.declare(attribute.local, attribute.value, depth);
                }
                if attribute.prefix.is_empty() && attribute.local == "xmlns" {
                    return scope.declare("", attribute.value, depth);
                }
                written.push(attribute);
                Ok(())
            })?;
        }
        let attributes = resolve(written, scope)?;
        Ok(Self {
            prefix,
            local,
            namespace: scope.element(prefix)?,
            attributes,
        })
    }
}

fn resolve<'a>(
    written: Vec<Written<'a>>,
    scope: &Scope<'a>,
) -> Result<Vec<Attribute<'a>>, FaultKind> {
    let mut attributes: Vec<Attribute<'a>> = Vec::with_capacity(written.len());
    for Written {
        prefix,
        local,
        value,
    } in written
    {
        let namespace = scope.attribute(prefix)?;
        let twice = |other: &Attribute<'_>| other.local == local && other.namespace == namespace;
        if attributes.iter().any(twice) {
            return Err(FaultKind::DuplicateAttribute);
        }
        attributes.push(Attribute {
            namespace,
            local,
            value,
        });
    }
    Ok(attributes)
}

fn read_attributes<'a>(
    mut rest: &'a str,
    limits: &Limits,
    mut found: impl FnMut(Written<'a>) -> Result<(), FaultKind>,
) -> Result<(), FaultKind> {
    let mut names: Vec<&str> = Vec::new();
    loop {
        let trimmed = trim_start(rest);
        if trimmed.is_empty() {
            return Ok(());
        }
        if trimmed.len() == rest.len() {
            return Err(FaultKind::NotWellFormed);
        }
        let (name, raw, after) = cut(trimmed)?;
        if names.len() >= limits.max_attributes {
            return Err(FaultKind::TooManyAttributes);
        }
        if names.contains(&name) {
            return Err(FaultKind::DuplicateAttribute);
        }
        names.push(name);
        if raw.len() > limits.max_text {
            return Err(FaultKind::TextTooLong);
        }
        let (prefix, local) = split_name(name)?;
        found(Written {
            prefix,
            local,
            value: attribute_value(raw)?,
        })?;
        rest = after;
    }
}

/// Cuts `name = "value" rest` into name, raw value and rest.
fn cut(text: &str) -> Result<(&str, &str, &str), FaultKind> {
    let (before, after) = text.split_once('=').ok_or(FaultKind::NotWellFormed)?;
    let name = before.trim_end_matches([' ', '\t', '\n', '\r']);
    let after = trim_start(after);
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
    let quote = quote.ok_or(FaultKind::NotWellFormed)?;
    let (value, rest) = after
        .get(1..)
        .and_then(|text| text.split_once(quote))
        .ok_or(FaultKind::NotWellFormed)?;
    Ok((name, value, rest))
}

fn trim_start(text: &str) -> &str {
    let spaces = text.bytes().take_while(|byte| is_space(*byte)).count();
    text.get(spaces..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Start;
    use crate::Limits;
    use crate::fault::FaultKind;
    use crate::xml::scope::Scope;

    fn check(name: &str, rest: &str) -> Result<String, FaultKind> {
        let limits = Limits {
            max_attributes: 3,
            max_text: 10,
            ..Limits::default()
        };
        let start = Start::read(name, rest, 1, &mut Scope::default(), &limits)?;
        let mut shown = format!(
            "{{{}}}{}",
            start.namespace().unwrap_or_default(),
            start.local()
        );
        for (namespace, local, value) in start.attributes() {
            shown.extend([" {", namespace.unwrap_or_default(), "}", local, "=", value]);
        }
        Ok(shown)
    }

    #[test]
    fn tags_are_resolved() {
        let cases = [
            ("a", "", "{}a"),
            ("a", " \n", "{}a"),
            ("a", " xmlns='u' b = \"1\"\tc='\"'", "{u}a {}b=1 {}c=\""),
            ("p:a", " p:b='&lt;' xmlns:p='u'", "{u}a {u}b=<"),
            (
                "a",
                " xml:id='x'",
                "{}a {http://www.w3.org/XML/1998/namespace}id=x",
            ),
            ("a", " xmlns:p='u' b='1' p:b='2'", "{}a {}b=1 {u}b=2"),
        ];
        for (name, rest, expected) in cases {
            assert_eq!(check(name, rest).as_deref(), Ok(expected), "<{name}{rest}>");
        }
    }

    #[test]
    fn broken_tags_are_refused_by_name() {
        let cases = [
            ("a", "b='1'", FaultKind::NotWellFormed),
            ("a", " b='1'c='2'", FaultKind::NotWellFormed),
            ("a", " b", FaultKind::NotWellFormed),
            ("a", " b=1", FaultKind::NotWellFormed),
            ("a", " b='1", FaultKind::NotWellFormed),
            ("a", " b='<'", FaultKind::NotWellFormed),
            ("a", " ='1'", FaultKind::NotWellFormed),
            ("a", " b c='1'", FaultKind::NotWellFormed),
            ("", " b='1'", FaultKind::NotWellFormed),
            ("p:a", "", FaultKind::Namespace),
            ("a", " p:b='1'", FaultKind::Namespace),
            ("a", " xmlns:p=''", FaultKind::Namespace),
            ("a", " xmlns:xml='u'", FaultKind::Namespace),
            ("a", " xmlns:xmlns='u'", FaultKind::Namespace),
            (
                "a",
                " xmlns='http://www.w3.org/2000/xmlns/'",
                FaultKind::Namespace,
            ),
            ("a", " b='1' b='2'", FaultKind::DuplicateAttribute),
            (
                "a",
                " xmlns:p='u' xmlns:p='v'",
                FaultKind::DuplicateAttribute,
            ),
            (
                "a",
                " xmlns:p='u' xmlns:q='u' p:b='1' q:b='1'",
                FaultKind::TooManyAttributes,
            ),
            (
                "a",
                " b='1' c='2' d='3' e='4'",
                FaultKind::TooManyAttributes,
            ),
            ("a", " b='12345678901'", FaultKind::TextTooLong),
            ("a", " b='&e;'", FaultKind::Entity),
        ];
        for (name, rest, expected) in cases {
            assert_eq!(check(name, rest), Err(expected), "<{name}{rest}>");
        }
        let mut scope = Scope::default();
        let rest = " xmlns:p='u' xmlns:q='u' p:b='1' q:b='1'";
        let twice = Start::read("a", rest, 1, &mut scope, &Limits::default());
        assert_eq!(twice, Err(FaultKind::DuplicateAttribute));
    }
}
