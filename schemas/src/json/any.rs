//! Mixed content, lists of children, and elements that are not declared.

use super::decode::{Decoder, Halt};
use super::name::{declared, of_any, parse_full, property};
use super::tape::Item;
use super::{LIST, TYPE};
use crate::name::Expanded;
use crate::sink::{Opened, Wanted};
use crate::violation::{JsonShape, ViolationKind, shown};
use crate::{ComplexType, QName, xml};

impl Decoder<'_> {
    /// Item `at` as an element in which text may stand among others.
    pub(super) fn mixed(
        &mut self,
        complex: &ComplexType,
        at: usize,
        item: Item,
    ) -> Result<(), Halt> {
        match item.shape {
            JsonShape::Null => Ok(self.sink.nil(self.contract)?),
            JsonShape::String => self.run(item),
            JsonShape::Object | JsonShape::Array | JsonShape::Number | JsonShape::Boolean => {
                self.short_form(at, item)?;
                self.object(Some(complex), None, at, item)
            }
        }
    }

    /// Item `at` as an element that is not declared.
    pub(super) fn any(&mut self, at: usize) -> Result<(), Halt> {
        let Some(item) = self.tape.item(at) else {
            return Ok(());
        };
        self.sink.at(item.position);
        match item.shape {
            JsonShape::String => return self.run(item),
            JsonShape::Object => {}
            JsonShape::Array | JsonShape::Number | JsonShape::Boolean | JsonShape::Null => {
                return Err(self.wrong_shape(item, JsonShape::Object));
            }
        }
        self.short_form(at, item)?;
        self.distinct(at)?;
        let mut list = None;
        for (number, item) in self.tape.inside(at) {
            self.sink.at(item.position);
            let key = self.tape.key(item);
            if key == LIST {
                list = Some(number);
            } else if key == TYPE {
                self.any_type(item)?;
            } else if let Some(name) = key.strip_prefix('@') {
                self.any_attribute(None, name, item)?;
            } else {
                let kind = ViolationKind::UnknownProperty { name: shown(key) };
                self.sink.violate(self.contract, kind)?;
            }
        }
        self.sink.close_head(self.contract)?;
        match list {
            Some(list) => self.list(None, list),
            None => Ok(()),
        }
    }

    /// The name of a type that nobody knows.
    fn any_type(&mut self, item: Item) -> Result<(), Halt> {
        let text = self.tape.value(item);
        let name = Some(text).filter(|_| item.shape == JsonShape::String);
        let Some(name) = name.and_then(Expanded::parse) else {
            let name = shown(text);
            return Err(self.refused(ViolationKind::TypeSubstitution { name }));
        };
        let wanted = Wanted::Name(Some(xml::INSTANCE), "type");
        let name = name.to_string();
        Ok(self.sink.attribute(self.contract, wanted, &name)?)
    }

    /// An element with nothing but text, or nothing at all, is no object.
    fn short_form(&mut self, at: usize, item: Item) -> Result<(), Halt> {
        if item.shape != JsonShape::Object {
            return Ok(());
        }
        let tape = self.tape;
        let tells = |(number, item): (usize, Item)| {
            let key = tape.key(item);
            let mut inside = tape.inside(number);
            key.starts_with('@')
                || (key == LIST && inside.any(|(_, part)| part.shape != JsonShape::String))
        };
        if tape.inside(at).any(tells) {
            return Ok(());
        }
        Err(self.refused(ViolationKind::NotTheShortForm))
    }

    /// A list of children, and of texts where the type has them.
    pub(super) fn list(&mut self, complex: Option<&ComplexType>, at: usize) -> Result<(), Halt> {
        let Some(item) = self.tape.item(at) else {
            return Ok(());
        };
        if item.shape != JsonShape::Array {
            return Err(self.wrong_shape(item, JsonShape::Array));
        }
        let texts = complex.is_none_or(|complex| complex.mixed);
        let (mut empty, mut after_text) = (true, false);
        for (number, part) in self.tape.inside(at) {
            self.sink.at(part.position);
            empty = false;
            if part.shape == JsonShape::String && texts {
                if after_text || self.tape.value(part).is_empty() {
                    return Err(self.refused(ViolationKind::NotTheShortForm));
                }
                self.run(part)?;
                after_text = true;
            } else {
                self.entry(complex, number)?;
                after_text = false;
            }
        }
        if empty {
            self.sink.at(item.position);
            return Err(self.refused(ViolationKind::NotTheShortForm));
        }
        Ok(())
    }

    /// Item `at` as one child: an object with one property.
    pub(super) fn entry(&mut self, complex: Option<&ComplexType>, at: usize) -> Result<(), Halt> {
        let Some((number, key, name)) = self.entry_name(complex, at) else {
            return Err(match self.tape.item(at) {
                Some(item) if item.shape != JsonShape::Object => {
                    self.wrong_shape(item, JsonShape::Object)
                }
                Some(_) | None => self.refused(ViolationKind::NotOneProperty),
            });
        };
        let wanted = Wanted::Name(name.namespace.as_deref(), &name.local);
        let opened = self.sink.open(self.contract, wanted)?;
        let expected = match (opened, complex) {
            (Opened::Element(_), Some(complex)) => property(&name, &complex.clashes),
            (Opened::Element(_) | Opened::Wild(_) | Opened::Any, _) => {
                of_any(self.contract, complex, &name)
            }
        };
        if *expected != *key {
            let kind = ViolationKind::UnknownProperty { name: shown(&key) };
            return Err(self.refused(kind));
        }
        self.content_of(opened, number)?;
        self.sink.close(self.contract)?;
        Ok(())
    }

    /// The number of the value in an entry, its key, and the name that this stands for.
    pub(super) fn entry_name(
        &self,
        complex: Option<&ComplexType>,
        at: usize,
    ) -> Option<(usize, String, QName)> {
        let item = self.tape.item(at)?;
        let mut inside = self.tape.inside(at);
        let (number, value) = inside.next()?;
        if item.shape != JsonShape::Object || inside.next().is_some() {
            return None;
        }
        let key = self.tape.key(value);
        let known = complex.and_then(|complex| declared(self.contract, complex, key));
        let name = match (known, parse_full(key)) {
            (Some(child), _) => self.contract.element(child.element).name.clone(),
            (None, Some(full)) => full,
            (None, None) if crate::facets::is_ncname(key) => QName::new(None, key),
            (None, None) => return None,
        };
        Some((number, key.to_owned(), name))
    }

    /// A run of text in mixed content.
    fn run(&mut self, item: Item) -> Result<(), Halt> {
        let text = self.tape.value(item);
        if !text.chars().all(xml::is_char) {
            return Err(self.refused(ViolationKind::IllegalCharacter));
        }
        Ok(self.sink.text(self.contract, text)?)
    }
}
