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
    let mut open: Vec<Open<'_>> = Vec::with_capacity(16);
    let mut at = top.index();
    while let Some(node) = NodeRef::at_index(top.document(), at).filter(|_| at < top.end()) {
        close(&mut open, at, out);
        let name = node.qname();
        put(out, "<");
        put(out, &name.local);
        namespace(name, open.last().map(|outer| outer.name), out);
        at = attributes(node, out) + node.index() + 1;
        match node.value() {
            Value::Nil => {
                put(out, " xmlns:xsi=\"");
                put(out, INSTANCE);
                put(out, "\" xsi:nil=\"true\"/>");
            }
            Value::Text { .. } => leaf(node.text().unwrap_or_default(), name, out),
            Value::None if at >= node.end() => put(out, "/>"),
            Value::None => {
                put(out, ">");
                open.push(Open {
                    end: node.end(),
                    name,
                });
            }
        }
    }
    close(&mut open, u32::MAX, out);
}

/// Writes the end tags of the elements that end before node `at`.
fn close(open: &mut Vec<Open<'_>>, at: u32, out: &mut Vec<u8>) {
    while let Some(last) = open.pop_if(|last| last.end <= at) {
        end_tag(last.name, out);
    }
}

fn end_tag(name: &QName, out: &mut Vec<u8>) {
    put(out, "</");
    put(out, &name.local);
    put(out, ">");
}

fn leaf(text: &str, name: &QName, out: &mut Vec<u8>) {
    if text.is_empty() {
        return put(out, "/>");
    }
    put(out, ">");
    escape(text, |byte| TEXT.contains(&byte), out);
    end_tag(name, out);
}

/// Declares the default namespace where it is not that of the outer element.
fn namespace(name: &QName, outer: Option<&QName>, out: &mut Vec<u8>) {
    let same = outer.is_some_and(|outer| match (&name.namespace, &outer.namespace) {
        (Some(inner), Some(outer)) => Arc::ptr_eq(inner, outer) || inner == outer,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    });
    if !same {
        declare("xmlns", name.namespace.as_deref().unwrap_or_default(), out);
    }
}

/// Writes the attributes; returns how many there are.
fn attributes(node: NodeRef<'_>, out: &mut Vec<u8>) -> u32 {
    let mut count = 0;
    for (declared, value) in node.declared_attributes() {
        let name = &declared.name;
        match name.namespace.as_deref() {
            None => declare(&name.local, value, out),
            Some(XML) => declare(&format!("xml:{}", name.local), value, out),
            Some(namespace) => {
                declare(&format!("xmlns:a{count}"), namespace, out);
                declare(&format!("a{count}:{}", name.local), value, out);
            }
        }
        count += 1;
    }
    count
}

fn declare(name: &str, value: &str, out: &mut Vec<u8>) {
    put(out, " ");
    put(out, name);
    put(out, "=\"");
    escape(value, |byte| ATTRIBUTE.contains(&byte), out);
    put(out, "\"");
}

const TEXT: &[u8] = b"&<>\r";
const ATTRIBUTE: &[u8] = b"&<>\"\t\n\r";

fn escape(text: &str, special: impl Fn(u8) -> bool, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| special(*byte)) {
        let (plain, after) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, after)) = after.split_first() else {
            return;
        };
        put(out, reference(*byte));
        rest = after;
    }
    out.extend_from_slice(rest);
}

fn reference(byte: u8) -> &'static str {
    match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'"' => "&quot;",
        b'\t' => "&#9;",
        b'\n' => "&#10;",
        _ => "&#13;",
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}
