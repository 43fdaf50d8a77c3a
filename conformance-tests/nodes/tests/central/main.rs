//! The reference central system, asked over mutual TLS as the gateway asks it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod consult;
mod faults;
mod fuerza;
mod index;
mod lots;
mod search;
mod site;
mod submit;
