//! Which leaves can play which role.

use std::collections::BTreeSet;

use super::compile::Compiler;
use super::leaves::value_type;
use crate::{Content, ElementId, JsonKind, QName, Role, SimpleType};

/// Why the element cannot play the role, if it cannot.
pub(super) fn refuse(
    compiler: &Compiler<'_>,
    id: ElementId,
    role: Role,
) -> Option<(Role, &'static str)> {
    let element = compiler.elements.get(id.index())?;
    let Some(simple) = value_type(compiler, element.content) else {
        return Some((role, "it is no leaf"));
    };
    if let Some(refused) = refuse_type(compiler.simples.get(simple.index()), role) {
        return Some(refused);
    }
    let lists = [Role::Withheld, Role::Scope, Role::Losses, Role::Unanswered];
    if lists.contains(&role) && !is_repeated(compiler, id) {
        return Some((role, "it does not repeat"));
    }
    if role == Role::Withheld {
        return refuse_withheld(compiler, id, element.content).map(|why| (role, why));
    }
    if role == Role::Unanswered {
        let has = attributes(compiler, element.content).any(|name| name.is(None, "causa"));
        return (!has).then_some((role, "it has no attribute `causa`"));
    }
    if role == Role::Losses {
        return refuse_losses(compiler, element.content).map(|why| (role, why));
    }
    None
}

/// Why a leaf of that type cannot play the role, if it cannot.
pub(super) fn refuse_type(simple: Option<&SimpleType>, role: Role) -> Option<(Role, &'static str)> {
    let kind = simple?.json_kind();
    match role {
        Role::Version | Role::ExpectedVersion | Role::Limit if kind != JsonKind::Integer => {
            Some((role, "its type is no integer, or one that is too wide"))
        }
        Role::HasMatch if kind != JsonKind::Boolean => Some((role, "its type is not boolean")),
        Role::Version | Role::ExpectedVersion | Role::Limit | Role::HasMatch => None,
        Role::CaseId
        | Role::Territory
        | Role::TemporaryStay
        | Role::WorkTown
        | Role::Subject
        | Role::Responsible
        | Role::Level
        | Role::State
        | Role::Withheld
        | Role::Scope
        | Role::MaxLevel
        | Role::Losses
        | Role::Unanswered
        | Role::Cursor => (kind != JsonKind::String).then_some((role, "its type is no text")),
    }
}

/// Withheld leaves stand inside a case unit and say how each was treated.
fn refuse_withheld(
    compiler: &Compiler<'_>,
    id: ElementId,
    content: Content,
) -> Option<&'static str> {
    let Content::Complex(complex) = content else {
        return Some("it has no attribute `tratamiento`");
    };
    let attributes = &compiler.types.get(complex.index())?.attributes;
    let Some(treatment) = attributes
        .iter()
        .find(|known| known.name.is(None, "tratamiento"))
    else {
        return Some("it has no attribute `tratamiento`");
    };
    let simple = compiler.simples.get(treatment.simple.index())?;
    if ["retenido", "enmascarado"]
        .iter()
        .any(|word| simple.check(word).is_err())
    {
        return Some("`tratamiento` does not admit `retenido` and `enmascarado`");
    }
    (!in_case_units(compiler).contains(&id)).then_some("it stands in no case unit")
}

/// Leaves that list losses say which way each went, and why.
fn refuse_losses(compiler: &Compiler<'_>, content: Content) -> Option<&'static str> {
    let has = |name: &str| attributes(compiler, content).any(|known| known.is(None, name));
    let both = has("sentido") && has("motivo");
    (!both).then_some("it has no attributes `sentido` and `motivo`")
}

/// The names of the attributes of a leaf.
fn attributes<'c>(compiler: &'c Compiler<'_>, content: Content) -> impl Iterator<Item = &'c QName> {
    let complex = match content {
        Content::Complex(id) => compiler.types.get(id.index()),
        Content::Simple(_) => None,
    };
    let attributes = complex.into_iter().flat_map(|complex| &complex.attributes);
    attributes.map(|attribute| &attribute.name)
}

fn is_repeated(compiler: &Compiler<'_>, id: ElementId) -> bool {
    let mut children = compiler.types.iter().flat_map(|complex| &complex.children);
    children.any(|child| child.element == id && child.repeated)
}

/// Every element use below a case unit.
fn in_case_units(compiler: &Compiler<'_>) -> BTreeSet<ElementId> {
    let mut found = BTreeSet::new();
    let units = compiler.elements.iter().filter(|element| element.case_unit);
    let mut waiting: Vec<Content> = units.map(|unit| unit.content).collect();
    while let Some(content) = waiting.pop() {
        let Content::Complex(complex) = content else {
            continue;
        };
        let Some(complex) = compiler.types.get(complex.index()) else {
            continue;
        };
        for child in &complex.children {
            if found.insert(child.element) {
                let element = compiler.elements.get(child.element.index());
                waiting.extend(element.map(|element| element.content));
            }
        }
    }
    found
}
