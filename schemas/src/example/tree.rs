//! Documents as trees, valid or not, and their text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::QName;

/// The namespace of `xsi:type` and `xsi:nil`.
pub const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element, valid or not.
#[derive(Debug, Clone)]
pub struct Tree {
    /// Its name.
    pub name: QName,
    /// Its attributes; the value of `xsi:type` is a name as [`QName`] shows it.
    pub attributes: Vec<(QName, String)>,
    /// What is inside.
    pub parts: Vec<Part>,
}

/// What stands between the tags.
#[derive(Debug, Clone)]
pub enum Part {
    /// An element.
    Element(Tree),
    /// Text, to be escaped.
    Text(String),
    /// Markup, written as it is.
    Markup(String),
}

impl Tree {
    /// An element with text only.
    pub fn leaf(name: QName, text: String) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            parts: vec![Part::Text(text)],
        }
    }

    /// The elements directly inside.
    pub fn children(&self) -> impl Iterator<Item = &Tree> {
        self.parts.iter().filter_map(|part| match part {
            Part::Element(child) => Some(child),
            Part::Text(_) | Part::Markup(_) => None,
        })
    }

    /// The document, with every namespace declared on the root.
    pub fn text(&self) -> String {
        let mut namespaces = BTreeSet::new();
        self.gather(&mut namespaces);
        let namespaces: Vec<&str> = namespaces.into_iter().collect();
        let mut out = String::new();
        self.write(&namespaces, true, &mut out);
        out
    }

    fn gather<'t>(&'t self, namespaces: &mut BTreeSet<&'t str>) {
        let names = self
            .attributes
            .iter()
            .map(|(name, _)| name)
            .chain([&self.name]);
        namespaces.extend(names.filter_map(|name| name.namespace.as_deref()));
        let types = self.attributes.iter().filter_map(named_type);
        namespaces.extend(types.filter_map(|(namespace, _)| namespace));
        self.children().for_each(|child| child.gather(namespaces));
    }

    fn write(&self, namespaces: &[&str], root: bool, out: &mut String) {
        let show = |name: &QName| match &name.namespace {
            None => name.local.to_string(),
            Some(namespace) => {
                let at = namespaces
                    .iter()
                    .position(|known| **known == **namespace)
                    .unwrap_or(namespaces.len());
                format!("n{at}:{}", name.local)
            }
        };
        out.push('<');
        out.push_str(&show(&self.name));
        if root {
            for (at, namespace) in namespaces.iter().enumerate() {
                let _ = write!(out, " xmlns:n{at}=\"{namespace}\"");
            }
        }
        for attribute @ (name, value) in &self.attributes {
            let value = match named_type(attribute) {
                Some((namespace, local)) => Cow::Owned(show(&QName::new(namespace, local))),
                None => escaped(value),
            };
            let _ = write!(out, " {}=\"{value}\"", show(name));
        }
        out.push('>');
        for part in &self.parts {
            match part {
                Part::Element(child) => child.write(namespaces, false, out),
                Part::Text(text) => out.push_str(&escaped(text)),
                Part::Markup(text) => out.push_str(text),
            }
        }
        let _ = write!(out, "</{}>", show(&self.name));
    }
}

/// The type that an `xsi:type` names, written as `{namespace}local`.
fn named_type((name, value): &(QName, String)) -> Option<(Option<&str>, &str)> {
    let named = name.is(Some(INSTANCE), "type").then_some(value)?;
    match named.strip_prefix('{') {
        Some(named) => named
            .split_once('}')
            .map(|(namespace, local)| (Some(namespace), local)),
        None => Some((None, named)),
    }
}

fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\t', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}
