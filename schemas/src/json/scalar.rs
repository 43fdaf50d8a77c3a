//! Single values: JSON to the text of a leaf, and back.

use std::borrow::Cow;

use crate::violation::{JsonShape, ViolationKind};
use crate::{Fidelity, JsonKind, SimpleType, WhiteSpace, xml};

/// The greatest integer that every JSON reader keeps exact.
const MAX_EXACT: &str = "9007199254740991";

/// The text of a leaf of that type.
pub(super) fn to_text<'v>(
    simple: &SimpleType,
    found: JsonShape,
    value: &'v str,
    fidelity: Fidelity,
) -> Result<Cow<'v, str>, ViolationKind> {
    let kind = simple.json_kind();
    match (kind, found) {
        (JsonKind::Integer, JsonShape::Number) => integer(value),
        (JsonKind::Boolean, JsonShape::Boolean) => Ok(value.into()),
        (JsonKind::String, JsonShape::String) => {
            string(simple.facets().white_space, value).map(Cow::Borrowed)
        }
        // What a number or truth value would not give back.
        (JsonKind::Integer | JsonKind::Boolean, JsonShape::String)
            if fidelity == Fidelity::Texts && is_variant(kind, value) =>
        {
            Ok(value.into())
        }
        (JsonKind::Integer | JsonKind::Boolean | JsonKind::String, JsonShape::Null) => {
            Err(ViolationKind::NotNillable)
        }
        (kind, found) => Err(ViolationKind::WrongJsonType {
            found,
            expected: shape(kind),
        }),
    }
}

fn shape(kind: JsonKind) -> JsonShape {
    match kind {
        JsonKind::Integer => JsonShape::Number,
        JsonKind::Boolean => JsonShape::Boolean,
        JsonKind::String => JsonShape::String,
    }
}

/// A JSON text is the value itself: there is no white space around it to strip.
fn string(white_space: WhiteSpace, value: &str) -> Result<&str, ViolationKind> {
    if !value.chars().all(xml::is_char) {
        return Err(ViolationKind::IllegalCharacter);
    }
    let strange = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r');
    let normal = match white_space {
        WhiteSpace::Preserve => true,
        WhiteSpace::Replace => !value.bytes().any(strange),
        WhiteSpace::Collapse => {
            let ends = value.starts_with(' ') || value.ends_with(' ');
            !ends && !value.contains("  ") && !value.bytes().any(strange)
        }
    };
    if normal {
        Ok(value)
    } else {
        Err(ViolationKind::WhiteSpace)
    }
}

/// Whether the text is a form of a number or truth value that JSON writes otherwise.
fn is_variant(kind: JsonKind, text: &str) -> bool {
    match kind {
        JsonKind::Integer => {
            let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
            let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            number && !is_canonical(text)
        }
        JsonKind::Boolean => matches!(text, "0" | "1"),
        JsonKind::String => false,
    }
}

/// Whether JSON writes the integer the same way.
fn is_canonical(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    text == "0" || (!digits.starts_with('0') && !digits.starts_with('+'))
}

/// A JSON number that is whole, as XML writes it: `1.0` and `1e2` are whole too.
fn integer(value: &str) -> Result<Cow<'_, str>, ViolationKind> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return scaled(value).map(Cow::Owned);
    }
    // JSON integers have no leading zeros: of two, the longer is the greater.
    if (digits.len(), digits) > (MAX_EXACT.len(), MAX_EXACT) {
        return Err(ViolationKind::NumberOutOfRange);
    }
    Ok(if value == "-0" { "0" } else { value }.into())
}

/// A number with a fraction or an exponent, if it is whole all the same.
fn scaled(value: &str) -> Result<String, ViolationKind> {
    let (sign, digits) = match value.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", value),
    };
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let joined = format!("{whole}{fraction}");
    let significant = joined.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Ok("0".to_owned());
    }
    let trailing = joined.len() - joined.trim_end_matches('0').len();
    let exponent: i64 = exponent.parse().unwrap_or(if exponent.starts_with('-') {
        i64::MIN / 2
    } else {
        i64::MAX / 2
    });
    let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX / 4);
    let zeros = exponent.saturating_sub(places) + i64::try_from(trailing).unwrap_or(0);
    let Ok(zeros) = usize::try_from(zeros) else {
        return Err(ViolationKind::NotAnInteger);
    };
    if significant.len().saturating_add(zeros) > MAX_EXACT.len() {
        return Err(ViolationKind::NumberOutOfRange);
    }
    let digits = format!("{significant}{}", "0".repeat(zeros));
    if (digits.len(), &*digits) > (MAX_EXACT.len(), MAX_EXACT) {
        return Err(ViolationKind::NumberOutOfRange);
    }
    Ok(format!("{sign}{digits}"))
}

/// What the texts of a document ask of who writes them between quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    /// All can be written as they are.
    Plain,
    /// In some there is something to escape.
    Special,
}

impl Texts {
    /// Looks at all texts, one after the other.
    pub(super) fn of(texts: &str) -> Self {
        let special = texts
            .bytes()
            .fold(false, |found, byte| found | is_special(byte));
        if special { Self::Special } else { Self::Plain }
    }
}

/// XML texts hold no control characters but the three white ones.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | b'\t' | b'\n' | b'\r')
}

/// Appends the JSON value of a leaf's text, one of `texts`.
pub(super) fn write(
    kind: JsonKind,
    text: &str,
    texts: Texts,
    fidelity: Fidelity,
    out: &mut Vec<u8>,
) {
    match kind {
        JsonKind::Integer | JsonKind::Boolean
            if fidelity == Fidelity::Texts && is_variant(kind, text) =>
        {
            write_string(text, out);
        }
        JsonKind::Integer => write_integer(text, out),
        JsonKind::Boolean => {
            let truth = matches!(text, "true" | "1");
            out.extend_from_slice(if truth { b"true" } else { b"false" });
        }
        JsonKind::String if texts == Texts::Plain => {
            out.push(b'"');
            out.extend_from_slice(text.as_bytes());
            out.push(b'"');
        }
        JsonKind::String => write_string(text, out),
    }
}

/// XSD allows `+007`, JSON only `7`.
fn write_integer(text: &str, out: &mut Vec<u8>) {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return out.push(b'0');
    }
    out.extend_from_slice(sign.as_bytes());
    out.extend_from_slice(significant.as_bytes());
}

pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| is_special(*byte)) {
        let (plain, after) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, after)) = after.split_first() else {
            break;
        };
        out.extend_from_slice(match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\t' => b"\\t",
            b'\n' => b"\\n",
            _ => b"\\r",
        });
        rest = after;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

#[cfg(test)]
mod tests;
