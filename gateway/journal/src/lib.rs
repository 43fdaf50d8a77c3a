//! Tamper-evident evidence: entries, Merkle tree, signed checkpoints, offline verification.
//!
//! Pure: bytes in, bytes out. Signatures come and go through closures; instants are arguments.
//!
//! INVARIANT: no case content. An [`Entry`] has room for identifiers, names of field groups and
//! digests, and for nothing else that a message held.

pub mod checkpoint;
pub mod digest;
pub mod entry;
pub mod merkle;
pub mod node_name;
pub mod sealed;
pub mod verify;

mod instant;

pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use digest::Digest;
pub use entry::{Entry, EntryKind, Verdict};
pub use node_name::NodeName;
pub use sealed::Sealed;
