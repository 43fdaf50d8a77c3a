//! Offline verification: do these rows and these checkpoints tell one story?
//!
//! Needs nothing but the rows as stored and the signed checkpoints. What a row says of itself is
//! checked row by row, so a careless change is named exactly; a row rewritten with all its hashes
//! is found at the next checkpoint, and then the fault is the stretch since the checkpoint before.

use crate::merkle::{self, Frontier};
use crate::sealed::{self, Unreadable};
use crate::{Digest, NodeName, SignedCheckpoint};

/// A row of the journal, as stored or exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 0.
    pub seq: u64,
    /// The canonical text of the entry.
    pub bytes: Vec<u8>,
    /// The hash of the leaf, stored beside it.
    pub leaf: Digest,
}

/// What is wrong, and at which entry it begins.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A checkpoint is signed by none of the known keys, or was changed after signing.
    #[error("the signature of the checkpoint over {size} entries does not hold")]
    Signature {
        /// How many entries it covers.
        size: u64,
    },
    /// A checkpoint of another node's journal.
    #[error("the checkpoint over {size} entries is of node `{node}`")]
    ForeignCheckpoint {
        /// How many entries it covers.
        size: u64,
        /// The node it is of.
        node: NodeName,
    },
    /// Checkpoints that cannot both be of a journal that only grows.
    #[error("the checkpoint over {size} entries contradicts the one before it")]
    Contradiction {
        /// How many entries it covers.
        size: u64,
    },
    /// A later entry stands where this one should: it was removed or moved.
    #[error("entry {expected} is missing: entry {found} stands in its place")]
    Missing {
        /// The number that is missing.
        expected: u64,
        /// The number that stands there.
        found: u64,
    },
    /// An earlier entry stands where this one should: something was inserted or moved.
    #[error("entry {found} stands again where entry {expected} should: inserted or moved")]
    Repeated {
        /// The number that should stand there.
        expected: u64,
        /// The number that stands there.
        found: u64,
    },
    /// The text says that it is another entry than the row it stands in.
    #[error("entry {seq} says that it is entry {says} of node `{node}`: inserted or moved")]
    Moved {
        /// The number of the row.
        seq: u64,
        /// The number in the text.
        says: u64,
        /// The node in the text.
        node: NodeName,
    },
    /// The text is not the one whose hash is stored beside it.
    #[error("entry {seq} was changed: its text does not have the hash stored beside it")]
    Changed {
        /// The number of the entry.
        seq: u64,
    },
    /// The text is no entry in canonical form.
    #[error("entry {seq} is not readable: {reason}")]
    Unreadable {
        /// The number of the entry.
        seq: u64,
        /// Why not.
        reason: Unreadable,
    },
    /// Each entry agrees with itself, but together they are not what was signed.
    #[error("an entry from {first} to {last} was rewritten: the signed root is another")]
    Rewritten {
        /// The first entry that no good checkpoint covers.
        first: u64,
        /// The last entry under the checkpoint that does not agree.
        last: u64,
    },
    /// Entries that a checkpoint covers are gone from the end; those since the checkpoint before
    /// can no longer be proven.
    #[error(
        "entry {first} is missing: the entries end there, but {covered} were signed; \
         from entry {unproven} on nothing can be proven"
    )]
    Truncated {
        /// The first entry that no good checkpoint covers.
        unproven: u64,
        /// The first number that is missing.
        first: u64,
        /// How many entries a checkpoint covers.
        covered: u64,
    },
}

impl Fault {
    /// The first entry that may be bad; nothing when it is a checkpoint that is.
    pub fn first_bad_entry(&self) -> Option<u64> {
        match self {
            Self::Signature { .. }
            | Self::ForeignCheckpoint { .. }
            | Self::Contradiction { .. } => None,
            Self::Missing { expected, .. } | Self::Repeated { expected, .. } => Some(*expected),
            Self::Moved { seq, .. } | Self::Changed { seq } | Self::Unreadable { seq, .. } => {
                Some(*seq)
            }
            Self::Rewritten { first, .. } | Self::Truncated { first, .. } => Some(*first),
        }
    }
}

/// A journal that holds together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many entries there are.
    pub entries: u64,
    /// How many of them a signed checkpoint covers; the rest is only consistent with itself.
    pub covered: u64,
    /// How many checkpoints were checked.
    pub checkpoints: usize,
    /// The root over all entries.
    pub root: Digest,
}

