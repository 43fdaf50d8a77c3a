//! White-space normalisation (XML Schema part 2, 4.3.6).

use std::borrow::Cow;

use super::WhiteSpace;

/// `raw` normalised; borrowed whenever the result is a part of it.
pub(super) fn normalise(raw: &str, how: WhiteSpace) -> Cow<'_, str> {
    match how {
        WhiteSpace::Collapse => collapse(raw),
        WhiteSpace::Replace if raw.contains(['\t', '\n', '\r']) => {
            Cow::Owned(raw.replace(['\t', '\n', '\r'], " "))
        }
        WhiteSpace::Replace | WhiteSpace::Preserve => Cow::Borrowed(raw),
    }
}

fn collapse(raw: &str) -> Cow<'_, str> {
    // Most values have none at all.
    if !raw.bytes().any(|byte| byte <= b' ') {
        return Cow::Borrowed(raw);
    }
    let trimmed = raw.trim_matches(is_space);
    let mut before = b'x';
    let untidy = trimmed.bytes().any(|b| {
        let untidy = matches!(b, b'\t' | b'\n' | b'\r') || b == b' ' && before == b' ';
        before = b;
        untidy
    });
    if !untidy {
        return Cow::Borrowed(trimmed);
    }
    let words = trimmed.split(is_space).filter(|word| !word.is_empty());
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{WhiteSpace, normalise};

    #[test]
    fn white_space_is_normalised_as_the_facet_says() {
        for (how, raw, expected) in [
            (WhiteSpace::Preserve, " a\tb\n", " a\tb\n"),
            (WhiteSpace::Replace, " a\tb\n", " a b "),
            (WhiteSpace::Collapse, " a\tb \n c ", "a b c"),
            (WhiteSpace::Collapse, " \t\r\n", ""),
            (WhiteSpace::Collapse, "a\u{a0}b", "a\u{a0}b"),
        ] {
            assert_eq!(normalise(raw, how), expected, "{how:?} {raw:?}");
        }
    }

    #[test]
    fn nothing_is_copied_when_only_the_ends_change() {
        assert!(matches!(
            normalise("  a b\n", WhiteSpace::Collapse),
            Cow::Borrowed("a b")
        ));
    }
}
