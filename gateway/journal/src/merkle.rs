//! The hash tree of RFC 6962 (section 2.1), over SHA-256.

pub mod consistency;
pub mod frontier;
pub mod inclusion;

pub use frontier::Frontier;

use crate::Digest;

/// The hash of a leaf: `SHA-256(0x00 || bytes)`.
pub fn leaf(bytes: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], bytes])
}

/// The hash of an inner node: `SHA-256(0x01 || left || right)`.
pub(crate) fn node(left: Digest, right: Digest) -> Digest {
    Digest::of_parts(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// The root of the tree over these leaf hashes; of none, the digest of nothing.
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(&[]),
        [only] => *only,
        _ => {
            let (left, right) = split(leaves);
            node(root(left), root(right))
        }
    }
}

/// Splits two or more leaves at the largest power of two below their number.
pub(crate) fn split(leaves: &[Digest]) -> (&[Digest], &[Digest]) {
    leaves.split_at(leaves.len().next_power_of_two() / 2)
}

/// On which side of the path a sibling stands.
pub(crate) enum Side {
    Left,
    Right,
}

/// The way from a leaf to the root, as a verifier walks it; RFC 9162 section 2.1.3.2.
pub(crate) struct Climb {
    place: u64,
    last: u64,
}

impl Climb {
    /// Starts at `place`, in a level whose last place is `last`.
    pub(crate) fn new(place: u64, last: u64) -> Self {
        Self { place, last }
    }

    /// Goes up by one sibling; nothing if this is the root already.
    pub(crate) fn step(&mut self) -> Option<Side> {
        if self.at_root() {
            return None;
        }
        let side = if self.place % 2 == 1 {
            Side::Left
        } else if self.place == self.last {
            // A last subtree without a right-hand brother rises unchanged until it has a left-hand one.
            self.rise(self.place.trailing_zeros());
            Side::Left
        } else {
            Side::Right
        };
        self.rise(1);
        Some(side)
    }

    /// Whether the level has one place.
    pub(crate) fn at_root(&self) -> bool {
        self.last == 0
    }

    fn rise(&mut self, levels: u32) {
        self.place >>= levels;
        self.last >>= levels;
    }
}
