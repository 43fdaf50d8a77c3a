//! Signed messages as files: the good ones are opened, each hostile one is refused by its own name.
//!
//! `make.py` made them, with another XML library, another canonicalisation and the `openssl` program. Those in `foreign/`
//! were signed by zeep with its plug-in and by `xmlsec1`; their keys are gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod corpus;
mod http;
mod http_answer;
mod round;
