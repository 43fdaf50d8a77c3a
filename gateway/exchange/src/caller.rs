//! Who is calling, as certificate and registry say.

use std::sync::Arc;

use domain::registry::Forms;
use domain::{
    Agreement, CertificateKey, Context, ContractName, MessageSecurity, Organism, OrganismId,
    Registry, day_in_madrid,
};
use jiff::Timestamp;
use journal::Digest;

/// An organism that has shown a certificate registered to it, and the agreement that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    organism: Arc<Organism>,
    agreement: Option<Arc<Agreement>>,
    certificate: CertificateKey,
    signed: Option<SignedBy>,
    forms: Forms,
}

/// That a message was signed, as the evidence keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedBy {
    /// The digest of the signer's certificate.
    pub certificate: Digest,
    /// The digest of the signature's value.
    pub signature: Digest,
    /// The digest of what no other message has, whoever passes it on: see `SigningCertificate::only_value`.
    pub once: Digest,
}

impl Caller {
    /// The organism that `certificate` is registered to, with its agreement at `now`.
    pub fn identify(
        registry: &Registry,
        certificate: CertificateKey,
        now: Timestamp,
    ) -> Option<Self> {
        let organism = Arc::clone(registry.by_key(&certificate)?);
        let agreement = registry.agreement_of(&organism.id, now).cloned();
        Some(Self {
            organism,
            agreement,
            certificate,
            signed: None,
            forms: registry.forms().clone(),
        })
    }

    /// Notes that the message of this caller was signed, and found good.
    #[must_use]
    pub fn with_signature(self, signed: SignedBy) -> Self {
        Self {
            signed: Some(signed),
            ..self
        }
    }

    /// The signature of its message.
    pub fn signed(&self) -> Option<&SignedBy> {
        self.signed.as_ref()
    }

    /// What was agreed about the signing of messages; nothing without an agreement.
    pub fn message_security(&self) -> &MessageSecurity {
        const NONE: &MessageSecurity = &MessageSecurity::NONE;
        let agreement = self.agreement.as_deref();
        agreement.map_or(NONE, |agreement| &agreement.annex.security)
    }

    /// The organism.
    pub fn organism(&self) -> &Organism {
        &self.organism
    }

    /// Its agreement, effective or not.
    pub fn agreement(&self) -> Option<&Agreement> {
        self.agreement.as_deref()
    }

    pub(crate) fn shared_organism(&self) -> &Arc<Organism> {
        &self.organism
    }

    pub(crate) fn shared_agreement(&self) -> Option<&Arc<Agreement>> {
        self.agreement.as_ref()
    }

    /// The key of the certificate it has shown.
    pub fn certificate(&self) -> &CertificateKey {
        &self.certificate
    }

    /// Whether its agreement names the contract `spoken`; one that names none names the `canonical` one, on
    /// which everything is decided. Without an agreement nothing is said here: the policies refuse.
    pub fn speaks(&self, spoken: &str, canonical: &str) -> bool {
        let Some(agreement) = &self.agreement else {
            return true;
        };
        let named = agreement.annex.contract.as_ref();
        named.map_or(canonical, ContractName::as_str) == spoken
    }

    /// Whether it may speak as the requester that the message names, and for whom that one acts.
    pub(crate) fn may_speak(&self, context: &Context) -> bool {
        self.may_act_as(&context.requester)
            && context
                .on_behalf_of
                .as_ref()
                .is_none_or(|id| self.may_act_as(id))
    }

    /// The organism it acts for, when that is another one.
    pub(crate) fn acts_for<'c>(&self, context: &'c Context) -> Option<&'c OrganismId> {
        Some(context.principal()).filter(|id| **id != self.organism.id)
    }

    /// Whether the officer is on the users form that counts: that of the organism acted for, else the caller's own.
    /// Where neither has sent one, nobody is held to any.
    pub(crate) fn lets_ask(&self, context: &Context, now: Timestamp) -> bool {
        let acted_for = self.forms.of(context.principal());
        let form = acted_for.or_else(|| self.forms.of(&self.organism.id));
        form.is_none_or(|form| form.admits(&context.officer, day_in_madrid(now)))
    }

    /// Whether it is that organism, or its agreement lets it act for it.
    pub fn may_act_as(&self, id: &OrganismId) -> bool {
        let named = |agreement: &Agreement| agreement.annex.on_behalf_of.contains(id);
        *id == self.organism.id || self.agreement.as_deref().is_some_and(named)
    }
}
