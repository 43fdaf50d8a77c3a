//! Cutting a text into the children of its root, by looking at nothing but where tags begin and end.

use std::io::BufRead;

use crate::fault::line_of;
use crate::stream::StreamError;
use crate::xml::chars::is_space;
use crate::xml::declaration::{declaration, declares};
use crate::{Fault, FaultKind};

/// What stands between the tags of the root.
pub(super) enum Piece {
    /// A child, with the line where it begins.
    Element { bytes: Vec<u8>, line: u32 },
    /// The end tag of the root.
    End,
}

/// One piece of markup.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Markup {
    Start,
    Empty,
    End,
    /// A comment or CDATA section.
    Other,
    Eof,
}

/// A reader of markup that keeps what it is told to keep.
#[derive(Debug)]
pub(super) struct Cutter<R> {
    reader: R,
    line: u32,
    /// The piece so far.
    kept: Vec<u8>,
    longest: usize,
}

impl<R: BufRead> Cutter<R> {
    pub(super) fn new(reader: R, longest: usize) -> Self {
        Self {
            reader,
            line: 1,
            kept: Vec::new(),
            longest,
        }
    }

    /// The line, from 1, up to which the text is read.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// The start tag of the root, and whether it is an empty tag.
    pub(super) fn root(&mut self) -> Result<(Vec<u8>, bool), StreamError> {
        let mut first = true;
        loop {
            self.kept.clear();
            self.until_markup(first)?;
            match self.markup(first)? {
                Markup::Start => return Ok((std::mem::take(&mut self.kept), false)),
                Markup::Empty => return Ok((std::mem::take(&mut self.kept), true)),
                Markup::Other => first = false,
                Markup::End | Markup::Eof => return Err(self.fault(FaultKind::NotWellFormed)),
            }
        }
    }

    /// The next child of the root, whose name in its tags is `root`.
    pub(super) fn piece(&mut self, root: &[u8]) -> Result<Piece, StreamError> {
        loop {
            self.kept.clear();
            self.until_markup(false)?;
            let line = self.line;
            match self.markup(false)? {
                Markup::Start => {
                    self.inside()?;
                    let bytes = std::mem::take(&mut self.kept);
                    return Ok(Piece::Element { bytes, line });
                }
                Markup::Empty => {
                    let bytes = std::mem::take(&mut self.kept);
                    return Ok(Piece::Element { bytes, line });
                }
                Markup::Other if self.kept.starts_with(b"<!--") => {}
                Markup::End if self.closes(root) => return Ok(Piece::End),
                Markup::End | Markup::Other | Markup::Eof => {
                    return Err(self.fault(FaultKind::NotWellFormed));
                }
            }
        }
    }

    /// Reads what may follow the root: white space and comments.
    pub(super) fn rest(&mut self) -> Result<(), StreamError> {
        loop {
            self.kept.clear();
            self.until_markup(false)?;
            match self.markup(false)? {
                Markup::Eof => return Ok(()),
                Markup::Other if self.kept.starts_with(b"<!--") => {}
                Markup::Start | Markup::Empty | Markup::End | Markup::Other => {
                    return Err(self.fault(FaultKind::TrailingData));
                }
            }
        }
    }

    /// Reads an open element to its end.
    fn inside(&mut self) -> Result<(), StreamError> {
        let mut depth = 1_usize;
        while depth > 0 {
            self.text()?;
            match self.markup(false)? {
                Markup::Start => depth += 1,
                Markup::End => depth -= 1,
                Markup::Empty | Markup::Other => {}
                Markup::Eof => return Err(self.fault(FaultKind::NotWellFormed)),
            }
        }
        Ok(())
    }

    /// Reads up to the next markup, as much at a time as the reader has.
    fn text(&mut self) -> Result<(), StreamError> {
        loop {
            let ahead = self.reader.fill_buf()?;
            let end = ahead.iter().position(|byte| *byte == b'<');
            let length = end.unwrap_or(ahead.len());
            let run = ahead.get(..length).unwrap_or_default();
            let lines = line_of(run, run.len()) - 1;
            let room = self.longest.saturating_sub(self.kept.len());
            let fits = run.len() <= room;
            if fits {
                self.kept.extend_from_slice(run);
            }
            let done = end.is_some() || ahead.is_empty();
            self.reader.consume(length);
            self.line = self.line.saturating_add(lines);
            if !fits {
                return Err(self.fault(FaultKind::TooLarge));
            }
            if done {
                return Ok(());
            }
        }
    }

