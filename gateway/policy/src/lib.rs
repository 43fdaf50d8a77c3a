//! Who may do what, and who may see which field group.
//!
//! The decisions are text: the files of the policies folder, in Cedar, read and checked against their
//! schema at start. This crate puts the words of the agreement before them and nothing more: no rule
//! about an organism, a territory, a level or a field group is written in Rust.
//!
//! Two kinds of decision. [`Engine::decide`] answers whether an operation may go on; it depends on a
//! [`Posture`] and on nothing else of the request. [`Engine::masks`] and [`Engine::writable`] answer what a
//! kind of reader sees and writes of a case; they depend on a [`Viewer`]. Both are put to the policies once
//! and kept: a request costs a few look-ups, however many organisms, municipalities or policies there are.

mod cache;
mod decision;
mod engine;
mod grounds;
mod load;
pub mod matrix;
mod posture;
mod question;
mod relation;
mod ruling;
mod slices;
mod viewer;
mod vocabulary;

pub use decision::{Decision, Verdict};
pub use engine::Engine;
pub use load::{LoadError, LoadErrors};
pub use posture::{Acting, Bearing, File, Granted, Posture, Subject, System, Terms};
pub use question::{CaseFacts, Peril, Question, Target};
pub use relation::{Charge, Relation};
pub use ruling::{Policy, Ruling};
pub use viewer::Viewer;
