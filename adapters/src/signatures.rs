//! Signed messages of REST · HTTP message signatures (RFC 9421) over the digest of the body (RFC 9530).
//!
//! A strict profile: one signature, made with the key of the connection's certificate, over everything that decides
//! what is asked. What is verified here is the message as it came; there is nothing else to read in its place.

mod answer;
mod ask;
mod base;
mod digest;
mod fault;
mod open;
mod sign;

pub use answer::{Answer, open_answer};
pub use ask::{Asked, digest_request, sign_request};
pub use base::Head;
pub use fault::SignatureFault;
pub use open::{Opened, Trust, Verified, label, open};
pub use sign::{Question, SignError, sign};

use certs::signing::Algorithm;

/// What a signature of ours is called, and what one must be for (RFC 9421 section 2.3, `tag`).
const TAG: &str = "pasarela";

/// The name of an algorithm (RFC 9421 section 6.2.2); RSA with SHA-384 has none.
fn algorithm_name(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::RsaSha256 => Some("rsa-v1_5-sha256"),
        Algorithm::EcdsaSha256 => Some("ecdsa-p256-sha256"),
        Algorithm::EcdsaSha384 => Some("ecdsa-p384-sha384"),
        Algorithm::RsaSha384 => None,
    }
}
