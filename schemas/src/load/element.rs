//! Element uses and attributes.

use super::annotation::{Annotation, Inherited};
use super::compile::Compiler;
use super::components::At;
use super::error::{LoadError, SchemaFault};
use super::identity;
use super::sidecar::Ruled;
use super::simple::TypeRef;
use crate::{Attribute, Content, Element, QName, SimpleId, SimpleType, ValueConstraint};

/// The longest chain of heads of substitution groups.
const MAX_HEADS: usize = 100;

/// What a type says of an attribute.
pub(super) enum Use {
    /// It may be there, or must.
    Allowed(Attribute),
    /// It may not be there.
    Prohibited(QName),
}

impl<'s> Compiler<'s> {
    /// The use of an element: a global declaration, a local one, or a reference.
    pub(super) fn element(
        &mut self,
        at: At<'s>,
        inherited: Inherited,
    ) -> Result<Element, LoadError> {
        if at.node.attribute("ref").is_none() {
            let annotation = Annotation::read(at, self.groups)?;
            let qualified = at.is_global() || at.qualified("elementFormDefault")?;
            return self.declared(at, annotation, inherited, qualified);
        }
        refuse_beside_ref(
            at,
            &["name", "type", "nillable", "default", "fixed", "form"],
        )?;
        let (_, target) = at.find("ref", &self.components.elements)?;
        self.referred(at, target, inherited)
    }

    /// The global element `target`, used where `at` refers to it or to the head of its group.
    pub(super) fn referred(
        &mut self,
        at: At<'s>,
        target: At<'s>,
        inherited: Inherited,
    ) -> Result<Element, LoadError> {
        let annotation = Annotation::read(at, self.groups)?;
        let annotation = Annotation::read(target, self.groups)?.overlaid(annotation);
        let mut element = self.declared(target, annotation, inherited, true)?;
        element.source = at.node.location.clone();
        Ok(element)
    }

    fn declared(
        &mut self,
        at: At<'s>,
        annotation: Annotation,
        inherited: Inherited,
        qualified: bool,
    ) -> Result<Element, LoadError> {
        let namespace = if qualified {
            at.schema.target.clone()
        } else {
            None
        };
        let name = QName {
            namespace,
            local: at.name()?.into(),
        };
        let (inherited, ruled) = self.ruled(inherited.overlaid(annotation.own), &name.local);
        let content = self.content(at, inherited)?;
        let text = match content {
            Content::Simple(simple) => Some(simple),
            Content::Complex(_) => self.text_of(at)?,
        };
        let value = match text {
            Some(simple) => self.constraint(at, simple)?,
            None => constraint(at)?,
        };
        Ok(Element {
            name,
            content,
            nillable: at.flag("nillable")?,
            is_abstract: at.flag("abstract")?,
            block: at.derivations("block", "blockDefault")?,
            governance: inherited
                .overlaid(ruled.own())
                .governed(ruled.masking.or(annotation.masking)),
            role: ruled.role.or(annotation.role),
            case_unit: ruled.case_unit || annotation.case_unit,
            doc: annotation.doc,
            value,
            identities: identity::all(at, self.components)?,
            source: at.node.location.clone(),
        })
    }

    /// One name further in the paths of the governance file, and what it says there.
    pub(super) fn ruled(&mut self, inherited: Inherited, name: &str) -> (Inherited, Ruled) {
        let place = self.rules.enter(inherited.place, name);
        (Inherited { place, ..inherited }, self.rules.at(place))
    }

    fn content(&mut self, at: At<'s>, inherited: Inherited) -> Result<Content, LoadError> {
        let is_type =
            |child: &At<'_>| matches!(child.node.xs(), Some("simpleType" | "complexType"));
        let inline = at.children().find(is_type);
        match (at.node.attribute("type"), inline) {
            (Some(_), None) => Ok(match self.type_named(at, "type")? {
                TypeRef::Simple(id) => Content::Simple(id),
                TypeRef::Complex(found) => Content::Complex(self.complex_id(found, inherited)),
                TypeRef::Any => Content::Complex(self.any_type_id(at, inherited)),
            }),
            (None, Some(inline)) if inline.node.xs() == Some("simpleType") => {
                unnamed(inline)?;
                self.simple(inline).map(Content::Simple)
            }
            (None, Some(inline)) => {
                unnamed(inline)?;
                Ok(Content::Complex(self.complex_id(inline, inherited)))
            }
            (Some(_), Some(inline)) => Err(beside_type(inline)),
            (None, None) => match at.node.attribute("substitutionGroup") {
                // A member of a group without a type has that of the head.
                Some(_) => {
                    let (_, head) = at.find("substitutionGroup", &self.components.elements)?;
                    self.head_content(at, head, inherited)
                }
                None => Ok(Content::Complex(self.any_type_id(at, inherited))),
            },
        }
    }

    /// The simple type of the text inside a complex type, where the declaration gives that text: the complex type itself may
    /// be compiled later.
    fn text_of(&mut self, at: At<'s>) -> Result<Option<SimpleId>, LoadError> {
        if constraint(at)?.is_none() {
            return Ok(None);
        }
        let mut at = at;
        for _ in 0..MAX_HEADS {
            let complex = if let Some(inline) = at.child("complexType") {
                inline
            } else if at.node.attribute("type").is_some() {
                match self.type_named(at, "type")? {
                    TypeRef::Complex(found) => found,
                    TypeRef::Simple(_) | TypeRef::Any => return Ok(None),
                }
            } else if at.node.attribute("substitutionGroup").is_some() {
                at = at.find("substitutionGroup", &self.components.elements)?.1;
                continue;
            } else {
                return Ok(None);
            };
            return Ok(self.derive(complex)?.simple);
        }
        Ok(None)
    }

