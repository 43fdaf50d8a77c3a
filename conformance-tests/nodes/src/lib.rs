//! Reference systems of the other side of the wire: the central system, with a population of its own.
//!
//! Everything here is a test double and says so: every person is synthetic, the figures are those of a published
//! bulletin ([`bulletin`]), and the server ([`central`]) speaks the canonical contract and nothing else.

pub mod body;
pub mod bulletin;
pub mod central;
pub mod client;
pub mod database;
pub mod desk;
pub mod padron;
pub mod population;
pub mod program;
mod record;
