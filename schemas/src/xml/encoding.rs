//! Encodings: bytes to UTF-8, by byte order mark, by what the transport says, or by what the XML
//! declaration says (XML 1.0, 4.3.3 and appendix F).

use std::borrow::Cow;

use super::chars::is_space;
use super::declaration::declares;
use crate::fault::{Fault, FaultKind, line_of};

/// An encoding that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, the higher byte last.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// US-ASCII.
    Ascii,
    /// ISO 8859-1.
    Latin1,
    /// ISO 8859-15.
    Latin9,
    /// Windows code page 1252.
    Windows1252,
}

/// The characters of Windows-1252 from 0x80 to 0x9F; five codes mean nothing.
const WINDOWS: [Option<char>; 32] = [
    Some('€'),
    None,
    Some('‚'),
    Some('ƒ'),
    Some('„'),
    Some('…'),
    Some('†'),
    Some('‡'),
    Some('ˆ'),
    Some('‰'),
    Some('Š'),
    Some('‹'),
    Some('Œ'),
    None,
    Some('Ž'),
    None,
    None,
    Some('‘'),
    Some('’'),
    Some('“'),
    Some('”'),
    Some('•'),
    Some('–'),
    Some('—'),
    Some('˜'),
    Some('™'),
    Some('š'),
    Some('›'),
    Some('œ'),
    None,
    Some('ž'),
    Some('Ÿ'),
];

impl Encoding {
    /// The encoding of that name, as XML declarations and media types give it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            "utf-16le" => Some(Self::Utf16Le),
            "utf-16be" => Some(Self::Utf16Be),
            "us-ascii" | "ascii" => Some(Self::Ascii),
            "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "l1" => Some(Self::Latin1),
            "iso-8859-15" | "iso8859-15" | "iso_8859-15" | "latin-9" => Some(Self::Latin9),
            "windows-1252" | "cp1252" | "x-cp1252" => Some(Self::Windows1252),
            _ => None,
        }
    }

    fn is_wide(self) -> bool {
        matches!(self, Self::Utf16Le | Self::Utf16Be)
    }

    /// The character of a byte, for the encodings of one byte a character.
    fn character(self, byte: u8) -> Option<char> {
        let latin = char::from(byte);
        match self {
            Self::Ascii => byte.is_ascii().then_some(latin),
            Self::Latin1 => Some(latin),
            Self::Latin9 => Some(match byte {
                0xA4 => '€',
                0xA6 => 'Š',
                0xA8 => 'š',
                0xB4 => 'Ž',
                0xB8 => 'ž',
                0xBC => 'Œ',
                0xBD => 'œ',
                0xBE => 'Ÿ',
                _ => latin,
            }),
            Self::Windows1252 => match WINDOWS.get(usize::from(byte).wrapping_sub(0x80)) {
                Some(special) => *special,
                None => Some(latin),
            },
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be => None,
        }
    }
}

/// A whole XML text in UTF-8, for [`Source`](super::Source): borrowed when it is in UTF-8 already.
///
/// `charset` is what the transport says, if it says anything: it may contradict neither a byte order
/// mark nor the XML declaration, unless the text is the same in both. In a text that is not in UTF-8 the declaration's encoding
/// is blanked out, so that lines and columns stay where they were.
///
/// # Errors
/// `NotUtf8` for an encoding that is not read or is contradicted, or for bytes that are none of its characters.
pub fn utf8<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, [u8]>, Fault> {
    let fault = |at| Fault {
        kind: FaultKind::NotUtf8,
        line: line_of(bytes, at),
    };
    let (marked, body) = marked(bytes);
    let said = charset.map(str::trim).filter(|name| !name.is_empty());
    let told = match said {
        Some(name) if name.eq_ignore_ascii_case("utf-16") => marked
            .filter(|encoding| encoding.is_wide())
            .or(Some(Encoding::Utf16Be)),
        Some(name) => Some(Encoding::from_name(name).ok_or_else(|| fault(0))?),
        None => None,
    };
    let encoding = match (marked, told) {
        (Some(marked), Some(told)) if marked != told => return Err(fault(0)),
        (Some(encoding), _) | (None, Some(encoding)) => encoding,
        (None, None) => match guessed(body) {
            Some(wide) => wide,
            None => declared(body).map_err(|()| fault(0))?,
        },
    };
    if encoding == Encoding::Utf8 && told.is_none() {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut text = decoded(body, encoding).map_err(|at| fault(at + bytes.len() - body.len()))?;
    if !agrees(&text, encoding, body) {
        return Err(fault(0));
    }
    blank_encoding(&mut text);
    Ok(Cow::Owned(text.into_bytes()))
}

/// The encoding that a byte order mark says, and what follows the mark.
fn marked(bytes: &[u8]) -> (Option<Encoding>, &[u8]) {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (Some(Encoding::Utf8), rest),
        [0xFF, 0xFE, rest @ ..] => (Some(Encoding::Utf16Le), rest),
        [0xFE, 0xFF, rest @ ..] => (Some(Encoding::Utf16Be), rest),
        _ => (None, bytes),
    }
}

