//! The growing edge of a tree: enough to append and to know the root, in 64 hashes at most.

use super::node;
use crate::Digest;

/// The complete subtrees of a growing tree, largest first, one for each bit of its size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// Takes up a tree where it was left; nothing if that many subtrees do not make that size.
    pub fn resume(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        (usize::try_from(size.count_ones()) == Ok(peaks.len())).then_some(Self { size, peaks })
    }

    /// Adds the hash of a leaf.
    pub fn append(&mut self, leaf: Digest) {
        let complete = self.size.trailing_ones();
        let joined = (0..complete).fold(leaf, |right, _| match self.peaks.pop() {
            Some(left) => node(left, right),
            None => right,
        });
        self.peaks.push(joined);
        self.size += 1;
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, largest first.
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }

    /// The root of the tree so far.
    pub fn root(&self) -> Digest {
        let smallest_first = self.peaks.iter().rev().copied();
        smallest_first
            .reduce(|right, left| node(left, right))
            .unwrap_or_else(|| Digest::of(&[]))
    }
}
