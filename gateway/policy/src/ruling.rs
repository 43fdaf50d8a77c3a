//! What one kind of reader may do with one field group.

use std::sync::Arc;

use contract::Visibility;

/// What a viewer may do with a field group, and which policies say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// How it sees the group.
    pub visibility: Visibility,
    /// Whether it may write the group.
    pub writable: bool,
    /// The ids of the policies that settled it, in order and without repeats.
    pub policies: Vec<Arc<str>>,
}
