//! What every leaf must have once all types are known: governance, a type that admits its masked
//! form and its role, and a default or fixed value of its type.

use std::collections::BTreeSet;

use super::compile::Compiler;
use super::error::{LoadError, SchemaFault};
use super::roles;
use crate::name::Expanded;
use crate::{
    Body, Builtin, Content, Element, ElementId, Governance, Governed, Location, Masking, QName,
    SimpleId, SimpleType, ValueConstraint,
};

/// What is the same in elements and attributes.
struct Leaf<'c> {
    name: &'c QName,
    simple: Option<SimpleId>,
    governance: Option<Governed>,
    value: Option<&'c ValueConstraint>,
    source: &'c Location,
}

/// Checks every element use and attribute.
pub(super) fn check(compiler: &Compiler<'_>, governance: Governance) -> BTreeSet<LoadError> {
    let mut errors = BTreeSet::new();
    let mut report = |location: &Location, fault| {
        errors.insert(LoadError {
            location: location.clone(),
            fault,
        });
    };
    for (at, element) in compiler.elements.iter().enumerate() {
        let id = ElementId(u32::try_from(at).unwrap_or(u32::MAX));
        let simple = value_type(compiler, element.content);
        let leaf = Leaf {
            name: &element.name,
            simple,
            governance: element.governance,
            value: element.value.as_ref(),
            source: &element.source,
        };
        let must = if is_leaf(compiler, element) {
            governance
        } else {
            Governance::Ungoverned
        };
        check_leaf(compiler, &leaf, must, &mut report);
        if element.case_unit && simple.is_some() {
            report(&element.source, SchemaFault::Annotation("caso".to_owned()));
        }
        if let Some((role, why)) = element
            .role
            .and_then(|role| roles::refuse(compiler, id, role))
        {
            report(&element.source, SchemaFault::Role(role, why));
        }
    }
    for any in &compiler.wildcards {
        if governance == Governance::Required && any.governance.is_none() {
            report(&any.source, SchemaFault::UngovernedWildcard);
        }
    }
    for attribute in compiler
        .types
        .iter()
        .flat_map(|complex| &complex.attributes)
    {
        let leaf = Leaf {
            name: &attribute.name,
            simple: Some(attribute.simple),
            governance: attribute.governance,
            value: attribute.value.as_ref(),
            source: &attribute.source,
        };
        check_leaf(compiler, &leaf, governance, &mut report);
        let simple = compiler.simples.get(attribute.simple.index());
        if let Some((role, why)) = attribute
            .role
            .and_then(|role| roles::refuse_type(simple, role))
        {
            report(&attribute.source, SchemaFault::Role(role, why));
        }
    }
    errors
}

/// The simple type of an element's text, if it has text.
pub(super) fn value_type(compiler: &Compiler<'_>, content: Content) -> Option<SimpleId> {
    match content {
        Content::Simple(simple) => Some(simple),
        Content::Complex(complex) => match compiler.types.get(complex.index())?.body {
            Body::Simple(simple) => Some(simple),
            Body::Empty | Body::Elements(_) => None,
        },
    }
}

/// An element without child elements is a leaf, even an empty one: that it is there says something.
fn is_leaf(compiler: &Compiler<'_>, element: &Element) -> bool {
    match element.content {
        Content::Simple(_) => true,
        Content::Complex(complex) => {
            let complex = compiler.types.get(complex.index());
            complex
                .is_some_and(|complex| complex.mixed || !matches!(complex.body, Body::Elements(_)))
        }
    }
}

fn check_leaf(
    compiler: &Compiler<'_>,
    leaf: &Leaf<'_>,
    governance: Governance,
    report: &mut impl FnMut(&Location, SchemaFault),
) {
    if governance == Governance::Required && leaf.governance.is_none() {
        report(leaf.source, SchemaFault::Ungoverned(leaf.name.clone()));
    }
    let simple = leaf
        .simple
        .and_then(|simple| compiler.simples.get(simple.index()));
    if let Some(masking) = leaf.governance.and_then(|governed| governed.masking) {
        match simple {
            None => report(leaf.source, SchemaFault::Annotation("mascara".to_owned())),
            Some(simple) if !admits_masked(simple, masking) => {
                report(leaf.source, SchemaFault::Mask(masking));
            }
            Some(_) => {}
        }
    }
    if let Some(ValueConstraint::Default(text) | ValueConstraint::Fixed(text)) = leaf.value {
        // A name whose prefix is not declared was not looked up.
        let known = |simple: &SimpleType| !simple.is_name() || Expanded::parse(text).is_some();
        let admitted = simple.is_some_and(|simple| {
            simple.check(text).is_ok() && simple.builtin() != Builtin::Id && known(simple)
        });
        if !admitted {
            report(leaf.source, SchemaFault::ValueConstraint(text.to_string()));
        }
    }
}

/// Whether the type admits the masked form of some value: tried with the forms that occur.
fn admits_masked(simple: &SimpleType, masking: Masking) -> bool {
    let samples: &[&str] = match masking {
        Masking::Document => &["***4567*"],
        Masking::Year => &["2020"],
        Masking::Province => &["13000", "01000"],
        Masking::Initial => &["A***", "a***"],
        Masking::Phone => &["******123", "*********123", "**********123"],
        Masking::Whole => return true,
    };
    samples.iter().any(|sample| simple.check(sample).is_ok())
}
