//! Property names: the local name, and the namespace where it is needed to tell two names apart.

use crate::{ComplexType, Contract, ElementId, QName};

/// The property of a declared child or attribute; `clashes` are the local names of two namespaces.
pub(crate) fn property(name: &QName, clashes: &[std::sync::Arc<str>]) -> String {
    if clashes.contains(&name.local) {
        full(name)
    } else {
        name.local.to_string()
    }
}

/// A name with its namespace, even where that is none.
pub(crate) fn full(name: &QName) -> String {
    let namespace = name.namespace.as_deref().unwrap_or_default();
    format!("{{{namespace}}}{}", name.local)
}

/// The property of an element that a wildcard admits, or of one inside it.
pub(super) fn of_any(contract: &Contract, complex: Option<&ComplexType>, name: &QName) -> String {
    let taken = |complex: &ComplexType| {
        let mut children = complex.children.iter();
        children.any(|child| {
            let declared = &contract.element(child.element).name;
            declared.namespace.is_some() && declared.local == name.local
        })
    };
    match name.namespace {
        None if !complex.is_some_and(taken) => name.local.to_string(),
        Some(_) | None => full(name),
    }
}

/// The property, behind `@`, of an attribute that a wildcard admits.
pub(super) fn of_any_attribute(complex: Option<&ComplexType>, name: &QName) -> String {
    let taken = |complex: &ComplexType| {
        let mut declared = complex.attributes.iter();
        declared.any(|it| it.name.namespace.is_some() && it.name.local == name.local)
    };
    match name.namespace {
        None if !complex.is_some_and(taken) => name.local.to_string(),
        Some(_) | None => full(name),
    }
}

/// The name that a property says in full; `None` for a mere local name.
pub(super) fn parse_full(property: &str) -> Option<QName> {
    let (namespace, local) = property.strip_prefix('{')?.rsplit_once('}')?;
    let sound = namespace.chars().all(crate::xml::is_char)
        && namespace.len() <= crate::xml::MAX_NAMESPACE
        && namespace != crate::xml::XMLNS;
    (sound && crate::facets::is_ncname(local)).then(|| QName::new(Some(namespace), local))
}

/// The declared child that the property stands for.
pub(super) fn declared(
    contract: &Contract,
    complex: &ComplexType,
    property: &str,
) -> Option<crate::Child> {
    let name = |id: ElementId| &contract.element(id).name;
    let mut children = complex.children.iter().copied();
    match parse_full(property) {
        Some(full) => children
            .find(|child| *name(child.element) == full && complex.clashes.contains(&full.local)),
        None => children.find(|child| {
            let name = name(child.element);
            *name.local == *property && !complex.clashes.contains(&name.local)
        }),
    }
}
