//! Documents to JSON.

use super::TEXT;
use super::scalar::write as write_scalar;
use crate::{Body, Child, ComplexType, Content, Contract, NodeRef, SimpleId};

/// Appends the JSON value of the element's content.
pub(crate) fn write(node: NodeRef<'_>, out: &mut Vec<u8>) {
    let contract: &Contract = node.document().contract();
    let complex = match contract.element(node.element()).content {
        Content::Simple(simple) => return leaf(contract, simple, node, out),
        Content::Complex(complex) => contract.complex(complex),
    };
    if complex.attributes.is_empty() {
        match complex.body {
            Body::Simple(simple) => return leaf(contract, simple, node, out),
            Body::Empty | Body::Elements(_) if node.is_nil() => return put(out, "null"),
            Body::Empty | Body::Elements(_) => {}
        }
    }
    let mut object = Object {
        contract,
        first: true,
        out,
    };
    object.attributes(node);
    match complex.body {
        _ if node.is_nil() => {
            object.key("", TEXT);
            put(object.out, "null");
        }
        Body::Empty => {}
        Body::Simple(simple) => {
            object.key("", TEXT);
            leaf(contract, simple, node, object.out);
        }
        Body::Elements(_) => object.children(complex, node),
    }
    object.end();
}

fn leaf(contract: &Contract, simple: SimpleId, node: NodeRef<'_>, out: &mut Vec<u8>) {
    match node.text() {
        Some(text) => write_scalar(contract.simple(simple).json_kind(), text, out),
        None => put(out, "null"),
    }
}

/// An object being written.
struct Object<'w> {
    contract: &'w Contract,
    first: bool,
    out: &'w mut Vec<u8>,
}

impl Object<'_> {
    fn key(&mut self, prefix: &str, local: &str) {
        put(self.out, if self.first { "{\"" } else { ",\"" });
        self.first = false;
        // XML names hold nothing that JSON would escape.
        put(self.out, prefix);
        put(self.out, local);
        put(self.out, "\":");
    }

    fn end(self) {
        put(self.out, if self.first { "{}" } else { "}" });
    }

    fn attributes(&mut self, node: NodeRef<'_>) {
        for (declared, value) in node.declared_attributes() {
            self.key("@", &declared.name.local);
            let kind = self.contract.simple(declared.simple).json_kind();
            write_scalar(kind, value, self.out);
        }
    }

    /// The children, those of one name together at the place of the first.
    fn children(&mut self, complex: &ComplexType, node: NodeRef<'_>) {
        let mut done: Vec<usize> = Vec::new();
        let mut last = 0;
        for child in node.children() {
            let Some((place, declared)) = self.declared(complex, child, last) else {
                continue;
            };
            last = place;
            if !declared.repeated {
                self.key("", child.local());
                write(child, self.out);
            } else if !done.contains(&place) {
                done.push(place);
                self.key("", child.local());
                self.array(node, child);
            }
        }
    }

    fn array(&mut self, node: NodeRef<'_>, first: NodeRef<'_>) {
        let name = first.qname();
        let mut separator = "[";
        for child in node.children().filter(|child| child.qname() == name) {
            put(self.out, separator);
            write(child, self.out);
            separator = ",";
        }
        put(self.out, "]");
    }

    /// The child's declaration and its place among those of the type, looked for from `last` on:
    /// children come mostly in schema order.
    fn declared(
        &self,
        complex: &ComplexType,
        child: NodeRef<'_>,
        last: usize,
    ) -> Option<(usize, Child)> {
        let is = |declared: &Child| {
            declared.element == child.element()
                || self.contract.element(declared.element).name == *child.qname()
        };
        let all = complex.children.iter().copied().enumerate();
        let ahead = all.clone().skip(last).find(|(_, declared)| is(declared));
        ahead.or_else(|| all.take(last).find(|(_, declared)| is(declared)))
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}
