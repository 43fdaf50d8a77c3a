//! The frame of a message: envelope, header, body, and nothing beside them.

use std::borrow::Cow;

use contract::xml::{Event, Source, Start};
use contract::{Limits, QName};

use super::{Place, Rejection, SoapError, SoapVersion};
use crate::text::is_blank;
use crate::{ReadError, text};

/// A SOAP message, read from its beginning to its end.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    pub(super) source: Source<'a>,
    pub(super) version: SoapVersion,
}

/// The next part of the envelope.
enum Part {
    Header,
    Body,
}

impl<'a> Envelope<'a> {
    /// Reads as far as the tag of the envelope.
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, ReadError> {
        let mut source = Source::new(bytes, limits).map_err(xml)?;
        let Event::Start(root) = source.next().map_err(xml)? else {
            return Err(SoapError::NotAnEnvelope {
                found: QName::new(None, ""),
            }
            .into());
        };
        if root.local() != "Envelope" {
            return Err(SoapError::NotAnEnvelope { found: name(&root) }.into());
        }
        let namespace = root.namespace().unwrap_or_default();
        let unknown = || SoapError::UnknownVersion {
            namespace: clip(namespace),
        };
        let version = SoapVersion::from_namespace(namespace).ok_or_else(unknown)?;
        Ok(Self { source, version })
    }

    /// Reads the header, block by block, and goes into the body as far as the tag of its element.
    ///
    /// Each block must be read to its end by `block`.
    pub(super) fn body(
        &mut self,
        mut block: impl FnMut(&mut Self, &Start<'a>) -> Result<(), ReadError>,
    ) -> Result<Start<'a>, ReadError> {
        let mut part = self.part()?;
        if let Some(Part::Header) = part {
            while let Some(start) = self.child(Place::Header)? {
                block(self, &start)?;
            }
            part = self.part()?;
        }
        match part {
            Some(Part::Body) => self.child(Place::Body)?.ok_or(SoapError::EmptyBody.into()),
            Some(Part::Header) => Err(SoapError::MisplacedHeader {
                line: self.source.line(),
            }
            .into()),
            None => Err(SoapError::NoBody.into()),
        }
    }

    /// Reads what is left after the body's element: nothing but the end tags.
    pub(super) fn close(&mut self) -> Result<(), ReadError> {
        if self.child(Place::Body)?.is_some() {
            return Err(SoapError::CrowdedBody {
                line: self.source.line(),
            }
            .into());
        }
        let line = |envelope: &Self| envelope.source.line();
        match self.part()? {
            Some(Part::Body) => return Err(SoapError::TwoBodies { line: line(self) }.into()),
            Some(Part::Header) => {
                return Err(SoapError::MisplacedHeader { line: line(self) }.into());
            }
            None => {}
        }
        self.source.next().map(|_| ()).map_err(xml)
    }

    /// Reads to the end of the element whose start was just given.
    pub(super) fn skip(&mut self) -> Result<(), ReadError> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.source.next().map_err(xml)? {
                Event::Start(_) => depth += 1,
                Event::End => depth -= 1,
                Event::Text(_) => {}
                Event::Eof => break,
            }
        }
        Ok(())
    }

    /// Reads the text of the element whose start was just given; `None` when it has children,
    /// which are skipped.
    pub(super) fn leaf(&mut self) -> Result<Option<Cow<'a, str>>, ReadError> {
        let mut text = Cow::Borrowed("");
        let mut plain = true;
        loop {
            match self.source.next().map_err(xml)? {
                Event::Text(piece) if text.is_empty() => text = piece,
                Event::Text(_) => {}
                Event::Start(_) => {
                    plain = false;
                    self.skip()?;
                }
                Event::End | Event::Eof => return Ok(plain.then_some(text)),
            }
        }
    }

    /// The next child element; `None` at the end of its parent.
    pub(super) fn child(&mut self, place: Place) -> Result<Option<Start<'a>>, ReadError> {
        loop {
            match self.source.next().map_err(xml)? {
                Event::Start(start) => return Ok(Some(start)),
                Event::End | Event::Eof => return Ok(None),
                Event::Text(text) if is_blank(&text) => {}
                Event::Text(_) => {
                    let line = self.source.line();
                    return Err(SoapError::StrayText { place, line }.into());
                }
            }
        }
    }

    fn part(&mut self) -> Result<Option<Part>, ReadError> {
        let Some(start) = self.child(Place::Envelope)? else {
            return Ok(None);
        };
        let namespace = Some(self.version.namespace());
        if start.is(namespace, "Header") {
            Ok(Some(Part::Header))
        } else if start.is(namespace, "Body") {
            Ok(Some(Part::Body))
        } else {
            let (found, line) = (name(&start), self.source.line());
            Err(SoapError::StrayElement {
                found,
                place: Place::Envelope,
                line,
            }
            .into())
        }
    }
}

/// Reads a whole message for nothing but its frame.
///
/// # Errors
/// What is wrong with the frame, or with the text as XML.
pub(crate) fn check_frame(bytes: &[u8], limits: &Limits) -> Result<SoapVersion, Rejection> {
    let unknown = |error| Rejection::of(SoapVersion::V11, error);
    let mut envelope = Envelope::open(bytes, limits).map_err(unknown)?;
    let version = envelope.version;
    let mut whole = || {
        envelope.body(|envelope, _| envelope.skip())?;
        envelope.skip()?;
        envelope.close()
    };
    whole().map_err(|error| Rejection::of(version, error))?;
    Ok(version)
}

/// The name of an element, cut to what is worth repeating.
pub(super) fn name(start: &Start<'_>) -> QName {
    QName::new(start.namespace().map(clip).as_deref(), &clip(start.local()))
}

/// A name from outside, cut to what is worth repeating.
pub(super) fn clip(name: &str) -> String {
    text::clip(name, 100).into_owned()
}

/// A text that cannot be read, as our error.
pub(super) fn xml(fault: contract::Fault) -> ReadError {
    ReadError::Xml(fault.into())
}
