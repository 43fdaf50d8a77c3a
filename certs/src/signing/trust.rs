//! Whether a certificate that comes in a message is of an authority that is trusted.

use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::X509VerifyFlags;
use openssl::x509::{X509, X509Ref, X509StoreContext};

use super::SigningCertificate;
use crate::revocation::{Revocations, Standing};
use crate::time;

/// The authorities whose certificates sign messages: those whose clients are let in.
pub struct SigningTrust {
    store: X509Store,
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
        // The clock is an argument: see `dated`.
        store.set_flags(X509VerifyFlags::NO_CHECK_TIME)?;
        Ok(Self {
            store: store.build(),
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
        self.chain(certificate.x509(), now)
            .unwrap_or(Err(Distrust::Chain))?;
        match revocations.standing(peer, now) {
            Standing::Good => Ok(()),
            Standing::Revoked => Err(Distrust::Revoked),
            Standing::Expired => Err(Distrust::Expired),
            Standing::ListExpired | Standing::NoList => Err(Distrust::NoList),
        }
    }

    fn chain(&self, leaf: &X509Ref, now: i64) -> Result<Result<(), Distrust>, ErrorStack> {
        let mut context = X509StoreContext::new()?;
        context.init(&self.store, leaf, &*Stack::new()?, |context| {
            if !context.verify_cert()? {
                return Ok(Err(Distrust::Chain));
            }
            let above = context.chain().into_iter().flatten().skip(1);
            for authority in above {
                if !dated(authority, now)? {
                    return Ok(Err(Distrust::Expired));
                }
            }
            Ok(Ok(()))
        })
    }
}

fn dated(authority: &X509Ref, now: i64) -> Result<bool, ErrorStack> {
    let begun = time::to_unix(authority.not_before())? <= now;
    Ok(begun && time::to_unix(authority.not_after())? >= now)
}
