//! Restriction: a simple type narrowed by the facets of one derivation step.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use super::pattern::{Pattern, PatternFault};
use super::value::Value;
use super::variety::Variety;
use super::white_space::normalise;
use super::{Bound, Builtin, Family, SimpleType, WhiteSpace};
use crate::QName;

macro_rules! facet_kinds {
    ($($variant:ident = $name:literal,)+) => {
        /// The facets that narrow simple types.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FacetKind { $(#[doc = concat!("`xs:", $name, "`.")] $variant,)+ }

        impl FacetKind {
            /// The local name in the schema namespace.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The facet of that local name.
            pub fn from_name(name: &str) -> Option<Self> {
                [$(Self::$variant,)+].into_iter().find(|kind| kind.as_str() == name)
            }
        }
    };
}

facet_kinds! {
    Length = "length",
    MinLength = "minLength",
    MaxLength = "maxLength",
    Pattern = "pattern",
    Enumeration = "enumeration",
    WhiteSpace = "whiteSpace",
    MinInclusive = "minInclusive",
    MinExclusive = "minExclusive",
    MaxInclusive = "maxInclusive",
    MaxExclusive = "maxExclusive",
    TotalDigits = "totalDigits",
    FractionDigits = "fractionDigits",
}

impl fmt::Display for FacetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xs:{}", self.as_str())
    }
}

/// What is wrong with a restriction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum RestrictFault {
    /// The built-in type has no such facet.
    #[error("`{0}` does not apply to `{1}`")]
    NotApplicable(FacetKind, Builtin),
    /// The facet's value is none of its type's.
    #[error("`{1}` is no value for `{0}`")]
    Value(FacetKind, String),
    /// The facet admits what the base type refuses, or contradicts another facet.
    #[error("`{0}` = `{1}` does not narrow the base type")]
    NotNarrower(FacetKind, String),
    /// The facet, or its other half, stands twice in one step.
    #[error("`{0}` is given twice")]
    Twice(FacetKind),
    /// The base type fixes the facet, and the step gives it another value.
    #[error("`{0}` is fixed by the base type")]
    Fixed(FacetKind),
    /// The pattern is no regular expression of XML Schema.
    #[error("pattern `{0}`: {1}")]
    Pattern(String, PatternFault),
}

/// One derivation step: the facets in the order of the schema.
pub(crate) struct Step<'s> {
    pub(crate) name: Option<QName>,
    pub(crate) doc: Arc<str>,
    pub(crate) facets: &'s [(FacetKind, String)],
    /// Those that no further step may change.
    pub(crate) fixed: &'s [FacetKind],
}

impl SimpleType {
    /// This type narrowed by one derivation step.
    pub(crate) fn restrict(&self, step: Step<'_>) -> Result<Self, RestrictFault> {
        let mut narrowed = Self {
            name: step.name,
            doc: step.doc,
            ..self.clone()
        };
        let mut seen = Vec::new();
        let mut patterns = Vec::new();
        let mut enumeration = Vec::new();
        // White space first: it decides how the other facets' values are read.
        let white_space = |facet: &&(FacetKind, String)| facet.0 == FacetKind::WhiteSpace;
        let others = step.facets.iter().filter(|facet| !white_space(facet));
        for (kind, text) in step.facets.iter().filter(white_space).chain(others) {
            if !self.has_facet(*kind) {
                return Err(RestrictFault::NotApplicable(*kind, self.builtin));
            }
            if *kind == FacetKind::Pattern {
                patterns.push(text.as_str());
                continue;
            }
            if *kind == FacetKind::Enumeration {
                enumeration.push(self.listed(text)?);
                continue;
            }
            if seen.contains(&half(*kind)) {
                return Err(RestrictFault::Twice(*kind));
            }
            seen.push(half(*kind));
            narrowed.narrow(*kind, text)?;
        }
        if !patterns.is_empty() {
            let compiled = Pattern::compile(&patterns);
            let pattern =
                compiled.map_err(|fault| RestrictFault::Pattern(patterns.join("|"), fault))?;
            narrowed.facets.patterns.push(pattern);
        }
        if !enumeration.is_empty() {
            narrowed.facets.enumeration = enumeration;
        }
        narrowed.check_consistent()?;
        self.check_fixed(&narrowed)?;
        narrowed.facets.fixed.extend(step.fixed);
        Ok(narrowed)
    }

