//! `pasarela contract convert`: XML to JSON or JSON to XML, by the schema.

use std::io::{BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use ::contract::{
    Contract, DecodeError, Document, ElementId, Limits, QName, StreamError, json, xml,
};
use clap::{Args, ValueEnum};

use crate::exit::{Failure, Outcome};

/// Converts a message.
#[derive(Args)]
pub(crate) struct Convert {
    /// The contract's folder, or one file of it.
    #[arg(long)]
    contract: PathBuf,
    /// The message's element, `{namespace}Name`.
    #[arg(long)]
    root: QName,
    /// What to write; the other one is read.
    #[arg(long)]
    to: Format,
    /// Reads the children of the element one by one, in bounded memory. In JSON each is an object with
    /// one property, the child's name: written one a line, read one a line or all in one array.
    #[arg(long)]
    stream: bool,
    #[command(flatten)]
    source: super::Source,
}

/// The two ways to write a message.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Format {
    Json,
    Xml,
}

/// A reader of one of the two.
pub(super) type Decode =
    fn(&Arc<Contract>, ElementId, &[u8], &Limits) -> Result<Document, DecodeError>;

impl Format {
    pub(super) fn decode(self) -> Decode {
        match self {
            Self::Json => json::decode,
            Self::Xml => xml::decode,
        }
    }

    pub(super) fn encode(self, document: &Document) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Json => document.write_json(&mut out),
            Self::Xml => document.write_xml(&mut out),
        }
        out
    }

    fn other(self) -> Self {
        match self {
            Self::Json => Self::Xml,
            Self::Xml => Self::Json,
        }
    }
}

/// Reads, validates, writes, and reads back what was written.
pub(super) fn run(command: &Convert) -> Outcome {
    let declaring = command.source.declaring(&command.contract, &command.root)?;
    if command.stream {
        let [(contract, root)] = declaring.as_slice() else {
            return Err(Failure::Broken(format!(
                "several files declare `{}`: give the one that is meant as `--contract`",
                command.root
            )));
        };
        return match command.to {
            Format::Json => to_lines(contract, *root),
            Format::Xml => to_xml(contract, *root),
        };
    }
    let mut input = Vec::new();
    std::io::stdin()
        .read_to_end(&mut input)
        .map_err(|e| Failure::broken("standard input", e))?;
    // A local tool on the operator's own files: their size is the operator's affair.
    let limits = Limits {
        max_bytes: usize::MAX,
        ..Limits::default()
    };
    let (read, (contract, root)) =
        admitted(command.to.other().decode(), &declaring, &input, &limits)?;
    let output = command.to.encode(&read);
    command.to.decode()(contract, *root, &output, &limits).map_err(|error| {
        Failure::Broken(format!("what was written does not read back: {error}"))
    })?;
    std::io::stdout()
        .write_all(&output)
        .map_err(|e| Failure::broken("standard output", e))
}

/// The message, and the first contract that admits it; if none does, the reason is that of the first.
fn admitted<'c>(
    decode: Decode,
    declaring: &'c [super::Declaring],
    input: &[u8],
    limits: &Limits,
) -> Result<(Document, &'c super::Declaring), Failure> {
    let mut refusal = None;
    for one @ (contract, root) in declaring {
        match decode(contract, *root, input, limits) {
            Ok(document) => return Ok((document, one)),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    let reason = refusal.map(|error| error.to_string());
    Err(Failure::Unfit(reason.unwrap_or_default()))
}

fn unfit(error: &StreamError) -> Failure {
    Failure::Unfit(error.to_string())
}

/// Writes the children of `root`, read from standard input, a line each.
fn to_lines(contract: &Arc<Contract>, root: ElementId) -> Outcome {
    let input = std::io::stdin().lock();
    let mut stream =
        xml::Stream::new(contract, root, input, &Limits::default()).map_err(|e| unfit(&e))?;
    write(|output| {
        let mut line = Vec::new();
        while let Some(document) = stream.next().map_err(|e| unfit(&e))? {
            line.clear();
            stream.write_json(&document, &mut line);
            line.push(b'\n');
            output(&line)?;
        }
        Ok(())
    })
}

/// Writes the element `root` around its children, read from standard input.
fn to_xml(contract: &Arc<Contract>, root: ElementId) -> Outcome {
    let input = std::io::stdin().lock();
    let mut stream =
        json::Stream::new(contract, root, input, &Limits::default()).map_err(|e| unfit(&e))?;
    write(|output| {
        let mut piece = Vec::new();
        xml::open(contract, root, &mut piece);
        while let Some(document) = stream.next().map_err(|e| unfit(&e))? {
            document.write_xml(&mut piece);
            output(&piece)?;
            piece.clear();
        }
        xml::close(contract, root, &mut piece);
        output(&piece)
    })
}

/// Writes pieces to standard output.
fn write(pieces: impl FnOnce(&mut dyn FnMut(&[u8]) -> Outcome) -> Outcome) -> Outcome {
    let written = |error: std::io::Error| Failure::broken("standard output", error);
    let mut output = BufWriter::new(std::io::stdout().lock());
    pieces(&mut |piece| output.write_all(piece).map_err(written))?;
    output.flush().map_err(written)
}
