//! Start tags with attributes: prefixes, and names in values.

use super::declare;
use super::escape::{Place, Plain, escape, put};
use crate::document::{Document, Label, Node};
use crate::name::Expanded;
use crate::xml::{INSTANCE, XML};
use crate::{ComplexType, NodeRef, QName};

/// The prefix of an element whose values want another default namespace.
const OWN: &str = "e:";

/// The default namespace that names in values want.
#[derive(Debug, Clone, Copy)]
enum Wanted<'d> {
    /// Whatever the element has.
    Any,
    /// This one, or none.
    Only(Option<&'d str>),
}

/// A start tag in the making: attributes first, because names in their values may need the default
/// namespace.
pub(super) struct Tag<'d> {
    name: &'d QName,
    outer: Option<&'d str>,
    plain: Plain,
    /// Prefixes declared here, and for what.
    prefixes: Vec<(String, &'d str)>,
    wanted: Wanted<'d>,
    attributes: Vec<u8>,
}

impl<'d> Tag<'d> {
    pub(super) fn new(name: &'d QName, outer: Option<&'d str>, plain: Plain) -> Self {
        Self {
            name,
            outer,
            plain,
            prefixes: Vec::new(),
            wanted: Wanted::Any,
            attributes: Vec::new(),
        }
    }

    /// Takes in the attributes at the beginning of `inner`; returns how many there are. `text` is the
    /// name that the element holds, if it holds one.
    pub(super) fn attributes(
        &mut self,
        document: &'d Document,
        element: Option<NodeRef<'d>>,
        inner: &'d [Node],
        text: Option<Expanded<'d>>,
    ) -> u32 {
        let head = || inner.iter().take_while(|node| node.label.in_head());
        let declared = element.and_then(NodeRef::complex);
        if document.contract().has_names {
            let names = head().filter_map(|node| name_of(document, declared, node));
            self.give_up_default(names.chain(text));
        }
        let mut count = 0;
        for node in head() {
            count += 1;
            let value = document.slice(node.value);
            let name = name_of(document, declared, node);
            match node.label {
                Label::Type(_) => self.type_name(name),
                Label::AnyAttribute(number) => match document.name(number) {
                    Some(known) if known.is(Some(INSTANCE), "type") => self.type_name(name),
                    Some(known) => self.attribute(known, value),
                    None => {}
                },
                Label::Attribute(number) => {
                    let known = declared.and_then(|it| it.attributes.get(number as usize));
                    let Some(known) = known else { continue };
                    match name {
                        Some(name) => {
                            let written = self.named(name);
                            self.attribute(&known.name, &written);
                        }
                        None => self.attribute(&known.name, value),
                    }
                }
                Label::Element(_) | Label::Wild(_) | Label::Any(_) | Label::Text => {}
            }
        }
        count
    }

    /// Takes the default namespace away where one of the names is in none: it can be written in no
    /// other way.
    fn give_up_default(&mut self, mut names: impl Iterator<Item = Expanded<'d>>) {
        if names.any(|name| name.prefix.is_empty() && name.namespace.is_none()) {
            self.wanted = Wanted::Only(None);
        }
    }

    /// Says that the element is nil.
    pub(super) fn nil(&mut self) {
        let xsi = self.prefix("xsi", INSTANCE);
        self.put(&format!("{xsi}:nil"), "true");
    }

    /// Writes the tag up to before its end; gives the prefix of the element and the default
    /// namespace inside.
    pub(super) fn write(self, out: &mut Vec<u8>) -> (&'static str, Option<&'d str>) {
        let own = self.name.namespace.as_deref();
        let default = match self.wanted {
            Wanted::Any => own,
            Wanted::Only(wanted) => wanted,
        };
        let prefix = if default == own { "" } else { OWN };
        out.push(b'<');
        put(out, prefix);
        put(out, &self.name.local);
        if default != self.outer {
            declare("xmlns", default.unwrap_or_default(), out);
        }
        if !prefix.is_empty() {
            declare("xmlns:e", own.unwrap_or_default(), out);
        }
        for (prefix, namespace) in &self.prefixes {
            declare(&format!("xmlns:{prefix}"), namespace, out);
        }
        out.extend_from_slice(&self.attributes);
        (prefix, default)
    }

