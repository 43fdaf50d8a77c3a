//! The reader of foreign XML: XML 1.0 with namespaces, in UTF-8, without DTD, entities or
//! processing instructions, within limits.
//!
//! Everything it does not refuse is well-formed; quick-xml cuts the text into markup, this module
//! adds the checks that quick-xml leaves to its callers.

mod run;

use std::borrow::Cow;
use std::cell::Cell;

use quick_xml::events::Event as Raw;
use quick_xml::reader::Reader;

use super::chars::{Traits, survey};
use super::declaration::declares;
use super::scope::Scope;
use super::start::Start;
use crate::Limits;
use crate::fault::{Fault, FaultKind, line_of};

/// One event of an XML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// A start tag. An empty tag gives this and `End`.
    Start(Start<'a>),
    /// An end tag.
    End,
    /// A whole run of text between two tags, never two in a row: references resolved, CDATA
    /// sections joined in, comments left out.
    Text(Cow<'a, str>),
    /// The end of the text, once the root element has ended.
    Eof,
}

/// A foreign XML text, read event by event.
#[derive(Debug)]
pub struct Source<'a> {
    bytes: &'a [u8],
    text: &'a str,
    /// Bytes before `text`: the byte order mark.
    skipped: usize,
    reader: Reader<&'a [u8]>,
    scope: Scope<'a>,
    limits: Limits,
    traits: Traits,
    stage: Stage,
    elements: usize,
    /// An empty tag was given as a start: its end comes next.
    owed_end: bool,
    /// Where the last event begins, in `text`.
    began: usize,
    tag: Start<'a>,
    run: Option<Cow<'a, str>>,
    /// A place whose line is known, so that counting lines never starts over.
    known_line: Cell<(usize, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Prolog,
    Root,
    Epilog,
}

/// The kind of an event, without what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Start,
    End,
    Text,
    Eof,
}

/// What comes next in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ahead {
    /// A tag, or the end.
    Tag,
    /// Anything else: text, a reference, a CDATA section, a comment, the XML declaration.
    Text,
}

