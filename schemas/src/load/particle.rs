//! Particles: content models with their element uses.

use std::collections::BTreeMap;

use super::annotation::Inherited;
use super::compile::Compiler;
use super::complex::ONCE;
use super::components::{At, NodeId};
use super::error::{LoadError, SchemaFault};
use crate::{Element, ElementId, Occurs, Particle, QName};

/// The deepest nesting of groups.
const MAX_DEPTH: usize = 100;

/// The element uses of one content model, by name: one name is one use.
pub(super) struct Siblings {
    inherited: Inherited,
    elements: BTreeMap<QName, ElementId>,
    /// Named groups that are being expanded, innermost last.
    open: Vec<NodeId>,
    depth: usize,
}

impl Siblings {
    /// No elements yet, in a type that inherits this governance.
    pub(super) fn new(inherited: Inherited) -> Self {
        Self {
            inherited,
            elements: BTreeMap::new(),
            open: Vec::new(),
            depth: 0,
        }
    }
}

impl<'s> Compiler<'s> {
    /// The particle; `None` when it may not occur at all.
    pub(super) fn particle(
        &mut self,
        at: At<'s>,
        siblings: &mut Siblings,
    ) -> Result<Option<Particle>, LoadError> {
        let occurs = occurs(at)?;
        self.spend(at, 10)?;
        siblings.depth += 1;
        if siblings.depth > MAX_DEPTH {
            return Err(at.node.error(SchemaFault::TooMany("nested groups")));
        }
        let particle = match at.node.xs() {
            Some("element") => self.leaf_particle(at, siblings, occurs)?,
            Some("group") => self.group(at, siblings, occurs)?,
            Some("choice") => Particle::Choice(self.items(at, siblings)?, occurs),
            Some("all") => Particle::All(self.items(at, siblings)?, occurs),
            Some("any") => {
                let any = self.wildcard(at, siblings.inherited)?;
                Particle::Wildcard(self.add_wildcard(any), occurs)
            }
            _ => Particle::Sequence(self.items(at, siblings)?, occurs),
        };
        siblings.depth -= 1;
        if occurs.max == Some(0) {
            return Ok(None);
        }
        if matches!(&particle, Particle::Choice(items, _) if items.is_empty()) {
            return Err(at
                .node
                .error(SchemaFault::Unsupported("xs:choice of nothing".to_owned())));
        }
        Ok(Some(particle))
    }

    fn items(&mut self, at: At<'s>, siblings: &mut Siblings) -> Result<Vec<Particle>, LoadError> {
        let mut items = Vec::new();
        for child in at.children() {
            items.extend(self.particle(child, siblings)?);
        }
        Ok(items)
    }

    fn group(
        &mut self,
        at: At<'s>,
        siblings: &mut Siblings,
        occurs: Occurs,
    ) -> Result<Particle, LoadError> {
        let (name, group) = at.find("ref", &self.components.groups)?;
        if siblings.open.contains(&group.id()) {
            return Err(at.node.error(SchemaFault::Circular(name)));
        }
        let missing = || {
            group
                .node
                .error(SchemaFault::Unsupported("xs:group of nothing".to_owned()))
        };
        let model = group.children().next().ok_or_else(missing)?;
        siblings.open.push(group.id());
        let particle = self.particle(model, siblings)?;
        siblings.open.pop();
        Ok(match particle {
            Some(Particle::All(items, inner)) if occurs.max == Some(1) => {
                let min = occurs.min.min(inner.min);
                Particle::All(items, Occurs { min, ..inner })
            }
            particle => Particle::Sequence(particle.into_iter().collect(), occurs),
        })
    }

    fn leaf_particle(
        &mut self,
        at: At<'s>,
        siblings: &mut Siblings,
        occurs: Occurs,
    ) -> Result<Particle, LoadError> {
        let substitutes = self.substitutes(at, siblings.inherited)?;
        let element = self.element(at, siblings.inherited)?;
        let is_abstract = element.is_abstract;
        let head = self.place(at, siblings, element)?;
        if substitutes.is_empty() {
            return Ok(Particle::Element(head, occurs));
        }
        let mut ids = if is_abstract { Vec::new() } else { vec![head] };
        for substitute in substitutes {
            ids.push(self.place(at, siblings, substitute)?);
        }
        let items = ids.into_iter().map(|id| Particle::Element(id, ONCE));
        Ok(Particle::Choice(items.collect(), occurs))
    }

    /// The elements that may stand for the one that is referred to, each as a use of its own.
    fn substitutes(&mut self, at: At<'s>, inherited: Inherited) -> Result<Vec<Element>, LoadError> {
        if at.node.attribute("ref").is_none() {
            return Ok(Vec::new());
        }
        let (name, head) = at.find("ref", &self.components.elements)?;
        let members = self.hierarchy.substitutes(self.components, (&name, head))?;
        let mut elements = Vec::new();
        for member in members {
            if !member.flag("abstract")? {
                elements.push(self.referred(at, member, inherited)?);
            }
        }
        Ok(elements)
    }

    /// The number of an element use among its siblings, new or known.
    fn place(
        &mut self,
        at: At<'s>,
        siblings: &mut Siblings,
        element: Element,
    ) -> Result<ElementId, LoadError> {
        if let Some(known) = siblings.elements.get(&element.name) {
            let same = self
                .elements
                .get(known.index())
                .is_some_and(|known| alike(known, &element));
            return if same {
                Ok(*known)
            } else {
                Err(at.node.error(SchemaFault::Inconsistent(element.name)))
            };
        }
        let name = element.name.clone();
        let too_many = || at.node.error(SchemaFault::TooMany("elements"));
        let id = self.add_element(element).ok_or_else(too_many)?;
        siblings.elements.insert(name, id);
        Ok(id)
    }
}

fn alike(left: &Element, right: &Element) -> bool {
    left.content == right.content
        && left.nillable == right.nillable
        && left.governance == right.governance
        && left.role == right.role
        && left.case_unit == right.case_unit
        && left.value == right.value
        && left.is_abstract == right.is_abstract
        && left.block == right.block
}

/// `minOccurs` and `maxOccurs`.
fn occurs(at: At<'_>) -> Result<Occurs, LoadError> {
    let number = |name: &str| match at.node.attribute(name).map(str::trim) {
        None => Ok(1),
        Some(text) => text.parse().map_err(|_| at.bad(name, text)),
    };
    let min = number("minOccurs")?;
    let max = match at.node.attribute("maxOccurs").map(str::trim) {
        Some("unbounded") => None,
        _ => Some(number("maxOccurs")?),
    };
    if max.is_some_and(|max| max < min) {
        return Err(at.bad("maxOccurs", at.node.attribute("maxOccurs").unwrap_or("1")));
    }
    Ok(Occurs { min, max })
}
