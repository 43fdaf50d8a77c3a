//! The files of an exported journal.
//!
//! `NODE.entradas`: a line an entry, its leaf hash, a blank, its canonical text (which holds no line
//! break). `NODE.controles`: the signed checkpoints, one after another, oldest first.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use ::journal::verify::Row;
use ::journal::{NodeName, SignedCheckpoint};

use crate::exit::{Failure, Outcome};

const ENTRIES: &str = "entradas";
const CHECKPOINTS: &str = "controles";
/// The lines of one signed checkpoint.
const CHECKPOINT_LINES: usize = 6;

/// Writes entries.
pub(super) struct Writer {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Writer {
    /// Begins the file of a node.
    pub(super) fn create(dir: &Path, node: &NodeName) -> Result<Self, Failure> {
        let path = path(dir, node, ENTRIES);
        let file = File::create(&path).map_err(broken(&path))?;
        Ok(Self {
            path,
            file: BufWriter::new(file),
        })
    }

    /// Appends a page.
    pub(super) fn write(&mut self, page: &[Row]) -> Outcome {
        for row in page {
            let text = String::from_utf8_lossy(&row.bytes);
            writeln!(self.file, "{} {text}", row.leaf).map_err(broken(&self.path))?;
        }
        Ok(())
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Outcome {
        self.file.flush().map_err(broken(&self.path))
    }
}

/// Writes the checkpoints of a node.
pub(super) fn write_checkpoints(
    dir: &Path,
    node: &NodeName,
    checkpoints: &[SignedCheckpoint],
) -> Outcome {
    let path = path(dir, node, CHECKPOINTS);
    let text: String = checkpoints.iter().map(ToString::to_string).collect();
    std::fs::write(&path, text).map_err(broken(&path))
}

/// The nodes whose journals lie in the folder.
pub(super) fn nodes(dir: &Path) -> Result<Vec<NodeName>, Failure> {
    let files = std::fs::read_dir(dir).map_err(broken(dir))?;
    let mut nodes = Vec::new();
    for file in files {
        let path = file.map_err(broken(dir))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == ENTRIES)
        {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            nodes.push(name.parse().map_err(broken(&path))?);
        }
    }
    nodes.sort();
    Ok(nodes)
}

/// The checkpoints of a node.
pub(super) fn read_checkpoints(
    dir: &Path,
    node: &NodeName,
) -> Result<Vec<SignedCheckpoint>, Failure> {
    let path = path(dir, node, CHECKPOINTS);
    let text = std::fs::read_to_string(&path).map_err(broken(&path))?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines
        .chunks(CHECKPOINT_LINES)
        .map(|chunk| chunk.concat().parse().map_err(broken(&path)))
        .collect()
}

/// The entries of a node, one by one.
pub(super) fn read_rows(
    dir: &Path,
    node: &NodeName,
) -> Result<impl Iterator<Item = Result<Row, Failure>>, Failure> {
    let path = path(dir, node, ENTRIES);
    let file = BufReader::new(File::open(&path).map_err(broken(&path))?);
    Ok(file.lines().zip(0..).map(move |(line, seq)| {
        let line = line.map_err(broken(&path))?;
        let (leaf, text) = line.split_once(' ').ok_or_else(|| {
            Failure::Unfit(format!(
                "`{}`: line {} is no entry",
                path.display(),
                seq + 1
            ))
        })?;
        Ok(Row {
            seq,
            bytes: text.as_bytes().to_vec(),
            leaf: leaf.parse().map_err(broken(&path))?,
        })
    }))
}

fn path(dir: &Path, node: &NodeName, extension: &str) -> PathBuf {
    dir.join(format!("{node}.{extension}"))
}

fn broken<E: std::fmt::Display>(path: &Path) -> impl Fn(E) -> Failure + '_ {
    move |cause| Failure::broken(&format!("`{}`", path.display()), cause)
}