    /// Skips white space; `first` says that a byte order mark may come.
    fn until_markup(&mut self, first: bool) -> Result<(), StreamError> {
        if first && self.peek()? == Some(0xEF) {
            for _ in 0..3 {
                self.take()?;
            }
            if self.kept != [0xEF, 0xBB, 0xBF] {
                return Err(self.fault(FaultKind::NotWellFormed));
            }
            self.kept.clear();
        }
        while let Some(byte) = self.peek()?.filter(|byte| *byte != b'<') {
            if matches!(byte, 0 | 0xFE | 0xFF) {
                return Err(self.fault(FaultKind::NotUtf8));
            }
            if !is_space(byte) {
                return Err(self.fault(FaultKind::NotWellFormed));
            }
            self.take()?;
            self.kept.clear();
        }
        Ok(())
    }

    /// Reads one piece of markup, which is kept behind what there is already.
    fn markup(&mut self, first: bool) -> Result<Markup, StreamError> {
        if self.peek()?.is_none() {
            return Ok(Markup::Eof);
        }
        let begin = self.kept.len();
        self.take()?;
        match self.peek()? {
            Some(b'!') => self.declared(begin),
            Some(b'?') => {
                self.through(b"?>")?;
                let kept = self.kept.get(begin..).unwrap_or_default();
                if !first || !declares(kept) {
                    return Err(self.fault(FaultKind::ProcessingInstruction));
                }
                let inside = kept.strip_prefix(b"<?xml");
                let inside = inside.and_then(|inside| inside.strip_suffix(b"?>"));
                let inside = inside.and_then(|inside| std::str::from_utf8(inside).ok());
                declaration(inside.unwrap_or_default()).map_err(|kind| self.fault(kind))?;
                Ok(Markup::Other)
            }
            Some(b'/') => {
                self.through(b">")?;
                Ok(Markup::End)
            }
            Some(0) => Err(self.fault(FaultKind::NotUtf8)),
            Some(_) | None => self.start(),
        }
    }

    fn declared(&mut self, begin: usize) -> Result<Markup, StreamError> {
        for _ in 0..3 {
            self.take()?;
        }
        let kept = self.kept.get(begin..).unwrap_or_default();
        if kept.starts_with(b"<!--") {
            self.through(b"-->")?;
        } else if kept.starts_with(b"<![C") {
            self.through(b"]]>")?;
        } else {
            return Err(self.fault(FaultKind::Doctype));
        }
        Ok(Markup::Other)
    }

    fn start(&mut self) -> Result<Markup, StreamError> {
        let (mut quote, mut last) = (None, b'<');
        loop {
            let byte = self.take()?;
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'>') if last == b'/' => return Ok(Markup::Empty),
                (None, b'>') => return Ok(Markup::Start),
                (Some(_) | None, _) => {}
            }
            last = byte;
        }
    }

    /// Reads up to and with `end`.
    fn through(&mut self, end: &[u8]) -> Result<(), StreamError> {
        let begin = self.kept.len();
        loop {
            self.take()?;
            let read = self.kept.get(begin..).unwrap_or_default();
            if read.ends_with(end) {
                return Ok(());
            }
        }
    }

    fn closes(&self, root: &[u8]) -> bool {
        let inner = self.kept.strip_prefix(b"</");
        let inner = inner.and_then(|inner| inner.strip_suffix(b">"));
        inner.is_some_and(|inner| inner.trim_ascii_end() == root)
    }

    fn peek(&mut self) -> Result<Option<u8>, StreamError> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn take(&mut self) -> Result<u8, StreamError> {
        let Some(byte) = self.peek()? else {
            return Err(self.fault(FaultKind::NotWellFormed));
        };
        self.reader.consume(1);
        if byte == b'\n' {
            self.line = self.line.saturating_add(1);
        }
        if self.kept.len() >= self.longest {
            return Err(self.fault(FaultKind::TooLarge));
        }
        self.kept.push(byte);
        Ok(byte)
    }

    fn fault(&self, kind: FaultKind) -> StreamError {
        let line = self.line;
        StreamError::from(Fault { kind, line })
    }
}