/// Checks a journal row by row, as they come.
#[derive(Debug)]
pub struct Verifier {
    node: NodeName,
    frontier: Frontier,
    /// Those still to come, the next one last.
    pending: Vec<SignedCheckpoint>,
    checked: usize,
    covered: u64,
}

impl Verifier {
    /// Begins with the checkpoints of `node`, oldest first; `is_signed(text, signature)` knows the keys.
    ///
    /// # Errors
    ///
    /// A checkpoint that is not signed, is of another node, or contradicts another.
    pub fn new(
        node: NodeName,
        mut checkpoints: Vec<SignedCheckpoint>,
        is_signed: impl Fn(&[u8], &[u8]) -> bool,
    ) -> Result<Self, Fault> {
        for signed in &checkpoints {
            let size = signed.checkpoint.size;
            if !is_signed(
                signed.checkpoint.to_be_signed().as_bytes(),
                &signed.signature,
            ) {
                return Err(Fault::Signature { size });
            }
            if signed.checkpoint.node != node {
                return Err(Fault::ForeignCheckpoint {
                    size,
                    node: signed.checkpoint.node.clone(),
                });
            }
        }
        for (earlier, later) in checkpoints.iter().zip(checkpoints.iter().skip(1)) {
            let (earlier, later) = (&earlier.checkpoint, &later.checkpoint);
            let same = earlier.size == later.size;
            if later.size < earlier.size || (same && earlier.root != later.root) {
                return Err(Fault::Contradiction { size: later.size });
            }
        }
        checkpoints.reverse();
        let mut verifier = Self {
            node,
            frontier: Frontier::default(),
            pending: checkpoints,
            checked: 0,
            covered: 0,
        };
        verifier.check_root()?;
        Ok(verifier)
    }

    /// Checks the next row.
    ///
    /// # Errors
    ///
    /// What is wrong with the row, or with the tree that ends in it.
    pub fn push(&mut self, row: &Row) -> Result<(), Fault> {
        let expected = self.frontier.size();
        let Row { seq, bytes, leaf } = row;
        match seq.cmp(&expected) {
            std::cmp::Ordering::Less => {
                return Err(Fault::Repeated {
                    expected,
                    found: *seq,
                });
            }
            std::cmp::Ordering::Greater => {
                return Err(Fault::Missing {
                    expected,
                    found: *seq,
                });
            }
            std::cmp::Ordering::Equal => {}
        }
        if merkle::leaf(bytes) != *leaf {
            return Err(Fault::Changed { seq: *seq });
        }
        let opened =
            sealed::open(bytes).map_err(|reason| Fault::Unreadable { seq: *seq, reason })?;
        if opened.seq != *seq || opened.node != self.node {
            return Err(Fault::Moved {
                seq: *seq,
                says: opened.seq,
                node: opened.node,
            });
        }
        self.frontier.append(*leaf);
        self.check_root()
    }

    /// Compares the tree so far with every checkpoint of its size.
    fn check_root(&mut self) -> Result<(), Fault> {
        let size = self.frontier.size();
        while let Some(signed) = self.pending.pop_if(|signed| signed.checkpoint.size == size) {
            if signed.checkpoint.root != self.frontier.root() {
                return Err(Fault::Rewritten {
                    first: self.covered,
                    last: size.saturating_sub(1),
                });
            }
            self.covered = size;
            self.checked += 1;
        }
        Ok(())
    }

    /// Ends; every checkpoint must have been reached.
    ///
    /// # Errors
    ///
    /// If a checkpoint covers entries that have not come.
    pub fn finish(self) -> Result<Report, Fault> {
        let entries = self.frontier.size();
        match self.pending.first() {
            Some(last) => Err(Fault::Truncated {
                unproven: self.covered,
                first: entries,
                covered: last.checkpoint.size,
            }),
            None => Ok(Report {
                entries,
                covered: self.covered,
                checkpoints: self.checked,
                root: self.frontier.root(),
            }),
        }
    }
}

/// Checks a whole journal at once.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn verify<'a>(
    node: NodeName,
    rows: impl IntoIterator<Item = &'a Row>,
    checkpoints: Vec<SignedCheckpoint>,
    is_signed: impl Fn(&[u8], &[u8]) -> bool,
) -> Result<Report, Fault> {
    let mut verifier = Verifier::new(node, checkpoints, is_signed)?;
    rows.into_iter().try_for_each(|row| verifier.push(row))?;
    verifier.finish()
}
