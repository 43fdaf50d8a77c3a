//! Documents to XML.
//!
//! Elements are written without prefix: the default namespace is declared wherever it changes, so
//! that any element can be cut out, or put into another text, and still mean the same.

use std::sync::Arc;

use super::{INSTANCE, XML};
use crate::document::Value;
use crate::{NodeRef, QName};

/// An element whose end tag is still to be written.
struct Open<'d> {
    /// The index after its last node.
    end: u32,
    name: &'d QName,
}

/// Appends the element and its content, with every namespace declaration it needs.
pub(crate) fn write(top: NodeRef<'_>, out: &mut Vec<u8>) {
    let plain = Plain::of(top.document().texts());
    let mut writer = Writer {
        out,
        plain,
        open: Vec::with_capacity(16),
    };
    let mut at = top.index();
    while let Some(node) = NodeRef::at_index(top.document(), at).filter(|_| at < top.end()) {
        writer.close(at);
        at = writer.element(node);
    }
    writer.close(u32::MAX);
}

struct Writer<'d, 'w> {
    out: &'w mut Vec<u8>,
    plain: Plain,
    open: Vec<Open<'d>>,
}

impl<'d> Writer<'d, '_> {
    /// Writes what comes before the children; returns the index of the first node after it.
    fn element(&mut self, node: NodeRef<'d>) -> u32 {
        let name = node.qname();
        self.out.push(b'<');
        put(self.out, &name.local);
        self.namespace(name);
        let at = node.index() + 1 + self.attributes(node);
        match node.value() {
            Value::Nil => {
                put(self.out, " xmlns:xsi=\"");
                put(self.out, INSTANCE);
                put(self.out, "\" xsi:nil=\"true\"/>");
            }
            Value::Text { .. } => self.leaf(node.text().unwrap_or_default(), name),
            Value::None if at >= node.end() => put(self.out, "/>"),
            Value::None => {
                self.out.push(b'>');
                self.open.push(Open {
                    end: node.end(),
                    name,
                });
            }
        }
        at
    }

    /// Writes the end tags of the elements that end before node `at`.
    fn close(&mut self, at: u32) {
        while let Some(last) = self.open.pop_if(|last| last.end <= at) {
            self.end_tag(last.name);
        }
    }

    fn end_tag(&mut self, name: &QName) {
        put(self.out, "</");
        put(self.out, &name.local);
        self.out.push(b'>');
    }

    fn leaf(&mut self, text: &str, name: &QName) {
        if text.is_empty() {
            return put(self.out, "/>");
        }
        self.out.push(b'>');
        if self.plain.text {
            put(self.out, text);
        } else {
            escape(text, Place::Text, self.out);
        }
        self.end_tag(name);
    }

    /// Declares the default namespace where it is not that of the outer element.
    fn namespace(&mut self, name: &QName) {
        let same =
            self.open
                .last()
                .is_some_and(|outer| match (&name.namespace, &outer.name.namespace) {
                    (Some(inner), Some(outer)) => Arc::ptr_eq(inner, outer) || inner == outer,
                    (None, None) => true,
                    (Some(_), None) | (None, Some(_)) => false,
                });
        if !same {
            declare(
                "xmlns",
                name.namespace.as_deref().unwrap_or_default(),
                self.out,
            );
        }
    }

    /// Writes the attributes; returns how many there are.
    fn attributes(&mut self, node: NodeRef<'_>) -> u32 {
        if node.attribute_nodes().is_empty() {
            return 0;
        }
        let mut count = 0;
        for (declared, value) in node.declared_attributes() {
            let name = &declared.name;
            match name.namespace.as_deref() {
                None if self.plain.attribute => {
                    for piece in [" ", &name.local, "=\"", value, "\""] {
                        put(self.out, piece);
                    }
                }
                None => declare(&name.local, value, self.out),
                Some(XML) => declare(&format!("xml:{}", name.local), value, self.out),
                Some(namespace) => {
                    declare(&format!("xmlns:a{count}"), namespace, self.out);
                    declare(&format!("a{count}:{}", name.local), value, self.out);
                }
            }
            count += 1;
        }
        count
    }
}

fn declare(name: &str, value: &str, out: &mut Vec<u8>) {
    out.push(b' ');
    put(out, name);
    put(out, "=\"");
    escape(value, Place::Attribute, out);
    out.push(b'"');
}

/// Where a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Attribute,
}

/// Where the texts of a document can all be written as they are.
#[derive(Clone, Copy)]
struct Plain {
    text: bool,
    attribute: bool,
}

impl Plain {
    fn of(texts: &str) -> Self {
        let (mut anywhere, mut in_attributes) = (false, false);
        for byte in texts.bytes() {
            anywhere |= matches!(byte, b'&' | b'<' | b'>' | b'\r');
            in_attributes |= matches!(byte, b'"' | b'\t' | b'\n');
        }
        Self {
            text: !anywhere,
            attribute: !anywhere && !in_attributes,
        }
    }
}

fn escape(text: &str, place: Place, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    let special = |byte: &u8| reference(*byte, place).is_some();
    while let Some(at) = rest.iter().position(special) {
        let (plain, after) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, after)) = after.split_first() else {
            return;
        };
        put(out, reference(*byte, place).unwrap_or_default());
        rest = after;
    }
    out.extend_from_slice(rest);
}

fn reference(byte: u8, place: Place) -> Option<&'static str> {
    match (byte, place) {
        (b'&', _) => Some("&amp;"),
        (b'<', _) => Some("&lt;"),
        (b'>', _) => Some("&gt;"),
        (b'\r', _) => Some("&#13;"),
        (b'"', Place::Attribute) => Some("&quot;"),
        (b'\t', Place::Attribute) => Some("&#9;"),
        (b'\n', Place::Attribute) => Some("&#10;"),
        _ => None,
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}
