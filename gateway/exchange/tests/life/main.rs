//! Whole exchanges, on the real policies and the real contract.

mod answers;
mod questions;
mod support;
mod writing;
