//! The attributes of complex types, through all steps of a derivation.

use std::collections::BTreeMap;

use super::annotation::Inherited;
use super::compile::Compiler;
use super::components::At;
use super::derive::{Level, Method};
use super::element::Use;
use super::error::{LoadError, SchemaFault};
use crate::{Attribute, Builtin, QName, Wildcard, WildcardId};

/// The deepest nesting of attribute groups.
const MAX_DEPTH: usize = 100;

/// What the attributes of a type may be.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) declared: Vec<Attribute>,
    pub(super) any: Option<Wildcard>,
}

impl<'s> Compiler<'s> {
    /// The attributes of all levels; a name stands once.
    pub(super) fn attributes(
        &mut self,
        levels: &[Level<'s>],
        inherited: Inherited,
    ) -> Result<Attributes, LoadError> {
        let mut all = Attributes::default();
        for level in levels {
            self.level_attributes(*level, inherited, &mut all)?;
        }
        let is_id = |attribute: &&Attribute| {
            let simple = self.simples.get(attribute.simple.index());
            simple.is_some_and(|simple| simple.builtin() == Builtin::Id)
        };
        match all.declared.iter().filter(is_id).nth(1) {
            Some(second) => Err(LoadError {
                location: second.source.clone(),
                fault: SchemaFault::Unsupported("two attributes of type xs:ID".to_owned()),
            }),
            None => Ok(all),
        }
    }

    /// The global attributes, for wildcards that admit them.
    pub(super) fn global_attributes(&mut self) -> BTreeMap<QName, Attribute> {
        let mut found = BTreeMap::new();
        for (name, at) in &self.components.attributes {
            if let Ok(Use::Allowed(attribute)) = self.attribute(*at, Inherited::default()) {
                found.insert(name.clone(), attribute);
            }
        }
        found
    }

    /// The attribute wildcard in the table.
    pub(super) fn any_attribute(&mut self, any: Option<Wildcard>) -> Option<WildcardId> {
        any.map(|any| self.add_wildcard(any))
    }

    /// The attributes of one group by itself.
    pub(super) fn group_attributes(
        &mut self,
        at: At<'s>,
        inherited: Inherited,
    ) -> Result<Attributes, LoadError> {
        let mut own = Own::default();
        self.gather(at, inherited, &mut own, 0)?;
        Ok(Attributes {
            declared: own.declared,
            any: own.any,
        })
    }

    fn level_attributes(
        &mut self,
        level: Level<'s>,
        inherited: Inherited,
        all: &mut Attributes,
    ) -> Result<(), LoadError> {
        let mut own = Own::default();
        self.gather(level.at, inherited, &mut own, 0)?;
        match level.method {
            Method::Own | Method::Extension => {
                for attribute in own.declared {
                    add(level.at, &mut all.declared, attribute)?;
                }
                all.any = match (all.any.take(), own.any) {
                    (Some(base), Some(own)) => Some(own.joined(&base)),
                    (one, other) => other.or(one),
                };
            }
            Method::Restriction => {
                all.declared
                    .retain(|known| !own.prohibited.contains(&known.name));
                for attribute in own.declared {
                    let same = |known: &&mut Attribute| known.name == attribute.name;
                    match all.declared.iter_mut().find(same) {
                        Some(known) => *known = attribute,
                        None => all.declared.push(attribute),
                    }
                }
                all.any = own.any;
            }
        }
        Ok(())
    }

    fn gather(
        &mut self,
        at: At<'s>,
        inherited: Inherited,
        own: &mut Own,
        depth: usize,
    ) -> Result<(), LoadError> {
        for child in at.children() {
            self.spend(child, 10)?;
            match child.node.xs() {
                Some("attributeGroup") => {
                    let (name, group) = child.find("ref", &self.components.attribute_groups)?;
                    if depth > MAX_DEPTH {
                        return Err(child.node.error(SchemaFault::Circular(name)));
                    }
                    self.gather(group, inherited, own, depth + 1)?;
                }
                Some("attribute") => match self.attribute(child, inherited)? {
                    Use::Allowed(attribute) => add(child, &mut own.declared, attribute)?,
                    Use::Prohibited(name) => own.prohibited.push(name),
                },
                Some("anyAttribute") => {
                    let any = self.wildcard(child, inherited)?;
                    own.any = Some(match own.any.take() {
                        Some(other) => any.narrowed(&other),
                        None => any,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// What one level says itself.
#[derive(Default)]
struct Own {
    declared: Vec<Attribute>,
    prohibited: Vec<QName>,
    any: Option<Wildcard>,
}

fn add(at: At<'_>, attributes: &mut Vec<Attribute>, new: Attribute) -> Result<(), LoadError> {
    if attributes.iter().any(|known| known.name == new.name) {
        return Err(at.node.error(SchemaFault::Twice(new.name)));
    }
    attributes.push(new);
    Ok(())
}
