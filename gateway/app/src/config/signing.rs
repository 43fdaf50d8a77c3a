//! `[signing]`: what the gateway signs with, and how long signed messages count.

use std::path::{Path, PathBuf};

use certs::signing::{Hash, Naming};
use certs::token::TokenUri;
use serde::Deserialize;

/// The security of messages; who must sign is said by each organism's agreement, and of each system that is asked by
/// its folder or its part of the configuration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Signing {
    /// The certificate that answers and questions are signed with, PEM; nothing is signed without.
    pub certificate: Option<PathBuf>,
    /// Its key: a PEM file, or the address of a key in a token (`pkcs11:…`).
    pub key: Option<SigningKey>,
    /// The library that speaks to the token, where the address of the key does not say it.
    pub module: Option<PathBuf>,
    /// What the key signs with, where it is RSA: SHA-256 unless said otherwise. A curve goes with one hash function.
    pub hash: Option<HashName>,
    /// How messages name the certificate.
    pub reference: Reference,
    /// A folder of certificates that partners' messages may name without bringing them.
    pub known: Option<PathBuf>,
    /// How far the clocks of partners may be off, in seconds.
    pub skew_s: u32,
    /// How long a signed message counts at most, in seconds.
    pub longest_s: u32,
}

/// A hash function by its name.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum HashName {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
}

impl From<HashName> for Hash {
    fn from(name: HashName) -> Self {
        match name {
            HashName::Sha256 => Self::Sha256,
            HashName::Sha384 => Self::Sha384,
        }
    }
}

/// How messages name the certificate.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reference {
    /// They bring it: `BinarySecurityToken`.
    #[default]
    Token,
    /// `X509IssuerSerial`.
    IssuerSerial,
    /// `X509SubjectKeyIdentifier`.
    KeyIdentifier,
}

impl From<Reference> for Naming {
    fn from(reference: Reference) -> Self {
        match reference {
            Reference::Token => Self::Token,
            Reference::IssuerSerial => Self::IssuerSerial,
            Reference::KeyIdentifier => Self::KeyId,
        }
    }
}

/// Where the key lies.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum SigningKey {
    /// In a PEM file.
    File(PathBuf),
    /// In a token.
    Token(Box<TokenUri>),
}

impl TryFrom<String> for SigningKey {
    type Error = certs::token::UriFault;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if TokenUri::is_meant(&text) {
            text.parse().map(|uri| Self::Token(Box::new(uri)))
        } else {
            Ok(Self::File(PathBuf::from(text)))
        }
    }
}

impl Default for Signing {
    fn default() -> Self {
        Self {
            certificate: None,
            key: None,
            module: None,
            hash: None,
            reference: Reference::Token,
            known: None,
            skew_s: 60,
            longest_s: 600,
        }
    }
}

impl Signing {
    /// Takes relative paths from that folder.
    pub(super) fn resolve(&mut self, base: &Path) {
        let in_address = match &mut self.key {
            Some(SigningKey::File(path)) => [Some(path), None],
            Some(SigningKey::Token(uri)) => [uri.module.as_mut(), uri.pin_file.as_mut()],
            None => [None, None],
        };
        let own = [
            self.certificate.as_mut(),
            self.module.as_mut(),
            self.known.as_mut(),
        ];
        for path in in_address.into_iter().chain(own).flatten() {
            *path = base.join(&*path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Signing, SigningKey};

    #[test]
    fn a_key_lies_in_a_file_or_in_a_token() {
        let read = |key: &str| toml::from_str::<Signing>(&format!("key = '{key}'"));
        let mut file = read("firma.key").unwrap();
        file.resolve(Path::new("/etc"));
        let key = file.key.unwrap();
        assert!(matches!(key, SigningKey::File(path) if path == Path::new("/etc/firma.key")));
        let token = "pkcs11:token=t;object=o?module-path=m.so&pin-source=file:/run/pin";
        let mut token = read(token).unwrap();
        token.resolve(Path::new("/etc"));
        let Some(SigningKey::Token(uri)) = token.key else {
            panic!("no token");
        };
        assert_eq!(uri.module.as_deref(), Some(Path::new("/etc/m.so")));
        assert_eq!(uri.pin_file.as_deref(), Some(Path::new("/run/pin")));
        let refused = read("pkcs11:token=t;object=o?pin-value=9876").unwrap_err();
        assert!(refused.message().contains("pin-source"), "{refused}");
        assert!(!refused.message().contains("9876"), "{refused}");
    }
}
