//! Keys that stay in a token · PKCS #11 (OASIS, version 2.40), the only door to it.
//!
//! The library of the token's maker is loaded into the process. One thread of its own speaks to it; whoever wants a
//! signature waits in a queue that has an end. Digests go in, signatures come out; nothing here ever sees a key.

mod card;
mod fault;
mod pin;
mod uri;
mod worker;

pub use fault::TokenFault;
pub use pin::Pin;
pub use uri::{TokenUri, UriFault};
pub(crate) use worker::Token;
