//! Complex types: attributes, content model, and the children in schema order.

use std::sync::Arc;

use crate::{
    ContentModel, Derivations, Derived, ElementId, Governed, Location, QName, Role, SimpleId,
    ValueConstraint, WildcardId,
};

/// A complex type, compiled for one inherited governance.
#[derive(Debug, Clone)]
pub struct ComplexType {
    /// The name; `None` for a type declared in place.
    pub name: Option<QName>,
    /// The documentation of the type; empty when there is none.
    pub doc: Arc<str>,
    /// The attributes, in schema order; prohibited ones left out.
    pub attributes: Vec<Attribute>,
    /// What may stand between the tags.
    pub body: Body,
    /// The content model as written; `None` unless the body has elements.
    pub particle: Option<Particle>,
    /// Each child element once, in schema order.
    pub children: Vec<Child>,
    /// Whether text may stand among the children.
    pub mixed: bool,
    /// The attributes of other names that are admitted.
    pub any_attribute: Option<WildcardId>,
    /// Whether documents must name a type that derives from it.
    pub is_abstract: bool,
    /// The derivations that may not stand for it.
    pub block: Derivations,
    /// The named types that derive from it, directly or not.
    pub derived: Vec<Derived>,
    /// How its content looks in JSON.
    pub form: Form,
    /// The local names that children of two namespaces bear.
    pub clashes: Vec<Arc<str>>,
    /// The local names that attributes of two namespaces bear.
    pub attribute_clashes: Vec<Arc<str>>,
}

/// How the children of an element look in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A property for each name: the content model says the order.
    Object,
    /// A list of all children, in order: else the order would be lost.
    List,
}

/// An attribute of a complex type.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The name that documents carry.
    pub name: QName,
    /// The type of its value.
    pub simple: SimpleId,
    /// Whether it must be there.
    pub required: bool,
    /// Who may see it, own or inherited.
    pub governance: Option<Governed>,
    /// What policy reads it as.
    pub role: Option<Role>,
    /// The documentation, in Spanish; empty when there is none.
    pub doc: Arc<str>,
    /// A default or fixed value.
    pub value: Option<ValueConstraint>,
    /// Where it is declared.
    pub source: Location,
}

/// What may stand between the tags.
#[derive(Debug, Clone)]
pub enum Body {
    /// Nothing.
    Empty,
    /// Text of a simple type.
    Simple(SimpleId),
    /// Child elements, and white space between them.
    Elements(ContentModel),
}

/// A child element of a complex type, whatever the number of places where the model names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child {
    /// The element use.
    pub element: ElementId,
    /// Whether more than one may occur.
    pub repeated: bool,
    /// Whether at least one occurs in every valid content; members of a choice are not required.
    pub required: bool,
    /// The number, within the type, of the innermost choice it belongs to.
    pub choice: Option<u32>,
    /// Whether every valid content makes that choice, with at least one element.
    pub required_choice: bool,
}

/// How often a particle occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurs {
    /// The fewest.
    pub min: u32,
    /// The most; `None` is unbounded.
    pub max: Option<u32>,
}

/// A content model as the schema writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Particle {
    /// One element.
    Element(ElementId, Occurs),
    /// All of these, in order.
    Sequence(Vec<Particle>, Occurs),
    /// One of these.
    Choice(Vec<Particle>, Occurs),
    /// Each of these at most once, in any order; only as the whole of a model.
    All(Vec<Particle>, Occurs),
    /// Any element that the wildcard admits.
    Wildcard(WildcardId, Occurs),
}

impl ComplexType {
    /// Whether something must be looked at before the content: attributes, or that the type is
    /// abstract.
    pub(crate) fn has_head(&self) -> bool {
        !self.attributes.is_empty() || self.any_attribute.is_some() || self.is_abstract
    }

    /// The content model, of a type with elements.
    pub(crate) fn model(&self) -> Option<&ContentModel> {
        match &self.body {
            Body::Elements(model) => Some(model),
            Body::Empty | Body::Simple(_) => None,
        }
    }

    /// Whether it has attributes of any kind.
    pub(crate) fn has_attributes(&self) -> bool {
        !self.attributes.is_empty() || self.any_attribute.is_some()
    }

    /// The wildcards among its children and its attributes.
    pub(crate) fn wildcards(&self) -> impl Iterator<Item = WildcardId> {
        let among = self.particle.iter().flat_map(Particle::wildcards);
        among.chain(self.any_attribute)
    }

