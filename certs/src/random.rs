//! Random bytes, from the generator that makes the keys.

use openssl::error::ErrorStack;

/// Bytes that nobody can foresee.
pub fn bytes<const N: usize>() -> Result<[u8; N], ErrorStack> {
    let mut bytes = [0; N];
    openssl::rand::rand_bytes(&mut bytes)?;
    Ok(bytes)
}
