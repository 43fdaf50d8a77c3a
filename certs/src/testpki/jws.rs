//! A key that signs JSON Web Signatures for the tests: ES256.

use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;

const LENGTH: i32 = 32;

/// A key on P-256 as a provider of identities has it.
pub struct TestJwsKey {
    key: PKey<Private>,
    /// The first coordinate of its point.
    pub x: Vec<u8>,
    /// The second.
    pub y: Vec<u8>,
}

impl TestJwsKey {
    /// A new one.
    pub fn generate() -> Result<Self, ErrorStack> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        let key = EcKey::generate(&group)?;
        let mut context = BigNumContext::new()?;
        let (mut x, mut y) = (BigNum::new()?, BigNum::new()?);
        let point = key.public_key();
        point.affine_coordinates(&group, &mut x, &mut y, &mut context)?;
        Ok(Self {
            x: x.to_vec_padded(LENGTH)?,
            y: y.to_vec_padded(LENGTH)?,
            key: PKey::from_ec_key(key)?,
        })
    }

    /// Both numbers of a signature, side by side.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let mut signer = Signer::new(MessageDigest::sha256(), &self.key)?;
        let numbers = EcdsaSig::from_der(&signer.sign_oneshot_to_vec(bytes)?)?;
        let mut both = numbers.r().to_vec_padded(LENGTH)?;
        both.extend(numbers.s().to_vec_padded(LENGTH)?);
        Ok(both)
    }
}
