//! How the system of a regional force differs from the central one: by what its folder in `adapters/partners/` says.

use std::path::PathBuf;

use adapters::partner::{Dialect, Partner, Style};

use crate::central::Signatures;

/// What a regional force's system speaks and signs; of the central one, nothing of its own.
#[derive(Debug, Default)]
pub struct Regional {
    /// What it speaks.
    pub dialect: Option<Dialect>,
    /// By which protocol.
    pub protocol: Protocol,
    /// What it signs, and what it wants signed.
    pub signatures: Option<Signatures>,
}

/// How a system is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Protocol {
    /// SOAP 1.1 and 1.2.
    #[default]
    Soap,
    /// JSON at the addresses that its contract declares.
    Rest,
}

/// What a system signs with, and by what it knows who asks; of use only where its folder says that it signs.
#[derive(Debug)]
pub struct Keys {
    /// The certificate of whoever signs the questions, PEM.
    pub asker: PathBuf,
    /// The certificate that answers are signed with, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
}

impl Regional {
    /// The system of the force of that folder.
    pub fn of(partner: Partner, keys: Keys) -> Self {
        let agreed = partner.settings.security_asked;
        let signatures = Signatures {
            agreed,
            asker: keys.asker,
            certificate: keys.certificate,
            key: keys.key,
        };
        Self {
            dialect: partner.dialect,
            protocol: match partner.settings.protocol.style {
                Style::Soap11 | Style::Soap12 => Protocol::Soap,
                Style::Rest => Protocol::Rest,
            },
            signatures: (!signatures.agreed.is_none()).then_some(signatures),
        }
    }
}
