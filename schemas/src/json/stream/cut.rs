//! Cutting a text into objects, by looking at nothing but brackets and quotes.

use std::io::BufRead;

use crate::fault::line_of;
use crate::stream::StreamError;
use crate::{Fault, FaultKind};

/// A reader of the objects of a text, in an array or one after the other.
#[derive(Debug)]
pub(super) struct Cutter<R> {
    reader: R,
    line: u32,
    longest: usize,
    form: Form,
}

/// What the text is seen to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing is read yet.
    Unknown,
    Lines,
    Array,
    Ended,
}

/// How deep in an object, and whether in a string.
#[derive(Default)]
struct Inside {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl<R: BufRead> Cutter<R> {
    pub(super) fn new(reader: R, longest: usize) -> Self {
        Self {
            reader,
            line: 1,
            longest,
            form: Form::Unknown,
        }
    }

    /// The line, from 1, up to which the text is read.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// The next object and the line where it begins; `None` once the text has ended.
    pub(super) fn item(&mut self) -> Result<Option<(Vec<u8>, u32)>, StreamError> {
        let next = self.peek()?;
        match (self.form, next) {
            (Form::Unknown, Some(b'[')) => {
                self.form = Form::Array;
                self.advance();
                if self.peek()? == Some(b']') {
                    return self.end();
                }
            }
            (Form::Array, Some(b',')) => {
                self.advance();
                self.peek()?;
            }
            (Form::Array, Some(b']')) => return self.end(),
            (Form::Array, _) => return Err(self.fault(FaultKind::NotJson)),
            (Form::Unknown | Form::Lines, Some(_)) => self.form = Form::Lines,
            (Form::Unknown | Form::Lines | Form::Ended, None) => return Ok(None),
            (Form::Ended, Some(_)) => return Err(self.fault(FaultKind::TrailingData)),
        }
        let line = self.line;
        Ok(Some((self.object()?, line)))
    }

    /// Reads the end of the array.
    fn end(&mut self) -> Result<Option<(Vec<u8>, u32)>, StreamError> {
        self.advance();
        self.form = Form::Ended;
        match self.peek()? {
            None => Ok(None),
            Some(_) => Err(self.fault(FaultKind::TrailingData)),
        }
    }

    /// Reads an object to its end, as much at a time as the reader has.
    fn object(&mut self) -> Result<Vec<u8>, StreamError> {
        let (mut kept, mut inside) = (Vec::new(), Inside::default());
        loop {
            let ahead = self.reader.fill_buf()?;
            let end = ahead.iter().position(|byte| inside.ends(*byte));
            let length = end.map_or(ahead.len(), |end| end + 1);
            let run = ahead.get(..length).unwrap_or_default();
            let fits = kept.len().saturating_add(length) <= self.longest;
            if fits {
                kept.extend_from_slice(run);
            }
            let lines = line_of(run, run.len()) - 1;
            let over = ahead.is_empty();
            self.reader.consume(length);
            self.line = self.line.saturating_add(lines);
            if !fits {
                return Err(self.fault(FaultKind::TooLarge));
            }
            if over {
                return Err(self.fault(FaultKind::NotJson));
            }
            if end.is_some() {
                return Ok(kept);
            }
        }
    }

    /// What comes next, behind white space.
    fn peek(&mut self) -> Result<Option<u8>, StreamError> {
        loop {
            let next = self.reader.fill_buf()?.first().copied();
            match next {
                Some(b' ' | b'\t' | b'\r') => self.advance(),
                Some(b'\n') => {
                    self.advance();
                    self.line = self.line.saturating_add(1);
                }
                Some(_) | None => return Ok(next),
            }
        }
    }

    /// Passes over the byte that [`Self::peek`] has seen.
    fn advance(&mut self) {
        self.reader.consume(1);
    }

    fn fault(&self, kind: FaultKind) -> StreamError {
        let line = self.line;
        StreamError::from(Fault { kind, line })
    }
}

impl Inside {
    /// Takes in a byte; whether it is the last one. What is no object ends at once: whoever reads it
    /// then says what it is.
    fn ends(&mut self, byte: u8) -> bool {
        if self.quoted {
            self.quoted = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return false;
        }
        match byte {
            b'"' if self.depth > 0 => self.quoted = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.depth == 0
    }
}
