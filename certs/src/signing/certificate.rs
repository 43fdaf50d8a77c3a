//! A certificate as the proof of who signed a message.

use openssl::bn::{BigNum, BigNumContext};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, PKeyRef, Public};
use openssl::rsa::Padding;
use openssl::sign::{RsaPssSaltlen, Verifier};
use openssl::x509::{X509, X509KeyUsage, X509Ref};

use super::algorithm::{Algorithm, Family};
use super::{in_der, name};
use crate::identity::{self, IdentityError, Peer};

/// RSA keys shorter than this sign nothing here.
const SHORTEST_RSA: u32 = 2048;

/// A certificate whose key may sign messages. Says nothing of whether it is to be trusted.
#[derive(Clone, Debug)]
pub struct SigningCertificate {
    der: Vec<u8>,
    certificate: X509,
    key: PKey<Public>,
    kind: KeyKind,
    peer: Peer,
}

/// Which keys sign here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    Rsa,
    P256,
    P384,
}

/// Why a certificate cannot be one that signs messages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// The bytes are not exactly one X.509 certificate, or it does not say who holds it.
    #[error("the certificate cannot be read: {0}")]
    Unreadable(#[from] IdentityError),
    /// Its RSA key is too short.
    #[error("the RSA key has {0} bits")]
    ShortKey(u32),
    /// Its key is neither RSA nor on P-256 or P-384.
    #[error("the key is neither RSA nor on P-256 or P-384")]
    KeyKind,
    /// Its key usage does not let it sign.
    #[error("the certificate's key usage does not allow signatures")]
    KeyUsage,
}

impl From<ErrorStack> for CertificateFault {
    fn from(error: ErrorStack) -> Self {
        Self::Unreadable(error.into())
    }
}

