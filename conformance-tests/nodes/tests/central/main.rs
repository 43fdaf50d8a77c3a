//! The reference central system, asked over mutual TLS as the gateway asks it.

mod consult;
mod faults;
mod index;
mod search;
mod site;
mod submit;
