//! Whole handshakes and whole files.
