//! Content models to automata, after Glushkov: one position for each place where the model names a
//! child, and a state for each set of positions that is reached.
//!
//! What may occur several times is counted rather than copied, as long as the count is certain:
//! where the same child could mean another round or not (`(a?, b?){2}`), the rounds are copied,
//! within a budget. Copies of one particle may compete: states are then sets of positions.
//! Different particles may not compete: that is unique particle attribution (XML Schema part 1,
//! 3.8.6).

mod build;
mod forks;
mod states;

use std::collections::BTreeSet;

use super::error::SchemaFault;
use crate::model::MAX_ALL;
use crate::{AllGroup, AllMember, ContentModel, Element, ElementId, Particle, Term, Wildcard};

/// The most positions, and the most states, of one content model.
const MAX_STATES: usize = 10_000;

/// The most edges of one content model.
const MAX_EDGES: usize = 300_000;

/// Why a content model is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Two particles compete for the child.
    Ambiguous(Term),
    /// Too many positions, states or edges.
    TooLarge,
    /// Something that `xs:all` cannot hold, or that cannot hold an `xs:all`.
    All,
}

/// The tables that the terms of a content model point into.
#[derive(Clone, Copy)]
pub(super) struct Terms<'t> {
    pub(super) elements: &'t [Element],
    pub(super) wildcards: &'t [Wildcard],
}

impl Terms<'_> {
    /// Whether one child could be both.
    fn meet(self, one: Term, other: Term) -> bool {
        match (one, other) {
            (Term::Element(one), Term::Element(other)) if one == other => true,
            (Term::Element(one), Term::Element(other)) => {
                let name = |id: ElementId| self.elements.get(id.index()).map(|known| &known.name);
                name(one).is_some() && name(one) == name(other)
            }
            (Term::Element(element), Term::Wildcard(wildcard))
            | (Term::Wildcard(wildcard), Term::Element(element)) => {
                let element = self.elements.get(element.index());
                let wildcard = self.wildcards.get(wildcard.index());
                element.zip(wildcard).is_some_and(|(element, wildcard)| {
                    wildcard.namespaces.has(element.name.namespace.as_deref())
                })
            }
            (Term::Wildcard(one), Term::Wildcard(other)) => {
                let one = self.wildcards.get(one.index());
                let other = self.wildcards.get(other.index());
                one.zip(other)
                    .is_some_and(|(one, other)| one.namespaces.meets(&other.namespaces))
            }
        }
    }
}

impl Refused {
    /// The fault that it is.
    pub(super) fn fault(self, elements: &[Element]) -> SchemaFault {
        match self {
            Self::Ambiguous(Term::Element(id)) => match elements.get(id.index()) {
                Some(element) => SchemaFault::Ambiguous(element.name.clone()),
                None => SchemaFault::TooMany("elements"),
            },
            Self::Ambiguous(Term::Wildcard(_)) => SchemaFault::AmbiguousWildcard,
            Self::TooLarge => SchemaFault::TooManyStates(MAX_STATES),
            Self::All => SchemaFault::Misplaced("xs:all".to_owned()),
        }
    }
}

/// The content model of a particle.
pub(super) fn compile(model: &Particle, terms: Terms<'_>) -> Result<ContentModel, Refused> {
    if let Particle::All(items, occurs) = model {
        return all(items, occurs.min == 0).map(ContentModel::All);
    }
    let mut copied = BTreeSet::new();
    loop {
        let built = build::run(model, &copied)?;
        match forks::conflict(&built, terms)? {
            None => return states::determine(&built).map(ContentModel::Ordered),
            // Each round copies one thing more, so the rounds end.
            Some(group) if copied.insert(group) => {}
            Some(_) => return Err(Refused::TooLarge),
        }
    }
}

fn all(items: &[Particle], optional: bool) -> Result<AllGroup, Refused> {
    let mut members: Vec<AllMember> = Vec::new();
    for item in items {
        let Particle::Element(element, occurs) = item else {
            return Err(Refused::All);
        };
        if occurs.max != Some(1) {
            return Err(Refused::All);
        }
        if members.iter().any(|member| member.element == *element) {
            return Err(Refused::Ambiguous(Term::Element(*element)));
        }
        let (element, required) = (*element, occurs.min > 0);
        members.push(AllMember { element, required });
    }
    if members.len() > MAX_ALL {
        return Err(Refused::TooLarge);
    }
    Ok(AllGroup { members, optional })
}