    /// Whether types like this one have the facet (XML Schema part 2, 4.1.5).
    fn has_facet(&self, kind: FacetKind) -> bool {
        match &self.variety {
            // Of what may be anything nothing can be said.
            Variety::Atomic if self.builtin == Builtin::AnySimpleType => false,
            Variety::Atomic => applies(kind, self.builtin.family()),
            Variety::List(_) => matches!(
                kind,
                FacetKind::Length
                    | FacetKind::MinLength
                    | FacetKind::MaxLength
                    | FacetKind::Pattern
                    | FacetKind::Enumeration
                    | FacetKind::WhiteSpace
            ),
            Variety::Union { .. } => matches!(kind, FacetKind::Pattern | FacetKind::Enumeration),
        }
    }

    /// What is fixed here is the same in `narrowed`.
    fn check_fixed(&self, narrowed: &Self) -> Result<(), RestrictFault> {
        let (mine, theirs) = (&self.facets, &narrowed.facets);
        let same = |mine: &Option<Bound>, theirs: &Option<Bound>| match (mine, theirs) {
            (Some(mine), Some(theirs)) => {
                mine.inclusive == theirs.inclusive && self.same_value(&mine.text, &theirs.text)
            }
            (None | Some(_), _) => mine.is_none() && theirs.is_none(),
        };
        for kind in &mine.fixed {
            let kept = match kind {
                FacetKind::Length => mine.length == theirs.length,
                FacetKind::MinLength => mine.min_length == theirs.min_length,
                FacetKind::MaxLength => mine.max_length == theirs.max_length,
                FacetKind::WhiteSpace => mine.white_space == theirs.white_space,
                FacetKind::TotalDigits => mine.total_digits == theirs.total_digits,
                FacetKind::FractionDigits => mine.fraction_digits == theirs.fraction_digits,
                FacetKind::MinInclusive | FacetKind::MinExclusive => same(&mine.min, &theirs.min),
                FacetKind::MaxInclusive | FacetKind::MaxExclusive => same(&mine.max, &theirs.max),
                // These two cannot be fixed.
                FacetKind::Pattern | FacetKind::Enumeration => true,
            };
            if !kept {
                return Err(RestrictFault::Fixed(*kind));
            }
        }
        Ok(())
    }

    /// A value of an enumeration: it must be one of the base type.
    fn listed(&self, text: &str) -> Result<Arc<str>, RestrictFault> {
        let value = self.check(text);
        value
            .map(|value| Arc::from(&*value))
            .map_err(|_| RestrictFault::Value(FacetKind::Enumeration, text.to_owned()))
    }

    fn narrow(&mut self, kind: FacetKind, text: &str) -> Result<(), RestrictFault> {
        let facets = &mut self.facets;
        match kind {
            FacetKind::Length => lower(&mut facets.length, kind, text, Ordering::Equal),
            FacetKind::MinLength => lower(&mut facets.min_length, kind, text, Ordering::Greater),
            FacetKind::MaxLength => lower(&mut facets.max_length, kind, text, Ordering::Less),
            FacetKind::TotalDigits => lower(&mut facets.total_digits, kind, text, Ordering::Less),
            FacetKind::FractionDigits => {
                lower(&mut facets.fraction_digits, kind, text, Ordering::Less)
            }
            FacetKind::WhiteSpace => self.narrow_white_space(text),
            FacetKind::MinInclusive | FacetKind::MinExclusive => {
                let bound = self.bound(kind, text, Ordering::Greater)?;
                self.facets.min = Some(bound);
                Ok(())
            }
            FacetKind::MaxInclusive | FacetKind::MaxExclusive => {
                let bound = self.bound(kind, text, Ordering::Less)?;
                self.facets.max = Some(bound);
                Ok(())
            }
            // Collected by the caller: several of one step belong together.
            FacetKind::Pattern | FacetKind::Enumeration => Ok(()),
        }
    }

    fn narrow_white_space(&mut self, text: &str) -> Result<(), RestrictFault> {
        let how = match text {
            "preserve" => WhiteSpace::Preserve,
            "replace" => WhiteSpace::Replace,
            "collapse" => WhiteSpace::Collapse,
            _ => return Err(RestrictFault::Value(FacetKind::WhiteSpace, text.to_owned())),
        };
        if how < self.facets.white_space {
            return Err(RestrictFault::NotNarrower(
                FacetKind::WhiteSpace,
                text.to_owned(),
            ));
        }
        self.facets.white_space = how;
        Ok(())
    }

