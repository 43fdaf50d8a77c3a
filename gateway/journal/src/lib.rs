//! Tamper-evident evidence: entries, Merkle tree, signed checkpoints, offline verification.
