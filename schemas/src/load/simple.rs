//! Simple types: built-in, named and in place.

use std::collections::BTreeMap;

use super::annotation::documentation;
use super::compile::{Compiler, SimpleKey};
use super::components::At;
use super::derive::misplaced;
use super::error::{LoadError, SchemaFault};
use super::tree::XS;
use crate::facets::Step;
use crate::model::NamedSimples;
use crate::{Builtin, FacetKind, QName, SimpleId, SimpleType};

/// The longest chain of restrictions.
const MAX_CHAIN: usize = 100;

/// The built-in lists, and what they are lists of.
const LISTS: [(&str, Builtin); 3] = [
    ("NMTOKENS", Builtin::NmToken),
    ("IDREFS", Builtin::IdRef),
    ("ENTITIES", Builtin::Entity),
];

/// The built-in types that narrow other built-in types, with those.
const DERIVED: &[(&str, &str)] = &[
    ("normalizedString", "string"),
    ("token", "normalizedString"),
    ("language", "token"),
    ("Name", "token"),
    ("NMTOKEN", "token"),
    ("NCName", "Name"),
    ("ID", "NCName"),
    ("IDREF", "NCName"),
    ("ENTITY", "NCName"),
    ("integer", "decimal"),
    ("nonPositiveInteger", "integer"),
    ("negativeInteger", "nonPositiveInteger"),
    ("long", "integer"),
    ("int", "long"),
    ("short", "int"),
    ("byte", "short"),
    ("nonNegativeInteger", "integer"),
    ("unsignedLong", "nonNegativeInteger"),
    ("unsignedInt", "unsignedLong"),
    ("unsignedShort", "unsignedInt"),
    ("unsignedByte", "unsignedShort"),
    ("positiveInteger", "nonNegativeInteger"),
    ("string", "anySimpleType"),
    ("boolean", "anySimpleType"),
    ("decimal", "anySimpleType"),
    ("float", "anySimpleType"),
    ("double", "anySimpleType"),
    ("duration", "anySimpleType"),
    ("dateTime", "anySimpleType"),
    ("time", "anySimpleType"),
    ("date", "anySimpleType"),
    ("gYear", "anySimpleType"),
    ("gYearMonth", "anySimpleType"),
    ("gMonth", "anySimpleType"),
    ("gMonthDay", "anySimpleType"),
    ("gDay", "anySimpleType"),
    ("base64Binary", "anySimpleType"),
    ("hexBinary", "anySimpleType"),
    ("anyURI", "anySimpleType"),
    ("QName", "anySimpleType"),
    ("NOTATION", "anySimpleType"),
    ("NMTOKENS", "anySimpleType"),
    ("IDREFS", "anySimpleType"),
    ("ENTITIES", "anySimpleType"),
];

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
        self.type_of(at, name)
    }

    /// The type of that name.
    fn type_of(&mut self, at: At<'s>, name: QName) -> Result<TypeRef<'s>, LoadError> {
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
        if let Some((_, item)) = LISTS.iter().find(|(list, _)| *list == &*name.local) {
            return self.builtin_list(at, *item);
        }
        let Some(builtin) = Builtin::from_name(&name.local) else {
            return Err(at.node.error(SchemaFault::Unresolved(name)));
        };
        Ok(self.builtin_type(builtin))
    }

    fn builtin_type(&mut self, builtin: Builtin) -> SimpleId {
        let key = SimpleKey::Builtin(builtin);
        if let Some(known) = self.simple_ids.get(&key) {
            return *known;
        }
        let id = self.add_simple(SimpleType::of(builtin));
        self.simple_ids.insert(key, id);
        id
    }

    /// Every simple type with a name, the built-in ones included.
    pub(super) fn named_simples(&mut self) -> NamedSimples {
        let mut ids = BTreeMap::new();
        for builtin in Builtin::ALL {
            let id = self.builtin_type(*builtin);
            ids.insert(QName::new(Some(XS), builtin.as_str()), id);
        }
        let mut bases = std::mem::take(&mut self.simple_bases);
        for (derived, base) in DERIVED {
            let id = |name| ids.get(&QName::new(Some(XS), name)).copied();
            bases.extend(id(derived).zip(id(base)));
        }
        for at in self.components.types.values() {
            let key = SimpleKey::Declared(at.id());
            let known = self.simple_ids.get(&key).copied();
            ids.extend(known.map(|id| (at.own_name(), id)));
        }
        NamedSimples { ids, bases }
    }

    /// The type of an attribute that states none.
    pub(super) fn any_simple(&mut self) -> SimpleId {
        self.builtin_type(Builtin::AnySimpleType)
    }

    /// A built-in list: at least one item.
    fn builtin_list(&mut self, at: At<'s>, item: Builtin) -> Result<SimpleId, LoadError> {
        let key = SimpleKey::List(item);
        if let Some(known) = self.simple_ids.get(&key) {
            return Ok(*known);
        }
        let step = Step {
            name: None,
            doc: "".into(),
            facets: &[(FacetKind::MinLength, "1".to_owned())],
            fixed: &[],
        };
        let list = SimpleType::list(&SimpleType::of(item), None, "".into());
        let list = list.map_or_else(|| Ok(SimpleType::of(item)), |list| list.restrict(step));
        let list = list.map_err(|fault| at.node.error(SchemaFault::Restrict(fault)))?;
        let id = self.add_simple(list);
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
        let (base, narrowed) = narrowed?;
        let id = self.add_simple(narrowed);
        self.simple_bases.extend(base.map(|base| (id, base)));
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
        let (facets, fixed) = facets(restriction, base)?;
        let step = Step {
            name: None,
            doc: "".into(),
            facets: &facets,
            fixed: &fixed,
        };
        let narrowed = base
            .restrict(step)
            .map_err(|fault| restriction.node.error(SchemaFault::Restrict(fault)))?;
        let id = self.add_simple(narrowed);
        self.simple_ids.insert(key, id);
        Ok(id)
    }

    fn narrowed(
        &mut self,
        at: At<'s>,
        name: Option<QName>,
    ) -> Result<(Option<SimpleId>, SimpleType), LoadError> {
        let missing = || {
            at.node
                .error(SchemaFault::MissingAttribute("base".to_owned()))
        };
        if let Some(list) = at.child("list") {
            return self.list(at, list, name).map(|list| (None, list));
        }
        if let Some(union) = at.child("union") {
            return self.union(at, union, name).map(|union| (None, union));
        }
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
        let Some(wide) = self.simples.get(base.index()) else {
            return Err(missing());
        };
        let (facets, fixed) = facets(restriction, wide)?;
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
            fixed: &fixed,
        };
        wide.restrict(step)
            .map(|narrow| (Some(base), narrow))
            .map_err(|fault| restriction.node.error(SchemaFault::Restrict(fault)))
    }
}