    /// Whether it is `xs:anyType`.
    pub(crate) fn is_any(&self) -> bool {
        let name = self.name.as_ref();
        name.is_some_and(|name| name.is(Some(crate::xml::SCHEMA), "anyType"))
    }

    /// Whether each valid content stays valid when all the elements that are `gone` are taken out.
    pub fn holds_without(&self, gone: &dyn Fn(ElementId) -> bool) -> bool {
        self.particle
            .as_ref()
            .is_none_or(|particle| particle.holds_without(gone))
    }

    /// Whether some part of the content model must occur several times and holds nothing but what is
    /// `gone`, so that one occurrence less may be one too few.
    pub fn counts_only(&self, gone: &dyn Fn(ElementId) -> bool) -> bool {
        self.particle
            .as_ref()
            .is_some_and(|particle| particle.counts_only(gone))
    }
}

impl Particle {
    /// How often it occurs.
    pub fn occurs(&self) -> Occurs {
        match self {
            Self::Element(_, occurs)
            | Self::Wildcard(_, occurs)
            | Self::Sequence(_, occurs)
            | Self::Choice(_, occurs)
            | Self::All(_, occurs) => *occurs,
        }
    }

    /// The parts of a group; none for a single child.
    pub fn items(&self) -> &[Particle] {
        match self {
            Self::Element(..) | Self::Wildcard(..) => &[],
            Self::Sequence(items, _) | Self::Choice(items, _) | Self::All(items, _) => items,
        }
    }

    /// The wildcards in it, in order.
    pub(crate) fn wildcards(&self) -> Vec<WildcardId> {
        match self {
            Self::Wildcard(id, _) => vec![*id],
            Self::Element(..) | Self::Sequence(..) | Self::Choice(..) | Self::All(..) => {
                self.items().iter().flat_map(Self::wildcards).collect()
            }
        }
    }

    /// Whether a child that a wildcard admits is in every content.
    pub(crate) fn wants_wildcard(&self) -> bool {
        self.occurs().min > 0
            && match self {
                Self::Wildcard(..) => true,
                Self::Element(..) => false,
                Self::Sequence(items, _) | Self::All(items, _) => {
                    items.iter().any(Self::wants_wildcard)
                }
                // One branch is enough to make what is left invalid.
                Self::Choice(items, _) => items.iter().any(Self::wants_wildcard),
            }
    }

    /// Whether a wildcard is somewhere in it.
    pub(crate) fn has_wildcard(&self) -> bool {
        matches!(self, Self::Wildcard(..)) || self.items().iter().any(Self::has_wildcard)
    }

    /// Whether it has no child at all.
    pub(crate) fn is_void(&self) -> bool {
        match self {
            Self::Element(..) | Self::Wildcard(..) => false,
            Self::Sequence(items, _) | Self::Choice(items, _) | Self::All(items, _) => {
                items.iter().all(Self::is_void)
            }
        }
    }

    /// Whether no child at all satisfies the particle.
    pub fn emptiable(&self) -> bool {
        match self {
            Self::Element(_, occurs) | Self::Wildcard(_, occurs) => occurs.min == 0,
            Self::Sequence(items, occurs) | Self::All(items, occurs) => {
                occurs.min == 0 || items.iter().all(Self::emptiable)
            }
            Self::Choice(items, occurs) => {
                occurs.min == 0 || items.is_empty() || items.iter().any(Self::emptiable)
            }
        }
    }

    pub(crate) fn holds_without(&self, gone: &dyn Fn(ElementId) -> bool) -> bool {
        if self.vanishes(gone) {
            return self.emptiable();
        }
        match self {
            Self::Element(..) | Self::Wildcard(..) => true,
            Self::Sequence(items, _) | Self::All(items, _) => {
                items.iter().all(|item| item.holds_without(gone))
            }
            Self::Choice(items, _) => items
                .iter()
                .all(|item| item.holds_without(gone) || (item.vanishes(gone) && self.emptiable())),
        }
    }

    fn counts_only(&self, gone: &dyn Fn(ElementId) -> bool) -> bool {
        (self.occurs().min > 1 && !self.is_void() && self.vanishes(gone))
            || self.items().iter().any(|item| item.counts_only(gone))
    }

    fn vanishes(&self, gone: &dyn Fn(ElementId) -> bool) -> bool {
        match self {
            Self::Element(element, _) => gone(*element),
            Self::Wildcard(..) => false,
            Self::Sequence(items, _) | Self::Choice(items, _) | Self::All(items, _) => {
                items.iter().all(|item| item.vanishes(gone))
            }
        }
    }
}
