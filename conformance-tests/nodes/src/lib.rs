//! Reference systems of the other side of the wire.
