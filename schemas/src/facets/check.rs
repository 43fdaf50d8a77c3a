//! The check of a text against a simple type.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::value::Value;
use super::variety::Variety;
use super::white_space::normalise;
use super::{FacetFault, Facets, SimpleType};

impl SimpleType {
    /// The value of `raw`, its white space normalised; nothing is copied when nothing changes.
    ///
    /// # Errors
    /// The first facet that the text misses.
    pub fn check<'t>(&self, raw: &'t str) -> Result<Cow<'t, str>, FacetFault> {
        match &self.variety {
            Variety::Atomic if self.is_name() => self.check_name(raw),
            Variety::Atomic => self.check_atom(raw),
            Variety::List(item) => self.check_list(raw, item),
            Variety::Union { members, .. } => self.check_union(raw, members),
        }
    }

    #[inline]
    fn check_atom<'t>(&self, raw: &'t str) -> Result<Cow<'t, str>, FacetFault> {
        let text = normalise(raw, self.facets.white_space);
        let value = Value::parse(self.builtin, &text).ok_or(FacetFault::Form(self.builtin))?;
        let facets = &self.facets;
        if !facets.matches(&text) {
            return Err(FacetFault::Pattern);
        }
        if facets.has_length() {
            facets.check_length(value.length())?;
        }
        facets.check_range(self, &value)?;
        if !facets.enumeration.is_empty() && !self.is_listed(&value) {
            return Err(FacetFault::Enumeration);
        }
        Ok(text)
    }

    fn is_listed(&self, value: &Value<'_>) -> bool {
        let mut listed = self.facets.enumeration.iter();
        match value {
            Value::Text(text) => listed.any(|item| **item == **text),
            Value::Boolean(_)
            | Value::Decimal(_)
            | Value::Float(_)
            | Value::Temporal(_)
            | Value::Duration(_)
            | Value::Hex(_)
            | Value::Base64(_) => {
                listed.any(|item| self.order(value, item) == Some(Ordering::Equal))
            }
        }
    }

    /// The order of `value` and the value that `text`, a facet's, spells.
    pub(super) fn order(&self, value: &Value<'_>, text: &str) -> Option<Ordering> {
        Value::parse(self.builtin, text).and_then(|other| value.order(&other))
    }
}

impl Facets {
    pub(super) fn matches(&self, text: &str) -> bool {
        self.patterns.iter().all(|pattern| pattern.matches(text))
    }

    fn has_length(&self) -> bool {
        self.length
            .or(self.min_length)
            .or(self.max_length)
            .is_some()
    }

    pub(super) fn check_length(&self, length: u64) -> Result<(), FacetFault> {
        if self.length.is_some_and(|exact| length != exact) {
            return Err(FacetFault::Length);
        }
        if self.min_length.is_some_and(|min| length < min) {
            return Err(FacetFault::MinLength);
        }
        if self.max_length.is_some_and(|max| length > max) {
            return Err(FacetFault::MaxLength);
        }
        Ok(())
    }

    fn check_range(&self, simple: &SimpleType, value: &Value<'_>) -> Result<(), FacetFault> {
        let within = |bound: &super::Bound, side| match simple.order(value, &bound.text) {
            Some(Ordering::Equal) => bound.inclusive,
            order => order == Some(side),
        };
        if self
            .min
            .as_ref()
            .is_some_and(|min| !within(min, Ordering::Greater))
        {
            return Err(FacetFault::Min);
        }
        if self
            .max
            .as_ref()
            .is_some_and(|max| !within(max, Ordering::Less))
        {
            return Err(FacetFault::Max);
        }
        let Value::Decimal(number) = value else {
            return Ok(());
        };
        if self
            .total_digits
            .is_some_and(|most| number.total_digits() as u64 > most)
        {
            return Err(FacetFault::TotalDigits);
        }
        if self
            .fraction_digits
            .is_some_and(|most| number.fraction_digits() as u64 > most)
        {
            return Err(FacetFault::FractionDigits);
        }
        Ok(())
    }
}
