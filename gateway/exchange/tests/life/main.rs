//! Whole exchanges, on the real policies and the real contract.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test fail as the test does"
)]

mod answers;
mod merge;
mod moves;
mod pages;
mod peril;
mod questions;
mod quotas;
mod screens;
mod support;
mod users;
mod writing;
