//! Start tags: names and attributes, read strictly and resolved to their namespaces.

use std::borrow::Cow;

use super::chars::{is_space, split_name};
use super::scope::Scope;
use super::text::attribute_value;
use crate::Limits;
use crate::fault::FaultKind;

/// A start tag with its names resolved; namespace declarations are not among its attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start<'a> {
    prefix: &'a str,
    local: &'a str,
    namespace: Option<Cow<'a, str>>,
    attributes: Vec<Attribute<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Attribute<'a> {
    prefix: &'a str,
    local: &'a str,
    namespace: Option<Cow<'a, str>>,
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

    /// Becomes the tag whose inside is `name` and then `rest`; declares its namespaces in `scope`.
    pub(super) fn read(
        &mut self,
        name: &'a str,
        rest: &'a str,
        scope: &mut Scope<'a>,
        limits: &Limits,
    ) -> Result<(), FaultKind> {
        (self.prefix, self.local) = split_name(name)?;
        self.attributes.clear();
        if !rest.is_empty() {
            self.read_attributes(rest, scope, limits)?;
        }
        self.namespace = scope.element(self.prefix)?.cloned();
        Ok(())
    }

    fn read_attributes(
        &mut self,
        mut rest: &'a str,
        scope: &mut Scope<'a>,
        limits: &Limits,
    ) -> Result<(), FaultKind> {
        let mut count = 0;
        loop {
            let trimmed = trim_start(rest);
            if trimmed.is_empty() {
                break;
            }
            if trimmed.len() == rest.len() {
                return Err(FaultKind::NotWellFormed);
            }
            let (name, raw, after) = cut(trimmed)?;
            rest = after;
            count += 1;
            if count > limits.max_attributes {
                return Err(FaultKind::TooManyAttributes);
            }
            if raw.len() > limits.max_text {
                return Err(FaultKind::TextTooLong);
            }
            let value = attribute_value(raw)?;
            match split_name(name)? {
                ("xmlns", prefix) => scope.declare(prefix, value)?,
                ("", "xmlns") => scope.declare("", value)?,
                (prefix, local) => {
                    self.attributes.push(Attribute {
                        prefix,
                        local,
                        namespace: None,
                        value,
                    });
                }
            }
        }
        self.resolve(scope)
    }

    /// Gives the attributes their namespaces, once all of the tag's declarations are known.
    fn resolve(&mut self, scope: &Scope<'a>) -> Result<(), FaultKind> {
        for attribute in &mut self.attributes {
            attribute.namespace = scope.attribute(attribute.prefix)?.cloned();
        }
        let mut rest = self.attributes.as_slice();
        while let Some((first, others)) = rest.split_first() {
            let is_first = |other: &Attribute<'_>| {
                other.local == first.local && other.namespace == first.namespace
            };
            if others.iter().any(is_first) {
                return Err(FaultKind::DuplicateAttribute);
            }
            rest = others;
        }
        Ok(())
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
            max_text: 40,
            ..Limits::default()
        };
        let mut start = Start::default();
        start.read(name, rest, &mut Scope::default(), &limits)?;
        let mut shown = format!(
            "{{{}}}{}",
            start.namespace().unwrap_or_default(),
            start.local()
        );
        for (namespace, local, value) in start.attributes() {
            let namespace = namespace.unwrap_or_default();
            shown = format!("{shown} {{{namespace}}}{local}={value}");
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
            (
                "a",
                " b='12345678901234567890123456789012345678901'",
                FaultKind::TextTooLong,
            ),
            ("a", " b='&e;'", FaultKind::Entity),
        ];
        for (name, rest, expected) in cases {
            assert_eq!(check(name, rest), Err(expected), "<{name}{rest}>");
        }
        let mut scope = Scope::default();
        let rest = " xmlns:p='u' xmlns:q='u' p:b='1' q:b='1'";
        let twice = Start::default().read("a", rest, &mut scope, &Limits::default());
        assert_eq!(twice, Err(FaultKind::DuplicateAttribute));
    }
}
