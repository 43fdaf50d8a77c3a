//! The way down into a document, as the contract sees it: which elements hold binary content.

use contract::xml::{Source, Start};
use contract::{Body, Builtin, Content, Contract, QName};

/// The namespace of `xsi:type`.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The elements that are open, outermost first.
#[derive(Debug)]
pub(super) struct Trail<'c> {
    contract: &'c Contract,
    /// The name of each, and what may stand in it as far as the contract knows it.
    open: Vec<(String, Option<Content>)>,
}

impl<'c> Trail<'c> {
    /// At the top.
    pub(super) fn new(contract: &'c Contract) -> Self {
        let open = Vec::new();
        Self { contract, open }
    }

    /// Goes into an element whose tag was just read from `source`.
    pub(super) fn enter(&mut self, source: &Source<'_>, start: &Start<'_>) {
        let name = QName::new(start.namespace(), start.local());
        let declared = match self.open.last() {
            None => self.contract.root(&name),
            Some((_, Some(Content::Complex(parent)))) => {
                let children = &self.contract.complex(*parent).children;
                let mut elements = children.iter().map(|child| child.element);
                elements.find(|it| self.contract.element(*it).name == name)
            }
            Some((_, Some(Content::Simple(_)) | None)) => None,
        };
        let content = declared.map(|element| self.contract.element(element).content);
        let content = content.map(|content| self.named(content, source, start));
        self.open.push((start.local().to_owned(), content));
    }

    /// Goes out of the element that was entered last.
    pub(super) fn leave(&mut self) {
        self.open.pop();
    }

    /// Whether the innermost element holds `xs:base64Binary`, or a restriction of it.
    pub(super) fn is_binary(&self) -> bool {
        let simple = match self.open.last() {
            Some((_, Some(Content::Simple(simple)))) => *simple,
            Some((_, Some(Content::Complex(complex)))) => {
                match self.contract.complex(*complex).body {
                    Body::Simple(simple) => simple,
                    Body::Empty | Body::Elements(_) => return false,
                }
            }
            Some((_, None)) | None => return false,
        };
        let simple = self.contract.simple(simple);
        simple.is_atomic() && simple.builtin() == Builtin::Base64Binary
    }

    /// The path of the innermost element.
    pub(super) fn path(&self) -> String {
        let names = self.open.iter().map(|(name, _)| format!("/{name}"));
        names.collect()
    }

    /// The type that `xsi:type` puts in the place of the declared one.
    fn named(&self, declared: Content, source: &Source<'_>, start: &Start<'_>) -> Content {
        let (Content::Complex(base), Some(text)) =
            (declared, start.attribute(Some(INSTANCE), "type"))
        else {
            return declared;
        };
        let (prefix, local) = text.trim().split_once(':').unwrap_or(("", text.trim()));
        let name = QName::new(source.resolve(prefix).as_deref(), local);
        let derived = &self.contract.complex(base).derived;
        let found = derived.iter().find(|it| it.name == name);
        found.map_or(declared, |it| Content::Complex(it.complex))
    }
}
