//! The synthetic population that reproduces the bulletin exactly.
//!
//! [`Plan`] says how many cases and victims each body has in each province; [`Section`] makes them, one province at
//! a time, so that a subset of provinces holds the same rows as the whole nation. Everything follows from the seed.

pub mod case;
pub mod person;
mod plan;
mod rng;
mod section;
mod solve;
mod towns;

pub use plan::{Group, Plan, PlanError, Share};
pub(crate) use rng::Rng;
pub use section::Section;
