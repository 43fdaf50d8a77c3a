//! What one kind of reader may do with one field group.

use std::collections::BTreeSet;
use std::sync::Arc;

use contract::Visibility;

/// What a viewer may do with a field group, and which policies say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// How it sees the group.
    pub visibility: Visibility,
    /// The ids of the policies because of which it sees it so, in order; none when nothing opens it.
    pub seen_by: Vec<Arc<str>>,
    /// Whether it may write the group.
    pub writable: bool,
    /// The ids of the policies because of which it may or may not, in order.
    pub written_by: Vec<Arc<str>>,
}

impl Ruling {
    /// The ids of all the policies that settled it, in order and without repeats.
    pub fn policies(&self) -> Vec<Arc<str>> {
        let all: BTreeSet<_> = self.seen_by.iter().chain(&self.written_by).collect();
        all.into_iter().map(Arc::clone).collect()
    }
}

/// A policy as it answers for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its id, as in the evidence.
    pub id: Arc<str>,
    /// What it says (`@titulo`).
    pub title: Arc<str>,
    /// On what it rests (`@clausula`).
    pub clause: Arc<str>,
}