impl<'a> Source<'a> {
    /// A reader at the beginning of `bytes`; a byte order mark is skipped.
    ///
    /// # Errors
    /// `TooLarge`, `NotUtf8` and `IllegalCharacter`, which concern the text as a whole.
    pub fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        let fault = |kind, position| Fault {
            kind,
            line: line_of(bytes, position),
        };
        if bytes.len() > limits.max_bytes {
            return Err(fault(FaultKind::TooLarge, 0));
        }
        let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let skipped = bytes.len() - body.len();
        // UTF-16 and UTF-32 without byte order mark have a zero among their first two bytes.
        if body.iter().take(2).any(|byte| *byte == 0) {
            return Err(fault(FaultKind::NotUtf8, 0));
        }
        let text = std::str::from_utf8(body)
            .map_err(|error| fault(FaultKind::NotUtf8, skipped + error.valid_up_to()))?;
        let traits = survey(text).map_err(|at| fault(FaultKind::IllegalCharacter, skipped + at))?;
        // A second byte order mark is text, but quick-xml would skip it.
        if text.starts_with('\u{FEFF}') {
            return Err(fault(FaultKind::NotWellFormed, 0));
        }
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        Ok(Self {
            bytes,
            text,
            skipped,
            reader,
            scope: Scope::default(),
            limits: limits.clone(),
            traits,
            stage: Stage::Prolog,
            elements: 0,
            owed_end: false,
            began: 0,
            tag: Start::default(),
            run: None,
            known_line: Cell::new((0, 1)),
        })
    }

    /// The next event.
    ///
    /// # Errors
    /// Whatever makes the text unreadable, by name; the reader must not be used afterwards.
    #[allow(
        clippy::should_implement_trait,
        reason = "an iterator cannot say that it is broken"
    )]
    pub fn next(&mut self) -> Result<Event<'a>, Fault> {
        Ok(match self.step()? {
            Step::Start => Event::Start(std::mem::take(&mut self.tag)),
            Step::End => Event::End,
            Step::Text => Event::Text(self.run.take().unwrap_or_default()),
            Step::Eof => Event::Eof,
        })
    }

    /// Goes on to the next event, and keeps what it holds: see `tag` and `run`. As `next`, without
    /// moving anything.
    pub(super) fn step(&mut self) -> Result<Step, Fault> {
        self.began = self.at();
        if self.owed_end {
            self.owed_end = false;
            return Ok(self.end());
        }
        let step = match self.ahead() {
            Ok(Ahead::Text) => self.text_or_tag(),
            Ok(Ahead::Tag) => self.markup(),
            Err(kind) => Err(kind),
        };
        step.map_err(|kind| self.fault(kind))
    }

    /// The start tag, when that was the last step.
    pub(super) fn tag(&self) -> &Start<'a> {
        &self.tag
    }

    /// The run of text, when that was the last step.
    pub(super) fn run(&self) -> &str {
        self.run.as_deref().unwrap_or_default()
    }

    /// The line, from 1, where the last event begins.
    pub fn line(&self) -> u32 {
        self.line_at(self.skipped + self.began)
    }

    /// How many bytes have been read: the offset just after the last event.
    pub fn position(&self) -> usize {
        self.skipped + self.at()
    }

    /// How many bytes are still to be read.
    pub(super) fn left(&self) -> usize {
        self.text.len().saturating_sub(self.at())
    }

    /// The offset of the byte where the last event begins.
    pub fn start_position(&self) -> usize {
        self.skipped + self.began
    }

    /// The namespace that `prefix` stands for at the last start tag; the empty prefix is the
    /// default namespace. For names in the values of attributes.
    pub fn resolve(&self, prefix: &str) -> Option<Cow<'a, str>> {
        self.scope.element(prefix).ok().flatten().cloned()
    }

    /// The namespace declarations in force, as prefix and namespace, innermost first.
    pub fn namespaces(&self) -> impl Iterator<Item = (&'a str, &str)> {
        self.scope.iter()
    }

    /// The line, from 1, of a byte of the text; cheap when asked in ascending order.
    pub(crate) fn line_at(&self, position: usize) -> u32 {
        let (from, line) = self.known_line.get();
        let (from, line) = if from <= position {
            (from, line)
        } else {
            (0, 1)
        };
        let between = self.bytes.get(from..position).unwrap_or_default();
        let line = line + line_of(between, between.len()) - 1;
        self.known_line.set((position, line));
        line
    }

    fn fault(&self, kind: FaultKind) -> Fault {
        Fault {
            kind,
            line: self.line(),
        }
    }

    fn at(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Looks at the next bytes, and refuses at once what is never read.
    fn ahead(&self) -> Result<Ahead, FaultKind> {
        let at = self.at();
        match self.text.as_bytes().get(at..).unwrap_or_default() {
            [b'<', b'?', ..] if at > 0 => Err(FaultKind::ProcessingInstruction),
            rest @ [b'<', b'?', ..] if !declares(rest) => Err(FaultKind::ProcessingInstruction),
            [b'<', b'!', b'D' | b'd', ..] => Err(FaultKind::Doctype),
            [] => Ok(Ahead::Tag),
            [b'<', next, ..] if !matches!(next, b'!' | b'?') => Ok(Ahead::Tag),
            _ => Ok(Ahead::Text),
        }
    }

    /// Reads a tag, or the end of the text.
    fn markup(&mut self) -> Result<Step, FaultKind> {
        // Matched as it comes: moving events about costs more than reading them.
        match self.reader.read_event() {
            Ok(Raw::Start(tag)) => self.start(tag.name().as_ref().len(), 1),
            Ok(Raw::Empty(tag)) => {
                self.owed_end = true;
                self.start(tag.name().as_ref().len(), 2)
            }
            Ok(Raw::End(_)) => Ok(self.end()),
            Ok(Raw::Eof) if self.stage == Stage::Epilog => Ok(Step::Eof),
            Ok(Raw::Decl(_) | Raw::PI(_)) => Err(FaultKind::ProcessingInstruction),
            Ok(Raw::DocType(_)) => Err(FaultKind::Doctype),
            Ok(Raw::Eof | Raw::Text(_) | Raw::GeneralRef(_) | Raw::CData(_) | Raw::Comment(_))
            | Err(_) => Err(FaultKind::NotWellFormed),
        }
    }

    /// The last piece of markup, without so many bytes at its ends.
    fn inside(&self, before: usize, after: usize) -> &'a str {
        self.text
            .get(self.began + before..self.at() - after)
            .unwrap_or_default()
    }

    fn start(&mut self, name_length: usize, close: usize) -> Result<Step, FaultKind> {
        if self.stage == Stage::Epilog {
            return Err(FaultKind::TrailingData);
        }
        self.stage = Stage::Root;
        self.scope.enter();
        self.elements += 1;
        if self.scope.depth() > self.limits.max_depth {
            return Err(FaultKind::TooDeep);
        }
        if self.elements > self.limits.max_elements {
            return Err(FaultKind::TooManyElements);
        }
        let inside = self.inside(1, close).split_at_checked(name_length);
        let (name, rest) = inside.ok_or(FaultKind::NotWellFormed)?;
        self.tag.read(name, rest, &mut self.scope, &self.limits)?;
        Ok(Step::Start)
    }

    fn end(&mut self) -> Step {
        self.scope.leave();
        if self.scope.depth() == 0 {
            self.stage = Stage::Epilog;
        }
        Step::End
    }
}
