//! Single values: JSON to the text of a leaf, and back.

use crate::violation::{JsonShape, ViolationKind};
use crate::{JsonKind, xml};

/// The greatest integer that every JSON reader keeps exact.
const MAX_EXACT: &str = "9007199254740991";

/// The text of a leaf whose type is `kind` in JSON.
pub(super) fn to_text(
    kind: JsonKind,
    found: JsonShape,
    value: &str,
) -> Result<&str, ViolationKind> {
    match (kind, found) {
        (JsonKind::Integer, JsonShape::Number) => integer(value),
        (JsonKind::Boolean, JsonShape::Boolean) => Ok(value),
        (JsonKind::String, JsonShape::String) if value.chars().all(xml::is_char) => Ok(value),
        (JsonKind::String, JsonShape::String) => Err(ViolationKind::IllegalCharacter),
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

fn integer(value: &str) -> Result<&str, ViolationKind> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ViolationKind::NotAnInteger);
    }
    // JSON integers have no leading zeros: of two, the longer is the greater.
    if (digits.len(), digits) > (MAX_EXACT.len(), MAX_EXACT) {
        return Err(ViolationKind::NumberOutOfRange);
    }
    Ok(value)
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
pub(super) fn write(kind: JsonKind, text: &str, texts: Texts, out: &mut Vec<u8>) {
    match kind {
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

fn write_string(text: &str, out: &mut Vec<u8>) {
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
mod tests {
    use super::{Texts, to_text, write};
    use crate::JsonKind::{Boolean, Integer, String};
    use crate::violation::{JsonShape, ViolationKind};

    #[test]
    #[allow(clippy::too_many_lines, reason = "one table")]
    fn values_become_texts_or_are_refused_by_name() {
        let number = JsonShape::Number;
        let string = JsonShape::String;
        let refused = Err::<&str, ViolationKind>;
        let cases = [
            (Integer, number, "12", Ok("12")),
            (
                Integer,
                number,
                "-9007199254740991",
                Ok("-9007199254740991"),
            ),
            (
                Integer,
                number,
                "9007199254740992",
                refused(ViolationKind::NumberOutOfRange),
            ),
            (
                Integer,
                number,
                "10000000000000000",
                refused(ViolationKind::NumberOutOfRange),
            ),
            (Integer, number, "1.0", refused(ViolationKind::NotAnInteger)),
            (
                Integer,
                number,
                "1e400",
                refused(ViolationKind::NotAnInteger),
            ),
            (Boolean, JsonShape::Boolean, "true", Ok("true")),
            (
                String,
                string,
                "a\u{1}",
                refused(ViolationKind::IllegalCharacter),
            ),
            (
                String,
                string,
                "a\u{FFFF}",
                refused(ViolationKind::IllegalCharacter),
            ),
            (String, string, "a\tñ", Ok("a\tñ")),
            (
                String,
                JsonShape::Null,
                "",
                refused(ViolationKind::NotNillable),
            ),
        ];
        for (kind, shape, value, expected) in cases {
            assert_eq!(to_text(kind, shape, value), expected, "{value}");
        }
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        let cases = [
            (Integer, JsonShape::String, JsonShape::Number),
            (Boolean, JsonShape::String, JsonShape::Boolean),
            (Boolean, JsonShape::Number, JsonShape::Boolean),
            (String, JsonShape::Number, JsonShape::String),
            (String, JsonShape::Array, JsonShape::String),
            (String, JsonShape::Object, JsonShape::String),
        ];
        for (kind, found, expected) in cases {
            let told = to_text(kind, found, "1");
            assert_eq!(told, Err(ViolationKind::WrongJsonType { found, expected }));
        }
    }

    #[test]
    fn texts_become_canonical_values() {
        let cases = [
            (Integer, "+007", "7"),
            (Integer, "-0", "0"),
            (Integer, "-0120", "-120"),
            (Integer, "0", "0"),
            (Boolean, "1", "true"),
            (Boolean, "false", "false"),
            (String, "a\"b\\c\n\t\rñ😀", "\"a\\\"b\\\\c\\n\\t\\rñ😀\""),
            (String, "", "\"\""),
        ];
        for (kind, text, expected) in cases {
            let mut out = Vec::new();
            write(kind, text, Texts::of(text), &mut out);
            assert_eq!(std::str::from_utf8(&out).unwrap(), expected);
        }
    }
}