impl<'s> Compiler<'s> {
    fn list(
        &mut self,
        at: At<'s>,
        list: At<'s>,
        name: Option<QName>,
    ) -> Result<SimpleType, LoadError> {
        let item = match (list.node.attribute("itemType"), list.child("simpleType")) {
            (Some(_), None) => self.simple_named(list, "itemType")?,
            (None, Some(inner)) => self.simple(inner)?,
            (Some(_), Some(inner)) => return Err(misplaced(inner)),
            (None, None) => {
                let missing = SchemaFault::MissingAttribute("itemType".to_owned());
                return Err(list.node.error(missing));
            }
        };
        let item = self.simples.get(item.index());
        let made = item.and_then(|item| SimpleType::list(item, name, documentation(at.node)));
        made.ok_or_else(|| {
            let fault = SchemaFault::Unsupported("xs:list of lists".to_owned());
            list.node.error(fault)
        })
    }

    fn union(
        &mut self,
        at: At<'s>,
        union: At<'s>,
        name: Option<QName>,
    ) -> Result<SimpleType, LoadError> {
        let mut ids = Vec::new();
        let listed = union.node.attribute("memberTypes").unwrap_or_default();
        for member in listed.split_ascii_whitespace() {
            match self.type_of(union, union.resolve(member)?)? {
                TypeRef::Simple(id) => ids.push(id),
                TypeRef::Complex(_) | TypeRef::Any => return Err(union.bad("memberTypes", listed)),
            }
        }
        for inner in union.children() {
            ids.push(self.simple(inner)?);
        }
        if ids.is_empty() {
            let missing = SchemaFault::MissingAttribute("memberTypes".to_owned());
            return Err(union.node.error(missing));
        }
        let members = ids.iter().filter_map(|id| self.simples.get(id.index()));
        let members: Vec<SimpleType> = members.cloned().collect();
        let made = SimpleType::union(members, name, documentation(at.node));
        made.ok_or_else(|| {
            union
                .node
                .error(SchemaFault::TooMany("members of one union"))
        })
    }
}

/// The facets of a restriction of `base`, as written but for names, and those that are fixed.
fn facets(restriction: At<'_>, base: &SimpleType) -> Result<(Facets, Vec<FacetKind>), LoadError> {
    let (mut facets, mut fixed) = (Facets::new(), Vec::new());
    for part in restriction.children() {
        let Some(kind) = part.node.xs().and_then(FacetKind::from_name) else {
            continue;
        };
        let value = part.required("value")?;
        let name = kind == FacetKind::Enumeration && base.is_name();
        let value = if name {
            part.expanded(value)
        } else {
            value.to_owned()
        };
        facets.push((kind, value));
        if part.flag("fixed")? {
            fixed.push(kind);
        }
    }
    Ok((facets, fixed))
}

type Facets = Vec<(FacetKind, String)>;