    fn attribute(&mut self, name: &'d QName, value: &str) {
        let local = &*name.local;
        match name.namespace.as_deref() {
            None if self.plain.attribute => {
                for piece in [" ", local, "=\"", value, "\""] {
                    put(&mut self.attributes, piece);
                }
            }
            None => self.put(local, value),
            Some(XML) => self.put(&format!("xml:{local}"), value),
            Some(namespace) => {
                let prefix = self.prefix("a", namespace);
                self.put(&format!("{prefix}:{local}"), value);
            }
        }
    }

    fn type_name(&mut self, name: Option<Expanded<'d>>) {
        let Some(name) = name else { return };
        let written = self.named(name);
        let xsi = self.prefix("xsi", INSTANCE);
        self.put(&format!("{xsi}:type"), &written);
    }

    /// A name as a value carries it, its namespace declared.
    pub(super) fn named(&mut self, name: Expanded<'d>) -> String {
        let local = name.local;
        if !name.prefix.is_empty() {
            let prefix = self.prefix(name.prefix, name.namespace.unwrap_or_default());
            return format!("{prefix}:{local}");
        }
        let own = self.name.namespace.as_deref();
        // Only an element in a namespace can give up the default one.
        let free = own.is_some() || name.namespace.is_none();
        match (self.wanted, name.namespace) {
            (Wanted::Any, wanted) if free => {
                self.wanted = Wanted::Only(wanted);
                local.to_owned()
            }
            (Wanted::Only(known), wanted) if known == wanted => local.to_owned(),
            (_, Some(namespace)) => {
                let prefix = self.prefix("q", namespace);
                format!("{prefix}:{local}")
            }
            (_, None) => local.to_owned(),
        }
    }

    /// A prefix for the namespace: the one hinted at, if it is free.
    fn prefix(&mut self, hint: &str, namespace: &'d str) -> String {
        let reserved = |prefix: &str| matches!(prefix, "xml" | "xmlns" | "e");
        let mut number = 0;
        let mut prefix = hint.to_owned();
        loop {
            let known = self.prefixes.iter().find(|known| known.0 == prefix);
            match known {
                Some(known) if known.1 == namespace => return prefix,
                None if prefix == "xml" && namespace == XML => return prefix,
                None if prefix == "xsi" && namespace != INSTANCE => {}
                None if !reserved(&prefix) => {
                    self.prefixes.push((prefix.clone(), namespace));
                    return prefix;
                }
                Some(_) | None => {}
            }
            prefix = format!("{hint}{number}");
            number += 1;
        }
    }

    fn put(&mut self, name: &str, value: &str) {
        self.attributes.push(b' ');
        put(&mut self.attributes, name);
        put(&mut self.attributes, "=\"");
        escape(value, Place::Attribute, &mut self.attributes);
        self.attributes.push(b'"');
    }
}

/// The name that is the value of an attribute, if it is one.
fn name_of<'d>(
    document: &'d Document,
    declared: Option<&ComplexType>,
    node: &Node,
) -> Option<Expanded<'d>> {
    let is_name = match node.label {
        Label::Type(_) => true,
        Label::AnyAttribute(number) => {
            let name = document.name(number);
            name.is_some_and(|name| name.is(Some(INSTANCE), "type"))
        }
        Label::Attribute(number) if document.contract().has_names => {
            let known = declared.and_then(|it| it.attributes.get(number as usize));
            known.is_some_and(|known| document.contract().simple(known.simple).is_name())
        }
        Label::Attribute(_) | Label::Element(_) | Label::Wild(_) | Label::Any(_) | Label::Text => {
            false
        }
    };
    if !is_name {
        return None;
    }
    Expanded::parse(document.slice(node.value))
}
