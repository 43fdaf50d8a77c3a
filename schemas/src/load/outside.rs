//! What answers hold outside their cases: what wildcards admit there is taken out before they leave.

use std::collections::BTreeSet;

use super::compile::Compiler;
use super::error::{LoadError, SchemaFault};
use crate::{ComplexType, Content, ElementId, Governance, Operation, Particle};

/// Refuses wildcards of answers, outside their cases, that documents must fill.
pub(super) fn check(
    compiler: &Compiler<'_>,
    operations: &[Operation],
    governance: Governance,
) -> BTreeSet<LoadError> {
    let mut errors = BTreeSet::new();
    if governance == Governance::Ungoverned {
        return errors;
    }
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<ElementId> = operations.iter().map(|it| it.response).collect();
    while let Some(id) = waiting.pop() {
        let element = compiler.elements.get(id.index());
        let Some(element) = element.filter(|it| !it.case_unit && seen.insert(id)) else {
            continue;
        };
        for complex in types(compiler, element.content) {
            let particle = complex.particle.as_ref();
            if let Some(particle) = particle.filter(|it| it.wants_wildcard()) {
                let first = Particle::wildcards(particle).first().copied();
                let first = first.and_then(|id| compiler.wildcards.get(id.index()));
                errors.extend(first.map(|wildcard| LoadError {
                    location: wildcard.source.clone(),
                    fault: SchemaFault::BareWildcard,
                }));
            }
            waiting.extend(complex.children.iter().map(|child| child.element));
        }
    }
    errors
}

/// The type of an element and those that documents may name in its place; what `xs:anyType` holds
/// may always be missing.
fn types<'c>(
    compiler: &'c Compiler<'_>,
    content: Content,
) -> impl Iterator<Item = &'c ComplexType> {
    let declared = match content {
        Content::Simple(_) => None,
        Content::Complex(id) => compiler.types.get(id.index()).filter(|it| !it.is_any()),
    };
    let derived = declared.into_iter().flat_map(|it| &it.derived);
    let derived = derived.filter_map(|it| compiler.types.get(it.complex.index()));
    declared.into_iter().chain(derived)
}