/// The encoding that the first characters betray: markup in UTF-16.
fn guessed(body: &[u8]) -> Option<Encoding> {
    match body {
        [b'<', 0, second, 0, ..] if *second != 0 => Some(Encoding::Utf16Le),
        [0, b'<', 0, second, ..] if *second != 0 => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// The encoding that the XML declaration of a text with the letters of ASCII says.
fn declared(body: &[u8]) -> Result<Encoding, ()> {
    match encoding_name(body) {
        None => Ok(Encoding::Utf8),
        Some((from, to)) => {
            let name = body
                .get(from..to)
                .and_then(|name| std::str::from_utf8(name).ok());
            match name.and_then(Encoding::from_name) {
                // Whoever says UTF-16 in letters of one byte is wrong.
                Some(encoding) if !encoding.is_wide() => Ok(encoding),
                // A name that is not known is refused by name where the declaration is read.
                Some(_) | None => Err(()),
            }
        }
    }
}

/// Where the XML declaration names the encoding: the name without quotes.
fn encoding_name(body: &[u8]) -> Option<(usize, usize)> {
    if !declares(body) {
        return None;
    }
    let end = body.windows(2).position(|pair| pair == b"?>")?;
    let inside = body.get(..end)?;
    let at = inside.windows(8).position(|word| word == b"encoding")?;
    let mut from = at + 8;
    let mut skip = |wanted: &dyn Fn(u8) -> bool| {
        while inside.get(from).is_some_and(|byte| wanted(*byte)) {
            from += 1;
        }
        from
    };
    skip(&is_space);
    skip(&|byte| byte == b'=');
    let quote = skip(&is_space);
    let sign = *inside
        .get(quote)
        .filter(|sign| matches!(sign, b'"' | b'\''))?;
    let length = inside
        .get(quote + 1..)?
        .iter()
        .position(|byte| *byte == sign)?;
    Some((quote + 1, quote + 1 + length))
}

/// The text, or the position of the first bytes that are no character.
fn decoded(body: &[u8], encoding: Encoding) -> Result<String, usize> {
    match encoding {
        Encoding::Utf8 => match std::str::from_utf8(body) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(error.valid_up_to()),
        },
        Encoding::Utf16Le => wide(body, u16::from_le_bytes),
        Encoding::Utf16Be => wide(body, u16::from_be_bytes),
        Encoding::Ascii | Encoding::Latin1 | Encoding::Latin9 | Encoding::Windows1252 => {
            let mut text = String::with_capacity(body.len() + body.len() / 8);
            for (at, byte) in body.iter().enumerate() {
                text.push(encoding.character(*byte).ok_or(at)?);
            }
            Ok(text)
        }
    }
}

fn wide(body: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, usize> {
    let (pairs, rest) = body.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(body.len() - 1);
    }
    let mut text = String::with_capacity(body.len());
    let mut at = 0;
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = character.map_err(|_| at)?;
        at += 2 * character.len_utf16();
        text.push(character);
    }
    Ok(text)
}

