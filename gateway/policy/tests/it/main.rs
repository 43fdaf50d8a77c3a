//! The policies that ship, put to the test.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

mod asking;
mod canonical;
mod cases;
mod decide;
mod former;
mod load;
mod masks;
mod matrix;
mod peril;
mod removal;
mod shipped;
mod words;
