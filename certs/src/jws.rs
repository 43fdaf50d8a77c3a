//! Signatures of JSON Web Signatures (RFC 7515) by the algorithms of RFC 7518 §3 that a provider of identities may use:
//! RS256, PS256, ES256 and ES384, over public keys as RFC 7517 and RFC 7518 §6 write them.
//!
//! Only verification, and only by a key that is made for the algorithm: `none`, the HMACs and every other name are no
//! [`Algorithm`], and a key of another family or curve verifies nothing. The JSON around it is read on the floors above.

use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Public};
use openssl::rsa::{Padding, Rsa};
use openssl::sign::{RsaPssSaltlen, Verifier};

/// Keys below this are refused (CCN-STIC-807 lets existing ones of 2048 bits live on).
const SHORTEST_RSA: i32 = 2048;
/// Beyond it a verification costs more than a stranger may ask for.
const LONGEST_RSA: i32 = 8192;

/// A way to sign that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
}

/// A curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// P-256.
    P256,
    /// P-384.
    P384,
}

/// A public key.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    key: PKey<Public>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rsa,
    Ec(Curve),
}

/// Why a signature is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum JwsFault {
    /// The key is none, or too weak or too large.
    #[error("the public key is not a usable one")]
    Key,
    /// The key is of another algorithm.
    #[error("the key is not one of the algorithm")]
    AnotherKey,
    /// The signature is not that of this key over these bytes.
    #[error("the signature does not verify")]
    Mismatch,
    /// OpenSSL failed.
    #[error("OpenSSL: {0}")]
    Library(#[from] ErrorStack),
}

impl Algorithm {
    /// The algorithm of that name, if it is accepted.
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "ES384" => Some(Self::Es384),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Rs256 | Self::Ps256 => Kind::Rsa,
            Self::Es256 => Kind::Ec(Curve::P256),
            Self::Es384 => Kind::Ec(Curve::P384),
        }
    }

    fn hash(self) -> MessageDigest {
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => MessageDigest::sha256(),
            Self::Es384 => MessageDigest::sha384(),
        }
    }
}

impl Curve {
    /// The curve of that name in RFC 7518 §6.2.1.1.
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "P-256" => Some(Self::P256),
            "P-384" => Some(Self::P384),
            _ => None,
        }
    }

    fn nid(self) -> Nid {
        match self {
            Self::P256 => Nid::X9_62_PRIME256V1,
            Self::P384 => Nid::SECP384R1,
        }
    }

    /// How many bytes each number of a point, and of a signature, has.
    fn length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }
}

impl VerifyingKey {
    /// An RSA key by modulus and exponent, big-endian.
    pub fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, JwsFault> {
        let (modulus, exponent) = (BigNum::from_slice(modulus)?, BigNum::from_slice(exponent)?);
        let fits = (SHORTEST_RSA..=LONGEST_RSA).contains(&modulus.num_bits());
        // Odd, above one and of ordinary size: what else there is makes verification trivial or slow.
        let usable = exponent.is_bit_set(0) && (2..=32).contains(&exponent.num_bits());
        if !fits || !usable {
            return Err(JwsFault::Key);
        }
        let key = Rsa::from_public_components(modulus, exponent).map_err(|_| JwsFault::Key)?;
        Ok(Self {
            key: PKey::from_rsa(key)?,
            kind: Kind::Rsa,
        })
    }

    /// A key on a curve by the coordinates of its point, each as long as the curve's numbers are.
    pub fn ec(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, JwsFault> {
        if x.len() != curve.length() || y.len() != curve.length() {
            return Err(JwsFault::Key);
        }
        let group = EcGroup::from_curve_name(curve.nid())?;
        let (x, y) = (BigNum::from_slice(x)?, BigNum::from_slice(y)?);
        // OpenSSL checks that the point is on the curve.
        let key = EcKey::from_public_key_affine_coordinates(&group, &x, &y);
        let key = key.map_err(|_| JwsFault::Key)?;
        key.check_key().map_err(|_| JwsFault::Key)?;
        Ok(Self {
            key: PKey::from_ec_key(key)?,
            kind: Kind::Ec(curve),
        })
    }

    /// Whether the key is one of the algorithm.
    pub fn is_of(&self, algorithm: Algorithm) -> bool {
        self.kind == algorithm.kind()
    }

    /// Accepts the signature, or says why not.
    pub fn verify(
        &self,
        algorithm: Algorithm,
        bytes: &[u8],
        signature: &[u8],
    ) -> Result<(), JwsFault> {
        if !self.is_of(algorithm) {
            return Err(JwsFault::AnotherKey);
        }
        let signature = match self.kind {
            Kind::Rsa => signature.to_vec(),
            Kind::Ec(curve) => in_der(signature, curve.length())?,
        };
        let mut verifier = Verifier::new(algorithm.hash(), &self.key)?;
        if algorithm == Algorithm::Ps256 {
            verifier.set_rsa_padding(Padding::PKCS1_PSS)?;
            verifier.set_rsa_mgf1_md(MessageDigest::sha256())?;
            verifier.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
        }
        match verifier.verify_oneshot(&signature, bytes) {
            Ok(true) => Ok(()),
            // Bytes that are no signature come back as an error.
            Ok(false) | Err(_) => Err(JwsFault::Mismatch),
        }
    }
}

/// The DER form of both numbers of a signature, which stand side by side (RFC 7518 §3.4) and are not zero.
fn in_der(both: &[u8], length: usize) -> Result<Vec<u8>, JwsFault> {
    let (r, s) = both.split_at_checked(length).ok_or(JwsFault::Mismatch)?;
    let zero = |number: &[u8]| number.iter().all(|byte| *byte == 0);
    if s.len() != length || zero(r) || zero(s) {
        return Err(JwsFault::Mismatch);
    }
    let (r, s) = (BigNum::from_slice(r)?, BigNum::from_slice(s)?);
    Ok(EcdsaSig::from_private_components(r, s)?.to_der()?)
}

#[cfg(test)]
mod tests;
