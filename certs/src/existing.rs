//! Certificates of public providers that an organism brings along: whether one may be registered.

use openssl::error::ErrorStack;
use openssl::x509::{X509, X509ExtendedKeyUsage, X509Ref};

use crate::acceptor::verify::names_clients;
use crate::identity::{IdentityError, Peer};
use crate::revocation::Revocations;
use crate::signing::{CertificateFault, Distrust, SigningCertificate, SigningTrust};
use crate::strength::{self, Weakness};

/// The longest text of certificates that is read.
const LONGEST: usize = 16 << 10;

/// Why a certificate is not registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExistingFault {
    /// It cannot be read, or does not say who holds it.
    #[error("the certificate cannot be used: {0}")]
    Unusable(#[from] CertificateFault),
    /// The bytes are no PEM certificate, or too many.
    #[error("the text is no PEM certificate")]
    NotACertificate,
    /// Its key is too weak.
    #[error(transparent)]
    Weak(#[from] Weakness),
    /// It is not one for TLS clients.
    #[error("the certificate is not for TLS clients")]
    WrongPurpose,
    /// It does not name the organism that asks, or names another one.
    #[error("the certificate does not name the organism that asks, or names another one")]
    OtherHolder,
    /// No authority that is trusted here vouches for it.
    #[error(transparent)]
    Distrusted(#[from] Distrust),
}

impl From<ErrorStack> for ExistingFault {
    fn from(_: ErrorStack) -> Self {
        Self::NotACertificate
    }
}

/// Accepts the first certificate of a PEM text as the organism's, or says why not.
///
/// The authorities are those whose clients are let in, and the purpose is what a handshake demands: a certificate that is
/// registered must also be able to connect.
pub fn judge(
    pem: &[u8],
    organism: &str,
    (trust, revocations): (&SigningTrust, &Revocations),
    now: i64,
) -> Result<Peer, ExistingFault> {
    if pem.len() > LONGEST {
        return Err(ExistingFault::NotACertificate);
    }
    let certificate = X509::from_pem(pem)?;
    let signing = SigningCertificate::from_der(&certificate.to_der()?)?;
    strength::judge(&*certificate.public_key()?)??;
    if !names_clients(&certificate) {
        return Err(ExistingFault::WrongPurpose);
    }
    let peer = signing.peer();
    if !names_only(peer, organism) {
        return Err(ExistingFault::OtherHolder);
    }
    trust.judge(&signing, revocations, now)?;
    Ok(peer.clone())
}

/// Whether the certificate may be used by a TLS client; one that says nothing of its purpose may (RFC 5280 §4.2.1.12).
pub(crate) fn is_for_clients(certificate: &X509Ref) -> bool {
    certificate.extended_key_usage().is_none_or(|usage| {
        usage.intersects(X509ExtendedKeyUsage::SSL_CLIENT | X509ExtendedKeyUsage::ANYEKU)
    })
}

/// One of its identifiers is the organism; it may have one of each kind.
fn names_only(peer: &Peer, organism: &str) -> bool {
    let mut named = [&peer.dir3, &peer.nif].into_iter().flatten();
    named.any(|name| name == organism)
}

/// Why a certificate does not say who holds it, for reports.
impl From<IdentityError> for ExistingFault {
    fn from(error: IdentityError) -> Self {
        Self::Unusable(error.into())
    }
}