    fn head_content(
        &mut self,
        at: At<'s>,
        head: At<'s>,
        inherited: Inherited,
    ) -> Result<Content, LoadError> {
        if self.busy.contains(&head.id()) || self.busy.len() >= MAX_HEADS {
            return Err(at.node.error(SchemaFault::Circular(head.own_name())));
        }
        self.busy.push(head.id());
        let content = self.content(head, inherited);
        self.busy.pop();
        content
    }

    /// The use of an attribute.
    pub(super) fn attribute(&mut self, at: At<'s>, inherited: Inherited) -> Result<Use, LoadError> {
        let required = match at.node.attribute("use").map(str::trim) {
            None | Some("optional" | "prohibited") => false,
            Some("required") => true,
            Some(other) => return Err(at.bad("use", other)),
        };
        let annotation = Annotation::read(at, self.groups)?;
        let (declared, annotation, qualified) = if at.node.attribute("ref").is_some() {
            refuse_beside_ref(at, &["name", "type", "form"])?;
            let (_, target) = at.find("ref", &self.components.attributes)?;
            (
                target,
                Annotation::read(target, self.groups)?.overlaid(annotation),
                true,
            )
        } else {
            let qualified = at.is_global() || at.qualified("attributeFormDefault")?;
            (at, annotation, qualified)
        };
        let local = declared.name()?;
        if local == "xmlns" {
            return Err(declared.bad("name", local));
        }
        let namespace = if qualified {
            declared.schema.target.clone()
        } else {
            None
        };
        let name = QName {
            namespace,
            local: local.into(),
        };
        if at.node.attribute("use").map(str::trim) == Some("prohibited") {
            return Ok(Use::Prohibited(name));
        }
        let simple = self.attribute_type(declared)?;
        let value = match self.constraint(at, simple)? {
            None => self.constraint(declared, simple)?,
            own => own,
        };
        if required && matches!(value, Some(ValueConstraint::Default(_))) {
            return Err(at.bad("use", "required"));
        }
        let (inherited, ruled) =
            self.ruled(inherited.overlaid(annotation.own), &format!("@{local}"));
        Ok(Use::Allowed(Attribute {
            name,
            simple,
            required,
            governance: inherited
                .overlaid(ruled.own())
                .governed(ruled.masking.or(annotation.masking)),
            role: ruled.role.or(annotation.role),
            doc: annotation.doc,
            value,
            source: at.node.location.clone(),
        }))
    }

    /// The default or fixed value of a declaration of that type; a name is looked up where it stands.
    fn constraint(
        &self,
        at: At<'s>,
        simple: SimpleId,
    ) -> Result<Option<ValueConstraint>, LoadError> {
        let name = self
            .simples
            .get(simple.index())
            .is_some_and(SimpleType::is_name);
        Ok(match constraint(at)? {
            Some(ValueConstraint::Default(text)) if name => {
                Some(ValueConstraint::Default(at.expanded(&text).into()))
            }
            Some(ValueConstraint::Fixed(text)) if name => {
                Some(ValueConstraint::Fixed(at.expanded(&text).into()))
            }
            other => other,
        })
    }

    fn attribute_type(&mut self, at: At<'s>) -> Result<SimpleId, LoadError> {
        match (at.node.attribute("type"), at.child("simpleType")) {
            (Some(_), None) => self.simple_named(at, "type"),
            (None, Some(inline)) => {
                unnamed(inline)?;
                self.simple(inline)
            }
            (Some(_), Some(inline)) => Err(beside_type(inline)),
            (None, None) => Ok(self.any_simple()),
        }
    }
}

/// The default or fixed value of a declaration.
fn constraint(at: At<'_>) -> Result<Option<ValueConstraint>, LoadError> {
    match (at.node.attribute("default"), at.node.attribute("fixed")) {
        (None, None) => Ok(None),
        (Some(text), None) => Ok(Some(ValueConstraint::Default(text.into()))),
        (None, Some(text)) => Ok(Some(ValueConstraint::Fixed(text.into()))),
        (Some(_), Some(text)) => Err(at.bad("fixed", text)),
    }
}

fn refuse_beside_ref(at: At<'_>, attributes: &[&str]) -> Result<(), LoadError> {
    if let Some(name) = attributes
        .iter()
        .find(|name| at.node.attribute(name).is_some())
    {
        return Err(at
            .node
            .error(SchemaFault::UnknownAttribute((*name).to_owned())));
    }
    match at.children().next() {
        Some(inline) => Err(beside_type(inline)),
        None => Ok(()),
    }
}

fn unnamed(at: At<'_>) -> Result<(), LoadError> {
    match at.node.attribute("name") {
        Some(_) => Err(at
            .node
            .error(SchemaFault::UnknownAttribute("name".to_owned()))),
        None => Ok(()),
    }
}

fn beside_type(inline: At<'_>) -> LoadError {
    let name = inline.node.xs().unwrap_or_default();
    inline
        .node
        .error(SchemaFault::Misplaced(format!("xs:{name}")))
}
