//! Texts as XML writes them.

/// Where a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    Attribute,
}

/// Where the texts of a document can all be written as they are.
#[derive(Clone, Copy)]
pub(super) struct Plain {
    pub(super) text: bool,
    pub(super) attribute: bool,
}

impl Plain {
    pub(super) fn of(texts: &str) -> Self {
        let (mut anywhere, mut in_attributes) = (false, false);
        for byte in texts.bytes() {
            anywhere |= matches!(byte, b'&' | b'<' | b'>' | b'\r');
            in_attributes |= matches!(byte, b'"' | b'\t' | b'\n');
        }
        Self {
            text: !anywhere,
            attribute: !anywhere && !in_attributes,
        }
    }
}

pub(super) fn escape(text: &str, place: Place, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    let special = |byte: &u8| reference(*byte, place).is_some();
    while let Some(at) = rest.iter().position(special) {
        let (plain, after) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, after)) = after.split_first() else {
            return;
        };
        put(out, reference(*byte, place).unwrap_or_default());
        rest = after;
    }
    out.extend_from_slice(rest);
}

fn reference(byte: u8, place: Place) -> Option<&'static str> {
    match (byte, place) {
        (b'&', _) => Some("&amp;"),
        (b'<', _) => Some("&lt;"),
        (b'>', _) => Some("&gt;"),
        (b'\r', _) => Some("&#13;"),
        (b'"', Place::Attribute) => Some("&quot;"),
        (b'\t', Place::Attribute) => Some("&#9;"),
        (b'\n', Place::Attribute) => Some("&#10;"),
        _ => None,
    }
}

pub(super) fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}
