//! Whose signature a signature is: that of the organism whose key the registry knows, by a certificate that would let
//! it in. The one judge of it, for messages that come and for answers to what is asked.

use std::sync::Arc;

use adapters::wsse::{SecurityFault, Token};
use certs::acceptor::Acceptor;
use certs::signing::SigningCertificate;
use domain::{CertificateKey, Organism, OrganismId};
use jiff::Timestamp;

use crate::known::Known;
use crate::standing::{Current, Standing};
use crate::{clock, connection};

/// Who may sign what others are asked for, beside the exchanges.
#[derive(Clone)]
pub struct Signers(Option<Registered>);

#[derive(Clone)]
struct Registered {
    acceptor: Acceptor,
    current: Arc<Current>,
    known: Known,
}

impl Signers {
    /// Nobody: what must be signed is refused.
    pub fn nobody() -> Self {
        Self(None)
    }

    /// Those of the registry, as it is at each moment.
    pub(crate) fn registered(acceptor: &Acceptor, current: &Arc<Current>, known: &Known) -> Self {
        Self(Some(Registered {
            acceptor: acceptor.clone(),
            current: Arc::clone(current),
            known: known.clone(),
        }))
    }

    /// The certificate that the token is or names, if it may sign for the organism.
    pub(crate) fn accept(
        &self,
        organism: &OrganismId,
        token: &Token,
    ) -> Result<Arc<SigningCertificate>, SecurityFault> {
        let registered = self.0.as_ref().ok_or(SecurityFault::NotRegistered)?;
        let in_force = InForce {
            acceptor: &registered.acceptor,
            standing: &registered.current.get(),
            known: &registered.known,
        };
        in_force.accept(token, clock::now(), |owner| owner == organism)
    }
}

/// By what a signature is judged, at one moment.
#[derive(Clone, Copy)]
pub(crate) struct InForce<'f> {
    /// The authorities that signers must be of.
    pub acceptor: &'f Acceptor,
    /// Whose keys they are, and what is revoked.
    pub standing: &'f Standing,
    /// The certificates that may be named without being brought.
    pub known: &'f Known,
}

impl InForce<'_> {
    /// The certificate that the token is or names, if it may sign and is of one of those who may. It is known from then on.
    pub(crate) fn accept(
        self,
        token: &Token,
        now: Timestamp,
        may: impl Fn(&OrganismId) -> bool,
    ) -> Result<Arc<SigningCertificate>, SecurityFault> {
        let mut refused = SecurityFault::UnknownCertificate;
        for certificate in self.find(token, &may)? {
            match owner((self.acceptor, self.standing), &certificate, now) {
                Ok(owner) if may(&owner.id) => {
                    self.known.learn(&certificate);
                    return Ok(certificate);
                }
                Ok(_) => refused = SecurityFault::AnotherOrganism,
                Err(fault) => refused = fault,
            }
        }
        Err(refused)
    }

    /// The certificate in the message; or those that the message names, of whoever may sign it. Whether one of another
    /// organism is known, nobody is told.
    fn find(
        self,
        token: &Token,
        may: impl Fn(&OrganismId) -> bool,
    ) -> Result<Vec<Arc<SigningCertificate>>, SecurityFault> {
        let is_it = |it: &SigningCertificate| match token {
            Token::Certificate(der) => it.der() == der.as_slice(),
            Token::IssuerSerial { issuer, serial } => it.is_issued_as(issuer, serial),
            Token::KeyId(id) => it.has_key_id(id),
        };
        let mut found = self.known.named(is_it);
        if let Token::Certificate(der) = token {
            // Most come again and again: the same bytes are read once.
            if let Some(read) = found.into_iter().next() {
                return Ok(vec![read]);
            }
            let read = SigningCertificate::from_der(der).map_err(|e| SecurityFault::from(&e))?;
            return Ok(vec![Arc::new(read)]);
        }
        found.retain(|it| registered(self.standing, it).is_some_and(|owner| may(&owner.id)));
        Ok(found)
    }
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
