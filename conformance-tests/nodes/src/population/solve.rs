//! Whole numbers in a table whose margins are given.

mod flow;
mod spread;

pub(crate) use spread::{Cell, Unsolvable, spread};
