//! The codecs, the builder and the masks, through their public doors, on small contracts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::pedantic,
    reason = "a test stops at the first thing that is not as it must be, and a table is as long as it is"
)]

mod builder;
mod canonical;
mod fixture;
mod json;
mod loose;
mod mask;
#[allow(dead_code, reason = "the oracles use the other kind of comparison")]
#[path = "../support/meaning.rs"]
mod meaning;
mod models;
mod open;
mod profile;
mod properties;
mod shipped;
mod stream;
mod xml;
