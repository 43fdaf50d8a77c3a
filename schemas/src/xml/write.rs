//! Documents to XML.
//!
//! Elements are written without prefix: the default namespace is declared wherever it changes, so
//! that any element can be cut out, or put into another text, and still mean the same. Names in
//! values keep the prefix that they came with.

mod escape;
mod tag;

use super::INSTANCE;
use crate::document::{Label, Node, Value};
use crate::name::Expanded;
use crate::{Body, Content, Contract, ElementId, NodeRef, QName};
use escape::{Place, Plain, escape, put};
use tag::Tag;

/// Appends the element and its content, with every namespace declaration it needs.
pub(crate) fn write(top: NodeRef<'_>, out: &mut Vec<u8>) {
    let mut writer = Writer {
        top,
        out,
        plain: Plain::of(top.document().texts()),
        open: Vec::with_capacity(16),
    };
    let mut at = top.index();
    while let Some(node) = top.document().node(at).filter(|_| at < top.end()) {
        writer.close(at);
        at = writer.node(at, node);
    }
    writer.close(u32::MAX);
}

/// Appends the start tag of a root whose children are written one by one.
pub fn open(contract: &Contract, root: ElementId, out: &mut Vec<u8>) {
    let name = &contract.element(root).name;
    out.push(b'<');
    put(out, &name.local);
    if let Some(namespace) = name.namespace.as_deref() {
        declare("xmlns", namespace, out);
    }
    out.push(b'>');
}

/// Appends the end tag of such a root.
pub fn close(contract: &Contract, root: ElementId, out: &mut Vec<u8>) {
    put(out, "</");
    put(out, &contract.element(root).name.local);
    out.push(b'>');
}

/// An element whose end tag is still to be written.
struct Open<'d> {
    /// The index after its last node.
    end: u32,
    name: &'d QName,
    /// The prefix of its name; empty where it has none.
    prefix: &'static str,
    /// The default namespace inside.
    default: Option<&'d str>,
}

struct Writer<'d, 'w> {
    top: NodeRef<'d>,
    out: &'w mut Vec<u8>,
    plain: Plain,
    open: Vec<Open<'d>>,
}

impl<'d> Writer<'d, '_> {
    /// Writes what comes before the children; returns the index of the first node after it.
    fn node(&mut self, at: u32, node: &Node) -> u32 {
        let document = self.top.document();
        match node.label {
            Label::Element(id) | Label::Wild(id) => {
                self.element(at, node, &document.contract().element(id).name)
            }
            Label::Any(number) => match document.name(number) {
                Some(name) => self.element(at, node, name),
                None => node.end,
            },
            Label::Text => {
                self.text(document.slice(node.value));
                at + 1
            }
            Label::Attribute(_) | Label::AnyAttribute(_) | Label::Type(_) => at + 1,
        }
    }

    fn element(&mut self, at: u32, node: &Node, name: &'d QName) -> u32 {
        let outer = self.open.last().and_then(|outer| outer.default);
        let own = name.namespace.as_deref();
        let document = self.top.document();
        let inner = document.range(at + 1, node.end);
        let value = self.name_value(at, node);
        let plain = value.is_none() && inner.first().is_none_or(|first| !first.label.in_head());
        let mut written = None;
        let mut open = Open {
            end: node.end,
            name,
            prefix: "",
            default: own,
        };
        let next = if plain {
            self.out.push(b'<');
            put(self.out, &name.local);
            if own != outer {
                declare("xmlns", own.unwrap_or_default(), self.out);
            }
            at + 1
        } else {
            let mut tag = Tag::new(name, outer, self.plain);
            let element = NodeRef::at_index(document, at);
            let count = tag.attributes(document, element, inner, value);
            written = value.map(|name| tag.named(name));
            if node.value == Value::Nil {
                tag.nil();
            }
            (open.prefix, open.default) = tag.write(self.out);
            at + 1 + count
        };
        match node.value {
            Value::Nil if !plain => put(self.out, "/>"),
            Value::Nil => {
                put(self.out, " xmlns:xsi=\"");
                put(self.out, INSTANCE);
                put(self.out, "\" xsi:nil=\"true\"/>");
            }
            Value::Text { .. } => {
                let text = document.slice(node.value);
                self.leaf(written.as_deref().unwrap_or(text), &open);
            }
            Value::Default => put(self.out, "/>"),
            Value::None if next >= node.end => put(self.out, "/>"),
            Value::None => {
                self.out.push(b'>');
                self.open.push(open);
            }
        }
        next
    }

    /// The name that is the text of the element, if it is one.
    fn name_value(&self, at: u32, node: &Node) -> Option<Expanded<'d>> {
        let document = self.top.document();
        let contract = document.contract();
        if !contract.has_names || !matches!(node.value, Value::Text { .. }) {
            return None;
        }
        let simple = match NodeRef::at_index(document, at)?.content() {
            Content::Simple(simple) => simple,
            Content::Complex(complex) => match contract.complex(complex).body {
                Body::Simple(simple) => simple,
                Body::Empty | Body::Elements(_) => return None,
            },
        };
        let name = contract.simple(simple).is_name();
        Expanded::parse(document.slice(node.value)).filter(|_| name)
    }

    /// Writes the end tags of the elements that end before node `at`.
    fn close(&mut self, at: u32) {
        while let Some(last) = self.open.pop_if(|last| last.end <= at) {
            self.end_tag(&last);
        }
    }

    fn end_tag(&mut self, open: &Open<'_>) {
        put(self.out, "</");
        put(self.out, open.prefix);
        put(self.out, &open.name.local);
        self.out.push(b'>');
    }

    fn leaf(&mut self, text: &str, open: &Open<'_>) {
        if text.is_empty() {
            return put(self.out, "/>");
        }
        self.out.push(b'>');
        self.text(text);
        self.end_tag(open);
    }

    fn text(&mut self, text: &str) {
        if self.plain.text {
            put(self.out, text);
        } else {
            escape(text, Place::Text, self.out);
        }
    }
}

fn declare(name: &str, value: &str, out: &mut Vec<u8>) {
    out.push(b' ');
    put(out, name);
    put(out, "=\"");
    escape(value, Place::Attribute, out);
    out.push(b'"');
}
