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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::consistency::Head;
    use super::*;

    fn leaves(count: usize) -> Vec<Digest> {
        (0..count)
            .map(|number| leaf(&number.to_be_bytes()))
            .collect()
    }

    fn size(count: usize) -> u64 {
        u64::try_from(count).unwrap()
    }

    /// The inputs and roots that implementations of RFC 6962 test against one another with.
    #[test]
    fn known_roots() {
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let hashes: Vec<Digest> = inputs.iter().map(|input| leaf(input)).collect();
        for (count, expected) in roots.iter().enumerate() {
            assert_eq!(root(&hashes[..count]).to_string(), *expected, "{count}");
        }
    }

    #[test]
    fn a_frontier_is_the_tree() {
        let hashes = leaves(130);
        let mut frontier = Frontier::default();
        for count in 0..=hashes.len() {
            assert_eq!(frontier.root(), root(&hashes[..count]), "{count}");
            let resumed = Frontier::resume(frontier.size(), frontier.peaks().to_vec());
            assert_eq!(resumed.as_ref(), Some(&frontier), "{count}");
            assert_eq!(
                Frontier::resume(frontier.size() + 1, frontier.peaks().to_vec()).is_some(),
                { frontier.size().count_ones() == (frontier.size() + 1).count_ones() }
            );
            if let Some(hash) = hashes.get(count) {
                frontier.append(*hash);
            }
        }
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proven() {
        for count in 0..=20 {
            let hashes = leaves(count);
            for (index, hash) in hashes.iter().enumerate() {
                let proof = inclusion::prove(&hashes, size(index)).unwrap();
                assert!(
                    inclusion::holds(*hash, size(index), size(count), &proof, root(&hashes)),
                    "{index} of {count}"
                );
            }
            assert_eq!(inclusion::prove(&hashes, size(count)), None);
        }
    }

    #[test]
    fn every_small_tree_grew_from_every_smaller() {
        for count in 0..=20 {
            let hashes = leaves(count);
            let new = Head {
                size: size(count),
                root: root(&hashes),
            };
            for old in 0..=count {
                let proof = consistency::prove(&hashes, size(old)).unwrap();
                let head = Head {
                    size: size(old),
                    root: root(&hashes[..old]),
                };
                assert!(consistency::holds(head, new, &proof), "{old} of {count}");
            }
            assert_eq!(consistency::prove(&hashes, size(count + 1)), None);
        }
    }

    proptest! {
        #[test]
        fn a_proof_of_inclusion_proves_nothing_else(
            count in 1..80_usize, at in 0..80_usize, other in 0..80_usize, change in 0..8_usize,
        ) {
            let (hashes, at) = (leaves(count), at % count);
            let (hash, root) = (hashes[at], root(&hashes));
            let proof = inclusion::prove(&hashes, size(at)).unwrap();
            let holds = |hash, at, count, proof: &[Digest]| inclusion::holds(hash, at, count, proof, root);
            prop_assert!(holds(hash, size(at), size(count), &proof));
            prop_assert_eq!(holds(hash, size(other), size(count), &proof), other == at);
            prop_assert_eq!(holds(hashes[other % count], size(at), size(count), &proof), other % count == at);
            let longer = [proof.clone(), vec![hash]].concat();
            prop_assert!(!holds(hash, size(at), size(count), &longer));
            if let Some((_, shorter)) = proof.split_last() {
                prop_assert!(!holds(hash, size(at), size(count), shorter));
                let mut changed = proof.clone();
                let place = change % changed.len();
                changed[place] = leaf(changed[place].as_bytes());
                prop_assert!(!holds(hash, size(at), size(count), &changed));
            }
        }

        #[test]
        fn a_proof_of_consistency_proves_nothing_else(count in 1..80_usize, old in 1..80_usize, change in 0..80_usize) {
            let (hashes, old) = (leaves(count), 1 + (old - 1) % count);
            let new = Head { size: size(count), root: root(&hashes) };
            let proof = consistency::prove(&hashes, size(old)).unwrap();
            let mut rewritten = hashes[..old].to_vec();
            let place = change % old;
            rewritten[place] = leaf(b"otra cosa");
            let honest = Head { size: size(old), root: root(&hashes[..old]) };
            let liar = Head { size: size(old), root: root(&rewritten) };
            let other = Head { root: leaf(b"otra"), ..new };
            prop_assert!(consistency::holds(honest, new, &proof));
            prop_assert!(!consistency::holds(liar, new, &proof));
            prop_assert!(!consistency::holds(honest, other, &proof));
            prop_assert_eq!(consistency::holds(new, honest, &proof), old == count);
            let longer = [proof, vec![new.root]].concat();
            prop_assert!(!consistency::holds(honest, new, &longer));
        }
    }
}
