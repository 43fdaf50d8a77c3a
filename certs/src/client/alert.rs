//! The alerts by which a server says what it has against a client (RFC 8446 §6.2).

use std::fmt;
use std::io;

use openssl::ssl::{Error, SslAlert};

/// An alert that a server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alert {
    /// It wants a certificate.
    CertificateRequired,
    /// The certificate has expired, by its clock.
    Expired,
    /// The certificate is revoked.
    Revoked,
    /// It does not trust the certificate's authority.
    UnknownAuthority,
    /// The certificate is for another purpose.
    WrongPurpose,
    /// The certificate is not valid yet by its clock, or is badly signed.
    BadCertificate,
    /// It cannot tell whose the certificate is.
    Holder,
    /// It speaks none of our versions.
    Version,
    /// Another one, in OpenSSL's words.
    Other(String),
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CertificateRequired => "certificate required",
            Self::Expired => "certificate expired",
            Self::Revoked => "certificate revoked",
            Self::UnknownAuthority => "unknown authority",
            Self::WrongPurpose => "unsupported certificate",
            Self::BadCertificate => "bad certificate",
            Self::Holder => "certificate unknown",
            Self::Version => "protocol version",
            Self::Other(said) => said,
        })
    }
}

/// The alert behind an error of reading from or writing to a [`Channel`](super::Channel): TLS 1.3 lets a server refuse
/// a client after the client's handshake is over.
pub fn alert_in(error: &io::Error) -> Option<Alert> {
    of(error.get_ref()?.downcast_ref::<Error>()?)
}

pub(super) fn of(error: &Error) -> Option<Alert> {
    let first = error.ssl_error()?.errors().first()?;
    let alert = SslAlert::from_reason_code(first.reason_code())?;
    Some(named(alert))
}

/// Numbers of RFC 8446 §6.
fn named(alert: SslAlert) -> Alert {
    let known = [
        (SslAlert::CERTIFICATE_REQUIRED, Alert::CertificateRequired),
        (SslAlert::CERTIFICATE_EXPIRED, Alert::Expired),
        (SslAlert::CERTIFICATE_REVOKED, Alert::Revoked),
        (SslAlert::UNKNOWN_CA, Alert::UnknownAuthority),
        (SslAlert::UNSUPPORTED_CERTIFICATE, Alert::WrongPurpose),
        (SslAlert::BAD_CERTIFICATE, Alert::BadCertificate),
        (SslAlert::CERTIFICATE_UNKNOWN, Alert::Holder),
        (SslAlert::PROTOCOL_VERSION, Alert::Version),
    ];
    let found = known.into_iter().find(|(known, _)| *known == alert);
    found.map_or_else(|| Alert::Other(alert.to_string()), |(_, named)| named)
}
