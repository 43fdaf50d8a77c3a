//! Simple types: built-in types, the facets that narrow them, and the check of a text against both.

mod binary;
mod builtin;
mod calendar;
mod check;
mod decimal;
mod duration;
mod explain;
mod names;
mod pattern;
mod restrict;
mod temporal;
mod uri;
mod value;
mod variety;
mod white_space;
mod words;

use std::sync::Arc;

pub use builtin::{Builtin, Family, JsonKind, WhiteSpace};
pub use pattern::{Pattern, PatternFault};
pub use restrict::{FacetKind, RestrictFault};

pub(crate) use restrict::Step;

use crate::QName;
use decimal::Decimal;
use variety::Variety;

/// A simple type: a built-in type and the facets that narrow it.
#[derive(Debug, Clone)]
pub struct SimpleType {
    name: Option<QName>,
    doc: Arc<str>,
    builtin: Builtin,
    variety: Variety,
    facets: Facets,
}

/// The facets of a simple type, those of its ancestors included.
#[derive(Debug, Clone)]
pub struct Facets {
    /// What is done to white space before anything is checked.
    pub white_space: WhiteSpace,
    /// The exact length: characters, or bytes for the binary types.
    pub length: Option<u64>,
    /// The least length.
    pub min_length: Option<u64>,
    /// The greatest length.
    pub max_length: Option<u64>,
    /// Every pattern must match.
    pub patterns: Vec<Pattern>,
    /// The values allowed; empty allows all.
    pub enumeration: Vec<Arc<str>>,
    /// The lower bound.
    pub min: Option<Bound>,
    /// The upper bound.
    pub max: Option<Bound>,
    /// The most significant digits.
    pub total_digits: Option<u64>,
    /// The most digits after the point.
    pub fraction_digits: Option<u64>,
    /// The facets that no further step may change.
    pub fixed: Vec<FacetKind>,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The value as the schema writes it, its white space normalised.
    pub text: Arc<str>,
    /// Whether the bound itself is allowed.
    pub inclusive: bool,
}

/// How a text misses its simple type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacetFault {
    /// Not of the lexical form, or outside the range, of the built-in type.
    Form(Builtin),
    /// None of the values listed.
    Enumeration,
    /// A pattern does not match.
    Pattern,
    /// Not of the exact length.
    Length,
    /// Too short.
    MinLength,
    /// Too long.
    MaxLength,
    /// Below the lower bound, or on it when it is exclusive.
    Min,
    /// Above the upper bound, or on it when it is exclusive.
    Max,
    /// Too many significant digits.
    TotalDigits,
    /// Too many digits after the point.
    FractionDigits,
}

impl SimpleType {
    /// A built-in type as it is.
    pub(crate) fn of(builtin: Builtin) -> Self {
        let facets = Facets {
            white_space: builtin.white_space(),
            length: None,
            min_length: None,
            max_length: None,
            patterns: Vec::new(),
            enumeration: Vec::new(),
            min: None,
            max: None,
            total_digits: None,
            fraction_digits: None,
            fixed: Vec::new(),
        };
        Self {
            name: None,
            doc: Arc::from(""),
            builtin,
            variety: Variety::Atomic,
            facets,
        }
    }

    /// The name; `None` for a built-in type and for a type declared in place.
    pub fn name(&self) -> Option<&QName> {
        self.name.as_ref()
    }

    /// The documentation of the type; empty when there is none.
    pub fn doc(&self) -> &str {
        &self.doc
    }

    /// The built-in type that it narrows; `xs:anySimpleType` for lists and unions.
    pub fn builtin(&self) -> Builtin {
        self.builtin
    }

    /// The facets, those of its ancestors included.
    pub fn facets(&self) -> &Facets {
        &self.facets
    }

    /// The values allowed; empty allows all.
    pub fn enumeration(&self) -> &[Arc<str>] {
        &self.facets.enumeration
    }

    /// The JSON type of the value: a number only when every value fits ±(2^53−1).
    pub fn json_kind(&self) -> JsonKind {
        match self.builtin.family() {
            // A pattern may ask for a form that JSON does not write.
            _ if !self.facets.patterns.is_empty() => JsonKind::String,
            Family::Boolean => JsonKind::Boolean,
            Family::Integer(least, most) if self.fits_json(least, most) => JsonKind::Integer,
            Family::Integer(..)
            | Family::Text
            | Family::Decimal
            | Family::Float
            | Family::Double
            | Family::Temporal(_)
            | Family::Duration
            | Family::Hex
            | Family::Base64 => JsonKind::String,
        }
    }

    /// Whether its values are names, which mean something only with the namespace of their prefix.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.builtin, Builtin::QName | Builtin::Notation)
    }

    fn fits_json(&self, least: Option<&str>, most: Option<&str>) -> bool {
        const MOST: &str = "9007199254740991";
        const LEAST: &str = "-9007199254740991";
        if self.facets.total_digits.is_some_and(|digits| digits <= 15) {
            return true;
        }
        let Some((lowest, highest)) = Decimal::parse(LEAST).zip(Decimal::parse(MOST)) else {
            return false;
        };
        let least = self.facets.min.as_ref().map(|bound| &*bound.text).or(least);
        let most = self.facets.max.as_ref().map(|bound| &*bound.text).or(most);
        least
            .and_then(Decimal::parse)
            .is_some_and(|least| least >= lowest)
            && most
                .and_then(Decimal::parse)
                .is_some_and(|most| most <= highest)
    }
}

/// Whether `text` is a name without colon.
pub(crate) fn is_ncname(text: &str) -> bool {
    words::is_form(Builtin::NcName, text)
}

#[cfg(test)]
mod tests;
