//! Texts with a grammar of their own: names, language tags, URI references, floating-point numbers.

use super::decimal::{all_digits, signed};
use super::{Builtin, uri};

/// Whether `text` is of the form of a built-in type of characters.
pub(super) fn is_form(builtin: Builtin, text: &str) -> bool {
    if builtin.is_free_text() {
        return true;
    }
    if builtin == Builtin::AnyUri {
        return uri::is_reference(text);
    }
    if builtin == Builtin::Language {
        return is_language(text);
    }
    if builtin == Builtin::NmToken {
        return is_nmtoken(text);
    }
    if matches!(builtin, Builtin::QName | Builtin::Notation) {
        let (prefix, local) = text.split_once(':').unwrap_or(("x", text));
        return is_form(Builtin::NcName, prefix) && is_form(Builtin::NcName, local);
    }
    // Entities are declared in document types, which no message has.
    if builtin == Builtin::Entity {
        return false;
    }
    // `Name` may have colons, `NCName`, `ID` and `IDREF` not.
    is_name(text) && (builtin == Builtin::Name || !text.contains(':'))
}

/// Whether `text` is a `Name` of XML 1.0 (fifth edition).
fn is_name(text: &str) -> bool {
    text.starts_with(is_name_start) && is_nmtoken(text)
}

/// Whether `text` is made of name characters.
fn is_nmtoken(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_name_char)
}

/// Whether `text` is a language tag (RFC 3066).
fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(at, part)| {
        (1..=8).contains(&part.len())
            && part.bytes().all(|b| {
                if at == 0 {
                    b.is_ascii_alphabetic()
                } else {
                    b.is_ascii_alphanumeric()
                }
            })
    })
}

/// The number that `text` spells as `xs:float` or `xs:double`.
pub(super) fn parse_float(text: &str) -> Option<f64> {
    match text {
        "INF" => return Some(f64::INFINITY),
        "-INF" => return Some(f64::NEG_INFINITY),
        "NaN" => return Some(f64::NAN),
        _ => {}
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(signed(exponent).1)),
        None => (text, None),
    };
    let (int, fraction) = signed(mantissa)
        .1
        .split_once('.')
        .unwrap_or((signed(mantissa).1, ""));
    let exponent_ok = exponent.is_none_or(|digits| !digits.is_empty() && all_digits(digits));
    let mantissa_ok = int.len() + fraction.len() > 0 && all_digits(int) && all_digits(fraction);
    if exponent_ok && mantissa_ok {
        text.parse().ok()
    } else {
        None
    }
}

/// Whether `c` may begin a name.
fn is_name_start(c: char) -> bool {
    NAME_START
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&c))
}

/// Whether `c` may stand in a name.
fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || NAME_MORE
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&c))
}

/// The characters that may begin a name.
pub(super) const NAME_START: &[(char, char)] = &[
    ('a', 'z'),
    ('A', 'Z'),
    ('_', '_'),
    (':', ':'),
    ('\u{c0}', '\u{d6}'),
    ('\u{d8}', '\u{f6}'),
    ('\u{f8}', '\u{2ff}'),
    ('\u{370}', '\u{37d}'),
    ('\u{37f}', '\u{1fff}'),
    ('\u{200c}', '\u{200d}'),
    ('\u{2070}', '\u{218f}'),
    ('\u{2c00}', '\u{2fef}'),
    ('\u{3001}', '\u{d7ff}'),
    ('\u{f900}', '\u{fdcf}'),
    ('\u{fdf0}', '\u{fffd}'),
    ('\u{10000}', '\u{effff}'),
];

/// The further characters that may stand in a name.
pub(super) const NAME_MORE: &[(char, char)] = &[
    ('0', '9'),
    ('-', '-'),
    ('.', '.'),
    ('\u{b7}', '\u{b7}'),
    ('\u{300}', '\u{36f}'),
    ('\u{203f}', '\u{2040}'),
];
