//! Certificates and keys from PEM files, each fault by name.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use openssl::error::ErrorStack;
use openssl::x509::{X509, X509Ref};

use crate::identity::IdentityError;
use crate::secret::PrivateKey;
use crate::signing::CertificateFault;
use crate::time;
use crate::token::TokenFault;

/// Why certificates, keys or revocation lists cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds no PEM certificate.
    #[error("`{}` holds no PEM certificate", .0.display())]
    NoCertificate(PathBuf),
    /// The file holds no PEM private key, or an encrypted one.
    #[error("`{}` holds no unencrypted PEM private key", .0.display())]
    NoKey(PathBuf),
    /// Everybody on the machine may read the key.
    #[error("the private key `{}` may be read by everybody (mode {mode:o})", path.display())]
    KeyExposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key belongs to another certificate.
    #[error("the key `{}` does not belong to the certificate `{}`", key.display(), certificate.display())]
    KeyMismatch {
        /// File of the certificate.
        certificate: PathBuf,
        /// File of the key.
        key: PathBuf,
    },
    /// The certificate is past its validity.
    #[error("the certificate in `{}` has expired", .0.display())]
    Expired(PathBuf),
    /// The certificate is not valid yet.
    #[error("the certificate in `{}` is not valid yet", .0.display())]
    NotYetValid(PathBuf),
    /// The certificate is for another purpose.
    #[error("the certificate in `{}` is not for TLS clients", .0.display())]
    WrongPurpose(PathBuf),
    /// The certificate is not one that signs messages.
    #[error("the certificate in `{}` cannot sign messages: {source}", path.display())]
    CannotSign {
        /// File of the certificate.
        path: PathBuf,
        /// Why not.
        source: CertificateFault,
    },
    /// The token that keeps the key cannot be used.
    #[error("`{key}`: {source}")]
    Token {
        /// Its URI, which holds no secret.
        key: String,
        /// Why not.
        source: TokenFault,
    },
    /// The certificate does not say who holds it.
    #[error("`{}`: {source}", path.display())]
    Identity {
        /// File of the certificate.
        path: PathBuf,
        /// What is wrong with it.
        source: IdentityError,
    },
    /// No revocation list was configured.
    #[error("no revocation list is configured")]
    NoRevocationList,
    /// The file holds no revocation list, in PEM or DER.
    #[error("`{}` holds no revocation list", .0.display())]
    NotARevocationList(PathBuf),
    /// A revocation list is not signed by any of the authorities.
    #[error("the revocation list in `{}` is not signed by a configured authority", .0.display())]
    ForeignRevocationList(PathBuf),
    /// The key is no EC key on P-256.
    #[error("`{}` is no EC key on P-256", .0.display())]
    WrongCurve(PathBuf),
    /// The file holds less than 32 bytes of secret.
    #[error("the secret `{}` is shorter than 32 bytes", .0.display())]
    ShortSecret(PathBuf),
    /// The file holds no secret of one line.
    #[error("`{}` holds no secret of one line of text", .0.display())]
    NoSecret(PathBuf),
    /// The name of the file cannot be handed to OpenSSL.
    #[error("the file name `{}` is not UTF-8 or holds a zero byte", .0.display())]
    FileName(PathBuf),
    /// OpenSSL refused a setting.
    #[error("OpenSSL: {0}")]
    Library(#[from] ErrorStack),
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    fs::read(path).map_err(|source| LoadError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// All certificates of a PEM file, in order; at least one.
pub(crate) fn certificates(path: &Path) -> Result<Vec<X509>, LoadError> {
    let none = || LoadError::NoCertificate(path.to_owned());
    let found = X509::stack_from_pem(&read(path)?).map_err(|_| none())?;
    if found.is_empty() {
        Err(none())
    } else {
        Ok(found)
    }
}

pub(crate) fn private_key(path: &Path) -> Result<PrivateKey, LoadError> {
    let key = PrivateKey::from_pem(&read(path)?).map_err(|_| LoadError::NoKey(path.to_owned()))?;
    not_exposed(path)?;
    Ok(key)
}

/// Refuses a file that everybody on the machine may read.
pub(crate) fn not_exposed(path: &Path) -> Result<(), LoadError> {
    let mode = fs::metadata(path).map_or(0, |file| file.permissions().mode() & 0o777);
    if mode & 0o007 != 0 {
        return Err(LoadError::KeyExposed {
            path: path.to_owned(),
            mode,
        });
    }
    Ok(())
}

/// A certificate chain (leaf first) with the key that belongs to its leaf.
pub(crate) struct Pair {
    pub(crate) leaf: X509,
    pub(crate) rest: Vec<X509>,
    pub(crate) key: PrivateKey,
}

impl Pair {
    pub(crate) fn load(certificate: &Path, key_path: &Path) -> Result<Self, LoadError> {
        let mut chain = certificates(certificate)?.into_iter();
        let leaf = chain
            .next()
            .ok_or_else(|| LoadError::NoCertificate(certificate.to_owned()))?;
        let key = private_key(key_path)?;
        if !leaf.public_key()?.public_eq(key.key()) {
            let (certificate, key) = (certificate.to_owned(), key_path.to_owned());
            return Err(LoadError::KeyMismatch { certificate, key });
        }
        Ok(Self {
            leaf,
            rest: chain.collect(),
            key,
        })
    }
}

/// Refuses a certificate outside its validity.
pub(crate) fn check_validity(path: &Path, leaf: &X509Ref, now: i64) -> Result<(), LoadError> {
    if time::to_unix(leaf.not_before())? > now {
        return Err(LoadError::NotYetValid(path.to_owned()));
    }
    if time::to_unix(leaf.not_after())? < now {
        return Err(LoadError::Expired(path.to_owned()));
    }
    Ok(())
}
