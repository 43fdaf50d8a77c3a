//! The parts of a package: what their headers say, which is the root, and that each of the others is used once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::cut::{self, Piece};
use super::fault::{PackageError, PackageFault};
use super::media::MediaType;
use super::transfer;

/// A part, its transfer encoding still on.
#[derive(Debug)]
pub(super) struct Part<'b> {
    /// Its place in the package, from 1.
    pub(super) number: usize,
    /// Its `Content-ID`, without angle brackets.
    id: Option<String>,
    /// Its `Content-Type`.
    pub(super) media: Option<MediaType>,
    encoding: Option<String>,
    body: &'b [u8],
}

/// A package taken apart.
#[derive(Debug)]
pub(super) struct Parts<'b> {
    /// The part with the envelope.
    pub(super) root: Part<'b>,
    /// The others, by their `Content-ID`; `None` once something referred to one.
    others: BTreeMap<String, Option<Part<'b>>>,
}

impl<'b> Parts<'b> {
    /// Takes apart a body that is announced as `media`.
    pub(super) fn read(media: &MediaType, body: &'b [u8]) -> Result<Self, PackageError> {
        let delimiter = media.parameter("boundary").and_then(cut::delimiter);
        let pieces = cut::cut(body, &delimiter.ok_or(PackageFault::Boundary)?)?;
        let mut parts = Vec::with_capacity(pieces.len());
        for (at, piece) in pieces.iter().enumerate() {
            let read = Part::read(at + 1, piece);
            parts.push(read.map_err(|fault| PackageError::of_part(at + 1, fault))?);
        }
        let root = parts.remove(root(media, &parts)?);
        let mut others = BTreeMap::new();
        for part in parts {
            let wrong = |fault| PackageError::of_part(part.number, fault);
            let id = part.id.clone().ok_or(wrong(PackageFault::NoId))?;
            if root.id.as_ref() == Some(&id) || others.contains_key(&id) {
                return Err(wrong(PackageFault::IdTwice));
            }
            others.insert(id, Some(part));
        }
        Ok(Self { root, others })
    }

    /// The part of that identifier, for the one who refers to it.
    pub(super) fn take(&mut self, id: &str) -> Result<Part<'b>, PackageFault> {
        let part = self.others.get_mut(id).ok_or(PackageFault::Unknown)?;
        part.take().ok_or(PackageFault::ReferredTwice)
    }

    /// Refuses a part that nothing referred to.
    pub(super) fn finish(&self) -> Result<(), PackageError> {
        let left = self.others.values().flatten();
        match left.map(|part| part.number).min() {
            Some(number) => Err(PackageError::of_part(number, PackageFault::NotReferred)),
            None => Ok(()),
        }
    }
}

/// The place of the root: the part that `start` names, else the first (RFC 2387 section 3.2).
fn root(media: &MediaType, parts: &[Part<'_>]) -> Result<usize, PackageFault> {
    if parts.is_empty() {
        return Err(PackageFault::NoDelimiter);
    }
    let Some(start) = media.parameter("start") else {
        return Ok(0);
    };
    let wanted = identifier(start).ok_or(PackageFault::NoStart)?;
    let found = parts.iter().position(|it| it.id.as_ref() == Some(&wanted));
    found.ok_or(PackageFault::NoStart)
}

impl<'b> Part<'b> {
    fn read(number: usize, piece: &Piece<'b>) -> Result<Self, PackageFault> {
        let mut fields = fields(piece.head)?;
        let media = match fields.remove("content-type") {
            Some(text) => Some(MediaType::read(&text).ok_or(PackageFault::BadHead)?),
            None => None,
        };
        let nested =
            |it: &MediaType| it.name.starts_with("multipart/") || it.name.starts_with("message/");
        if media.as_ref().is_some_and(nested) {
            return Err(PackageFault::Nested);
        }
        if piece.body.is_empty() {
            return Err(PackageFault::Empty);
        }
        let told = fields.remove("content-length");
        if told.is_some_and(|told| told.parse() != Ok(piece.body.len())) {
            return Err(PackageFault::Length);
        }
        let id = match fields.remove("content-id") {
            Some(text) => Some(identifier(&text).ok_or(PackageFault::BadId)?),
            None => None,
        };
        Ok(Self {
            number,
            id,
            media,
            encoding: fields.remove("content-transfer-encoding"),
            body: piece.body,
        })
    }

    /// What it holds.
    pub(super) fn content(&self) -> Result<Cow<'b, [u8]>, PackageError> {
        let wrong = |fault| PackageError::of_part(self.number, fault);
        let content = transfer::decoded(self.encoding.as_deref(), self.body).map_err(wrong)?;
        if content.is_empty() {
            return Err(wrong(PackageFault::Empty));
        }
        Ok(content)
    }
}

/// The fields of a header by their names in lower case, each once (RFC 5322 section 2.2).
fn fields(head: &[u8]) -> Result<BTreeMap<String, String>, PackageFault> {
    let head = std::str::from_utf8(head).map_err(|_| PackageFault::BadHead)?;
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    // A line that begins with a blank goes on with the one before.
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    for line in unfolded.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or(PackageFault::BadHead)?;
        let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
        if !named || value.chars().any(|c| c.is_control() && c != '\t') {
            return Err(PackageFault::BadHead);
        }
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        if fields.insert(name, value).is_some() {
            return Err(PackageFault::FieldTwice);
        }
    }
    Ok(fields)
}

/// The identifier of a part, with or without angle brackets around it (RFC 2045 section 7).
fn identifier(text: &str) -> Option<String> {
    let text = text.trim();
    let inside = text.strip_prefix('<').and_then(|it| it.strip_suffix('>'));
    let id = inside.unwrap_or(text);
    let allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    (!id.is_empty() && id.bytes().all(allowed)).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{fields, identifier};
    use crate::soap::PackageFault;

    #[test]
    fn headers_are_read_whole() {
        let read = fields(b"\r\nContent-ID: <a@b>\r\nX:\r\nContent-Type: a/b;\r\n\tc=d").unwrap();
        let read: Vec<(&str, &str)> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let expected = [
            ("content-id", "<a@b>"),
            ("content-type", "a/b; c=d"),
            ("x", ""),
        ];
        assert_eq!(read, expected);
        for (head, fault) in [
            (&b"\r\nA"[..], PackageFault::BadHead),
            (b"\r\n: b", PackageFault::BadHead),
            (b"\r\nA b: c", PackageFault::BadHead),
            (b"\r\nA: b\nC: d", PackageFault::BadHead),
            (b"\r\nA: \xff", PackageFault::BadHead),
            (b"\r\nA: b\r\na: b", PackageFault::FieldTwice),
        ] {
            assert_eq!(fields(head), Err(fault), "{head:?}");
        }
    }

    #[test]
    fn identifiers_are_the_same_with_and_without_brackets() {
        for (text, id) in [
            ("<a@b>", Some("a@b")),
            (" a@b ", Some("a@b")),
            ("a", Some("a")),
            ("<a", None),
            ("<>", None),
            ("", None),
            ("a b", None),
        ] {
            assert_eq!(identifier(text).as_deref(), id, "{text}");
        }
    }
}
