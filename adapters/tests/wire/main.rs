//! What the adapters read and write, on the real contract.

mod answers;
mod faults;
mod hostile;
mod requests;
mod rest;
mod support;
