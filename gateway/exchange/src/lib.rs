//! The life of one exchange, as types: [`Received`] → [`Permitted`] → [`Released`].
//!
//! ```text
//! Received::new(caller, message, moment)     the requester is the certificate's organism; the time is right
//!   .uses(now), .counted(usage)              what it uses of the quotas, and what was used today
//!   .subject_case()                          which case to look up in the index
//!   .permit(index, engine, now)              the agreement and the policies, before anything is asked
//! permitted.asked(&holder)                   evidence, durable before asking
//! permitted.reduce(answer, engine, now)      the policies again, on the answer; masks; withheld lists
//! released.entry(digest)                     evidence, durable before answering
//! ```
//!
//! INVARIANT: only [`Received::permit`] makes a [`Permitted`], and only a `Permitted` has a question
//! to ask; only [`Permitted::reduce`] opens an [`Answer`] and makes a [`Released`], and only a
//! `Released` has a document to give. None of them can be made, or opened, from outside. This
//! compiles:
//!
//! ```
//! # fn peer(permitted: &exchange::Permitted, document: contract::Document) -> exchange::Answer {
//! permitted.question();
//! exchange::Answer::new(document)
//! # }
//! # fn server(released: &exchange::Released) {
//! released.document();
//! # }
//! ```
//! These do not: asking what is not permitted, looking into an answer, making up a permit or an
//! answer that may be given.
//!
//! ```compile_fail,E0599
//! # fn server(received: &exchange::Received) {
//! received.question();
//! # }
//! ```
//! ```compile_fail,E0599
//! # fn server(answer: &exchange::Answer) {
//! answer.document();
//! # }
//! ```
//! ```compile_fail,E0616
//! # fn server(answer: exchange::Answer) {
//! let document = answer.0;
//! # }
//! ```
//! ```compile_fail,E0451
//! # fn server(received: exchange::Received) {
//! exchange::Permitted { received, known: None };
//! # }
//! ```
//! ```compile_fail,E0451
//! # fn server(document: contract::Document, released: exchange::Released) {
//! exchange::Released { document, ..released };
//! # }
//! ```
//!
//! Floor 2: no IO, no clock, no randomness; instants and identifiers are arguments.

mod answer;
mod calendar;
mod caller;
mod evidence;
pub mod exceptional;
pub mod explain;
mod foreign;
mod held;
mod learned;
mod merge;
mod permit;
mod permitted;
pub mod quota;
mod received;
mod reduce;
mod refusal;
mod released;
mod rules;
mod scope;
pub mod screen;
mod sight;
mod unit;
mod writing;

pub use answer::Answer;
pub use caller::{Caller, SignedBy};
pub use merge::Told;
pub use permitted::Permitted;
pub use received::{Message, Moment, Received};
pub use refusal::{Refusal, Seen};
pub use released::Released;
pub use sight::shows_nothing;
