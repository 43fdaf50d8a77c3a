//! Whether a certificate that comes in a message is of an authority that is trusted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::X509VerifyFlags;
use openssl::x509::{X509, X509Ref, X509StoreContext};

use super::SigningCertificate;
use crate::revocation::{Revocations, Standing};
use crate::time;

/// So many chains are remembered.
const CHAINS: usize = 4_096;

/// The authorities whose certificates sign messages: those whose clients are let in.
pub struct SigningTrust {
    store: X509Store,
    /// By the fingerprint of a certificate, what was found above it. The authorities never change here, so that it is
    /// always found again; of what leads nowhere nothing is remembered.
    chains: Mutex<HashMap<String, Above>>,
}

/// When all authorities above a certificate are valid.
#[derive(Clone, Copy)]
struct Above {
    begun: i64,
    ended: i64,
}

/// Why a certificate is not accepted as that of a signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// No chain leads from it to an authority.
    #[error("no chain leads to a trusted authority")]
    Chain,
    /// Its validity has not begun.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// Its validity, or that of an authority above it, has ended.
    #[error("the certificate has expired")]
    Expired,
    /// It was revoked.
    #[error("the certificate is revoked")]
    Revoked,
    /// Nobody knows whether it was revoked: its authority's list is missing or stale.
    #[error("there is no current revocation list of its authority")]
    NoList,
}

impl SigningTrust {
    pub(crate) fn new(authorities: &[X509]) -> Result<Self, ErrorStack> {
        let mut store = X509StoreBuilder::new()?;
        for authority in authorities {
            store.add_cert(authority.clone())?;
        }
        // The clock is an argument: see `Above`.
        store.set_flags(X509VerifyFlags::NO_CHECK_TIME)?;
        Ok(Self {
            store: store.build(),
            chains: Mutex::default(),
        })
    }

    /// Accepts the certificate at `now`, or says why not.
    pub fn judge(
        &self,
        certificate: &SigningCertificate,
        revocations: &Revocations,
        now: i64,
    ) -> Result<(), Distrust> {
        let peer = certificate.peer();
        if peer.not_before > now {
            return Err(Distrust::NotYetValid);
        }
        let above = self.above(certificate).ok_or(Distrust::Chain)?;
        if now < above.begun || now > above.ended {
            return Err(Distrust::Expired);
        }
        match revocations.standing(peer, now) {
            Standing::Good => Ok(()),
            Standing::Revoked => Err(Distrust::Revoked),
            Standing::Expired => Err(Distrust::Expired),
            Standing::ListExpired | Standing::NoList => Err(Distrust::NoList),
        }
    }

    /// What is above a certificate; nothing where no chain leads to an authority.
    fn above(&self, certificate: &SigningCertificate) -> Option<Above> {
        let fingerprint = &certificate.peer().fingerprint;
        let chains = || self.chains.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(above) = chains().get(fingerprint) {
            return Some(*above);
        }
        let above = self.chain(certificate.x509()).ok().flatten()?;
        let mut chains = chains();
        if chains.len() >= CHAINS {
            chains.clear();
        }
        chains.insert(fingerprint.clone(), above);
        Some(above)
    }

    fn chain(&self, leaf: &X509Ref) -> Result<Option<Above>, ErrorStack> {
        let mut context = X509StoreContext::new()?;
        context.init(&self.store, leaf, &*Stack::new()?, |context| {
            if !context.verify_cert()? {
                return Ok(None);
            }
            let mut all = Above {
                begun: i64::MIN,
                ended: i64::MAX,
            };
            for authority in context.chain().into_iter().flatten().skip(1) {
                all.begun = all.begun.max(time::to_unix(authority.not_before())?);
                all.ended = all.ended.min(time::to_unix(authority.not_after())?);
            }
            Ok(Some(all))
        })
    }
}
