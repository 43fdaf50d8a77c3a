//! The policies that ship, put to the test.

mod canonical;
mod decide;
mod load;
mod masks;
mod matrix;
mod removal;
mod shipped;
