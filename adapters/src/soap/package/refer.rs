//! What in an envelope refers to parts: `xop:Include` (XOP 1.0 section 2), `href="cid:…"` (SOAP with Attachments) and
//! a text `cid:…` (`swaRef`, WS-I Attachments Profile 1.0 section 4.4). URLs are those of RFC 2392.

use std::ops::Range;

use contract::xml::{Event, Source, Start};
use contract::{Contract, Limits};

use super::fault::{PackageError, PackageFault, Spot};
use super::trail::Trail;
use super::{Packaging, XOP};
use crate::ReadError;
use crate::rest::percent;
use crate::soap::SoapVersion;
use crate::soap::envelope::{Envelope, xml};
use crate::text::is_blank;

/// A place of the envelope where the content of a part goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The bytes that it replaces.
    pub(super) range: Range<usize>,
    /// What is written before the content.
    pub(super) before: String,
    /// What is written after it.
    pub(super) after: String,
    /// The identifier of the part.
    pub(super) id: String,
    /// Where it stands.
    pub(super) spot: Spot,
}

/// What refers to parts in an envelope, in its order, and the version of the envelope.
///
/// What is wrong with the frame is left to whoever reads the message, as far as it does not hide a reference.
pub(super) fn references(
    envelope: &[u8],
    packaging: Packaging,
    contract: &Contract,
    limits: &Limits,
) -> Result<(SoapVersion, Vec<Reference>), (Option<SoapVersion>, ReadError)> {
    let Envelope { source, version } =
        Envelope::open(envelope, limits).map_err(|error| (None, error))?;
    let mut finder = Finder {
        text: envelope,
        source,
        trail: Trail::new(contract),
        packaging,
        found: Vec::new(),
    };
    match finder.envelope(version) {
        Ok(()) => Ok((version, finder.found)),
        Err(error) => Err((Some(version), error)),
    }
}

struct Finder<'a, 'c> {
    text: &'a [u8],
    source: Source<'a>,
    trail: Trail<'c>,
    packaging: Packaging,
    found: Vec<Reference>,
}

/// What stands in an element besides blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Nothing,
    Reference,
    More,
}

impl<'a> Finder<'a, '_> {
    fn envelope(&mut self, version: SoapVersion) -> Result<(), ReadError> {
        loop {
            match self.next()? {
                Event::Start(part) if part.is(Some(version.namespace()), "Body") => self.body()?,
                Event::Start(_) => self.header()?,
                Event::Text(_) => {}
                Event::End | Event::Eof => return Ok(()),
            }
        }
    }

    /// Reads what is no body, to its end: nothing in it may refer.
    fn header(&mut self) -> Result<(), ReadError> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next()? {
                Event::Start(start) if is_of_xop(&start) => {
                    return Err(self.wrong("/Envelope/Header", PackageFault::InHeader));
                }
                Event::Start(_) => depth += 1,
                Event::End => depth -= 1,
                Event::Text(_) => {}
                Event::Eof => break,
            }
        }
        Ok(())
    }

    fn body(&mut self) -> Result<(), ReadError> {
        loop {
            match self.next()? {
                Event::Start(start) if is_of_xop(&start) => {
                    return Err(self.wrong("/Envelope/Body", PackageFault::NotBinary));
                }
                Event::Start(start) => self.element(&start)?,
                Event::Text(_) => {}
                Event::End | Event::Eof => return Ok(()),
            }
        }
    }

    /// Reads an element to its end. As deep as the limits let it be.
    fn element(&mut self, start: &Start<'a>) -> Result<(), ReadError> {
        self.trail.enter(&self.source, start);
        let mut inside = self.by_attribute(start)?;
        let mut blank = None;
        loop {
            let event = self.next()?;
            let next = match event {
                Event::Start(child) if is_of_xop(&child) => {
                    self.include(&child, blank)?;
                    Inside::Reference
                }
                Event::Start(child) => {
                    self.element(&child)?;
                    Inside::More
                }
                Event::Text(text) if is_blank(&text) => {
                    blank = Some(self.source.start_position());
                    self.widen(inside);
                    continue;
                }
                Event::Text(text) => self.by_text(&text)?,
                Event::End | Event::Eof => break,
            };
            inside = match (inside, next) {
                (Inside::Nothing, next) => next,
                (Inside::More, Inside::Nothing | Inside::More) => Inside::More,
                (Inside::Reference, _) | (Inside::More, Inside::Reference) => {
                    return Err(self.fault(PackageFault::NotAlone));
                }
            };
        }
        self.trail.leave();
        Ok(())
    }

    /// Blanks after a reference go with it: base64 is written without any.
    fn widen(&mut self, inside: Inside) {
        let last = self.found.last_mut();
        if let (Inside::Reference, Some(last)) = (inside, last) {
            last.range.end = self.source.position();
        }
    }

    /// Reads an `Include` to its end, with the blanks before it; the innermost element is what it stands in.
    fn include(&mut self, start: &Start<'a>, blank: Option<usize>) -> Result<(), ReadError> {
        let from = blank.unwrap_or(self.source.start_position());
        if self.packaging == Packaging::Attachments {
            return Err(self.fault(PackageFault::NotXop));
        }
        let alone = start.local() == "Include" && start.attributes().count() == 1;
        let id = start.attribute(None, "href").and_then(cid);
        let id = id.filter(|_| alone);
        let id = id.ok_or_else(|| self.fault(PackageFault::BadInclude))?;
        if self.next()? != Event::End {
            return Err(self.fault(PackageFault::BadInclude));
        }
        let range = from..self.source.position();
        self.refer(range, id, (String::new(), String::new()))
    }

    /// The reference that `href` of the element is, in a package that may have one.
    fn by_attribute(&mut self, start: &Start<'a>) -> Result<Inside, ReadError> {
        let href = start.attribute(None, "href").and_then(cid);
        let Some(id) = href.filter(|_| self.packaging == Packaging::Attachments) else {
            return Ok(Inside::Nothing);
        };
        let range = self.source.start_position()..self.source.position();
        let tag = self.text.get(range.clone()).unwrap_or_default();
        let tag = std::str::from_utf8(tag).unwrap_or_default();
        let around = without_href(tag).ok_or_else(|| self.fault(PackageFault::NotBinary))?;
        self.refer(range, id, around)?;
        Ok(Inside::Reference)
    }

    /// The reference that the text of a binary element is, in a package that may have one.
    fn by_text(&mut self, text: &str) -> Result<Inside, ReadError> {
        let may = self.packaging == Packaging::Attachments && self.trail.is_binary();
        let Some(id) = cid(text.trim()).filter(|_| may) else {
            return Ok(Inside::More);
        };
        let range = self.source.start_position()..self.source.position();
        self.refer(range, id, (String::new(), String::new()))?;
        Ok(Inside::Reference)
    }

    fn refer(
        &mut self,
        range: Range<usize>,
        id: String,
        (before, after): (String, String),
    ) -> Result<(), ReadError> {
        if !self.trail.is_binary() {
            return Err(self.fault(PackageFault::NotBinary));
        }
        let spot = Spot::Element(self.trail.path(), self.source.line());
        self.found.push(Reference {
            range,
            before,
            after,
            id,
            spot,
        });
        Ok(())
    }

    fn next(&mut self) -> Result<Event<'a>, ReadError> {
        self.source.next().map_err(xml)
    }

    fn fault(&self, fault: PackageFault) -> ReadError {
        self.wrong(&self.trail.path(), fault)
    }

    fn wrong(&self, path: &str, fault: PackageFault) -> ReadError {
        let spot = Spot::Element(path.to_owned(), self.source.line());
        ReadError::Soap(PackageError { fault, spot }.into())
    }
}

