//! Names as values (`xs:QName`, `xs:NOTATION`): what they mean is the namespace and the local part, whatever the prefix.
//!
//! A name whose prefix was looked up is written `{namespace}prefix:local`.

use std::borrow::Cow;

use super::value::Value;
use super::white_space::normalise;
use super::{FacetFault, SimpleType};
use crate::name::Expanded;

impl SimpleType {
    /// Checks a name, looked up or as it is written. Lengths say nothing about names (XML Schema part 2, 4.3.1).
    pub(super) fn check_name<'t>(&self, raw: &'t str) -> Result<Cow<'t, str>, FacetFault> {
        let text = normalise(raw, self.facets.white_space);
        let form = FacetFault::Form(self.builtin);
        if Value::parse(self.builtin, written(&text)).is_none()
            || (text.starts_with('{') && Expanded::parse(&text).is_none())
        {
            return Err(form);
        }
        if !self.facets.matches(written(&text)) {
            return Err(FacetFault::Pattern);
        }
        let listed = &self.facets.enumeration;
        if listed.is_empty() || listed.iter().any(|known| same(&text, known)) {
            Ok(text)
        } else {
            Err(FacetFault::Enumeration)
        }
    }
}

/// Whether two names are one. One whose prefix was not looked up, in a list say, is compared as it is written.
pub(super) fn same(left: &str, right: &str) -> bool {
    let plain = |text: &str| text.contains(':') && !text.starts_with('{');
    if plain(left) || plain(right) {
        return written(left) == written(right);
    }
    match (Expanded::parse(left), Expanded::parse(right)) {
        (Some(left), Some(right)) => (left.namespace, left.local) == (right.namespace, right.local),
        (Some(_) | None, _) => left == right,
    }
}

/// The name as the document writes it.
fn written(text: &str) -> &str {
    text.rsplit_once('}').map_or(text, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn names_are_compared_by_what_they_mean() {
        for (left, right, expected) in [
            ("{urn:a}p:x", "{urn:a}q:x", true),
            ("{urn:a}x", "{urn:a}p:x", true),
            ("{urn:a}p:x", "{urn:b}p:x", false),
            ("{urn:a}x", "x", false),
            ("x", "x", true),
            ("p:x", "{urn:a}p:x", true),
            ("q:x", "{urn:a}p:x", false),
        ] {
            assert_eq!(same(left, right), expected, "{left} {right}");
            assert_eq!(same(right, left), expected, "{right} {left}");
        }
    }
}
