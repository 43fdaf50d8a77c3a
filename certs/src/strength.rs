//! Which keys are strong enough to be enrolled: CCN-STIC-807 for category ALTA.

use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKeyRef, Public};

use crate::identity::SHORTEST_NEW_RSA;

/// Why a key is not enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// An RSA key that is too short.
    #[error("the RSA key has {0} bits")]
    ShortRsa(u32),
    /// Neither RSA nor on P-256 or P-384.
    #[error("the key is neither RSA nor on P-256 or P-384")]
    Kind,
}

/// Accepts RSA from 3072 bits, and EC on the named curves P-256 and P-384.
pub(crate) fn judge(key: &PKeyRef<Public>) -> Result<Result<(), Weakness>, ErrorStack> {
    Ok(match key.id() {
        Id::RSA if key.bits() < SHORTEST_NEW_RSA => Err(Weakness::ShortRsa(key.bits())),
        Id::RSA => Ok(()),
        Id::EC => match key.ec_key()?.group().curve_name() {
            Some(Nid::X9_62_PRIME256V1 | Nid::SECP384R1) => Ok(()),
            Some(_) | None => Err(Weakness::Kind),
        },
        _ => Err(Weakness::Kind),
    })
}
