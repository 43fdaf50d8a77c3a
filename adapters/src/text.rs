//! Small rules of text that both protocols share.

use std::borrow::Cow;

use jiff::Timestamp;

/// White space collapsed as XSD does for `xs:token`.
pub(crate) fn collapse(text: &str) -> Cow<'_, str> {
    const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];
    let trimmed = text.trim_matches(SPACE);
    if !trimmed.contains(['\t', '\r', '\n']) && !trimmed.contains("  ") {
        return Cow::Borrowed(trimmed);
    }
    let words: Vec<&str> = trimmed
        .split(SPACE)
        .filter(|word| !word.is_empty())
        .collect();
    Cow::Owned(words.join(" "))
}

/// Whether the text is white space only, as XML understands it.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// An `xs:dateTime` with zone, which is also what RFC 3339 allows with a capital `T` and `Z`.
///
/// The library alone would also take blanks, short forms and names of zones.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let fixed = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let shaped = fixed.iter().all(|(at, mark)| bytes.get(*at) == Some(mark));
    let allowed = |byte: &u8| byte.is_ascii_digit() || b"-+:.TZ".contains(byte);
    let zone = text
        .get(19..)?
        .trim_start_matches(['.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let zoned = zone == "Z" || (zone.len() == 6 && zone.as_bytes().get(3) == Some(&b':'));
    (shaped && zoned && bytes.iter().all(allowed)).then(|| text.parse().ok())?
}

/// At most `longest` characters of the text, without what XML 1.0 cannot carry.
pub(crate) fn clip(text: &str, longest: usize) -> Cow<'_, str> {
    let end = text
        .char_indices()
        .nth(longest)
        .map_or(text.len(), |(at, _)| at);
    let clipped = text.get(..end).unwrap_or(text);
    if clipped.chars().all(is_xml) {
        return Cow::Borrowed(clipped);
    }
    let replaced = |c| {
        if is_xml(c) {
            c
        } else {
            char::REPLACEMENT_CHARACTER
        }
    };
    Cow::Owned(clipped.chars().map(replaced).collect())
}

/// Whether XML 1.0 can carry the character.
pub(crate) fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::{clip, collapse, instant};

    #[test]
    fn white_space_collapses_as_in_a_token() {
        for (text, token) in [
            ("a", "a"),
            (" a\n ", "a"),
            ("a \t b", "a b"),
            ("", ""),
            ("a\tb", "a b"),
        ] {
            assert_eq!(collapse(text), token, "{text:?}");
        }
    }

    #[test]
    fn an_instant_has_date_time_and_zone() {
        for (text, utc) in [
            ("2026-01-31T23:30:00Z", "2026-01-31T23:30:00Z"),
            ("2026-01-31T23:30:00+01:00", "2026-01-31T22:30:00Z"),
            ("2026-01-31T23:30:00.25-03:30", "2026-02-01T03:00:00.25Z"),
        ] {
            assert_eq!(instant(text).unwrap().to_string(), utc, "{text}");
        }
    }

    #[test]
    fn what_is_almost_an_instant_is_none() {
        for text in [
            "",
            "2026-01-31",
            "2026-01-31T23:30:00",
            "2026-01-31 23:30:00Z",
            "2026-01-31t23:30:00z",
            "2026-01-31T23:30Z",
            "2026-01-31T23:30:00+01",
            "2026-01-31T23:30:00+0100",
            "2026-01-31T23:30:00+01:00[Europe/Madrid]",
            "2026-02-30T23:30:00Z",
            "2026-01-31T25:30:00Z",
            "20260131T233000Z",
            "é026-01-31T23:30:00Z",
        ] {
            assert!(instant(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_clipped_text_is_short_and_fit_for_xml() {
        for (text, clipped) in [
            ("abc", "ab"),
            ("ñoño", "ño"),
            ("\u{1}x", "\u{FFFD}x"),
            ("", ""),
        ] {
            assert_eq!(clip(text, 2), clipped, "{text:?}");
        }
    }
}
