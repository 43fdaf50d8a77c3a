//! Simple types: built-in, named and in place.

use super::annotation::documentation;
use super::compile::{Compiler, SimpleKey};
use super::components::At;
use super::derive::misplaced;
use super::error::{LoadError, SchemaFault};
use super::tree::XS;
use crate::facets::Step;
use crate::{Builtin, FacetKind, QName, SimpleId, SimpleType};

/// The longest chain of restrictions.
const MAX_CHAIN: usize = 100;

/// What a type's name leads to.
pub(super) enum TypeRef<'s> {
    Simple(SimpleId),
    Complex(At<'s>),
    /// `xs:anyType`.
    Any,
}

impl<'s> Compiler<'s> {
    /// The type that the attribute `attribute` names.
    pub(super) fn type_named(
        &mut self,
        at: At<'s>,
        attribute: &str,
    ) -> Result<TypeRef<'s>, LoadError> {
        let name = at.resolve(at.required(attribute)?)?;
        if name.is(Some(XS), "anyType") {
            return Ok(TypeRef::Any);
        }
        if name.namespace.as_deref() == Some(XS) {
            return self.builtin(at, name).map(TypeRef::Simple);
        }
        let Some(found) = self.components.types.get(&name) else {
            return Err(at.node.error(SchemaFault::Unresolved(name)));
        };
        if found.node.xs() == Some("complexType") {
            return Ok(TypeRef::Complex(*found));
        }
        self.simple(*found).map(TypeRef::Simple)
    }

    /// The simple type that the attribute `attribute` names.
    pub(super) fn simple_named(
        &mut self,
        at: At<'s>,
        attribute: &str,
    ) -> Result<SimpleId, LoadError> {
        match self.type_named(at, attribute)? {
            TypeRef::Simple(id) => Ok(id),
            TypeRef::Complex(_) | TypeRef::Any => Err(at.bad(attribute, at.required(attribute)?)),
        }
    }

    fn builtin(&mut self, at: At<'s>, name: QName) -> Result<SimpleId, LoadError> {
        const LEFT_OUT: &str = "anyType anySimpleType QName NOTATION IDREF IDREFS ENTITY ENTITIES \
                                NMTOKENS";
        let Some(builtin) = Builtin::from_name(&name.local) else {
            let known = LEFT_OUT
                .split_whitespace()
                .any(|known| known == &*name.local);
            return Err(at.node.error(if known {
                SchemaFault::Unsupported(format!("xs:{}", name.local))
            } else {
                SchemaFault::Unresolved(name)
            }));
        };
        let key = SimpleKey::Builtin(builtin);
        if let Some(known) = self.simple_ids.get(&key) {
            return Ok(*known);
        }
        let id = self.add_simple(SimpleType::of(builtin));
        self.simple_ids.insert(key, id);
        Ok(id)
    }

    /// Compiles an `xs:simpleType`, once.
    pub(super) fn simple(&mut self, at: At<'s>) -> Result<SimpleId, LoadError> {
        let key = SimpleKey::Declared(at.id());
        if let Some(known) = self.simple_ids.get(&key) {
            return Ok(*known);
        }
        let name = match at.node.attribute("name") {
            Some(_) => at.name().map(|_| Some(at.own_name()))?,
            None => None,
        };
        if self.busy.contains(&at.id()) {
            return Err(at.node.error(SchemaFault::Circular(at.own_name())));
        }
        if self.busy.len() >= MAX_CHAIN {
            return Err(at
                .node
                .error(SchemaFault::TooMany("restrictions of one type")));
        }
        self.busy.push(at.id());
        let narrowed = self.narrowed(at, name);
        self.busy.pop();
        let id = self.add_simple(narrowed?);
        self.simple_ids.insert(key, id);
        Ok(id)
    }

    /// Narrows the text of simple content: `restriction` stands in an `xs:simpleContent`.
    pub(super) fn narrow_content(
        &mut self,
        restriction: At<'s>,
        base: Option<SimpleId>,
    ) -> Result<SimpleId, LoadError> {
        let key = SimpleKey::Declared(restriction.id());
        if let Some(known) = self.simple_ids.get(&key) {
            return Ok(*known);
        }
        let base = match restriction.child("simpleType") {
            Some(inner) => Some(self.simple(inner)?),
            None => base,
        };
        let base = base.and_then(|base| self.simples.get(base.index()));
        let Some(base) = base else {
            let missing = SchemaFault::MissingAttribute("base".to_owned());
            return Err(restriction.node.error(missing));
        };
        let facets = facets(restriction)?;
        let step = Step {
            name: None,
            doc: "".into(),
            facets: &facets,
        };
        let narrowed = base
            .restrict(step)
            .map_err(|fault| restriction.node.error(SchemaFault::Restrict(fault)))?;
        let id = self.add_simple(narrowed);
        self.simple_ids.insert(key, id);
        Ok(id)
    }

    fn narrowed(&mut self, at: At<'s>, name: Option<QName>) -> Result<SimpleType, LoadError> {
        let missing = || {
            at.node
                .error(SchemaFault::MissingAttribute("base".to_owned()))
        };
        let restriction = at.child("restriction").ok_or_else(missing)?;
        let base = match (
            restriction.node.attribute("base"),
            restriction.child("simpleType"),
        ) {
            (Some(_), None) => self.simple_named(restriction, "base")?,
            (None, Some(inner)) => self.simple(inner)?,
            (Some(_), Some(inner)) => {
                return Err(inner
                    .node
                    .error(SchemaFault::Misplaced("xs:simpleType".to_owned())));
            }
            (None, None) => return Err(missing()),
        };
        let facets = facets(restriction)?;
        let stray = restriction.children().find(|part| {
            let name = part.node.xs().unwrap_or_default();
            name != "simpleType" && FacetKind::from_name(name).is_none()
        });
        if let Some(stray) = stray {
            return Err(misplaced(stray));
        }
        let step = Step {
            name,
            doc: documentation(at.node),
            facets: &facets,
        };
        let Some(base) = self.simples.get(base.index()) else {
            return Err(missing());
        };
        base.restrict(step)
            .map_err(|fault| restriction.node.error(SchemaFault::Restrict(fault)))
    }
}

/// The facets of a restriction, as written.
fn facets(restriction: At<'_>) -> Result<Vec<(FacetKind, String)>, LoadError> {
    let mut facets = Vec::new();
    for part in restriction.children() {
        if let Some(kind) = part.node.xs().and_then(FacetKind::from_name) {
            facets.push((kind, part.required("value")?.to_owned()));
        }
    }
    Ok(facets)
}