    /// A bound that lies on `side` of the bound in force, or on it.
    fn bound(&self, kind: FacetKind, raw: &str, side: Ordering) -> Result<Bound, RestrictFault> {
        let text = normalise(raw, self.facets.white_space);
        let Some(value) = Value::parse(self.builtin, &text) else {
            return Err(RestrictFault::Value(kind, raw.to_owned()));
        };
        let inclusive = matches!(kind, FacetKind::MinInclusive | FacetKind::MaxInclusive);
        let narrower = [
            (&self.facets.min, Ordering::Greater),
            (&self.facets.max, Ordering::Less),
        ]
        .into_iter()
        .filter_map(|(known, inner)| known.as_ref().map(|known| (known, inner)))
        .all(|(known, inner)| match self.order(&value, &known.text) {
            // On the bound in force: as wide as it at most.
            Some(Ordering::Equal) if inner == side => known.inclusive || !inclusive,
            Some(Ordering::Equal) => known.inclusive && inclusive,
            order => order == Some(inner),
        });
        if narrower {
            Ok(Bound {
                text: Arc::from(&*text),
                inclusive,
            })
        } else {
            Err(RestrictFault::NotNarrower(kind, raw.to_owned()))
        }
    }

    /// Facets of different kinds may not contradict each other.
    fn check_consistent(&self) -> Result<(), RestrictFault> {
        let facets = &self.facets;
        let above = |low: Option<u64>, high: Option<u64>| low.zip(high).is_some_and(|(l, h)| l > h);
        let fault = |kind, number: Option<u64>| {
            Err(RestrictFault::NotNarrower(
                kind,
                number.unwrap_or(0).to_string(),
            ))
        };
        if above(facets.min_length, facets.max_length) {
            return fault(FacetKind::MinLength, facets.min_length);
        }
        if above(facets.min_length, facets.length) || above(facets.length, facets.max_length) {
            return fault(FacetKind::Length, facets.length);
        }
        if above(facets.fraction_digits, facets.total_digits) {
            return fault(FacetKind::FractionDigits, facets.fraction_digits);
        }
        if matches!(self.builtin.family(), Family::Integer(..))
            && above(facets.fraction_digits, Some(0))
        {
            return fault(FacetKind::FractionDigits, facets.fraction_digits);
        }
        Ok(())
    }
}

/// Sets a counted facet, if it lies on `side` of the one in force or equals it.
fn lower(
    known: &mut Option<u64>,
    kind: FacetKind,
    text: &str,
    side: Ordering,
) -> Result<(), RestrictFault> {
    let fault = || RestrictFault::Value(kind, text.to_owned());
    let number: u64 = text.trim().parse().map_err(|_| fault())?;
    if kind == FacetKind::TotalDigits && number == 0 {
        return Err(fault());
    }
    let order = known.map_or(Ordering::Equal, |known| number.cmp(&known));
    if order != Ordering::Equal && order != side {
        return Err(RestrictFault::NotNarrower(kind, text.to_owned()));
    }
    *known = Some(number);
    Ok(())
}

/// Facets that may not stand together in one step have one half.
fn half(kind: FacetKind) -> FacetKind {
    match kind {
        FacetKind::MinExclusive => FacetKind::MinInclusive,
        FacetKind::MaxExclusive => FacetKind::MaxInclusive,
        FacetKind::Length
        | FacetKind::MinLength
        | FacetKind::MaxLength
        | FacetKind::Pattern
        | FacetKind::Enumeration
        | FacetKind::WhiteSpace
        | FacetKind::MinInclusive
        | FacetKind::MaxInclusive
        | FacetKind::TotalDigits
        | FacetKind::FractionDigits => kind,
    }
}

/// Whether types of the family have the facet (XML Schema part 2, 4.1.5).
fn applies(kind: FacetKind, family: Family) -> bool {
    match kind {
        FacetKind::Pattern | FacetKind::WhiteSpace => true,
        FacetKind::Enumeration => family != Family::Boolean,
        FacetKind::Length | FacetKind::MinLength | FacetKind::MaxLength => {
            matches!(family, Family::Text | Family::Hex | Family::Base64)
        }
        FacetKind::TotalDigits | FacetKind::FractionDigits => {
            matches!(family, Family::Decimal | Family::Integer(..))
        }
        FacetKind::MinInclusive
        | FacetKind::MinExclusive
        | FacetKind::MaxInclusive
        | FacetKind::MaxExclusive => !matches!(
            family,
            Family::Text | Family::Boolean | Family::Hex | Family::Base64
        ),
    }
}
