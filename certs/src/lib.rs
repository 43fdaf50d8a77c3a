//! What a certificate says, and whether it may be trusted.
