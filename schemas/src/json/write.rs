//! Documents to JSON.

use super::TEXT;
use super::scalar::{Texts, write as write_scalar};
use crate::{Body, Child, ComplexType, Content, Contract, NodeRef, SimpleId};

/// Appends the JSON value of the element's content.
pub(crate) fn write(node: NodeRef<'_>, out: &mut Vec<u8>) {
    let texts = Texts::of(node.document().texts());
    let contract = node.document().contract();
    Writer {
        contract,
        texts,
        out,
    }
    .value(node);
}

struct Writer<'w> {
    contract: &'w Contract,
    texts: Texts,
    out: &'w mut Vec<u8>,
}

impl Writer<'_> {
    fn value(&mut self, node: NodeRef<'_>) {
        let complex = match self.contract.element(node.element()).content {
            Content::Simple(simple) => return self.leaf(simple, node),
            Content::Complex(complex) => self.contract.complex(complex),
        };
        match complex.body {
            _ if !complex.attributes.is_empty() => self.object(complex, node),
            Body::Simple(simple) => self.leaf(simple, node),
            Body::Empty | Body::Elements(_) if node.is_nil() => self.put("null"),
            Body::Empty | Body::Elements(_) => self.object(complex, node),
        }
    }

    fn leaf(&mut self, simple: SimpleId, node: NodeRef<'_>) {
        match node.text() {
            Some(text) => self.scalar(simple, text),
            None => self.put("null"),
        }
    }

    fn scalar(&mut self, simple: SimpleId, text: &str) {
        let kind = self.contract.simple(simple).json_kind();
        write_scalar(kind, text, self.texts, self.out);
    }

    fn object(&mut self, complex: &ComplexType, node: NodeRef<'_>) {
        let begin = self.out.len();
        for (declared, value) in node.declared_attributes() {
            self.key("@", &declared.name.local);
            self.scalar(declared.simple, value);
        }
        match complex.body {
            _ if node.is_nil() => {
                self.key("", TEXT);
                self.put("null");
            }
            Body::Empty => {}
            Body::Simple(simple) => {
                self.key("", TEXT);
                self.leaf(simple, node);
            }
            Body::Elements(_) => self.children(complex, node),
        }
        // Every key was written behind a comma; the first one is the brace.
        match self.out.get_mut(begin) {
            Some(first) => *first = b'{',
            None => self.put("{"),
        }
        self.put("}");
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
                self.value(child);
            } else if !done.contains(&place) {
                done.push(place);
                self.key("", child.local());
                self.array(node, child);
            }
        }
    }

    fn array(&mut self, node: NodeRef<'_>, first: NodeRef<'_>) {
        let same = |child: &NodeRef<'_>| {
            child.element() == first.element() || child.qname() == first.qname()
        };
        let mut separator = "[";
        for child in node.children().filter(same) {
            self.put(separator);
            self.value(child);
            separator = ",";
        }
        self.put("]");
    }

    /// The child's declaration and its place among those of the type, looked for from `last` on:
    /// children come mostly in schema order. The use itself first; then one of the same name, where
    /// the model has the name twice.
    fn declared(
        &self,
        complex: &ComplexType,
        child: NodeRef<'_>,
        last: usize,
    ) -> Option<(usize, Child)> {
        let all = complex.children.iter().copied().enumerate();
        let is = |(_, declared): &(usize, Child)| declared.element == child.element();
        let is_namesake = |(_, declared): &(usize, Child)| {
            self.contract.element(declared.element).name == *child.qname()
        };
        let ahead = all.clone().skip(last).find(is);
        ahead
            .or_else(|| all.clone().find(is))
            .or_else(|| all.clone().find(is_namesake))
    }

    /// A comma and a key. XML names hold nothing that JSON would escape.
    fn key(&mut self, prefix: &str, local: &str) {
        for piece in [",\"", prefix, local, "\":"] {
            self.put(piece);
        }
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}
