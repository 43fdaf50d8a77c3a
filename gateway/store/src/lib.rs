//! Registry, case index, idempotency and journal on SQLite or PostgreSQL.
//!
//! One [`Store`] over both; every statement that both understand is written once. What they spell
//! differently stands beside it, one function a database.
//!
//! INVARIANT: no case content at rest. The index holds where a case belongs; an answer is kept for
//! repetition only where it holds none (see [`idempotency`]).

#![allow(
    clippy::missing_errors_doc,
    reason = "every call fails when the database does; what else it refuses stands in its first sentence"
)]

mod backend;
mod error;
mod transaction;

pub mod adhesion;
pub mod case_index;
pub mod certificates;
pub mod coverage;
pub mod enrolment;
pub mod exceptional;
pub mod idempotency;
pub mod journal;
pub mod policies;
pub mod proposals;
pub mod queues;
pub mod quota;
pub mod registry;
pub mod reminders;
pub mod schema;
pub mod sign_ins;
pub mod staff;
pub mod traffic;
pub mod watched;

pub use backend::Store;
pub use error::Error;
pub use idempotency::{Claim, Served, StoredAnswer, Ticket};
pub use journal::{JournalUnavailable, JournalWriter, Receipt};
pub use quota::{Counted, Use};
