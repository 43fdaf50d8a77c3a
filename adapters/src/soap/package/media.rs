//! Media types with parameters · RFC 2045 section 5.1: tokens and quoted strings, each parameter once.

use std::collections::BTreeMap;

/// A media type, names in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MediaType {
    /// Type and subtype.
    pub(super) name: String,
    parameters: BTreeMap<String, String>,
}

impl MediaType {
    /// Reads a whole field; `None` when it is not well formed or says something twice.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (name, mut rest) = cut(text);
        let name = name.trim().to_ascii_lowercase();
        let (kind, sub) = name.split_once('/')?;
        if !is_token(kind) || !is_token(sub) {
            return None;
        }
        let mut parameters = BTreeMap::new();
        while let Some(text) = rest {
            let (parameter, after) = cut(text);
            rest = after;
            if parameter.trim().is_empty() {
                continue;
            }
            let (name, value) = parameter.split_once('=')?;
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            let value = plain(value)?;
            if !is_token(&name) || parameters.insert(name, value).is_some() {
                return None;
            }
        }
        Some(Self { name, parameters })
    }

    /// The value of a parameter, by its name in lower case.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// Whether the media type is that one, whatever its parameters.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

/// The pieces of a list that commas part, quoted ones left whole.
pub(super) fn listed(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (piece, after) = cut_at(text, ',');
        pieces.push(piece.trim());
        rest = after;
    }
    pieces
}

/// What stands before the next semicolon that is not quoted, and what after it.
fn cut(text: &str) -> (&str, Option<&str>) {
    cut_at(text, ';')
}

fn cut_at(text: &str, mark: char) -> (&str, Option<&str>) {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if c == mark && !quoted => {
                return (text.get(..at).unwrap_or_default(), text.get(at + 1..));
            }
            _ => {}
        }
    }
    (text, None)
}

/// The value without its quotes.
fn plain(value: &str) -> Option<String> {
    let Some(rest) = value.strip_prefix('"') else {
        return is_token(value).then(|| value.to_owned());
    };
    let inside = rest.strip_suffix('"')?;
    let mut text = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next()?),
            '"' => return None,
            c if c.is_control() => return None,
            c => text.push(c),
        }
    }
    Some(text)
}

/// What may stand without quotes. MIME wants quotes around `/`, `:`, `=`, `?`, `@`, `<` and `>`; many do without.
fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"(),;\\[]".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::{MediaType, listed};

    #[test]
    fn types_and_parameters() {
        let text =
            "Multipart/Related; Boundary=\"a;\\\"b\" ;type = application/xop+xml;;start=<x@y>";
        let media = MediaType::read(text).unwrap();
        assert_eq!(media.name, "multipart/related");
        assert_eq!(media.parameter("boundary"), Some("a;\"b"));
        assert_eq!(media.parameter("type"), Some("application/xop+xml"));
        assert_eq!(media.parameter("start"), Some("<x@y>"));
        assert_eq!(media.parameter("start-info"), None);
    }

    #[test]
    fn what_is_not_well_formed_is_nothing() {
        for text in [
            "",
            "multipart",
            "multipart/",
            "a/b; boundary",
            "a/b; boundary=",
            "a/b; boundary=\"x",
            "a/b; boundary=\"x\"y\"",
            "a/b; boundary=x; BOUNDARY=y",
            "a/b; =x",
            "a/b; c=d e",
        ] {
            assert_eq!(MediaType::read(text), None, "{text}");
        }
    }

    #[test]
    fn lists_are_cut_outside_quotes() {
        assert_eq!(listed("a/b; c=\"d,e\", */*"), ["a/b; c=\"d,e\"", "*/*"]);
    }
}
