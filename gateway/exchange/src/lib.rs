//! The life of one exchange, as types.
