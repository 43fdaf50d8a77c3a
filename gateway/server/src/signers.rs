//! Who may sign the answers of the systems that are asked: whoever has the key that the registry knows as its
//! organism's, by a certificate that would let it in.

use std::sync::Arc;

use adapters::wsse::{SecurityFault, Token};
use certs::acceptor::Acceptor;
use certs::signing::SigningCertificate;
use domain::{CertificateKey, OrganismId};
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
    let trust = acceptor.signing_trust();
    trust.judge(&certificate, &standing.revocations, now.as_second())?;
    let peer = certificate.peer();
    let key: CertificateKey = peer.key.parse().map_err(|_| SecurityFault::NotRegistered)?;
    let owner = standing.registry.by_key(&key);
    let owner = owner.ok_or(SecurityFault::NotRegistered)?;
    if owner.id != *organism || connection::names_another(peer, owner) {
        return Err(SecurityFault::AnotherOrganism);
    }
    Ok(Arc::new(certificate))
}