/// Whether the declaration inside the text does not contradict the encoding that the bytes were read in.
fn agrees(text: &str, encoding: Encoding, bytes: &[u8]) -> bool {
    let Some((from, to)) = encoding_name(text.as_bytes()) else {
        return true;
    };
    let name = text.get(from..to).unwrap_or_default();
    let same = |other: Encoding| {
        other == encoding || decoded(bytes, other).is_ok_and(|other| other == text)
    };
    (encoding.is_wide() && name.eq_ignore_ascii_case("utf-16"))
        || Encoding::from_name(name).is_some_and(same)
}

/// Takes `encoding="…"` out of the declaration, leaving spaces.
fn blank_encoding(text: &mut String) {
    let Some((from, to)) = encoding_name(text.as_bytes()) else {
        return;
    };
    let Some(start) = text.get(..from).and_then(|before| before.rfind("encoding")) else {
        return;
    };
    let blank = " ".repeat(to + 1 - start);
    text.replace_range(start..=to, &blank);
}

#[cfg(test)]
mod tests {
    use super::utf8;

    fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn every_encoding_is_read_where_it_is_said() {
        let marked = |text: &str| format!("\u{FEFF}{text}");
        let plain = "<?xml version='1.0'?><a>ñ€</a>";
        let told = |name: &str| format!("<?xml version='1.0' encoding='{name}'?><a>");
        let of = |name: &str, bytes: &[u8]| [told(name).as_bytes(), bytes, b"</a>"].concat();
        for (bytes, charset, expected) in [
            (plain.as_bytes().to_vec(), None, "ñ€"),
            (marked(plain).into_bytes(), None, "ñ€"),
            (wide(&marked(plain), u16::to_le_bytes), None, "ñ€"),
            (wide(&marked(plain), u16::to_be_bytes), None, "ñ€"),
            (wide(plain, u16::to_le_bytes), None, "ñ€"),
            (wide(plain, u16::to_be_bytes), Some("UTF-16"), "ñ€"),
            (of("ISO-8859-1", b"\xF1\xD1"), None, "ñÑ"),
            (of("iso-8859-15", b"\xF1\xA4"), None, "ñ€"),
            (of("Windows-1252", b"\xF1\x80"), None, "ñ€"),
            (of("US-ASCII", b"n"), None, "n"),
            (of("ISO-8859-1", b"\xF1"), Some("latin1"), "ñ"),
            (of("UTF-8", b"n"), Some("iso-8859-1"), "n"),
            (of("UTF-8", b"n"), Some("us-ascii"), "n"),
            (of("ISO-8859-1", b"n"), Some("utf-8"), "n"),
        ] {
            let read = utf8(&bytes, charset).unwrap();
            let text = std::str::from_utf8(&read).unwrap().to_owned();
            assert!(text.contains(&format!("<a>{expected}</a>")), "{text}");
            assert!(!text.contains("8859"), "{text}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused_with_its_line() {
        let of = |name: &str, bytes: &[u8]| {
            let head = format!("<?xml version='1.0' encoding='{name}'?>\n<a>");
            [head.as_bytes(), bytes, b"</a>"].concat()
        };
        for (bytes, charset, line) in [
            (of("US-ASCII", b"\n\xF1"), None, 3),
            (of("windows-1252", b"\x81"), None, 2),
            (of("EBCDIC", b""), None, 1),
            (of("UTF-16", b""), None, 1),
            (of("UTF-8", b""), Some("utf-7"), 1),
            (of("UTF-8", b"\xF1"), Some("iso-8859-1"), 1),
            (of("ISO-8859-1", "ñ".as_bytes()), Some("utf-8"), 1),
            (of("EBCDIC", b"n"), Some("utf-8"), 1),
            (
                [&b"\xEF\xBB\xBF"[..], &of("ISO-8859-1", b"")].concat(),
                Some("iso-8859-1"),
                1,
            ),
            (b"\xFF\xFE<\0a".to_vec(), None, 1),
            (b"\xFF\xFE<\0\x00\xD8".to_vec(), None, 1),
        ] {
            let fault = utf8(&bytes, charset).unwrap_err();
            assert_eq!(
                (fault.kind.code(), fault.line),
                ("codificacion", line),
                "{bytes:?}"
            );
        }
    }
}
