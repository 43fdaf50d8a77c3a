//! Proofs that a tree only grew; RFC 6962 section 2.1.2, verified as in RFC 9162 section 2.1.4.2.

use super::{Climb, Side, node, root, split};
use crate::Digest;

/// The hashes that join the tree of the first `old` leaves to the tree of all; nothing if there never
/// were that many.
///
/// Every tree is consistent with the empty one, without proof.
pub fn prove(leaves: &[Digest], old: u64) -> Option<Vec<Digest>> {
    let old = usize::try_from(old)
        .ok()
        .filter(|old| *old <= leaves.len())?;
    Some(if old == 0 {
        Vec::new()
    } else {
        path(leaves, old, true)
    })
}

/// `known`: the verifier has the root of this subtree already, as the old root.
fn path(leaves: &[Digest], old: usize, known: bool) -> Vec<Digest> {
    if old == leaves.len() {
        return if known {
            Vec::new()
        } else {
            vec![root(leaves)]
        };
    }
    let (left, right) = split(leaves);
    let (mut below, sibling) = if old <= left.len() {
        (path(left, old, known), root(right))
    } else {
        (path(right, old - left.len(), false), root(left))
    };
    below.push(sibling);
    below
}

/// A tree as someone saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many leaves it had.
    pub size: u64,
    /// Its root.
    pub root: Digest,
}

/// Whether `proof` shows that the tree of `new` is the one of `old` with leaves added.
pub fn holds(old: Head, new: Head, proof: &[Digest]) -> bool {
    if old.size > new.size {
        return false;
    }
    if old.size == new.size {
        return proof.is_empty() && old.root == new.root;
    }
    if old.size == 0 {
        return proof.is_empty() && old.root == Digest::of(&[]);
    }
    let rises = (old.size - 1).trailing_ones();
    let climb = Climb::new((old.size - 1) >> rises, (new.size - 1) >> rises);
    let (first, rest) = if old.size.is_power_of_two() {
        (old.root, proof)
    } else {
        let Some((first, rest)) = proof.split_first() else {
            return false;
        };
        (*first, rest)
    };
    both_roots(climb, first, rest) == Some((old.root, new.root))
}

/// Both roots as the proof makes them, from the last complete subtree they share.
fn both_roots(mut climb: Climb, shared: Digest, proof: &[Digest]) -> Option<(Digest, Digest)> {
    let roots = proof
        .iter()
        .try_fold((shared, shared), |(old, new), sibling| {
            match climb.step()? {
                Side::Left => Some((node(*sibling, old), node(*sibling, new))),
                Side::Right => Some((old, node(new, *sibling))),
            }
        });
    roots.filter(|_| climb.at_root())
}
