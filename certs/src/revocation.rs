//! Revoked certificates, to be consulted on every request.
//!
//! A handshake checks the lists once; a connection kept open outlives a revocation. So each request asks again here,
//! and a reload is seen at once. Lists are RFC 5280 §5, PEM or DER, and count only when a configured authority signed
//! them. Several lists of one issuer are joined: an authority may partition its revocations.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use openssl::error::ErrorStack;
use openssl::x509::{X509, X509Crl, X509CrlRef};

use crate::identity::{Peer, issuer_digest, serial_text};
use crate::load::{self, LoadError};
use crate::time;

const PEM_BEGIN: &str = "-----BEGIN X509 CRL-----";
const PEM_END: &str = "-----END X509 CRL-----";

/// What the revocation lists say, by issuer and serial number.
#[derive(Default)]
pub struct Revocations {
    by_issuer: BTreeMap<String, List>,
}

#[derive(Default)]
struct List {
    serials: HashSet<Box<str>>,
    next_update: Option<i64>,
}

/// Whether a certificate that was good in its handshake still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Valid and not revoked.
    Good,
    /// Its authority has revoked it.
    Revoked,
    /// Its validity ended while the connection was open.
    Expired,
    /// The authority's list is older than it promised: nobody knows. The operator's fault, not the peer's.
    ListExpired,
    /// There is no list of its authority. The operator's fault, not the peer's.
    NoList,
}

impl Revocations {
    /// Reads the lists; each must be signed by a certificate of the PEM bundle `authorities`.
    pub fn load(lists: &[PathBuf], authorities: &Path) -> Result<Self, LoadError> {
        Self::read(lists, &load::certificates(authorities)?)
    }

    pub(crate) fn read(lists: &[PathBuf], authorities: &[X509]) -> Result<Self, LoadError> {
        let mut revocations = Self::default();
        for path in lists {
            for list in parse(path)? {
                if !is_signed_by_one_of(authorities, &list) {
                    return Err(LoadError::ForeignRevocationList(path.clone()));
                }
                revocations.add(&list)?;
            }
        }
        Ok(revocations)
    }

    /// Whether the peer's certificate is revoked.
    pub fn contains(&self, peer: &Peer) -> bool {
        self.by_issuer
            .get(&peer.issuer)
            .is_some_and(|list| list.serials.contains(peer.serial.as_str()))
    }

    /// Whether the peer's certificate may still be used at `now`.
    pub fn standing(&self, peer: &Peer, now: i64) -> Standing {
        let Some(list) = self.by_issuer.get(&peer.issuer) else {
            return Standing::NoList;
        };
        if list.serials.contains(peer.serial.as_str()) {
            Standing::Revoked
        } else if peer.not_after < now {
            Standing::Expired
        } else if list.next_update.is_some_and(|next| next < now) {
            Standing::ListExpired
        } else {
            Standing::Good
        }
    }

    /// How many certificates are revoked.
    pub fn len(&self) -> usize {
        self.by_issuer.values().map(|list| list.serials.len()).sum()
    }

    /// Whether no certificate is revoked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When the first authority's lists expire, in seconds since the epoch.
    pub fn next_update(&self) -> Option<i64> {
        self.by_issuer
            .values()
            .filter_map(|list| list.next_update)
            .min()
    }

    fn add(&mut self, crl: &X509CrlRef) -> Result<(), ErrorStack> {
        let list = self
            .by_issuer
            .entry(issuer_digest(crl.issuer_name())?)
            .or_default();
        for revoked in crl.get_revoked().into_iter().flatten() {
            let serial = serial_text(&revoked.serial_number().to_bn()?.to_vec());
            list.serials.insert(serial.into_boxed_str());
        }
        let next_update = crl.next_update().map(time::to_unix).transpose()?;
        list.next_update = list.next_update.max(next_update);
        Ok(())
    }
}

/// The lists of a file: any number in PEM, or one in DER.
fn parse(path: &Path) -> Result<Vec<X509Crl>, LoadError> {
    let bytes = load::read(path)?;
    let none = || LoadError::NotARevocationList(path.to_owned());
    let found = split(&bytes).ok();
    found.filter(|lists| !lists.is_empty()).ok_or_else(none)
}

/// The lists in a text, PEM or DER; none of nothing.
pub(crate) fn split(bytes: &[u8]) -> Result<Vec<X509Crl>, ErrorStack> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if is_pem(bytes) => blocks(text)
            .map(|block| X509Crl::from_pem(block.as_bytes()))
            .collect(),
        Ok(_) | Err(_) => X509Crl::from_der(bytes).map(|list| vec![list]),
    }
}

pub(crate) fn is_pem(bytes: &[u8]) -> bool {
    bytes
        .windows(PEM_BEGIN.len())
        .any(|window| window == PEM_BEGIN.as_bytes())
}

fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(PEM_END)
        .filter_map(|part| part.get(part.find(PEM_BEGIN)?..))
}

fn is_signed_by_one_of(authorities: &[X509], list: &X509CrlRef) -> bool {
    authorities.iter().any(|authority| {
        authority
            .public_key()
            .and_then(|key| list.verify(&key))
            .unwrap_or(false)
    })
}
