//! Whose signature a signature is: that of the organism whose key the registry knows, by a certificate that would let
//! it in. The one judge of it, for messages that come and for answers to what is asked.

use std::sync::Arc;

use adapters::wsse::{SecurityFault, Token};
use certs::acceptor::Acceptor;
use certs::signing::SigningCertificate;
use domain::{CertificateKey, Organism, OrganismId};
use jiff::Timestamp;

use crate::standing::{Current, Standing};
use crate::{clock, connection};

/// Who may sign what others are asked for, beside the exchanges.
#[derive(Clone)]
pub struct Signers(Option<(Acceptor, Arc<Current>)>);

impl Signers {
    /// Nobody: what must be signed is refused.
    pub fn nobody() -> Self {
        Self(None)
    }

    /// Those of the registry, as it is at each moment.
    pub(crate) fn registered(acceptor: &Acceptor, current: &Arc<Current>) -> Self {
        Self(Some((acceptor.clone(), Arc::clone(current))))
    }

    /// Whether the certificate is one that may sign for the organism.
    pub(crate) fn accept(
        &self,
        organism: &OrganismId,
        token: &Token,
    ) -> Result<Arc<SigningCertificate>, SecurityFault> {
        let (acceptor, current) = self.0.as_ref().ok_or(SecurityFault::NotRegistered)?;
        accept((acceptor, &current.get()), organism, token, clock::now())
    }
}

/// Whether the certificate is one that may sign for the organism, by what is in force.
pub(crate) fn accept(
    (acceptor, standing): (&Acceptor, &Standing),
    organism: &OrganismId,
    token: &Token,
    now: Timestamp,
) -> Result<Arc<SigningCertificate>, SecurityFault> {
    // The registry knows keys, no certificates: it must come with the answer.
    let Token::Certificate(der) = token else {
        return Err(SecurityFault::UnknownCertificate);
    };
    let certificate = SigningCertificate::from_der(der).map_err(|e| SecurityFault::from(&e))?;
    if owner((acceptor, standing), &certificate, now)?.id != *organism {
        return Err(SecurityFault::AnotherOrganism);
    }
    Ok(Arc::new(certificate))
}

/// Whose certificate it is, if it may sign: of a trusted authority, not revoked, its key registered to whom it names.
pub(crate) fn owner<'s>(
    (acceptor, standing): (&Acceptor, &'s Standing),
    certificate: &SigningCertificate,
    now: Timestamp,
) -> Result<&'s Organism, SecurityFault> {
    let trust = acceptor.signing_trust();
    trust.judge(certificate, &standing.revocations, now.as_second())?;
    let owner = registered(standing, certificate).ok_or(SecurityFault::NotRegistered)?;
    if connection::names_another(certificate.peer(), owner, &standing.registry) {
        return Err(SecurityFault::AnotherOrganism);
    }
    Ok(owner)
}

/// The organism that the certificate's key is registered to.
pub(crate) fn registered<'s>(
    standing: &'s Standing,
    certificate: &SigningCertificate,
) -> Option<&'s Organism> {
    let key: CertificateKey = certificate.peer().key.parse().ok()?;
    standing.registry.by_key(&key).map(AsRef::as_ref)
}
