//! Who derives from whom: complex types, and the members of substitution groups.

use std::collections::{BTreeMap, BTreeSet};

use super::components::{At, Components, NodeId};
use super::error::LoadError;
use super::redefine;
use super::tree::XS;
use crate::{Derivations, QName};

/// The longest chain of derivations that is followed.
const MAX_CHAIN: usize = 100;

/// The derivations among the named complex types, and the substitution groups.
#[derive(Debug, Default)]
pub(super) struct Hierarchy<'s> {
    derived: BTreeMap<NodeId, Vec<(At<'s>, Derivations)>>,
    named: Vec<At<'s>>,
    members: BTreeMap<QName, Vec<At<'s>>>,
}

/// What a complex type derives from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Base<'s> {
    /// `xs:anyType`, said or not.
    Any,
    /// A simple type.
    Simple,
    /// A complex type.
    Complex(At<'s>),
}

impl<'s> Hierarchy<'s> {
    /// Of all named components. What does not resolve is left to those who compile it.
    pub(super) fn of(components: &Components<'s>) -> Self {
        let mut all = Self::default();
        for at in components.types.values() {
            if at.node.xs() != Some("complexType") {
                continue;
            }
            if !redefine::is_replaced(at.node) {
                all.named.push(*at);
            }
            if let Some((Base::Complex(base), by)) = base(components, *at) {
                all.derived.entry(base.id()).or_default().push((*at, by));
            }
        }
        for at in components.elements.values() {
            let head = at.node.attribute("substitutionGroup");
            if let Some(Ok(head)) = head.map(|name| at.resolve(name)) {
                all.members.entry(head).or_default().push(*at);
            }
        }
        all
    }

    /// Every named complex type.
    pub(super) fn named(&self) -> &[At<'s>] {
        &self.named
    }

    /// Every named type that derives from `base`, directly or not, and how.
    pub(super) fn derived(&self, base: NodeId) -> Vec<(At<'s>, Derivations)> {
        let mut found: Vec<(At<'s>, Derivations)> = Vec::new();
        let mut waiting = vec![(base, Derivations::default())];
        let mut seen = BTreeSet::from([base]);
        while let Some((id, by)) = waiting.pop() {
            for (at, step) in self.derived.get(&id).into_iter().flatten() {
                if seen.insert(at.id()) {
                    let by = by.with(*step);
                    if !redefine::is_replaced(at.node) {
                        found.push((*at, by));
                    }
                    waiting.push((at.id(), by));
                }
            }
        }
        found
    }

    /// The elements that may stand for the global element `head`, by the blocks of its own.
    pub(super) fn substitutes(
        &self,
        components: &Components<'s>,
        head: (&QName, At<'s>),
    ) -> Result<Vec<At<'s>>, LoadError> {
        let blocked = head.1.derivations("block", "blockDefault")?;
        let mut found: Vec<At<'s>> = Vec::new();
        if blocked.substitution {
            return Ok(found);
        }
        let mut waiting = vec![head.0.clone()];
        let mut seen = BTreeSet::from([head.0.clone()]);
        while let Some(name) = waiting.pop() {
            for member in self.members.get(&name).into_iter().flatten() {
                let own = member.own_name();
                if !seen.insert(own.clone()) {
                    continue;
                }
                waiting.push(own);
                let by = element_derivation(components, *member, head.1);
                if !by.unwrap_or_default().meets(blocked) {
                    found.push(*member);
                }
            }
        }
        found.sort_by_key(|member| member.own_name());
        Ok(found)
    }
}

impl At<'_> {
    /// The ways listed in an attribute, or in that of the schema.
    pub(super) fn derivations(self, own: &str, default: &str) -> Result<Derivations, LoadError> {
        let (at, name) = match self.node.attribute(own) {
            Some(_) => (self, own),
            None => (self.of(self.schema.root()), default),
        };
        let mut ways = Derivations::default();
        let listed = at.node.attribute(name).unwrap_or_default();
        for word in listed.split_whitespace() {
            match word {
                "#all" => ways = Derivations::ALL,
                "extension" => ways.extension = true,
                "restriction" => ways.restriction = true,
                "substitution" => ways.substitution = true,
                // Ways of simple types, which a default may list too.
                "list" | "union" => {}
                _ => return Err(at.bad(name, listed)),
            }
        }
        Ok(ways)
    }
}

/// What the complex type says it derives from, and how; `None` when that does not resolve.
fn base<'s>(components: &Components<'s>, at: At<'s>) -> Option<(Base<'s>, Derivations)> {
    let wrapper = at
        .child("complexContent")
        .or_else(|| at.child("simpleContent"));
    let Some(wrapper) = wrapper else {
        let by = Derivations {
            restriction: true,
            ..Derivations::default()
        };
        return Some((Base::Any, by));
    };
    let step = wrapper
        .child("extension")
        .or_else(|| wrapper.child("restriction"))?;
    let by = Derivations {
        extension: step.node.xs() == Some("extension"),
        restriction: step.node.xs() == Some("restriction"),
        substitution: false,
    };
    let name = step.resolve(step.node.attribute("base")?).ok()?;
    if name.is(Some(XS), "anyType") {
        return Some((Base::Any, by));
    }
    match components.types.get(&name) {
        Some(found) if found.node.xs() == Some("complexType") => Some((Base::Complex(*found), by)),
        Some(_) => Some((Base::Simple, by)),
        None if name.namespace.as_deref() == Some(XS) => Some((Base::Simple, by)),
        None => None,
    }
}

/// How the type of `member` derives from that of `head`; `None` where that is not known.
fn element_derivation<'s>(
    components: &Components<'s>,
    member: At<'s>,
    head: At<'s>,
) -> Option<Derivations> {
    let (mut current, wanted) = (
        element_type(components, member)?,
        element_type(components, head),
    );
    let mut ways = Derivations::default();
    for _ in 0..MAX_CHAIN {
        if wanted.is_some_and(|wanted| wanted.id() == current.id()) {
            return Some(ways);
        }
        let (base, by) = base(components, current)?;
        ways = ways.with(by);
        match base {
            Base::Complex(next) => current = next,
            Base::Any | Base::Simple => return Some(ways),
        }
    }
    None
}

/// The complex type of a global element, its own or that of the head of its group.
fn element_type<'s>(components: &Components<'s>, at: At<'s>) -> Option<At<'s>> {
    let mut current = at;
    for _ in 0..MAX_CHAIN {
        if let Some(name) = current.node.attribute("type") {
            let found = components.types.get(&current.resolve(name).ok()?)?;
            return (found.node.xs() == Some("complexType")).then_some(*found);
        }
        if let Some(inline) = current.child("complexType") {
            return Some(inline);
        }
        let head = current.node.attribute("substitutionGroup")?;
        current = *components.elements.get(&current.resolve(head).ok()?)?;
    }
    None
}
