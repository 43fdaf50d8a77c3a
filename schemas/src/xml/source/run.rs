//! Runs of text: character data, references and CDATA sections up to the next tag.

use std::borrow::Cow;

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
            self.piece()?;
            self.began = self.at();
            match self.ahead()? {
                Ahead::Text => {}
                Ahead::Tag if self.run.is_none() => return self.markup(),
                Ahead::Tag => {
                    self.began = began;
                    return Ok(Step::Text);
                }
            }
        }
    }

    /// Reads one piece of a run of text.
    fn piece(&mut self) -> Result<(), FaultKind> {
        match self.reader.read_event() {
            Ok(Raw::Text(_)) => self.characters(),
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
            Ok(Raw::Start(_) | Raw::Empty(_) | Raw::End(_) | Raw::Eof) | Err(_) => {
                Err(FaultKind::NotWellFormed)
            }
        }
    }

    fn characters(&mut self) -> Result<(), FaultKind> {
        let piece = self.inside(0, 0);
        if self.stage != Stage::Root && piece.bytes().all(is_space) {
            return Ok(());
        }
        if self.traits.bracket && piece.contains("]]>") {
            return Err(FaultKind::NotWellFormed);
        }
        self.join(piece)
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
