//! Random bytes, from the generator that makes keys and serial numbers here: whoever needs some on the floors above
//! asks this one door.

use openssl::error::ErrorStack;
use openssl::rand as generator;

/// Bytes that nobody can foresee.
pub fn bytes<const N: usize>() -> Result<[u8; N], ErrorStack> {
    let mut bytes = [0; N];
    generator::rand_bytes(&mut bytes)?;
    Ok(bytes)
}
