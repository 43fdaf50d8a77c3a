//! Values: what a normalised text means, so that values are compared and not spellings.

use std::cmp::Ordering;

use super::decimal::Decimal;
use super::duration::Duration;
use super::temporal::Temporal;
use super::{Builtin, Family, binary, words};

/// The value of a text that is of the form of its built-in type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'t> {
    Text(&'t str),
    Boolean(bool),
    Decimal(Decimal<'t>),
    Float(f64),
    Temporal(Temporal<'t>),
    Duration(Duration<'t>),
    Hex(&'t str),
    Base64(&'t str),
}

impl<'t> Value<'t> {
    /// The value that `text` spells; `None` when it is not of the type's form or out of its range.
    pub(super) fn parse(builtin: Builtin, text: &'t str) -> Option<Self> {
        match builtin.family() {
            Family::Text => words::is_form(builtin, text).then_some(Self::Text(text)),
            Family::Boolean => match text {
                "true" | "1" => Some(Self::Boolean(true)),
                "false" | "0" => Some(Self::Boolean(false)),
                _ => None,
            },
            Family::Decimal => Decimal::parse(text).map(Self::Decimal),
            // The unsigned types, and no others with an end at either side, carry no sign.
            Family::Integer(Some("0"), Some(_)) if text.starts_with(['+', '-']) => None,
            Family::Integer(least, most) => parse_integer(text, least, most).map(Self::Decimal),
            // Rounding to single precision is part of the value.
            #[allow(
                clippy::cast_possible_truncation,
                reason = "the rounding is what is wanted"
            )]
            Family::Float => words::parse_float(text).map(|n| Self::Float(f64::from(n as f32))),
            Family::Double => words::parse_float(text).map(Self::Float),
            Family::Duration => Duration::parse(text).map(Self::Duration),
            Family::Hex => binary::hex_length(text).map(|_| Self::Hex(text)),
            Family::Base64 => binary::base64_length(text).map(|_| Self::Base64(text)),
            Family::Temporal(layout) => Temporal::parse(layout, text).map(Self::Temporal),
        }
    }

    /// The order of two values of one type; `None` when they have none.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => (left == right).then_some(Ordering::Equal),
            (Self::Boolean(left), Self::Boolean(right)) => {
                (left == right).then_some(Ordering::Equal)
            }
            (Self::Decimal(left), Self::Decimal(right)) => Some(left.cmp(right)),
            (Self::Float(left), Self::Float(right)) if left.is_nan() && right.is_nan() => {
                Some(Ordering::Equal)
            }
            (Self::Float(left), Self::Float(right)) => left.partial_cmp(right),
            (Self::Temporal(left), Self::Temporal(right)) => left.order(right),
            (Self::Duration(left), Self::Duration(right)) => left.order(right),
            (Self::Hex(left), Self::Hex(right)) => {
                left.eq_ignore_ascii_case(right).then_some(Ordering::Equal)
            }
            (Self::Base64(left), Self::Base64(right)) => {
                let same = binary::characters(left).eq(binary::characters(right));
                same.then_some(Ordering::Equal)
            }
            (
                Self::Text(_)
                | Self::Boolean(_)
                | Self::Decimal(_)
                | Self::Float(_)
                | Self::Temporal(_)
                | Self::Duration(_)
                | Self::Hex(_)
                | Self::Base64(_),
                _,
            ) => None,
        }
    }

    /// A text that is the same for equal values, and for no others.
    pub(super) fn canonical(&self) -> String {
        match self {
            Self::Text(text) => format!("t{text}"),
            Self::Boolean(value) => format!("b{value}"),
            Self::Decimal(number) => format!("n{}", number.canonical()),
            // One zero, and one that is no number.
            Self::Float(number) if *number == 0.0 => "f0".to_owned(),
            Self::Float(number) => format!("f{number:e}"),
            Self::Temporal(time) => format!("d{}", time.canonical()),
            Self::Duration(duration) => format!("p{}", duration.canonical()),
            Self::Hex(text) => format!("h{}", text.to_ascii_uppercase()),
            Self::Base64(text) => binary::characters(text).map(char::from).collect(),
        }
    }

    /// The length that the length facets measure.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.chars().count() as u64,
            Self::Hex(text) => binary::hex_length(text).unwrap_or(0),
            Self::Base64(text) => binary::base64_length(text).unwrap_or(0),
            Self::Boolean(_)
            | Self::Decimal(_)
            | Self::Float(_)
            | Self::Temporal(_)
            | Self::Duration(_) => 0,
        }
    }
}

fn parse_integer<'t>(
    text: &'t str,
    least: Option<&str>,
    most: Option<&str>,
) -> Option<Decimal<'t>> {
    let number = Decimal::parse_integer(text)?;
    let above = |least: &str| Decimal::parse(least).is_none_or(|least| number >= least);
    let below = |most: &str| Decimal::parse(most).is_none_or(|most| number <= most);
    (least.is_none_or(above) && most.is_none_or(below)).then_some(number)
}
