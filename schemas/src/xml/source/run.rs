//! Runs of text: character data, references and CDATA sections up to the next tag.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::events::Event as Raw;

use super::{Ahead, Source, Stage, Step};
use crate::fault::FaultKind;
use crate::xml::chars::is_space;
use crate::xml::declaration::declaration;
use crate::xml::text::{normal_lines, referenced};

impl<'a> Source<'a> {
    /// Reads a run of text, or what comes after it when there is none: outside the root element,
    /// and where only comments are.
    pub(super) fn text_or_tag(&mut self) -> Result<Step, FaultKind> {
        let began = self.began;
        self.run = None;
        loop {
            self.characters()?;
            match self.ahead()? {
                Ahead::Text => self.piece()?,
                Ahead::Tag if self.run.is_none() => return self.markup(),
                Ahead::Tag => {
                    self.began = began;
                    return Ok(Step::Text);
                }
            }
        }
    }

    /// Reads characters up to the next markup or reference. They are most of the events of a text
    /// and need nothing of quick-xml, which is told that they are read.
    fn characters(&mut self) -> Result<(), FaultKind> {
        let at = self.at();
        let rest = self.text.get(at..).unwrap_or_default();
        let length = rest.bytes().position(|byte| matches!(byte, b'<' | b'&'));
        let piece = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        self.began = at;
        if !piece.is_empty() {
            self.reader.stream().consume(piece.len());
            if self.traits.bracket && piece.contains("]]>") {
                return Err(FaultKind::NotWellFormed);
            }
            if self.stage == Stage::Root || !piece.bytes().all(is_space) {
                self.join(piece)?;
            }
        }
        self.began = at + piece.len();
        Ok(())
    }

    /// Reads what else a run of text may consist of.
    fn piece(&mut self) -> Result<(), FaultKind> {
        match self.reader.read_event() {
            Ok(Raw::GeneralRef(name)) => {
                let c = referenced(&name)?;
                self.room(c.len_utf8())?;
                self.run.get_or_insert_default().to_mut().push(c);
                Ok(())
            }
            Ok(Raw::CData(_)) => self.join(self.inside("<![CDATA[".len(), "]]>".len())),
            Ok(Raw::Comment(_)) => Ok(()),
            Ok(Raw::Decl(_)) => declaration(self.inside("<?xml".len(), "?>".len())),
            Ok(Raw::PI(_)) => Err(FaultKind::ProcessingInstruction),
            Ok(Raw::DocType(_)) => Err(FaultKind::Doctype),
            Ok(Raw::Start(_) | Raw::Empty(_) | Raw::End(_) | Raw::Text(_) | Raw::Eof) | Err(_) => {
                Err(FaultKind::NotWellFormed)
            }
        }
    }

    /// Adds to the run of text.
    fn join(&mut self, piece: &'a str) -> Result<(), FaultKind> {
        self.room(piece.len())?;
        match &mut self.run {
            None if !self.traits.carriage_return => self.run = Some(Cow::Borrowed(piece)),
            None => self.run = Some(normal_lines(piece)),
            Some(text) => text.to_mut().push_str(&normal_lines(piece)),
        }
        Ok(())
    }

    /// Whether the run of text may grow by `more` bytes here.
    fn room(&self, more: usize) -> Result<(), FaultKind> {
        match self.stage {
            Stage::Prolog => Err(FaultKind::NotWellFormed),
            Stage::Epilog => Err(FaultKind::TrailingData),
            Stage::Root if self.run().len() + more > self.limits.max_text => {
                Err(FaultKind::TextTooLong)
            }
            Stage::Root => Ok(()),
        }
    }
}
