//! What the adapters read and write, on the real contract.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test fail as the test does"
)]

mod addressing;
mod answers;
mod asked;
mod faults;
mod hostile;
mod noise;
mod packages;
mod requests;
mod rest;
mod support;
