//! The characters of XML 1.0 (fifth edition, productions 2, 4 and 4a) and of its namespaces.

use crate::fault::FaultKind;

/// What a whole text contains, found in one look, so that rare cases cost nothing where they are
/// absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits {
    /// A carriage return: line ends need normalising.
    pub(super) carriage_return: bool,
    /// A closing bracket: `]]>` might stand in a text.
    pub(super) bracket: bool,
}

/// Looks through a whole text; the position of a forbidden character is the error.
pub(super) fn survey(text: &str) -> Result<Traits, usize> {
    let (mut control, mut carriage_return, mut bracket, mut high) = (false, false, false, false);
    for byte in text.bytes() {
        control |= byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r';
        carriage_return |= byte == b'\r';
        bracket |= byte == b']';
        high |= byte == 0xEF;
    }
    if (control || high)
        && let Some((at, _)) = text.char_indices().find(|(_, c)| !is_char(*c))
    {
        return Err(at);
    }
    Ok(Traits {
        carriage_return,
        bracket,
    })
}

/// Whether XML 1.0 can carry the character.
pub(crate) fn is_char(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')
}

/// Whether the byte is XML white space.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Cuts a qualified name at its colon: prefix (empty when there is none) and local part.
#[inline]
pub(super) fn split_name(name: &str) -> Result<(&str, &str), FaultKind> {
    match ascii_name(name.as_bytes()) {
        Shape::Plain => Ok(("", name)),
        Shape::Prefixed { colon } => {
            let (prefix, local) = name.split_at_checked(colon).unwrap_or_default();
            Ok((prefix, local.get(1..).unwrap_or_default()))
        }
        Shape::Rare => split_rare_name(name),
    }
}

/// How a name looks at first sight.
enum Shape {
    /// Right, of ASCII characters only, and without prefix.
    Plain,
    /// The same with a prefix.
    Prefixed { colon: usize },
    /// Anything else.
    Rare,
}

/// What a byte may be in a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Begins a name, or goes on.
    Start,
    /// Goes on.
    More,
    Other,
}

const CLASSES: [Class; 256] = classes();

#[allow(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn classes() -> [Class; 256] {
    let mut classes = [Class::Other; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => Class::Start,
            b'0'..=b'9' | b'-' | b'.' => Class::More,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
}

fn ascii_name(name: &[u8]) -> Shape {
    let (mut colon, mut begins) = (None, true);
    for (at, byte) in name.iter().enumerate() {
        match CLASSES.get(usize::from(*byte)) {
            Some(Class::Start) => begins = false,
            Some(Class::More) if !begins => {}
            Some(Class::Other) if *byte == b':' && !begins && colon.is_none() => {
                colon = Some(at);
                begins = true;
            }
            Some(Class::More | Class::Other) | None => return Shape::Rare,
        }
    }
    match colon {
        _ if begins => Shape::Rare,
        Some(colon) => Shape::Prefixed { colon },
        None => Shape::Plain,
    }
}

/// A name that is wrong, or not of ASCII characters only.
#[cold]
fn split_rare_name(name: &str) -> Result<(&str, &str), FaultKind> {
    let (prefix, local) = match name.split_once(':') {
        None => ("", name),
        Some(("", _)) => return Err(FaultKind::Namespace),
        Some((prefix, local)) => {
            ncname(prefix)?;
            (prefix, local)
        }
    };
    ncname(local)?;
    Ok((prefix, local))
}

fn ncname(text: &str) -> Result<(), FaultKind> {
    let mut chars = text.chars();
    let first = chars.next().is_some_and(starts_name);
    if first && chars.clone().all(continues_name) {
        return Ok(());
    }
    if text.contains(':') {
        Err(FaultKind::Namespace)
    } else {
        Err(FaultKind::NotWellFormed)
    }
}

fn starts_name(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}'
        | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(c: char) -> bool {
    starts_name(c)
        || matches!(c,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::{Traits, split_name, survey};
    use crate::fault::FaultKind;

    #[test]
    fn names_are_cut_at_the_colon_or_refused() {
        let cases = [
            ("caso", Ok(("", "caso"))),
            ("v:caso", Ok(("v", "caso"))),
            ("ñandú-1", Ok(("", "ñandú-1"))),
            ("a.b_c", Ok(("", "a.b_c"))),
            ("", Err(FaultKind::NotWellFormed)),
            ("1a", Err(FaultKind::NotWellFormed)),
            ("-a", Err(FaultKind::NotWellFormed)),
            ("a$", Err(FaultKind::NotWellFormed)),
            ("a·b", Ok(("", "a·b"))),
            ("·b", Err(FaultKind::NotWellFormed)),
            (":a", Err(FaultKind::Namespace)),
            ("a:b:c", Err(FaultKind::Namespace)),
            ("a:", Err(FaultKind::NotWellFormed)),
        ];
        for (name, expected) in cases {
            assert_eq!(split_name(name), expected, "{name}");
        }
    }

    #[test]
    fn a_survey_finds_the_first_forbidden_character() {
        let clean = Traits {
            carriage_return: false,
            bracket: false,
        };
        let cases = [
            ("<a>\t\n</a>", Ok(clean)),
            (
                "a\r]",
                Ok(Traits {
                    carriage_return: true,
                    bracket: true,
                }),
            ),
            ("ab\u{0}", Err(2)),
            ("\u{1F}", Err(0)),
            ("a\u{FFFE}", Err(1)),
            ("a\u{FFFF}", Err(1)),
            ("a\u{FFFD}\u{10FFFF}", Ok(clean)),
            ("\u{7F}\u{85}", Ok(clean)),
        ];
        for (text, expected) in cases {
            assert_eq!(survey(text), expected, "{text:?}");
        }
    }
}
