//! The reader of foreign XML: XML 1.0 with namespaces, in UTF-8, without DTD, entities or
//! processing instructions, within limits.
//!
//! Everything it does not refuse is well-formed; quick-xml cuts the text into markup, this module
//! adds the checks that quick-xml leaves to its callers.

use std::borrow::Cow;
use std::cell::Cell;

use quick_xml::events::Event as Raw;
use quick_xml::reader::Reader;

use super::chars::{Traits, is_space, survey};
use super::scope::Scope;
use super::start::Start;
use super::text::{normal_lines, referenced};
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
    depth: usize,
    elements: usize,
    /// An empty tag was given as a start: its end comes next.
    owed_end: bool,
    /// Where the last event begins, in `text`.
    began: usize,
    /// A place whose line is known, so that counting lines never starts over.
    known_line: Cell<(usize, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Prolog,
    Root,
    Epilog,
}

/// What comes next in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ahead {
    Tag,
    Text,
    End,
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
            depth: 0,
            elements: 0,
            owed_end: false,
            began: 0,
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
        let began = self.at();
        self.began = began;
        if self.owed_end {
            self.owed_end = false;
            return Ok(self.end());
        }
        let mut run: Option<Cow<'a, str>> = None;
        loop {
            let ahead = self.ahead()?;
            if ahead != Ahead::Text
                && let Some(text) = run
            {
                self.began = began;
                return Ok(Event::Text(text));
            }
            self.began = self.at();
            match self.markup(&mut run) {
                Ok(Some(event)) => return Ok(event),
                Ok(None) => {}
                Err(kind) => return Err(self.fault(kind)),
            }
        }
    }

    /// The line, from 1, where the last event begins.
    pub fn line(&self) -> u32 {
        self.line_at(self.skipped + self.began)
    }

    /// How many bytes have been read: the offset just after the last event.
    pub fn position(&self) -> usize {
        self.skipped + self.at()
    }

    /// The offset of the byte where the last event begins.
    pub fn start_position(&self) -> usize {
        self.skipped + self.began
    }

    /// The namespace that `prefix` stands for at the last start tag; the empty prefix is the
    /// default namespace. For names in the values of attributes.
    pub fn resolve(&self, prefix: &str) -> Option<Cow<'a, str>> {
        self.scope.element(prefix).ok().flatten()
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

    /// Looks at the next two bytes, and refuses at once what is never read.
    fn ahead(&mut self) -> Result<Ahead, Fault> {
        let at = self.at();
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let kind = match rest {
            [] => return Ok(Ahead::End),
            [b'<', b'?', ..] if at > 0 || !declares(rest) => FaultKind::ProcessingInstruction,
            [b'<', b'!', b'D' | b'd', ..] => FaultKind::Doctype,
            [b'<', b'!' | b'?', ..] => return Ok(Ahead::Text),
            [b'<', ..] => return Ok(Ahead::Tag),
            _ => return Ok(Ahead::Text),
        };
        self.began = at;
        Err(self.fault(kind))
    }

    /// Reads one piece of markup or text; `None` when it is no event by itself.
    fn markup(&mut self, run: &mut Option<Cow<'a, str>>) -> Result<Option<Event<'a>>, FaultKind> {
        let raw = self
            .reader
            .read_event()
            .map_err(|_| FaultKind::NotWellFormed)?;
        match raw {
            Raw::Start(tag) => self.start(tag.name().as_ref().len(), ">").map(Some),
            Raw::Empty(tag) => {
                self.owed_end = true;
                self.start(tag.name().as_ref().len(), "/>").map(Some)
            }
            Raw::End(_) => Ok(Some(self.end())),
            Raw::Text(_) => self.characters(run).map(|()| None),
            Raw::GeneralRef(name) => {
                let c = referenced(&name)?;
                self.join(run, Cow::Owned(c.to_string())).map(|()| None)
            }
            Raw::CData(_) => self.cdata(run).map(|()| None),
            Raw::Comment(_) => Ok(None),
            Raw::Decl(_) => declaration(self.piece("<?xml", "?>")).map(|()| None),
            Raw::PI(_) => Err(FaultKind::ProcessingInstruction),
            Raw::DocType(_) => Err(FaultKind::Doctype),
            Raw::Eof if self.stage == Stage::Epilog => Ok(Some(Event::Eof)),
            Raw::Eof => Err(FaultKind::NotWellFormed),
        }
    }

    /// The last piece of markup, without its delimiters.
    fn piece(&self, before: &str, after: &str) -> &'a str {
        let piece = self.text.get(self.began..self.at()).unwrap_or_default();
        let piece = piece.strip_prefix(before).unwrap_or(piece);
        piece.strip_suffix(after).unwrap_or(piece)
    }

    fn start(&mut self, name_length: usize, close: &str) -> Result<Event<'a>, FaultKind> {
        if self.stage == Stage::Epilog {
            return Err(FaultKind::TrailingData);
        }
        self.stage = Stage::Root;
        self.depth += 1;
        self.elements += 1;
        if self.depth > self.limits.max_depth {
            return Err(FaultKind::TooDeep);
        }
        if self.elements > self.limits.max_elements {
            return Err(FaultKind::TooManyElements);
        }
        let inside = self.piece("<", close);
        let (name, rest) = inside
            .split_at_checked(name_length)
            .ok_or(FaultKind::NotWellFormed)?;
        Start::read(name, rest, self.depth, &mut self.scope, &self.limits).map(Event::Start)
    }

    fn end(&mut self) -> Event<'a> {
        self.scope.leave(self.depth);
        self.depth -= 1;
        if self.depth == 0 {
            self.stage = Stage::Epilog;
        }
        Event::End
    }

    fn characters(&self, run: &mut Option<Cow<'a, str>>) -> Result<(), FaultKind> {
        let piece = self.piece("", "");
        if self.stage != Stage::Root && piece.bytes().all(is_space) {
            return Ok(());
        }
        if self.traits.bracket && piece.contains("]]>") {
            return Err(FaultKind::NotWellFormed);
        }
        self.join(run, self.lines(piece))
    }

    fn cdata(&self, run: &mut Option<Cow<'a, str>>) -> Result<(), FaultKind> {
        let piece = self.piece("<![CDATA[", "]]>");
        self.join(run, self.lines(piece))
    }

    fn lines(&self, piece: &'a str) -> Cow<'a, str> {
        if self.traits.carriage_return {
            normal_lines(piece)
        } else {
            Cow::Borrowed(piece)
        }
    }

    fn join(&self, run: &mut Option<Cow<'a, str>>, piece: Cow<'a, str>) -> Result<(), FaultKind> {
        match self.stage {
            Stage::Prolog => return Err(FaultKind::NotWellFormed),
            Stage::Root => {}
            Stage::Epilog => return Err(FaultKind::TrailingData),
        }
        let length = run.as_ref().map_or(0, |text| text.len()) + piece.len();
        if length > self.limits.max_text {
            return Err(FaultKind::TextTooLong);
        }
        match run {
            Some(text) => text.to_mut().push_str(&piece),
            None => *run = Some(piece),
        }
        Ok(())
    }
}

