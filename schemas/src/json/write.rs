//! Documents to JSON.

use super::name::{of_any, of_any_attribute, property};
use super::scalar::{Texts, write as write_scalar, write_string};
use super::{ANY, LIST, TEXT, TYPE};
use crate::document::{AnyRef, Part};
use crate::{
    Body, Child, ComplexType, Content, Contract, Document, Form, NodeRef, QName, SimpleId,
};

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

/// Appends an object with one property, whose value is the content of the document's root.
pub(crate) fn write_entry(property: &str, document: &Document, out: &mut Vec<u8>) {
    out.push(b'{');
    write_string(property, out);
    out.push(b':');
    write(document.root(), out);
    out.push(b'}');
}

struct Writer<'w> {
    contract: &'w Contract,
    texts: Texts,
    out: &'w mut Vec<u8>,
}

impl Writer<'_> {
    fn value(&mut self, node: NodeRef<'_>) {
        let typed = node.type_name().is_some();
        let complex = match node.content() {
            Content::Simple(simple) if typed => return self.typed_leaf(simple, node),
            Content::Simple(simple) => return self.leaf(simple, node),
            Content::Complex(complex) => self.contract.complex(complex),
        };
        match complex.body {
            _ if complex.mixed => self.mixed(complex, node),
            _ if typed || complex.has_attributes() => self.object(complex, node),
            Body::Simple(simple) => self.leaf(simple, node),
            Body::Empty | Body::Elements(_) if node.is_nil() => self.put("null"),
            Body::Empty | Body::Elements(_) => self.object(complex, node),
        }
    }

    fn leaf(&mut self, simple: SimpleId, node: NodeRef<'_>) {
        match node.text() {
            // An empty element whose value the schema gives stays empty.
            Some(_) if node.is_default() => self.put("\"\""),
            Some(text) => self.scalar(simple, text),
            None => self.put("null"),
        }
    }

    fn scalar(&mut self, simple: SimpleId, text: &str) {
        let kind = self.contract.simple(simple).json_kind();
        let fidelity = self.contract.fidelity();
        write_scalar(kind, text, self.texts, fidelity, self.out);
    }

    fn string(&mut self, text: &str) {
        write_string(text, self.out);
    }

    /// A leaf of a simple type that names its type.
    fn typed_leaf(&mut self, simple: SimpleId, node: NodeRef<'_>) {
        let begin = self.out.len();
        self.head(&[], node);
        self.key("", TEXT);
        self.leaf(simple, node);
        self.close(begin);
    }

    fn object(&mut self, complex: &ComplexType, node: NodeRef<'_>) {
        let begin = self.out.len();
        self.head(&complex.attribute_clashes, node);
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
            Body::Elements(_) if complex.form == Form::List => {
                self.list(Some(complex), node.parts());
            }
            Body::Elements(_) => self.children(complex, node),
        }
        self.close(begin);
    }

    /// An element in which text may stand among others: a string when that is all there is.
    fn mixed(&mut self, complex: &ComplexType, node: NodeRef<'_>) {
        let bare = node.attribute_nodes().is_empty();
        if bare && node.is_nil() {
            return self.put("null");
        }
        if bare && self.text_only(node.parts()) {
            return;
        }
        self.object(complex, node);
    }

    fn any(&mut self, any: AnyRef<'_>) {
        let bare = any.attributes().next().is_none();
        if bare && self.text_only(any.parts()) {
            return;
        }
        let begin = self.out.len();
        for (name, value) in any.attributes() {
            self.any_attribute(None, name, value);
        }
        self.list(None, any.parts());
        self.close(begin);
    }

    /// Writes the text, if there is nothing else; whether it did.
    fn text_only<'d>(&mut self, mut parts: impl Iterator<Item = Part<'d>>) -> bool {
        match (parts.next(), parts.next()) {
            (None, _) => self.put("\"\""),
            (Some(Part::Text(text)), None) => self.string(text),
            (Some(_), _) => return false,
        }
        true
    }

    /// The type that is named, and the attributes.
    fn head(&mut self, clashes: &[std::sync::Arc<str>], node: NodeRef<'_>) {
        if let Some(name) = node.type_name() {
            self.key("", TYPE);
            self.string(name);
        }
        for (declared, value) in node.declared_attributes() {
            if clashes.is_empty() {
                self.key("@", &declared.name.local);
            } else {
                self.escaped_key("@", &property(&declared.name, clashes));
            }
            self.scalar(declared.simple, value);
        }
        let others = AnyRef::attributes_in(node.document(), node.attribute_nodes());
        for (name, value) in others {
            self.any_attribute(node.complex(), name, value);
        }
    }

    fn any_attribute(&mut self, complex: Option<&ComplexType>, name: &QName, value: &str) {
        if name.is(Some(crate::xml::INSTANCE), "type") {
            self.key("", TYPE);
        } else {
            self.escaped_key("@", &of_any_attribute(complex, name));
        }
        self.string(value);
    }

    /// All parts in order, each child an object with one property.
    fn list<'d>(&mut self, complex: Option<&ComplexType>, parts: impl Iterator<Item = Part<'d>>) {
        let mut separator = "[";
        for part in parts {
            if separator == "[" {
                self.key("", LIST);
            }
            self.put(separator);
            separator = ",";
            match part {
                Part::Text(text) => self.string(text),
                Part::Element(child) => self.entry(complex, child),
                Part::Any(any) => self.any_entry(complex, any),
            }
        }
        if separator == "," {
            self.put("]");
        }
    }

    fn entry(&mut self, complex: Option<&ComplexType>, child: NodeRef<'_>) {
        let begin = self.out.len();
        let name = child.qname();
        let declared = complex.filter(|complex| {
            let mut children = complex.children.iter();
            children.any(|known| known.element == child.element())
        });
        let key = match declared {
            Some(complex) => property(name, &complex.clashes),
            None => of_any(self.contract, complex, name),
        };
        self.escaped_key("", &key);
        self.value(child);
        self.close(begin);
    }

    fn any_entry(&mut self, complex: Option<&ComplexType>, any: AnyRef<'_>) {
        let begin = self.out.len();
        self.escaped_key("", &of_any(self.contract, complex, any.name));
        self.any(any);
        self.close(begin);
    }

    /// The children, those of one name together at the place of the first.
    fn children(&mut self, complex: &ComplexType, node: NodeRef<'_>) {
        let mut done: Vec<usize> = Vec::new();
        let (mut last, mut others) = (0, false);
        for part in node.parts() {
            let child = match part {
                Part::Element(child) => child,
                Part::Any(_) => {
                    others = others || self.others(complex, node);
                    continue;
                }
                Part::Text(_) => continue,
            };
            let Some((place, declared)) = declared(complex, child, last) else {
                others = others || self.others(complex, node);
                continue;
            };
            last = place;
            if !declared.repeated {
                self.child_key(complex, child.qname());
                self.value(child);
            } else if !done.contains(&place) {
                done.push(place);
                self.child_key(complex, child.qname());
                self.array(node, child);
            }
        }
    }

    /// The children that wildcards admit, together.
    fn others(&mut self, complex: &ComplexType, node: NodeRef<'_>) -> bool {
        self.key("", ANY);
        let mut separator = "[";
        for part in node.parts() {
            match part {
                Part::Element(child) if declared(complex, child, 0).is_none() => {
                    self.put(separator);
                    self.entry(Some(complex), child);
                }
                Part::Any(any) => {
                    self.put(separator);
                    self.any_entry(Some(complex), any);
                }
                Part::Element(_) | Part::Text(_) => continue,
            }
            separator = ",";
        }
        self.put("]");
        true
    }

    fn array(&mut self, node: NodeRef<'_>, first: NodeRef<'_>) {
        let same = |child: &NodeRef<'_>| child.element() == first.element();
        let mut separator = "[";
        for child in node.elements().filter(same) {
            self.put(separator);
            self.value(child);
            separator = ",";
        }
        self.put("]");
    }

    fn child_key(&mut self, complex: &ComplexType, name: &QName) {
        if complex.clashes.is_empty() {
            self.key("", &name.local);
        } else {
            self.escaped_key("", &property(name, &complex.clashes));
        }
    }

    /// A comma and a key. XML names hold nothing that JSON would escape.
    fn key(&mut self, prefix: &str, local: &str) {
        for piece in [",\"", prefix, local, "\":"] {
            self.put(piece);
        }
    }

    /// A comma and a key that may hold the name of a namespace.
    fn escaped_key(&mut self, prefix: &str, name: &str) {
        self.put(",");
        write_string(&format!("{prefix}{name}"), self.out);
        self.put(":");
    }

    /// Ends an object that began at `begin`.
    fn close(&mut self, begin: usize) {
        // Every key was written behind a comma; the first one is the brace.
        match self.out.get_mut(begin) {
            Some(first) => *first = b'{',
            None => self.put("{"),
        }
        self.put("}");
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

/// The child's declaration and its place among those of the type, looked for from `last` on:
/// children come mostly in schema order.
fn declared(complex: &ComplexType, child: NodeRef<'_>, last: usize) -> Option<(usize, Child)> {
    let all = complex.children.iter().copied().enumerate();
    let is = |(_, declared): &(usize, Child)| declared.element == child.element();
    let ahead = all.clone().skip(last).find(is);
    ahead.or_else(|| all.clone().find(is))
}
