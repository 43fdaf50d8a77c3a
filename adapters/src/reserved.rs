//! Leaves that only the gateway fills: a caller who sends one is told its name.
//!
//! Silently dropping them would let a caller believe that a search went as far as it asked for, or
//! that the list of withheld parts of an old answer is part of the case.

use contract::{Contract, Document, NodeRef, Role};

/// A leaf that a caller may not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is filled by the gateway, not by the caller")]
pub struct Reserved {
    /// The path from the root.
    pub path: String,
}

/// Whether only the gateway fills leaves of that role.
pub(crate) fn is_reserved(role: Role) -> bool {
    match role {
        Role::Scope
        | Role::MaxLevel
        | Role::Withheld
        | Role::HasMatch
        | Role::Losses
        | Role::Unanswered => true,
        Role::CaseId
        | Role::Territory
        | Role::TemporaryStay
        | Role::WorkTown
        | Role::Subject
        | Role::Responsible
        | Role::Level
        | Role::State
        | Role::Version
        | Role::ExpectedVersion
        | Role::Cursor
        | Role::Limit => false,
    }
}

/// Refuses a request that sets one.
///
/// # Errors
/// The first one, in document order.
pub(crate) fn refuse(document: &Document) -> Result<(), Reserved> {
    match find(document.contract(), document.root()) {
        Some(steps) => Err(Reserved {
            path: format!("/{}", steps.join("/")),
        }),
        None => Ok(()),
    }
}

/// The way to the first reserved leaf in the subtree; as deep as the decoder's limit at most.
fn find<'d>(contract: &Contract, node: NodeRef<'d>) -> Option<Vec<&'d str>> {
    if contract
        .element(node.element())
        .role
        .is_some_and(is_reserved)
    {
        return Some(vec![node.local()]);
    }
    let mut below = node.children().find_map(|child| find(contract, child))?;
    below.insert(0, node.local());
    Some(below)
}
