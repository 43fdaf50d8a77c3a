//! Documents as trees that can be broken, and their text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use contract::QName;

pub(crate) const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// White space that is no white space to libxml2.
pub(crate) const SPACE: &str = "<![CDATA[ ]]>";

/// An element, valid or not.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) name: QName,
    pub(crate) attributes: Vec<(QName, String)>,
    pub(crate) parts: Vec<Part>,
}

/// What stands between the tags.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Element(Tree),
    /// Text, to be escaped.
    Text(String),
    /// Markup, written as it is.
    Markup(String),
}

impl Tree {
    /// An element with text only.
    pub(crate) fn leaf(name: QName, text: String) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            parts: vec![Part::Text(text)],
        }
    }

    /// How many elements there are, this one included.
    pub(crate) fn size(&self) -> usize {
        1 + self.children().map(Tree::size).sum::<usize>()
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = &Tree> {
        self.parts.iter().filter_map(|part| match part {
            Part::Element(child) => Some(child),
            Part::Text(_) | Part::Markup(_) => None,
        })
    }

    /// The element of that number, in document order.
    pub(crate) fn nth(&mut self, number: usize) -> Option<&mut Tree> {
        if number == 0 {
            return Some(self);
        }
        let mut left = number - 1;
        for part in &mut self.parts {
            if let Part::Element(child) = part {
                let size = child.size();
                if left < size {
                    return child.nth(left);
                }
                left -= size;
            }
        }
        None
    }

    /// The same document without CDATA sections of white space, and without white space around
    /// the text of leaves.
    pub(crate) fn tidied(&self) -> Self {
        let leaf = self.children().next().is_none();
        let mut text = String::new();
        let mut parts = Vec::new();
        for part in &self.parts {
            match part {
                Part::Element(child) => parts.push(Part::Element(child.tidied())),
                Part::Markup(markup) if markup == SPACE => {}
                Part::Text(piece) if leaf => text.push_str(piece),
                Part::Markup(markup) if leaf && markup.starts_with("<!--") => {}
                Part::Text(_) | Part::Markup(_) => parts.push(part.clone()),
            }
        }
        parts.insert(
            0,
            Part::Text(text.trim_matches([' ', '\t', '\n', '\r']).to_owned()),
        );
        Self {
            name: self.name.clone(),
            attributes: self.attributes.clone(),
            parts,
        }
    }

    /// The document, with every namespace declared on the root.
    pub(crate) fn text(&self) -> String {
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
                    .unwrap();
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
