//! Cutting a package into its parts · RFC 2046 section 5.1. Nothing is copied: a part is a piece of the body of HTTP.
//!
//! What stands before the first delimiter and after the last one is not part of the message, and is not read.
//! INVARIANT: every byte between two delimiters is in exactly one part.

use super::fault::{PackageError, PackageFault};

/// The most parts that are read or written, the envelope among them: a lot of 500 cases may bring two documents for each.
pub(super) const MOST_PARTS: usize = 1_001;
/// The largest part that is read or written, in bytes, as it travels.
pub(super) const LARGEST_PART: usize = 4 << 20;
/// The largest header of a part, in bytes.
const LARGEST_HEAD: usize = 4 << 10;

/// A part as it was cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'b> {
    /// Its header, without the blank line.
    pub(super) head: &'b [u8],
    /// Its body.
    pub(super) body: &'b [u8],
}

/// The delimiter that a boundary makes, or nothing when it may not be one.
pub(super) fn delimiter(boundary: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let good = (1..=70).contains(&boundary.len())
        && boundary.bytes().all(allowed)
        && !boundary.ends_with(' ');
    good.then(|| format!("\r\n--{boundary}"))
}

/// The parts of a body, in order.
pub(super) fn cut<'b>(body: &'b [u8], delimiter: &str) -> Result<Vec<Piece<'b>>, PackageError> {
    let delimiter = delimiter.as_bytes();
    let mut rest = after_preamble(body, delimiter)?;
    let mut pieces = Vec::new();
    loop {
        let number = pieces.len() + 1;
        let wrong = |fault| PackageError::of_part(number, fault);
        match line_end(rest).map_err(wrong)? {
            LineEnd::Last(after) => {
                // Whoever reads on would find other parts than we do.
                if find(after, delimiter).is_some() {
                    return Err(PackageFault::AfterEnd.into());
                }
                return Ok(pieces);
            }
            LineEnd::More(after) => rest = after,
        }
        if number > MOST_PARTS {
            return Err(wrong(PackageFault::TooManyParts));
        }
        let (part, after) = split(rest, delimiter).ok_or(wrong(PackageFault::NoEnd))?;
        pieces.push(piece(part).map_err(wrong)?);
        rest = after;
    }
}

/// What follows the first delimiter, which needs no line before it.
fn after_preamble<'b>(body: &'b [u8], delimiter: &[u8]) -> Result<&'b [u8], PackageFault> {
    let dashes = delimiter.strip_prefix(b"\r\n").unwrap_or(delimiter);
    let first = body.strip_prefix(dashes);
    let found = first.or_else(|| split(body, delimiter).map(|(_, after)| after));
    found.ok_or(PackageFault::NoDelimiter)
}

/// What follows a delimiter in its line.
enum LineEnd<'b> {
    /// Nothing: a part comes.
    More(&'b [u8]),
    /// Two dashes: it was the last.
    Last(&'b [u8]),
}

fn line_end(rest: &[u8]) -> Result<LineEnd<'_>, PackageFault> {
    let last = rest.strip_prefix(b"--");
    let padded = last.unwrap_or(rest);
    let blanks = padded.iter().take_while(|it| matches!(it, b' ' | b'\t'));
    let line = padded.get(blanks.count()..).unwrap_or_default();
    match (last, line.strip_prefix(b"\r\n")) {
        // The line may be the whole head of the part: then its end belongs to the next blank line.
        (None, Some(_)) => Ok(LineEnd::More(line)),
        (Some(_), Some(_)) => Ok(LineEnd::Last(line)),
        (Some(_), None) if line.is_empty() => Ok(LineEnd::Last(line)),
        (None, None) if line.is_empty() => Err(PackageFault::NoEnd),
        (_, None) => Err(PackageFault::BadDelimiter),
    }
}

/// Parts head and body; the part begins with the end of the delimiter's line.
fn piece(part: &[u8]) -> Result<Piece<'_>, PackageFault> {
    // A part without body may end with the blank line, whose end belongs to the next delimiter.
    let bodiless = || Some((part.strip_suffix(b"\r\n")?, &b""[..]));
    let cut = split(part, b"\r\n\r\n").or_else(bodiless);
    let (head, body) = cut.ok_or(PackageFault::BadHead)?;
    if head.len() > LARGEST_HEAD {
        return Err(PackageFault::HeadTooLarge);
    }
    if body.len() > LARGEST_PART {
        return Err(PackageFault::PartTooLarge);
    }
    Ok(Piece { head, body })
}

/// What stands before and after the first place where `wanted` is.
fn split<'b>(bytes: &'b [u8], wanted: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = find(bytes, wanted)?;
    Some((bytes.get(..at)?, bytes.get(at + wanted.len()..)?))
}

/// The first place where `wanted` is.
pub(super) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted.first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = rest.iter().position(|byte| byte == first)?;
        if rest.get(at..)?.starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{cut, delimiter};
    use crate::soap::PackageFault;

    fn bodies(text: &str) -> Result<Vec<String>, PackageFault> {
        let pieces = cut(text.as_bytes(), &delimiter("b").unwrap()).map_err(|it| it.fault)?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Ok(pieces
            .iter()
            .map(|it| format!("{}|{}", text(it.head), text(it.body)))
            .collect())
    }

    #[test]
    fn parts_are_what_stands_between_delimiters() {
        for (text, expected) in [
            ("--b\r\n\r\n1\r\n--b--", &["|1"][..]),
            ("\r\n--b\r\n\r\n1\r\n--b--\r\n", &["|1"]),
            (
                "hola\r\n--b \t\r\nA: b\r\n\r\n1\r\n\r\n--b-- \r\nhola",
                &["\r\nA: b|1\r\n"],
            ),
            (
                "--b\r\n\r\n\r\n--b\r\n\r\n2\n--b\r\n--b--",
                &["|", "|2\n--b"],
            ),
            ("--b\r\n\r\n--b\r\nA: b\r\n\r\n--b--", &["|", "\r\nA: b|"]),
            ("--b--", &[]),
        ] {
            assert_eq!(bodies(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_cut_well_is_refused() {
        for (text, fault) in [
            ("", PackageFault::NoDelimiter),
            ("--b\n\n1\n--b--\n", PackageFault::BadDelimiter),
            ("hola --b\r\n\r\n1\r\n", PackageFault::NoDelimiter),
            ("--b", PackageFault::NoEnd),
            ("--b\r\n\r\n1", PackageFault::NoEnd),
            ("--b\r\n\r\n1\r\n--b", PackageFault::NoEnd),
            ("--b\r\n\r\n1\r\n--b-", PackageFault::BadDelimiter),
            (
                "--b\r\n\r\n1\r\n--bc\r\n\r\n2\r\n--b--",
                PackageFault::BadDelimiter,
            ),
            ("--b\r\n\r\n1\r\n--b--x", PackageFault::BadDelimiter),
            ("--b\r\nA: b\r\n--b--", PackageFault::BadHead),
            (
                "--b\r\n\r\n1\r\n--b--\r\n--b\r\n\r\n2\r\n--b--",
                PackageFault::AfterEnd,
            ),
        ] {
            assert_eq!(bodies(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn boundaries() {
        for (boundary, good) in [
            ("b", true),
            ("uuid:1-2=_?'()+,./ x", true),
            (&"x".repeat(70), true),
            (&"x".repeat(71), false),
            ("", false),
            ("x ", false),
            ("x\"", false),
            ("ñ", false),
        ] {
            assert_eq!(delimiter(boundary).is_some(), good, "{boundary}");
        }
    }
}
