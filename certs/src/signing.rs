//! Signatures of messages and the certificates they are made with: RSASSA-PKCS1-v1_5 (RFC 8017 §8.2) and ECDSA
//! (FIPS 186-5, as RFC 4050 §3.3 writes it: the two numbers side by side), with SHA-256 and SHA-384.

mod algorithm;
mod certificate;
mod fault;
mod known;
mod name;
mod trust;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::sign::Signer as OpenSslSigner;

pub(crate) use algorithm::Family;
pub use algorithm::{Algorithm, Hash, digest};
pub use certificate::{CertificateFault, SigningCertificate};
pub use fault::{ChoiceFault, SignFault};
pub use known::known;
pub use trust::{Distrust, SigningTrust};

use crate::load::{self, LoadError, Pair};
use crate::random;
use crate::secret::PrivateKey;
use crate::token::{Pin, Token, TokenFault, TokenUri};
use certificate::KeyKind;

/// Signs messages in the name of one certificate.
#[derive(Clone)]
pub struct Signer {
    key: Key,
    certificate: SigningCertificate,
    algorithm: Algorithm,
    naming: Naming,
}

/// How a signer's messages name its certificate (X.509 token profile, section 3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Naming {
    /// They bring it.
    #[default]
    Token,
    /// By issuer and number.
    IssuerSerial,
    /// By `SubjectKeyIdentifier`.
    KeyId,
}

/// Where the private key of a signer is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// In this process, read from a file: signing takes no longer than the arithmetic.
    File,
    /// In a token: signing waits for it, and for whoever signs before.
    Token,
}

#[derive(Clone)]
enum Key {
    File(PrivateKey),
    Token {
        token: Arc<Token>,
        /// How long to wait for it at most.
        longest: Option<Duration>,
    },
}

impl Signer {
    /// Reads certificate (leaf first) and key from PEM files; the certificate must be usable at `now`.
    pub fn load(certificate: &Path, key: &Path, now: i64) -> Result<Self, LoadError> {
        let pair = Pair::load(certificate, key)?;
        load::check_validity(certificate, &pair.leaf, now)?;
        let key = Key::File(pair.key);
        Ok(Self::of(signing(certificate, &pair.leaf.to_der()?)?, key))
    }

    /// Reads the certificate (leaf first) from a PEM file and finds its key in a token. The certificate must be usable
    /// at `now`, and the key must be its own: it signs something that nobody could foresee, and that must verify.
    pub fn in_token(
        certificate: &Path,
        (key, pin): (&TokenUri, Option<Pin>),
        now: i64,
    ) -> Result<Self, LoadError> {
        let mut chain = load::certificates(certificate)?.into_iter();
        let leaf = chain
            .next()
            .ok_or_else(|| LoadError::NoCertificate(certificate.to_owned()))?;
        load::check_validity(certificate, &leaf, now)?;
        let in_token = |source| LoadError::Token {
            key: key.to_string(),
            source,
        };
        let token = Token::open(key, pin).map_err(in_token)?;
        let signer = Self::by_token(signing(certificate, &leaf.to_der()?)?, token);
        let challenge = random::bytes::<32>()?;
        match signer.sign(&challenge) {
            Ok(_) => Ok(signer),
            Err(SignFault::Token(fault)) => Err(in_token(fault)),
            Err(SignFault::Library(error)) => Err(error.into()),
            Err(SignFault::Family) => Err(in_token(TokenFault::AnotherKey)),
        }
    }

    pub(crate) fn by_token(certificate: SigningCertificate, token: Token) -> Self {
        let key = Key::Token {
            token: Arc::new(token),
            longest: None,
        };
        Self::of(certificate, key)
    }

    fn of(certificate: SigningCertificate, key: Key) -> Self {
        Self {
            key,
            algorithm: certificate.algorithm(),
            certificate,
            naming: Naming::Token,
        }
    }

    /// The same signer, hashing with that; on a curve there is no choice.
    pub fn hashing(mut self, hash: Hash) -> Result<Self, ChoiceFault> {
        self.algorithm = match (self.certificate.kind(), hash) {
            (KeyKind::Rsa, Hash::Sha256) => Algorithm::RsaSha256,
            (KeyKind::Rsa, Hash::Sha384) => Algorithm::RsaSha384,
            (KeyKind::P256, Hash::Sha256) => Algorithm::EcdsaSha256,
            (KeyKind::P384, Hash::Sha384) => Algorithm::EcdsaSha384,
            (KeyKind::P256 | KeyKind::P384, _) => return Err(ChoiceFault::HashOfCurve),
        };
        Ok(self)
    }

