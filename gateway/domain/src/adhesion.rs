//! The file of an adhesion (`expediente de adhesión`): an append-only list of entries, folded into the agreement that
//! stands.
//!
//! Ley 40/2015 arts. 47 to 53: what a convenio goes through before it has effect, how long it lasts, how it ends. Which
//! steps each kind of organism goes through is data, in [`template`]. Nothing is ever edited: a step back is one more
//! entry. Acts that open or close access take two people: one proposes, another approves.

pub mod act;
pub mod author;
pub mod dossier;
pub mod grants;
pub mod pdf;
pub mod places;
pub mod refused;
pub mod summary;
pub mod template;
pub mod users;
pub mod users_fault;
pub mod users_table;
pub mod warning;

mod rules;
#[cfg(test)]
mod tests;

pub use act::{Act, Document, DocumentId, Draft, Entry, Note, Outcome, Proposal, Reference};
pub use author::Author;
pub use dossier::{Dossier, File, Passed, Pending};
pub use refused::Refused;
pub use rules::may_keep;
pub use summary::{Summary, Wait};
pub use template::Template;
pub use users::{User, UserRole, UsersForm};
pub use users_fault::UsersFault;
pub use users_table::UsersTable;
pub use warning::Warning;
