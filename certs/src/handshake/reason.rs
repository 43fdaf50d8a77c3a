//! The names of what can go wrong in a handshake.

use openssl::x509::X509VerifyResult;

/// Why a handshake failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The client has no certificate, or did not send it.
    #[error("the client sent no certificate")]
    NoCertificate,
    /// A certificate of the chain is past its validity.
    #[error("the certificate has expired")]
    Expired,
    /// A certificate of the chain is not valid yet.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// The certificate is not one for TLS clients.
    #[error("the certificate is not for TLS clients")]
    WrongPurpose,
    /// No configured authority issued it.
    #[error("the certificate is not issued by a configured authority")]
    UnknownAuthority,
    /// Its authority has revoked it.
    #[error("the certificate is revoked")]
    Revoked,
    /// There is no revocation list of its authority.
    #[error("there is no revocation list of the certificate's authority")]
    NoRevocationList,
    /// The authority's revocation list is out of date.
    #[error("the revocation list of the certificate's authority is out of date")]
    RevocationListExpired,
    /// It names two different organisms.
    #[error("the certificate names more than one organism")]
    Ambiguous,
    /// Its identifiers cannot be read.
    #[error("the certificate's identifiers cannot be read")]
    Unreadable,
    /// A key or digest of the chain is too weak.
    #[error("a key or digest of the certificate chain is too weak")]
    TooWeak,
    /// A signature in the chain does not verify.
    #[error("a signature of the certificate chain does not verify")]
    BadSignature,
    /// The chain fails in another way, in OpenSSL's words.
    #[error("the certificate chain is refused: {0}")]
    BadChain(&'static str),
    /// The client speaks no accepted TLS version.
    #[error("the client speaks no accepted TLS version")]
    ProtocolVersion,
    /// No cipher suite, group or signature algorithm in common.
    #[error("the client shares no cipher suite, group or signature algorithm")]
    NothingInCommon,
    /// The client does not speak TLS.
    #[error("the client does not speak TLS")]
    NotTls,
    /// The client refused the server's certificate or settings, in the alert's words.
    #[error("the client refused the handshake: {0}")]
    RefusedByClient(String),
    /// Another fault of the protocol, in OpenSSL's words.
    #[error("the handshake broke the protocol: {0}")]
    Protocol(String),
    /// The connection ended in the middle.
    #[error("the client went away during the handshake")]
    Aborted,
    /// The connection ended after the server's certificate was sent; whether the client has none, or did not like the
    /// server's, or went away, was not noted.
    #[error("the handshake was not finished")]
    Unfinished,
}

impl Reason {
    /// A stable name, for the journal and for metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCertificate => "no-certificate",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::WrongPurpose => "wrong-purpose",
            Self::UnknownAuthority => "unknown-authority",
            Self::Revoked => "revoked",
            Self::NoRevocationList => "no-revocation-list",
            Self::RevocationListExpired => "revocation-list-expired",
            Self::Ambiguous => "ambiguous",
            Self::Unreadable => "unreadable",
            Self::TooWeak => "too-weak",
            Self::BadSignature => "bad-signature",
            Self::BadChain(_) => "bad-chain",
            Self::ProtocolVersion => "protocol-version",
            Self::NothingInCommon => "nothing-in-common",
            Self::NotTls => "not-tls",
            Self::RefusedByClient(_) => "refused-by-client",
            Self::Protocol(_) => "protocol",
            Self::Aborted => "aborted",
            Self::Unfinished => "unfinished",
        }
    }

    /// Names a verdict of OpenSSL's chain verification (`x509_vfy.h`).
    pub(crate) fn of_chain(verdict: X509VerifyResult) -> Self {
        match verdict.as_raw() {
            7 | 8 => Self::BadSignature,
            9 => Self::NotYetValid,
            10 => Self::Expired,
            11 | 12 => Self::RevocationListExpired,
            2 | 18..=21 | 27 => Self::UnknownAuthority,
            3 | 33 => Self::NoRevocationList,
            23 => Self::Revoked,
            26 => Self::WrongPurpose,
            66..=68 => Self::TooWeak,
            _ => Self::BadChain(verdict.error_string()),
        }
    }
}