    /// The same signer, naming its certificate so.
    pub fn naming(mut self, naming: Naming) -> Result<Self, ChoiceFault> {
        match naming {
            Naming::KeyId if self.certificate.key_id().is_none() => {
                return Err(ChoiceFault::NoKeyId);
            }
            Naming::IssuerSerial if self.certificate.issued_as().is_none() => {
                return Err(ChoiceFault::NoIssuerName);
            }
            Naming::Token | Naming::IssuerSerial | Naming::KeyId => self.naming = naming,
        }
        Ok(self)
    }

    /// How its messages name its certificate.
    pub fn named(&self) -> Naming {
        self.naming
    }

    /// The same signer for one who waits so long at most; a token signs nothing for whoever has left.
    #[must_use]
    pub fn within(&self, wait: Duration) -> Self {
        let mut own = self.clone();
        match &mut own.key {
            Key::File(_) => {}
            Key::Token { longest, .. } => *longest = Some(wait),
        }
        own
    }

    /// The certificate.
    pub fn certificate(&self) -> &SigningCertificate {
        &self.certificate
    }

    /// Where its key is kept.
    pub fn keeping(&self) -> Keeping {
        match &self.key {
            Key::File(_) => Keeping::File,
            Key::Token { .. } => Keeping::Token,
        }
    }

    /// The algorithm it signs with: SHA-256, but SHA-384 on P-384, or where it was chosen.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Signs the bytes.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignFault> {
        self.sign_by(self.algorithm(), bytes)
    }

    /// Signs the bytes in a way of the key's family.
    pub fn sign_by(&self, algorithm: Algorithm, bytes: &[u8]) -> Result<Vec<u8>, SignFault> {
        if algorithm.family() != self.algorithm().family() {
            return Err(SignFault::Family);
        }
        match &self.key {
            Key::File(key) => Ok(self.sign_here(key, algorithm, bytes)?),
            Key::Token { token, longest } => {
                let digest = digest(algorithm.hash(), bytes)?;
                let signature = token.sign(algorithm, digest, *longest)?;
                // The key of that name may be another since it was found: nothing leaves that does not verify.
                if self.certificate.verifies(algorithm, bytes, &signature) {
                    Ok(signature)
                } else {
                    Err(TokenFault::AnotherKey.into())
                }
            }
        }
    }

    fn sign_here(
        &self,
        key: &PrivateKey,
        algorithm: Algorithm,
        bytes: &[u8],
    ) -> Result<Vec<u8>, ErrorStack> {
        let digest = algorithm.hash().message_digest();
        let mut signer = OpenSslSigner::new(digest, key.key())?;
        let signature = signer.sign_oneshot_to_vec(bytes)?;
        match self.certificate.kind() {
            KeyKind::Rsa => Ok(signature),
            KeyKind::P256 => side_by_side(&signature, 32),
            KeyKind::P384 => side_by_side(&signature, 48),
        }
    }
}

/// The certificate of a file as that of a signer.
pub(crate) fn signing(path: &Path, der: &[u8]) -> Result<SigningCertificate, LoadError> {
    SigningCertificate::from_der(der).map_err(|source| LoadError::CannotSign {
        path: path.to_owned(),
        source,
    })
}

/// Both numbers of a DER signature, each as long as the curve's numbers are.
fn side_by_side(der: &[u8], length: i32) -> Result<Vec<u8>, ErrorStack> {
    let numbers = EcdsaSig::from_der(der)?;
    let mut both = numbers.r().to_vec_padded(length)?;
    both.extend(numbers.s().to_vec_padded(length)?);
    Ok(both)
}

/// The DER form of two numbers side by side, each `length` bytes; `None` when there are not two.
fn in_der(both: &[u8], length: usize) -> Result<Option<Vec<u8>>, ErrorStack> {
    let Some((r, s)) = both.split_at_checked(length) else {
        return Ok(None);
    };
    if s.len() != length {
        return Ok(None);
    }
    let numbers =
        EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?;
    numbers.to_der().map(Some)
}
