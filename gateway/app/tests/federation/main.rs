//! The gateway from outside: partners, a central system that misbehaves on demand, and the evidence of it all.
//!
//! The gateway is the program itself, a child process with the folder that `pasarela demo --prepare` makes; the central
//! system runs in this process, so that tests can tell it how to behave.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod addressed;
mod addressed_asked;
mod adhesion;
mod agreed;
mod answer;
mod bulkheads;
mod changes;
mod commands;
mod console;
mod coverage;
mod dialects;
mod documents;
mod enrolment;
mod evidence;
mod exceptional;
mod federated;
mod forces;
mod foreign;
mod handshakes;
mod holder;
mod hostile_http;
mod hybrid;
mod journal;
mod keys;
mod lots;
mod members;
mod packed;
mod partner;
mod policies;
mod program;
mod regional;
mod relay;
mod repeats;
mod rest;
mod rows;
mod scope;
mod signed;
mod signed_rest;
mod site;
mod slow;
mod soap;
#[cfg(feature = "token-tests")]
mod token;
mod users;
mod versions;
mod watched;