/// Whether the text begins with an XML declaration, not with an instruction called `xml-…`.
fn declares(rest: &[u8]) -> bool {
    rest.strip_prefix(b"<?xml")
        .and_then(|rest| rest.first())
        .is_some_and(|byte| is_space(*byte))
}

/// Checks `version="1.x" encoding="UTF-8" standalone="yes"`, the last two optional.
fn declaration(inside: &str) -> Result<(), FaultKind> {
    let mut rest = inside;
    let mut pseudo = |name: &str| -> Result<Option<&str>, FaultKind> {
        let spaceless = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let Some(after) = spaceless.strip_prefix(name) else {
            return Ok(None);
        };
        if spaceless.len() == rest.len() {
            return Err(FaultKind::NotWellFormed);
        }
        let after = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let after = after.strip_prefix('=').ok_or(FaultKind::NotWellFormed)?;
        let after = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let cut = quote.and_then(|quote| after.get(1..)?.split_once(quote));
        let (value, left) = cut.ok_or(FaultKind::NotWellFormed)?;
        rest = left;
        Ok(Some(value))
    };
    let version = pseudo("version")?.and_then(|value| value.strip_prefix("1."));
    let encoding = pseudo("encoding")?;
    let standalone = pseudo("standalone")?;
    let numbered = version
        .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()));
    if !numbered
        || standalone.is_some_and(|value| value != "yes" && value != "no")
        || !rest.bytes().all(is_space)
    {
        return Err(FaultKind::NotWellFormed);
    }
    if encoding.is_some_and(|value| !value.eq_ignore_ascii_case("utf-8")) {
        return Err(FaultKind::NotUtf8);
    }
    Ok(())
}