impl SigningCertificate {
    /// Reads a certificate in DER, with nothing after it.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateFault> {
        let certificate = X509::from_der(der)?;
        // OpenSSL reads a prefix: what follows it, or another encoding of it, would have another fingerprint.
        if certificate.to_der()? != der {
            let trailing = "not the DER encoding of one certificate".to_owned();
            return Err(IdentityError::Undecodable(trailing).into());
        }
        let key = certificate.public_key()?;
        let kind = kind(&key)?;
        if !may_sign(&certificate) {
            return Err(CertificateFault::KeyUsage);
        }
        Ok(Self {
            der: der.to_vec(),
            peer: Peer::read(&certificate)?,
            certificate,
            key,
            kind,
        })
    }

    /// Reads the first certificate of a PEM text.
    pub fn from_pem(pem: &[u8]) -> Result<Self, CertificateFault> {
        Self::from_der(&X509::from_pem(pem)?.to_der()?)
    }

    /// Its bytes, DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What it says about its holder.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The algorithm that its key signs with where no other is said: SHA-256, but SHA-384 on P-384.
    pub fn algorithm(&self) -> Algorithm {
        match self.kind {
            KeyKind::Rsa => Algorithm::RsaSha256,
            KeyKind::P256 => Algorithm::EcdsaSha256,
            KeyKind::P384 => Algorithm::EcdsaSha384,
        }
    }

    /// Whether the signature is that of its key over these bytes.
    pub fn verifies(&self, algorithm: Algorithm, bytes: &[u8], signature: &[u8]) -> bool {
        // Bytes that cannot be a signature come back as an error.
        self.verify(algorithm, bytes, signature).unwrap_or(false)
    }

    /// Of the two values that verify alike on a curve, the lesser: whoever sees one can make the other. Any other
    /// value is its own.
    pub fn only_value(&self, signature: &[u8]) -> Vec<u8> {
        let length = match self.kind {
            KeyKind::P256 => 32,
            KeyKind::P384 => 48,
            KeyKind::Rsa => return signature.to_vec(),
        };
        let lesser = self.lesser(signature, length).ok().flatten();
        lesser.unwrap_or_else(|| signature.to_vec())
    }

    fn lesser(&self, both: &[u8], length: i32) -> Result<Option<Vec<u8>>, ErrorStack> {
        let Some((r, s)) = usize::try_from(length)
            .ok()
            .and_then(|at| both.split_at_checked(at))
        else {
            return Ok(None);
        };
        let (mut order, mut other) = (BigNum::new()?, BigNum::new()?);
        let key = self.key.ec_key()?;
        key.group().order(&mut order, &mut *BigNumContext::new()?)?;
        let s = BigNum::from_slice(s)?;
        other.checked_sub(&order, &s)?;
        if other.is_negative() || other >= s {
            return Ok(None);
        }
        Ok(Some([r, &other.to_vec_padded(length)?].concat()))
    }

    /// Whether it is the one that this issuer (RFC 4514) gave this number (decimal).
    pub fn is_issued_as(&self, issuer: &str, serial: &str) -> bool {
        let number = BigNum::from_dec_str(serial);
        let same_number = number.is_ok_and(|number| {
            !number.is_negative() && identity::serial_text(&number.to_vec()) == self.peer.serial
        });
        same_number && name::digest(issuer).is_some_and(|digest| digest == self.peer.issuer)
    }

    /// By whom it was issued (RFC 4514) and under which number (decimal), as a message names it; nothing where the name
    /// cannot be written.
    pub fn issued_as(&self) -> Option<(String, String)> {
        let issuer = name::text(self.certificate.issuer_name())?;
        let serial = self.certificate.serial_number().to_bn().ok()?;
        let serial = serial.to_dec_str().ok()?.to_string();
        // What nobody could find it by is not said.
        self.is_issued_as(&issuer, &serial)
            .then_some((issuer, serial))
    }

    /// Whether the signature is that of its RSA key over these bytes: RSASSA-PSS with SHA-512, as RFC 9421 section
    /// 3.3.1 has it.
    pub fn verifies_pss(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let verify = || -> Result<bool, ErrorStack> {
            let mut verifier = Verifier::new(MessageDigest::sha512(), &self.key)?;
            verifier.set_rsa_padding(Padding::PKCS1_PSS)?;
            verifier.set_rsa_pss_saltlen(RsaPssSaltlen::custom(64))?;
            verifier.set_rsa_mgf1_md(MessageDigest::sha512())?;
            verifier.verify_oneshot(signature, bytes)
        };
        self.kind == KeyKind::Rsa && verify().unwrap_or(false)
    }

    /// Whether it names its key by this `SubjectKeyIdentifier`.
    pub fn has_key_id(&self, id: &[u8]) -> bool {
        self.key_id() == Some(id)
    }

    /// Its `SubjectKeyIdentifier`.
    pub fn key_id(&self) -> Option<&[u8]> {
        Some(self.certificate.subject_key_id()?.as_slice())
    }

    pub(super) fn kind(&self) -> KeyKind {
        self.kind
    }

    pub(super) fn x509(&self) -> &X509Ref {
        &self.certificate
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        bytes: &[u8],
        signature: &[u8],
    ) -> Result<bool, ErrorStack> {
        let family = algorithm.family();
        let signature = match self.kind {
            KeyKind::Rsa if family == Family::Rsa => Some(signature.to_vec()),
            KeyKind::P256 if family == Family::Ec => in_der(signature, 32)?,
            KeyKind::P384 if family == Family::Ec => in_der(signature, 48)?,
            KeyKind::Rsa | KeyKind::P256 | KeyKind::P384 => None,
        };
        let Some(signature) = signature else {
            return Ok(false);
        };
        let mut verifier = Verifier::new(algorithm.hash().message_digest(), &self.key)?;
        verifier.verify_oneshot(&signature, bytes)
    }
}

fn kind(key: &PKeyRef<Public>) -> Result<KeyKind, CertificateFault> {
    match key.id() {
        Id::RSA if key.bits() < SHORTEST_RSA => Err(CertificateFault::ShortKey(key.bits())),
        Id::RSA => Ok(KeyKind::Rsa),
        Id::EC => match key.ec_key()?.group().curve_name() {
            Some(Nid::X9_62_PRIME256V1) => Ok(KeyKind::P256),
            Some(Nid::SECP384R1) => Ok(KeyKind::P384),
            Some(_) | None => Err(CertificateFault::KeyKind),
        },
        _ => Err(CertificateFault::KeyKind),
    }
}

/// A certificate that says nothing of its usage may be used for anything (RFC 5280 §4.2.1.3).
fn may_sign(certificate: &X509Ref) -> bool {
    let signing = X509KeyUsage::DIGITAL_SIGNATURE | X509KeyUsage::NON_REPUDIATION;
    certificate
        .key_usage()
        .is_none_or(|usage| usage.intersects(signing))
}
