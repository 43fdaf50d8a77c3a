//! Character data: references, line ends and the white space of attributes (XML 1.0, 2.11, 3.3.3,
//! 4.1, 4.4).

use std::borrow::Cow;

use super::chars::is_char;
use crate::fault::FaultKind;

/// The text with its line ends as `\n`.
pub(super) fn normal_lines(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\r') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
}

/// An attribute's value as written, between its quotes, to its meaning.
pub(super) fn attribute_value(raw: &str) -> Result<Cow<'_, str>, FaultKind> {
    if !raw
        .bytes()
        .any(|byte| matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r'))
    {
        return Ok(Cow::Borrowed(raw));
    }
    if raw.contains('<') {
        return Err(FaultKind::NotWellFormed);
    }
    let raw = normal_lines(raw);
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw.as_ref();
    while let Some((before, after)) = rest.split_once('&') {
        push_spaced(&mut value, before);
        let (name, after) = after.split_once(';').ok_or(FaultKind::NotWellFormed)?;
        value.push(referenced(name)?);
        rest = after;
    }
    push_spaced(&mut value, rest);
    Ok(Cow::Owned(value))
}

fn push_spaced(value: &mut String, text: &str) {
    value.extend(
        text.chars()
            .map(|c| if matches!(c, '\t' | '\n') { ' ' } else { c }),
    );
}

/// The character that `&name;` stands for.
pub(super) fn referenced(name: &str) -> Result<char, FaultKind> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => match name.strip_prefix('#') {
            Some(number) => numbered(number),
            None if super::chars::split_name(name).is_ok() => Err(FaultKind::Entity),
            None => Err(FaultKind::NotWellFormed),
        },
    }
}

fn numbered(number: &str) -> Result<char, FaultKind> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(FaultKind::NotWellFormed);
    }
    let code = u32::from_str_radix(digits, radix).map_err(|_| FaultKind::IllegalCharacter)?;
    char::from_u32(code)
        .filter(|c| is_char(*c))
        .ok_or(FaultKind::IllegalCharacter)
}

#[cfg(test)]
mod tests {
    use super::{attribute_value, normal_lines, referenced};
    use crate::fault::FaultKind;

    #[test]
    fn references_stand_for_characters_or_are_refused() {
        let cases = [
            ("amp", Ok('&')),
            ("apos", Ok('\'')),
            ("#65", Ok('A')),
            ("#x1F600", Ok('😀')),
            ("#0065", Ok('A')),
            ("#x0", Err(FaultKind::IllegalCharacter)),
            ("#xD800", Err(FaultKind::IllegalCharacter)),
            ("#xFFFE", Err(FaultKind::IllegalCharacter)),
            ("#99999999999", Err(FaultKind::IllegalCharacter)),
            ("#+65", Err(FaultKind::NotWellFormed)),
            ("#", Err(FaultKind::NotWellFormed)),
            ("#x", Err(FaultKind::NotWellFormed)),
            ("#X41", Err(FaultKind::NotWellFormed)),
            ("", Err(FaultKind::NotWellFormed)),
            (" amp", Err(FaultKind::NotWellFormed)),
            ("nbsp", Err(FaultKind::Entity)),
        ];
        for (name, expected) in cases {
            assert_eq!(referenced(name), expected, "{name}");
        }
    }

    #[test]
    fn attribute_values_are_normalised() {
        let cases = [
            ("plain", Ok("plain")),
            ("a\tb\nc\r\nd\re", Ok("a b c d e")),
            ("a&#9;b&#10;c&#13;", Ok("a\tb\nc\r")),
            ("&lt;&amp;&gt;", Ok("<&>")),
            ("a<b", Err(FaultKind::NotWellFormed)),
            ("a&b", Err(FaultKind::NotWellFormed)),
            ("&x;", Err(FaultKind::Entity)),
        ];
        for (raw, expected) in cases {
            let value = attribute_value(raw);
            assert_eq!(value.as_deref(), expected.as_deref(), "{raw:?}");
        }
    }

    #[test]
    fn line_ends_become_line_feeds() {
        for (raw, expected) in [
            ("a\r\nb\rc\n", "a\nb\nc\n"),
            ("a\r\r\n", "a\n\n"),
            ("a", "a"),
        ] {
            assert_eq!(normal_lines(raw), expected);
        }
    }
}
