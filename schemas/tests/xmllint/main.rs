//! Our verdicts against libxml2's, over documents made for it. Needs `xmllint`; run with
//! `cargo test -p contract --features oracle --test xmllint`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a panic is the report"
)]

mod attribution;
mod documents;
#[allow(dead_code, reason = "the codec tests use the other kind of comparison")]
#[path = "../support/meaning.rs"]
mod meaning;
mod models;
mod mutate;
mod oracle;
mod second;
mod texts;
mod tree;
mod types;
