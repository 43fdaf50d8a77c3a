//! TLS material of a client: checked here, handed as PEM to the HTTP client that uses it.

use std::error::Error;
use std::io;
use std::path::Path;

use openssl::error::ErrorStack;
use openssl::ssl;

use crate::existing;
use crate::identity::Peer;
use crate::load::{self, LoadError, Pair};
use crate::secret::SecretPem;

/// A client's certificate chain and key, checked to belong together and to be valid.
pub struct ClientIdentity {
    chain: Vec<u8>,
    key: SecretPem,
    peer: Peer,
}

/// The authorities that a client trusts.
#[derive(Clone, Debug)]
pub struct Authorities {
    certificates: Vec<Vec<u8>>,
}

impl ClientIdentity {
    /// Reads certificate (leaf first) and key from PEM files; both must be usable at `now`.
    pub fn load(certificate: &Path, key: &Path, now: i64) -> Result<Self, LoadError> {
        let pair = Pair::load(certificate, key)?;
        load::check_validity(certificate, &pair.leaf, now)?;
        if !existing::is_for_clients(&pair.leaf) {
            return Err(LoadError::WrongPurpose(certificate.to_owned()));
        }
        let peer = Peer::read(&pair.leaf).map_err(|source| LoadError::Identity {
            path: certificate.to_owned(),
            source,
        })?;
        Ok(Self {
            chain: chain_pem(&pair)?,
            key: pair.key.pkcs8_pem()?,
            peer,
        })
    }

    /// The certificate chain, leaf first, PEM.
    pub fn chain_pem(&self) -> &[u8] {
        &self.chain
    }

    /// The private key, PKCS #8 PEM.
    pub fn key_pem(&self) -> &SecretPem {
        &self.key
    }

    /// Who the certificate says we are.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }
}

impl Authorities {
    /// Reads a PEM bundle; every certificate in it must be valid at `now`.
    pub fn load(bundle: &Path, now: i64) -> Result<Self, LoadError> {
        let mut certificates = Vec::new();
        for certificate in load::certificates(bundle)? {
            load::check_validity(bundle, &certificate, now)?;
            certificates.push(certificate.to_pem()?);
        }
        Ok(Self { certificates })
    }

    /// The certificates one by one, PEM.
    pub fn certificates_pem(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates.iter().map(Vec::as_slice)
    }
}

/// What OpenSSL said, if it is at the bottom of an error of a client built on it.
pub fn tls_fault(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        let said = error.downcast_ref::<ssl::Error>().map(ToString::to_string);
        let said = said.or_else(|| error.downcast_ref::<ErrorStack>().map(ToString::to_string));
        if said.is_some() {
            return said;
        }
        next = cause(error);
    }
    None
}

/// An I/O error hides the error it carries from `source`.
fn cause<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(carried) => Some(carried),
        None => error.source(),
    }
}

fn chain_pem(pair: &Pair) -> Result<Vec<u8>, ErrorStack> {
    let mut pem = pair.leaf.to_pem()?;
    for certificate in &pair.rest {
        pem.extend(certificate.to_pem()?);
    }
    Ok(pem)
}