/// Whether the element is an `Include`, well named or not.
fn is_of_xop(start: &Start<'_>) -> bool {
    start.namespace() == Some(XOP)
}

/// The identifier that a `cid:` URL names.
fn cid(url: &str) -> Option<String> {
    let (scheme, id) = url.trim().split_once(':')?;
    let id = scheme.eq_ignore_ascii_case("cid").then_some(id)?;
    percent::decode(id).filter(|id| !id.is_empty())
}

/// A tag without its attribute `href`, opened if it was empty; and the end tag that it then needs.
///
/// The tag is well formed.
fn without_href(tag: &str) -> Option<(String, String)> {
    let (mut quote, mut word) = (None::<(char, Option<usize>)>, None);
    let mut cut = None;
    for (at, c) in tag.char_indices() {
        match quote {
            Some((open, from)) if open == c => {
                quote = None;
                cut = cut.or(from.map(|from| from..at + 1));
            }
            None if c == '"' || c == '\'' => quote = Some((c, word.take())),
            None if c.is_whitespace() && tag.get(at + 1..)?.starts_with("href") => {
                let after = tag.get(at + 5..)?.trim_start();
                word = after.starts_with('=').then_some(at);
            }
            Some(_) | None => {}
        }
    }
    let cut = cut?;
    let rest = format!("{}{}", tag.get(..cut.start)?, tag.get(cut.end..)?);
    let Some(open) = rest.strip_suffix("/>") else {
        return Some((rest, String::new()));
    };
    let name = |c: char| c.is_whitespace() || c == '/' || c == '>';
    let name = open.strip_prefix('<')?.split(name).next()?;
    Some((format!("{open}>"), format!("</{name}>")))
}

#[cfg(test)]
mod tests {
    use super::{cid, without_href};

    #[test]
    fn urls_of_parts() {
        for (url, id) in [
            ("cid:a@b", Some("a@b")),
            ("CID:a%40b", Some("a@b")),
            ("cid:", None),
            ("cid:%", None),
            ("http://a/b", None),
            ("a", None),
        ] {
            assert_eq!(cid(url).as_deref(), id, "{url}");
        }
    }

    #[test]
    fn a_tag_loses_its_reference_and_nothing_else() {
        for (tag, before, after) in [
            ("<a href='cid:b'/>", "<a>", "</a>"),
            (
                "<p:a x=\"1\" href = \"cid:b\" y='2' />",
                "<p:a x=\"1\" y='2' >",
                "</p:a>",
            ),
            ("<a\nhref=\"cid:b\">", "<a>", ""),
            (
                "<a x=' href=\"n\"' href=\"cid:b\">",
                "<a x=' href=\"n\"'>",
                "",
            ),
            ("<a hrefs='n' href='cid:b'>", "<a hrefs='n'>", ""),
        ] {
            let found = without_href(tag).unwrap();
            assert_eq!(found, (before.to_owned(), after.to_owned()), "{tag}");
        }
        assert_eq!(without_href("<a xlink:href='cid:b'/>"), None);
    }
}
