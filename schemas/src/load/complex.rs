//! Complex types: derivation, attributes, content.

use super::annotation::{Inherited, documentation};
use super::compile::Compiler;
use super::components::At;
use super::error::{LoadError, SchemaFault};
use super::particle::Siblings;
use super::simple::TypeRef;
use super::{automaton, children};
use crate::{Attribute, Body, Builtin, ComplexType, Occurs, Particle, SimpleId};

/// The longest chain of extensions, and the deepest nesting of attribute groups.
const MAX_CHAIN: usize = 100;

/// A type taken apart: what it and the types that it extends say, the first ancestor first.
struct Derived<'s> {
    /// The declarations that carry particles and attributes.
    levels: Vec<At<'s>>,
    /// The simple type that attributes are added to.
    simple: Option<SimpleId>,
}

impl<'s> Compiler<'s> {
    /// Compiles a complex type for the governance that it inherits.
    pub(super) fn complex(
        &mut self,
        at: At<'s>,
        inherited: Inherited,
    ) -> Result<ComplexType, LoadError> {
        let derived = self.derive(at)?;
        let attributes = self.attributes(&derived.levels, inherited)?;
        let (body, particle, children) = match derived.simple {
            Some(simple) => (Body::Simple(simple), None, Vec::new()),
            None => match self.model(&derived.levels, inherited)? {
                None => (Body::Empty, None, Vec::new()),
                Some(particle) => {
                    let automaton = automaton::compile(&particle, self.terms())
                        .map_err(|refused| at.node.error(refused.fault(&self.elements)))?;
                    let children = children::list(&particle);
                    (Body::Elements(automaton), Some(particle), children)
                }
            },
        };
        let name = at.node.attribute("name").map(|_| at.own_name());
        let doc = documentation(at.node);
        Ok(ComplexType {
            name,
            doc,
            attributes,
            body,
            particle,
            children,
        })
    }

    fn derive(&mut self, at: At<'s>) -> Result<Derived<'s>, LoadError> {
        let mut levels = Vec::new();
        let mut seen = vec![at.id()];
        let mut current = at;
        let simple = loop {
            let wrapper = current
                .child("complexContent")
                .or_else(|| current.child("simpleContent"));
            let Some(wrapper) = wrapper else {
                levels.push(current);
                break None;
            };
            if let Some(extra) = current.children().nth(1) {
                let name = extra.node.xs().unwrap_or_default();
                return Err(extra
                    .node
                    .error(SchemaFault::Misplaced(format!("xs:{name}"))));
            }
            let missing = || {
                wrapper
                    .node
                    .error(SchemaFault::MissingAttribute("base".to_owned()))
            };
            let extension = wrapper.child("extension").ok_or_else(missing)?;
            levels.push(extension);
            match self.type_named(extension, "base")? {
                TypeRef::Simple(simple) => break Some(simple),
                TypeRef::Complex(base) if seen.contains(&base.id()) => {
                    return Err(at.node.error(SchemaFault::Circular(base.own_name())));
                }
                TypeRef::Complex(base) => {
                    seen.push(base.id());
                    current = base;
                }
            }
            if levels.len() > MAX_CHAIN {
                return Err(at
                    .node
                    .error(SchemaFault::TooMany("extensions of one type")));
            }
        };
        check_content(at, simple.is_some(), &levels)?;
        levels.reverse();
        Ok(Derived { levels, simple })
    }

    /// The attributes of all levels; a name stands once.
    pub(super) fn attributes(
        &mut self,
        levels: &[At<'s>],
        inherited: Inherited,
    ) -> Result<Vec<Attribute>, LoadError> {
        let mut attributes: Vec<Attribute> = Vec::new();
        for level in levels {
            self.attributes_in(*level, inherited, &mut attributes, 0)?;
        }
        let is_id = |attribute: &&Attribute| {
            let simple = self.simples.get(attribute.simple.index());
            simple.is_some_and(|simple| simple.builtin() == Builtin::Id)
        };
        match attributes.iter().filter(is_id).nth(1) {
            Some(second) => Err(LoadError {
                location: second.source.clone(),
                fault: SchemaFault::Unsupported("two attributes of type xs:ID".to_owned()),
            }),
            None => Ok(attributes),
        }
    }

    fn attributes_in(
        &mut self,
        at: At<'s>,
        inherited: Inherited,
        attributes: &mut Vec<Attribute>,
        depth: usize,
    ) -> Result<(), LoadError> {
        for child in at.children() {
            if child.node.xs() == Some("attributeGroup") {
                let (name, group) = child.find("ref", &self.components.attribute_groups)?;
                if depth > MAX_CHAIN {
                    return Err(child.node.error(SchemaFault::Circular(name)));
                }
                self.attributes_in(group, inherited, attributes, depth + 1)?;
            } else if child.node.xs() == Some("attribute") {
                let Some(attribute) = self.attribute(child, inherited)? else {
                    continue;
                };
                if attributes.iter().any(|known| known.name == attribute.name) {
                    return Err(child.node.error(SchemaFault::Twice(attribute.name)));
                }
                attributes.push(attribute);
            }
        }
        Ok(())
    }

    /// The content model: the particles of all levels in order; `None` when there is none.
    fn model(
        &mut self,
        levels: &[At<'s>],
        inherited: Inherited,
    ) -> Result<Option<Particle>, LoadError> {
        let mut siblings = Siblings::new(inherited);
        let mut parts = Vec::new();
        for level in levels {
            let tops = level
                .children()
                .filter(|child| matches!(child.node.xs(), Some("sequence" | "choice" | "group")));
            for top in tops {
                parts.extend(self.particle(top, &mut siblings)?);
            }
        }
        parts.retain(|part| !part.is_void());
        if parts.len() > 1 {
            return Ok(Some(Particle::Sequence(
                parts,
                Occurs {
                    min: 1,
                    max: Some(1),
                },
            )));
        }
        Ok(parts.pop())
    }
}

/// Simple content extends simple content, and elements extend elements.
fn check_content(at: At<'_>, simple: bool, levels: &[At<'_>]) -> Result<(), LoadError> {
    let wrapped = at.child("simpleContent").is_some();
    if wrapped != simple {
        let first = levels.first().copied().unwrap_or(at);
        let base = first.resolve(first.node.attribute("base").unwrap_or_default())?;
        return Err(at.node.error(SchemaFault::Base(base)));
    }
    let model = |child: &At<'_>| matches!(child.node.xs(), Some("sequence" | "choice" | "group"));
    match levels.iter().flat_map(|level| level.children()).find(model) {
        Some(extra) if simple => {
            let name = extra.node.xs().unwrap_or_default();
            Err(extra
                .node
                .error(SchemaFault::Misplaced(format!("xs:{name}"))))
        }
        Some(_) | None => Ok(()),
    }
}
