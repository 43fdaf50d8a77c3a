//! `/v2/…` · what REST requests and answers look like, whatever the contract.
//!
//! The shapes come from the contract's own bindings; problems are RFC 9457, conditional requests
//! RFC 9110 section 13.

mod answer;
mod ask;
mod bind;
mod context;
mod error;
mod etag;
pub(crate) mod percent;
mod problem;
mod route;

pub use answer::{read_answer, read_problem};
pub use ask::{Outgoing, Unaskable, ask};
pub use bind::{Incoming, bind, line};
pub use context::context;
pub use error::RestError;
pub use etag::etag;
pub use problem::{PROBLEM_CONTENT_TYPE, problem_json};
pub use route::{Match, Router, Unroutable};

/// The `Content-Type` of an answer that is no problem.
pub const CONTENT_TYPE: &str = "application/json";
