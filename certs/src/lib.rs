//! What a certificate says, and whether it may be trusted.
//!
//! The only door to OpenSSL. It opens files, never sockets: servers and clients take settings from here and bring their
//! own streams. The clock is an argument (`now`, seconds since the Unix epoch) except inside a handshake, where OpenSSL
//! reads it.

#![allow(
    clippy::missing_errors_doc,
    reason = "every variant of the error enums says when it comes; a paragraph at each function would repeat it"
)]

pub mod acceptor;
pub mod authority;
pub mod client;
pub mod connector;
pub mod existing;
pub mod handshake;
pub mod identity;
pub mod jws;
pub mod load;
pub mod possession;
pub mod random;
pub mod request;
pub mod revocation;
pub mod seal;
pub mod secret;
pub mod signing;
pub mod strength;
pub mod testpki;
mod time;
pub mod token;
pub mod veil;
pub mod wire;
