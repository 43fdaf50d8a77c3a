//! The life of an adhesion: every legal path, every refusal by its name, and what no sequence of entries can do.

mod life;
mod never;
mod refusals;
mod support;

pub(super) use support::annex;
