//! An internal certification authority: issues certificates and revocation lists (RFC 5280).
//!
//! For nodes of one's own and for tests. Keys are EC on P-256, signatures ECDSA with SHA-256, serial numbers random.

mod extensions;
mod list;
mod order;
mod relist;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use openssl::asn1::Asn1Integer;
use openssl::bn::{BigNum, MsbOption};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKeyRef, Public};
use openssl::x509::{X509, X509Builder, X509NameRef, X509Req};

pub use list::{ListOrder, RevokedSerial};
pub(crate) use order::{Holder, name as subject_name};
pub use order::{Order, Purpose, Subject, Validity};

use crate::identity::{IdentityError, Peer};
use crate::load::{LoadError, Pair};
use crate::secret::PrivateKey;
use crate::time;

/// Why the authority cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// Its certificate or key cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The request is no PKCS #10 request in PEM.
    #[error("the certificate request cannot be read")]
    UnreadableRequest,
    /// The request is not signed by the key it carries.
    #[error("the certificate request is not signed by its own key")]
    UnprovenRequest,
    /// The serial number is no hexadecimal number.
    #[error("`{0}` is no serial number")]
    Serial(String),
    /// A file cannot be written.
    #[error("`{}` cannot be written: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// OpenSSL failed.
    #[error("OpenSSL: {0}")]
    Library(#[from] ErrorStack),
}

/// A certificate that was issued.
#[derive(Clone, Debug)]
pub struct Certificate(X509);

/// Who issues.
pub struct Authority {
    certificate: X509,
    key: PrivateKey,
}

impl Certificate {
    /// The certificate, PEM.
    pub fn pem(&self) -> Result<Vec<u8>, AuthorityError> {
        Ok(self.0.to_pem()?)
    }

    /// What it says about its holder.
    pub fn peer(&self) -> Result<Peer, IdentityError> {
        Peer::read(&self.0)
    }
}

impl Authority {
    /// Makes a root authority with a new key.
    pub fn create(subject: &Subject, validity: Validity) -> Result<Self, AuthorityError> {
        let key = PrivateKey::generate()?;
        let name = order::name(subject)?;
        let mut builder = unsigned(&name, &*key.public()?, validity)?;
        builder.set_issuer_name(&name)?;
        extensions::of_authority(&mut builder)?;
        builder.sign(key.key(), MessageDigest::sha256())?;
        Ok(Self {
            certificate: builder.build(),
            key,
        })
    }

    /// Reads the authority's certificate and key from PEM files.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, AuthorityError> {
        let pair = Pair::load(certificate, key)?;
        Ok(Self {
            certificate: pair.leaf,
            key: pair.key,
        })
    }

    /// Writes certificate and key to PEM files, the key for its owner only.
    pub fn save(&self, certificate: &Path, key: &Path) -> Result<(), AuthorityError> {
        write(certificate, &self.certificate.to_pem()?)?;
        write_key(key, &self.key)
    }

    /// The authority's own certificate.
    pub fn certificate(&self) -> Certificate {
        Certificate(self.certificate.clone())
    }

    /// A validity that ends no later than the authority's own.
    pub fn within(&self, validity: Validity) -> Result<Validity, AuthorityError> {
        let own = time::to_unix(self.certificate.not_after())?;
        Ok(Validity {
            not_after: validity.not_after.min(own),
            ..validity
        })
    }

    /// Issues a certificate on the public half of `key`.
    pub fn issue(&self, order: &Order, key: &PrivateKey) -> Result<Certificate, AuthorityError> {
        self.sign(order, &*key.public()?)
    }

    /// Issues on the key of a PKCS #10 request (PEM), which must prove that it holds the key.
    ///
    /// Nothing else is taken from the request: what the certificate says is the order's business.
    pub fn issue_for_request(
        &self,
        order: &Order,
        request: &[u8],
    ) -> Result<Certificate, AuthorityError> {
        let request = X509Req::from_pem(request).map_err(|_| AuthorityError::UnreadableRequest)?;
        let key = request.public_key()?;
        if !request.verify(&key).unwrap_or(false) {
            return Err(AuthorityError::UnprovenRequest);
        }
        self.sign(order, &key)
    }

    fn sign(&self, order: &Order, key: &PKeyRef<Public>) -> Result<Certificate, AuthorityError> {
        let mut builder = unsigned(&*order::name(&order.subject)?, key, order.validity)?;
        builder.set_issuer_name(self.certificate.subject_name())?;
        extensions::of_leaf(&mut builder, &self.certificate, order)?;
        builder.sign(self.key.key(), MessageDigest::sha256())?;
        Ok(Certificate(builder.build()))
    }
}

fn unsigned(
    subject: &X509NameRef,
    key: &PKeyRef<Public>,
    validity: Validity,
) -> Result<X509Builder, ErrorStack> {
    const VERSION_3: i32 = 2;
    let mut builder = X509::builder()?;
    builder.set_version(VERSION_3)?;
    builder.set_serial_number(&*random_serial()?)?;
    builder.set_subject_name(subject)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&*time::from_unix(validity.not_before)?)?;
    builder.set_not_after(&*time::from_unix(validity.not_after)?)?;
    Ok(builder)
}

/// 127 random bits: positive and never zero.
fn random_serial() -> Result<Asn1Integer, ErrorStack> {
    let mut number = BigNum::new()?;
    number.rand(127, MsbOption::ONE, false)?;
    number.to_asn1_integer()
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), AuthorityError> {
    fs::write(path, bytes).map_err(|source| AuthorityError::Unwritable {
        path: path.to_owned(),
        source,
    })
}

pub(crate) fn write_key(path: &Path, key: &PrivateKey) -> Result<(), AuthorityError> {
    key.save(path).map_err(|source| AuthorityError::Unwritable {
        path: path.to_owned(),
        source,
    })
}
