//! The lines of a lot, from a file of either kind, in bounded memory.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use ::contract::{Limits, xml};
use journal::Digest;

use super::delivery::Way;
use super::spoken::{Spoken, submissions};
use crate::exit::Failure;

/// What is known of a lot before any of it is sent.
pub(super) struct Survey {
    /// How many lines it has.
    pub lines: u64,
    /// Its number: the same for the same content.
    pub name: String,
    /// The digest of its content.
    pub content: String,
}

/// Reads the file once. What cannot be said in a message is told before any of it is sent.
pub(super) fn survey(file: &Path, spoken: &Spoken, way: &Way) -> Result<Survey, Failure> {
    let mut lines = Lines::open(file, spoken)?;
    let mut digest = Digest::of(b"");
    let mut count = 0;
    while let Some(line) = lines.next()? {
        let chained = format!("{digest}{line}");
        digest = Digest::of(chained.as_bytes());
        count += 1;
        if let Way::Signed(signed) = way {
            let unfit = |e| Failure::Unfit(format!("position {count}: {e}; nothing was sent"));
            signed.read(&line).map_err(unfit)?;
        }
    }
    let content = digest.to_string();
    let name: String = content.chars().take(32).collect();
    Ok(Survey {
        lines: count,
        name: format!("LOTE-{name}"),
        content,
    })
}

/// The lines that are still to come.
pub(super) struct Lines {
    path: PathBuf,
    source: Source,
    /// A line that was read and did not fit the piece before.
    held: Option<String>,
}

enum Source {
    Json(BufReader<File>),
    Xml(Box<xml::Stream<BufReader<File>>>),
}

impl Lines {
    /// From the beginning of the file.
    pub(super) fn open(path: &Path, spoken: &Spoken) -> Result<Self, Failure> {
        let fail = |e: &dyn std::fmt::Display| Failure::broken(&format!("`{}`", path.display()), e);
        let reader = BufReader::new(File::open(path).map_err(|e| fail(&e))?);
        let source = match path.extension().and_then(|end| end.to_str()) {
            Some("xml") => {
                let contract = spoken.contract()?;
                let (lot, _) = submissions(&contract)?;
                let stream = xml::Stream::new(&contract, lot.request, reader, &Limits::default());
                Source::Xml(Box::new(stream.map_err(|e| fail(&e))?))
            }
            Some("ndjson" | "jsonl") => Source::Json(reader),
            Some(_) | None => return Err(fail(&"a lot is a file `.ndjson` or `.xml`")),
        };
        let path = path.to_path_buf();
        Ok(Self {
            path,
            source,
            held: None,
        })
    }

    /// Passes over lines that were answered before.
    pub(super) fn pass(&mut self, lines: u64) -> Result<(), Failure> {
        for _ in 0..lines {
            self.next()?;
        }
        Ok(())
    }

    /// The next lines, so many at most, and no heavier together than so many bytes; a line that is heavier comes alone.
    /// None at the end.
    pub(super) fn piece(&mut self, most: u32, heavy: usize) -> Result<Vec<String>, Failure> {
        let (mut piece, mut bytes) = (Vec::new(), 0_usize);
        for _ in 0..most {
            let Some(line) = self.next()? else { break };
            bytes = bytes.saturating_add(line.len());
            if bytes > heavy && !piece.is_empty() {
                self.held = Some(line);
                break;
            }
            piece.push(line);
        }
        Ok(piece)
    }

    /// The next line that is not blank.
    fn next(&mut self) -> Result<Option<String>, Failure> {
        if let Some(line) = self.held.take() {
            return Ok(Some(line));
        }
        let fail =
            |e: &dyn std::fmt::Display| Failure::broken(&format!("`{}`", self.path.display()), e);
        match &mut self.source {
            Source::Json(reader) => loop {
                let mut line = String::new();
                if reader.read_line(&mut line).map_err(|e| fail(&e))? == 0 {
                    return Ok(None);
                }
                if !line.trim().is_empty() {
                    return Ok(Some(line.trim().to_owned()));
                }
            },
            Source::Xml(stream) => {
                let Some(item) = stream.next().map_err(|e| fail(&e))? else {
                    return Ok(None);
                };
                let mut line = Vec::new();
                item.write_json(&mut line);
                String::from_utf8(line).map(Some).map_err(|e| fail(&e))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, Spoken};

    #[test]
    fn a_line_that_does_not_fit_waits_for_the_next_piece() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("casos.ndjson");
        std::fs::write(&file, "aaaa\nbb\n\ncccccc\nd\ne\nf\n").unwrap();
        let mut lines = Lines::open(&file, &Spoken::Canonical(None)).unwrap();
        let mut pieces = Vec::new();
        loop {
            let piece = lines.piece(3, 5).unwrap();
            if piece.is_empty() {
                break;
            }
            pieces.push(piece.join(" "));
        }
        assert_eq!(pieces, ["aaaa", "bb", "cccccc", "d e f"]);
    }
}
