//! Protocols and dialects: what travels on the wire, turned into documents and context, and back.
//!
//! Floor 1: no clock, and no IO but the reading of partners' folders at start ([`partner`]). Foreign
//! bytes come in as slices with what HTTP said about them; bytes to send go out as vectors. Every input that is refused has an error of its own
//! ([`ReadError`]), and one place says what the peer is told of it (`problem`).

mod context;
mod error;
mod fault_table;
mod problem;
mod reserved;
mod text;

pub mod partner;
pub mod rest;
pub mod signatures;
pub mod soap;
pub mod trace;
pub mod workbook;
pub mod wsse;

pub use context::{ContextError, ContextFault, Field, Naming, Unsaid, context_of, put_context};
pub use error::ReadError;
pub use problem::shown;
pub use reserved::Reserved;
