//! The `pasarela` binary.

fn main() {}
