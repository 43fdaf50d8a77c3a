//! The life of one exchange, as types: [`Received`] → [`Permitted`] → [`Released`].
//!
//! ```text
//! Received::new(caller, message, moment)     the requester is the certificate's organism; the time is right
//!   .subject_case()                          which case to look up in the index
//!   .permit(index, engine, now)              the agreement and the policies, before anything is asked
//! permitted.asked(&holder)                   evidence, durable before asking
//! permitted.reduce(answer, engine, now)      the policies again, on the answer; masks; withheld lists
//! released.entry(digest)                     evidence, durable before answering
//! ```
//!
//! INVARIANT: only [`Received::permit`] makes a [`Permitted`], and only a `Permitted` has a question
//! to ask; only [`Permitted::reduce`] opens an [`Answer`] and makes a [`Released`], and only a
//! `Released` has a document to give. None of them can be made, or opened, from outside:
//!
//! ```compile_fail
//! # fn peer(document: contract::Document) {
//! let answer = exchange::Answer::new(document);
//! answer.document(); // an answer shows nothing
//! # }
//! ```
//! ```compile_fail
//! # fn server(received: exchange::Received) {
//! received.question(); // nothing may be asked before it is permitted
//! # }
//! ```
//! ```compile_fail
//! # fn server(permitted: exchange::Permitted, document: contract::Document) {
//! exchange::Released { document, ..todo!() }; // nobody else makes one
//! # }
//! ```
//!
//! Floor 2: no IO, no clock, no randomness; instants and identifiers are arguments.

mod answer;
mod calendar;
mod caller;
mod evidence;
mod learned;
mod permit;
mod permitted;
mod received;
mod reduce;
mod refusal;
mod released;
mod scope;
mod sight;
mod unit;
mod writing;

pub use answer::Answer;
pub use caller::Caller;
pub use permitted::Permitted;
pub use received::{Message, Moment, Received};
pub use refusal::{Refusal, Seen};
pub use released::Released;
