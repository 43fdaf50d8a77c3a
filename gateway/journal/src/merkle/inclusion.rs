//! Proofs that a leaf is in a tree; RFC 6962 section 2.1.1, verified as in RFC 9162 section 2.1.3.2.

use super::{Climb, Side, node, root, split};
use crate::Digest;

/// The hashes that lead from leaf `index` to the root, nearest first; nothing if there is no such leaf.
pub fn prove(leaves: &[Digest], index: u64) -> Option<Vec<Digest>> {
    let index = usize::try_from(index)
        .ok()
        .filter(|index| *index < leaves.len())?;
    Some(path(leaves, index))
}

fn path(leaves: &[Digest], index: usize) -> Vec<Digest> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = split(leaves);
    let (mut below, sibling) = if index < left.len() {
        (path(left, index), root(right))
    } else {
        (path(right, index - left.len()), root(left))
    };
    below.push(sibling);
    below
}

/// Whether `proof` leads from the leaf hash at `index` to the root of a tree of `size` leaves.
pub fn holds(leaf: Digest, index: u64, size: u64, proof: &[Digest], root: Digest) -> bool {
    if index >= size {
        return false;
    }
    let mut climb = Climb::new(index, size - 1);
    let top = proof
        .iter()
        .try_fold(leaf, |hash, sibling| match climb.step()? {
            Side::Left => Some(node(*sibling, hash)),
            Side::Right => Some(node(hash, *sibling)),
        });
    climb.at_root() && top == Some(root)
}
