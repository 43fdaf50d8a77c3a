//! Who may do what, and who may see which field group.
//!
//! The decisions are text: the files of the policies folder, in Cedar, read and checked against their
//! schema at start. This crate puts the words of the agreement before them and nothing more: no rule
//! about an organism, a territory, a level or a field group is written in Rust.
//!
//! Two kinds of decision. [`Engine::decide`] answers whether an operation may go on, at each request.
//! [`Engine::masks`] and [`Engine::writable`] answer what a kind of reader sees and writes of a case;
//! they depend on nothing of the request but a [`Viewer`], and are kept once made.

mod cache;
mod decision;
mod engine;
mod load;
mod memo;
mod question;
mod relation;
mod ruling;
mod viewer;
mod vocabulary;

pub use decision::{Decision, Verdict};
pub use engine::Engine;
pub use load::{LoadError, LoadErrors};
pub use question::{CaseFacts, Question, Target};
pub use relation::Relation;
pub use ruling::Ruling;
pub use viewer::Viewer;
