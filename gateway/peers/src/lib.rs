//! Calling whoever holds the answer over mutual TLS.
