//! Objects: the type that is named, attributes, text, and children by name.

use super::decode::{Decoder, Halt};
use super::name::{declared, of_any_attribute, parse_full, property};
use super::tape::Item;
use super::{ANY, LIST, TEXT, TYPE};
use crate::name::Expanded;
use crate::sink::Wanted;
use crate::violation::{JsonShape, ViolationKind, shown};
use crate::{Attribute, Body, ComplexType, Form, QName, SimpleId, xml};

impl Decoder<'_> {
    /// Gives the open element the type that the object names, if it names one.
    pub(super) fn named_type(&mut self, at: usize, item: Item) -> Result<bool, Halt> {
        if item.shape != JsonShape::Object {
            return Ok(false);
        }
        let mut inside = self.tape.inside(at);
        let found = inside.find(|(_, item)| self.tape.key(*item) == TYPE);
        let Some((_, named)) = found else {
            return Ok(false);
        };
        self.sink.at(named.position);
        if named.shape != JsonShape::String {
            return Err(self.wrong_shape(named, JsonShape::String));
        }
        let text = self.tape.value(named);
        let Some(name) = Expanded::parse(text) else {
            let name = shown(text);
            return Err(self.refused(ViolationKind::TypeSubstitution { name }));
        };
        self.sink.retype(self.contract, name)?;
        Ok(true)
    }

    /// Item `at` as an element with attributes or children, or one that names its type.
    pub(super) fn object(
        &mut self,
        complex: Option<&ComplexType>,
        text: Option<SimpleId>,
        at: usize,
        item: Item,
    ) -> Result<(), Halt> {
        if item.shape != JsonShape::Object {
            return Err(self.wrong_shape(item, JsonShape::Object));
        }
        self.distinct(at)?;
        let base = self.slots.len();
        let (mut value, mut list) = (None, None);
        for (number, item) in self.tape.inside(at) {
            self.sink.at(item.position);
            let key = self.tape.key(item);
            if key == TYPE {
                continue;
            }
            if key == TEXT {
                value = Some(item);
            } else if let Some(name) = key.strip_prefix('@') {
                self.attribute(complex, name, item)?;
            } else if key == LIST && complex.is_some_and(|it| it.form == Form::List) {
                list = Some(number);
            } else {
                self.child_property(complex, key, number, item)?;
            }
        }
        self.sink.at(item.position);
        self.text_property(complex, text, value)?;
        self.sink.close_head(self.contract)?;
        if let Some(list) = list {
            self.list(complex, list)?;
        }
        self.children(base)
    }

    fn child_property(
        &mut self,
        complex: Option<&ComplexType>,
        key: &str,
        number: usize,
        item: Item,
    ) -> Result<(), Halt> {
        let by_name = |complex: &&ComplexType| {
            complex.form == Form::Object && matches!(complex.body, Body::Elements(_))
        };
        let complex = complex.filter(by_name);
        let child = complex.and_then(|complex| declared(self.contract, complex, key));
        if let Some(child) = child {
            let slot = self.slot(child, number, item)?;
            self.slots.extend(slot);
        } else if key == ANY && complex.is_some_and(admits_others) {
            let slot = self.other_slot(number, item)?;
            self.slots.push(slot);
        } else {
            let kind = ViolationKind::UnknownProperty { name: shown(key) };
            self.sink.violate(self.contract, kind)?;
        }
        Ok(())
    }

    /// The property `#texto`: the value of a leaf, or nil.
    fn text_property(
        &mut self,
        complex: Option<&ComplexType>,
        text: Option<SimpleId>,
        value: Option<Item>,
    ) -> Result<(), Halt> {
        // Where there can be no attribute, nil is said without an object.
        let headed = complex.is_none_or(ComplexType::has_attributes) || self.sink.is_retyped();
        match (value, text) {
            (Some(value), Some(text)) => self.leaf(text, value),
            (Some(value), None) if value.shape == JsonShape::Null && headed => {
                Ok(self.sink.nil(self.contract)?)
            }
            (Some(_), None) => {
                let name = TEXT.to_owned();
                let kind = ViolationKind::UnknownProperty { name };
                Ok(self.sink.violate(self.contract, kind)?)
            }
            (None, Some(_)) => {
                let expected = vec![TEXT.to_owned()];
                let kind = ViolationKind::MissingElement { expected };
                Ok(self.sink.refuse_text(self.contract, kind)?)
            }
            (None, None) => Ok(()),
        }
    }

    fn attribute(
        &mut self,
        complex: Option<&ComplexType>,
        key: &str,
        item: Item,
    ) -> Result<(), Halt> {
        let (attributes, clashes) = match complex {
            Some(complex) => (&complex.attributes[..], &complex.attribute_clashes[..]),
            None => (&[][..], &[][..]),
        };
        let is_declared = |it: &&Attribute| {
            *it.name.local == *key || (key.starts_with('{') && property(&it.name, clashes) == key)
        };
        let declared = attributes.iter().find(is_declared);
        let declared =
            declared.filter(|it| clashes.is_empty() || property(&it.name, clashes) == key);
        let Some(declared) = declared else {
            return self.any_attribute(complex, key, item);
        };
        let name = &declared.name;
        let wanted = Wanted::Name(name.namespace.as_deref(), &name.local);
        match self.scalar(declared.simple, item) {
            Ok(text) => self.sink.attribute(self.contract, wanted, &text)?,
            Err(kind) => self.sink.refuse_attribute(self.contract, wanted, kind)?,
        }
        Ok(())
    }

    /// An attribute that only a wildcard can admit.
    pub(super) fn any_attribute(
        &mut self,
        complex: Option<&ComplexType>,
        key: &str,
        item: Item,
    ) -> Result<(), Halt> {
        let plain = crate::facets::is_ncname(key).then(|| QName::new(None, key));
        let name = parse_full(key).or(plain);
        let admits = self.sink.in_any() || complex.is_some_and(|it| it.any_attribute.is_some());
        let nil = |name: &QName| self.sink.in_any() && name.is(Some(xml::INSTANCE), "nil");
        let known = |name: &QName| {
            let declared = complex.is_some_and(|complex| {
                let mut attributes = complex.attributes.iter();
                attributes.any(|attribute| attribute.name == *name)
            });
            admits
                && !declared
                && *name.local != *"xmlns"
                && of_any_attribute(complex, name) == key
                && (name.namespace.as_deref() != Some(xml::INSTANCE) || nil(name))
        };
        let Some(name) = name.filter(known) else {
            let name = shown(&format!("@{key}"));
            let kind = ViolationKind::UnknownProperty { name };
            return Ok(self.sink.violate(self.contract, kind)?);
        };
        let wanted = Wanted::Name(name.namespace.as_deref(), &name.local);
        let value = self.tape.value(item);
        let wrong = match item.shape {
            JsonShape::String if value.chars().all(xml::is_char) => None,
            JsonShape::String => Some(ViolationKind::IllegalCharacter),
            JsonShape::Object
            | JsonShape::Array
            | JsonShape::Number
            | JsonShape::Boolean
            | JsonShape::Null => Some(ViolationKind::WrongJsonType {
                found: item.shape,
                expected: JsonShape::String,
            }),
        };
        match wrong {
            None => self.sink.attribute(self.contract, wanted, value)?,
            Some(kind) => self.sink.refuse_attribute(self.contract, wanted, kind)?,
        }
        Ok(())
    }
}

/// Whether a wildcard is among the children of the type.
fn admits_others(complex: &ComplexType) -> bool {
    complex
        .particle
        .as_ref()
        .is_some_and(crate::Particle::has_wildcard)
}
