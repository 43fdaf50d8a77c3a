//! An entry in its place: canonical bytes and leaf hash.
//!
//! The bytes are one line of JSON without spaces: version of the format, node, number, then the
//! fields of [`Entry`] in their fixed order, absent ones left out. Node and number inside the bytes
//! mean that a line moved elsewhere gives itself away.

use serde::{Deserialize, Serialize};

use crate::{Digest, Entry, NodeName, merkle};

/// The version of the canonical text; a change of [`Entry`] is a new one.
const FORMAT: u8 = 1;

/// An entry with its number in the journal of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    seq: u64,
    bytes: Vec<u8>,
    leaf: Digest,
}

/// Bytes that are not the canonical text of an entry.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Not an entry at all.
    #[error("not the text of an entry: {0}")]
    Json(#[from] serde_json::Error),
    /// Of a format this program does not know.
    #[error("the entry is of format {0}, known is {FORMAT}")]
    Format(u8),
    /// An entry, spelled otherwise than it would be sealed.
    #[error("the text of the entry is not canonical")]
    NotCanonical,
}

#[derive(Serialize)]
struct Line<'a> {
    v: u8,
    #[serde(rename = "nodo")]
    node: &'a NodeName,
    n: u64,
    #[serde(flatten)]
    entry: &'a Entry,
}

/// Node, number and entry read back from canonical bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The node whose journal it is.
    pub node: NodeName,
    /// Its number in that journal, from 0.
    pub seq: u64,
    /// The entry.
    pub entry: Entry,
}

#[derive(Deserialize)]
struct OwnedLine {
    v: u8,
    #[serde(rename = "nodo")]
    node: NodeName,
    n: u64,
    #[serde(flatten)]
    entry: Entry,
}

impl Sealed {
    /// Seals an entry as number `seq` (from 0) of the journal of `node`.
    pub fn new(node: &NodeName, seq: u64, entry: &Entry) -> Result<Self, serde_json::Error> {
        let bytes = serde_json::to_vec(&Line {
            v: FORMAT,
            node,
            n: seq,
            entry,
        })?;
        let leaf = merkle::leaf(&bytes);
        Ok(Self { seq, bytes, leaf })
    }

    /// Its number in the journal, from 0.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The canonical text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the leaf, as RFC 6962 has it.
    pub fn leaf(&self) -> Digest {
        self.leaf
    }
}

/// Reads canonical bytes; any other spelling of the same entry is refused.
pub fn open(bytes: &[u8]) -> Result<Opened, Unreadable> {
    let OwnedLine { v, node, n, entry } = serde_json::from_slice(bytes)?;
    if v != FORMAT {
        return Err(Unreadable::Format(v));
    }
    if Sealed::new(&node, n, &entry)?.bytes != bytes {
        return Err(Unreadable::NotCanonical);
    }
    Ok(Opened {
        node,
        seq: n,
        entry,
    })
}
