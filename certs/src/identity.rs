//! What a certificate says about who holds it.
//!
//! Sources of an organism's identifiers (RFC 5280; ETSI EN 319 412-1 §5.1.4 for `organizationIdentifier`):
//! the subject's `organizationIdentifier` (2.5.4.97, `VATES-P1303900H`), its `serialNumber` (2.5.4.5) where that is the
//! NIF of a body, and each URI `urn:dir3:L01130473` among the alternative names.

mod issuer;
mod names;

use std::collections::BTreeSet;
use std::path::Path;

use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::nid::Nid;
use openssl::pkey::{HasPublic, Id, PKeyRef};
use openssl::x509::{X509, X509Ref};

pub(crate) use issuer::{issuer_digest, name_digest};
pub(crate) use names::{is_dir3, tax_numbers};

use crate::load::{self, LoadError};
use crate::time;

/// The holder of a certificate, as the certificate has it.
///
/// Digests are SHA-256 in 64 lower-case hexadecimal digits; times are seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Digest of the `SubjectPublicKeyInfo`: what the registry knows an organism by. A renewal on the same key keeps it.
    pub key: String,
    /// Digest of the whole certificate (DER).
    pub fingerprint: String,
    /// Serial number, hexadecimal, lower case, no leading zeros.
    pub serial: String,
    /// Digest of the issuer's name, equal for equal names whatever their string types.
    pub issuer: String,
    /// The subject's first common name. May be a person's name: not for logs.
    pub common_name: Option<String>,
    /// The one DIR3 code that the certificate names.
    pub dir3: Option<String>,
    /// The one NIF that the certificate names; a foreign organism's identifier with its scheme (`VATPT-…`).
    pub nif: Option<String>,
    /// Start of its validity.
    pub not_before: i64,
    /// End of its validity.
    pub not_after: i64,
}

/// Why a certificate does not say who holds it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// It names two different organisms.
    #[error("the certificate names more than one organism: `{}`", .0.join("`, `"))]
    Ambiguous(Vec<String>),
    /// It carries an identifier that cannot be one.
    #[error("the certificate carries `{0}`, which is no organism identifier")]
    Unreadable(String),
    /// The bytes are not an X.509 certificate, or part of it cannot be decoded.
    #[error("the certificate cannot be decoded: {0}")]
    Undecodable(String),
}

impl From<ErrorStack> for IdentityError {
    fn from(error: ErrorStack) -> Self {
        Self::Undecodable(error.to_string())
    }
}

impl Peer {
    /// Reads the first certificate of a PEM text.
    pub fn from_pem(pem: &[u8]) -> Result<Self, IdentityError> {
        Self::read(&*X509::from_pem(pem)?)
    }

    /// Reads the first certificate of a PEM file.
    pub fn from_file(path: &Path) -> Result<Self, LoadError> {
        let of_file = |source| LoadError::Identity {
            path: path.to_owned(),
            source,
        };
        Self::from_pem(&load::read(path)?).map_err(of_file)
    }

    pub(crate) fn read(certificate: &X509Ref) -> Result<Self, IdentityError> {
        let names = names::Names::read(certificate)?;
        Ok(Self {
            key: key_digest(&*certificate.public_key()?)?,
            fingerprint: fingerprint(certificate)?,
            serial: serial(certificate)?,
            issuer: issuer_digest(certificate.issuer_name())?,
            common_name: common_name(certificate),
            dir3: only_one(names.dir3)?,
            nif: only_one(names.nif)?,
            not_before: time::to_unix(certificate.not_before())?,
            not_after: time::to_unix(certificate.not_after())?,
        })
    }
}

/// RSA keys shorter than this are not enrolled any more; those enrolled before go on.
pub const SHORTEST_NEW_RSA: u32 = 3072;

/// How many bits the key of a PEM file's first certificate has, where it is an RSA key.
pub fn rsa_bits(path: &Path) -> Result<Option<u32>, LoadError> {
    let none = |_| LoadError::NoCertificate(path.to_owned());
    let certificate = X509::from_pem(&load::read(path)?).map_err(none)?;
    let key = certificate.public_key()?;
    Ok((key.id() == Id::RSA).then(|| key.bits()))
}

/// Digest of a public key as the registry knows it.
pub(crate) fn key_digest<T: HasPublic>(key: &PKeyRef<T>) -> Result<String, ErrorStack> {
    sha256_hex(&key.public_key_to_der()?)
}

pub(crate) fn fingerprint(certificate: &X509Ref) -> Result<String, ErrorStack> {
    Ok(hex(certificate.digest(MessageDigest::sha256())?.as_ref()))
}

/// Every organism identifier that can be read, for a report on a refused certificate.
pub(crate) fn organisms(certificate: &X509Ref) -> Vec<String> {
    names::Names::read(certificate)
        .map(|names| names.dir3.into_iter().chain(names.nif).collect())
        .unwrap_or_default()
}

pub(crate) fn serial(certificate: &X509Ref) -> Result<String, ErrorStack> {
    let number = certificate.serial_number().to_bn()?;
    Ok(serial_text(&number.to_vec()))
}

/// A serial number's magnitude as `Peer::serial` has it.
pub(crate) fn serial_text(magnitude: &[u8]) -> String {
    hex(magnitude).trim_start_matches('0').to_owned()
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> Result<String, ErrorStack> {
    Ok(hex(&hash(MessageDigest::sha256(), bytes)?))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn common_name(certificate: &X509Ref) -> Option<String> {
    let entry = certificate
        .subject_name()
        .entries_by_nid(Nid::COMMONNAME)
        .next()?;
    entry.data().to_string().ok()
}

fn only_one(named: BTreeSet<String>) -> Result<Option<String>, IdentityError> {
    if named.len() > 1 {
        return Err(IdentityError::Ambiguous(named.into_iter().collect()));
    }
    Ok(named.into_iter().next())
}
