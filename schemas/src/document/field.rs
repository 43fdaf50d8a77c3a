//! The governed values of a document: which field groups it holds, and where.

use crate::document::{Label, NodeRef, Part};
use crate::{Body, Document, Governed, GroupId, Particle, QName, json};

/// A value of a document that belongs to a field group.
///
/// What a wildcard admits is one value, whatever is in it, and so is what stands in an element that
/// is declared to hold anything.
#[derive(Debug, Clone, Copy)]
pub struct Field<'d> {
    /// The field group.
    pub group: GroupId,
    /// The element that it is of.
    node: NodeRef<'d>,
    last: Last<'d>,
}

/// What of its element a value is.
#[derive(Debug, Clone, Copy)]
enum Last<'d> {
    /// The element as a whole.
    Own,
    /// Text among its children.
    Text,
    /// Something that a wildcard admits among its children.
    Other,
    /// An attribute.
    Attribute(&'d QName),
}

impl Field<'_> {
    /// The path from the root: names joined by `/`, an attribute as `@name`, text among elements as
    /// `#texto` and what a wildcard admits as `#otros`. Made anew at each call.
    pub fn path(&self) -> String {
        let document = self.node.document();
        let mut path = String::new();
        let mut at = Some(document.root());
        while let Some(node) = at {
            path.push('/');
            path.push_str(node.local());
            let holds =
                |child: &NodeRef<'_>| (child.index()..child.end()).contains(&self.node.index());
            at = node.elements().find(holds);
        }
        match self.last {
            Last::Own => {}
            Last::Text => path.extend(["/", json::TEXT]),
            Last::Other => path.extend(["/", json::ANY]),
            Last::Attribute(name) => {
                path.push_str("/@");
                path.push_str(&crate::violation::shown(&name.to_string()));
            }
        }
        path
    }
}

/// Whether an element stands in a governed case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Case,
    Outside,
}

impl Document {
    /// Shows `see` every value with a field group in the cases, in document order; outside of them
    /// only what wildcards and `xs:anyType` admit, because nobody knows what that is.
    pub fn each_field<'d>(&'d self, see: &mut impl FnMut(Field<'d>)) {
        self.root().fields(Place::Outside, see);
    }
}

impl<'d> NodeRef<'d> {
    fn fields(self, place: Place, see: &mut impl FnMut(Field<'d>)) {
        let place = if self.case_unit() { Place::Case } else { place };
        if self.holds_any() {
            return self.show(self.governance(), Last::Own, see);
        }
        self.attribute_fields(place, see);
        if place == Place::Case && self.is_leaf() {
            self.show(self.governance(), Last::Own, see);
        }
        let particle = self.complex().and_then(|it| it.particle.as_ref());
        for part in self.parts() {
            match part {
                Part::Element(child) if child.is_wild() => self.other(particle, child.qname(), see),
                Part::Element(child) => child.fields(place, see),
                Part::Any(any) => self.other(particle, any.name, see),
                Part::Text(_) if place == Place::Case => {
                    self.show(self.governance(), Last::Text, see);
                }
                Part::Text(_) => {}
            }
        }
    }

    fn attribute_fields(self, place: Place, see: &mut impl FnMut(Field<'d>)) {
        let Some(complex) = self.complex() else {
            return;
        };
        let contract = self.document().contract();
        let any = complex.any_attribute.map(|any| contract.wildcard(any));
        for node in self.attribute_nodes() {
            match node.label {
                Label::Attribute(number) if place == Place::Case => {
                    if let Some(declared) = complex.attributes.get(number as usize) {
                        let last = Last::Attribute(&declared.name);
                        self.show(declared.governance, last, see);
                    }
                }
                Label::AnyAttribute(number) => {
                    let governance = any.and_then(|any| any.governance);
                    if let Some(name) = self.document().name(number) {
                        self.show(governance, Last::Attribute(name), see);
                    }
                }
                Label::Attribute(_)
                | Label::Type(_)
                | Label::Element(_)
                | Label::Wild(_)
                | Label::Any(_)
                | Label::Text => {}
            }
        }
    }

    /// What the wildcards say that admit an element of that name.
    fn other(self, particle: Option<&Particle>, name: &QName, see: &mut impl FnMut(Field<'d>)) {
        let contract = self.document().contract();
        for id in particle.into_iter().flat_map(Particle::wildcards) {
            let wildcard = contract.wildcard(id);
            if wildcard.namespaces.has(name.namespace.as_deref()) {
                self.show(wildcard.governance, Last::Other, see);
            }
        }
    }

    fn show(self, governance: Option<Governed>, last: Last<'d>, see: &mut impl FnMut(Field<'d>)) {
        if let Some(Governed { group, .. }) = governance {
            let node = self;
            see(Field { group, node, last });
        }
    }

    fn governance(self) -> Option<Governed> {
        let contract = self.document().contract();
        contract.element(self.element()).governance
    }

    /// Whether it is a value by itself; of one without any part, that it is there says something.
    pub(super) fn is_leaf(self) -> bool {
        match self.complex().map(|complex| (&complex.body, complex)) {
            None | Some((Body::Simple(_), _)) => true,
            Some((Body::Empty, complex)) => complex.attributes.is_empty(),
            Some((Body::Elements(_), _)) => false,
        }
    }
}
