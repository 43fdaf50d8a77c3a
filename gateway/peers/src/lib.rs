//! Calling whoever holds the answer: SOAP or REST over mutual TLS, in its own dialect if it has one.
//!
//! A question is made in one place (`request`), sent in another (`transport`) and its answer read in a third
//! (`answer`); what is signed between both is in a fourth (`seal`), what travels in packages in a fifth (`parcel`), how it is
//! addressed in a sixth (`addressing`). Everything that can fail has a name ([`PeerFault`]) and a place in the problem table.

#![allow(
    clippy::missing_errors_doc,
    reason = "every variant of the error enums says when it comes; a paragraph at each function would repeat it"
)]

mod addressing;
mod answer;
mod aside;
mod breaker;
mod clients;
mod config;
mod fault;
mod holder;
mod index;
mod lot;
mod parcel;
pub mod provider;
pub mod pulse;
mod request;
mod rest;
mod seal;
mod tongue;
mod transport;

#[cfg(test)]
mod tests;

pub use aside::aside;
pub use config::{Bounds, HolderConfig, Http, Protocol, Signatures, Speech, Waits};
pub use fault::{BadSignature, ConnectError, PeerFault, Wait};
pub use holder::Holder;
pub use index::IndexPage;
pub use lot::{Lot, Told};
pub use seal::Trust;
pub use tongue::Tongue;
