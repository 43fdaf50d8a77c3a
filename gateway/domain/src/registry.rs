//! The registry: who may connect, with which key, under which agreement.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{Agreement, AgreementId, CertificateKey, Organism, OrganismId, Standing};

/// A snapshot of the whole registry, immutable; a change makes a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    version: i64,
    organisms: BTreeMap<OrganismId, Organism>,
    agreements: BTreeMap<AgreementId, Agreement>,
    keys: BTreeMap<CertificateKey, OrganismId>,
}

impl Registry {
    /// Puts a snapshot together; an entry with the same key as an earlier one takes its place.
    pub fn new(
        version: i64,
        organisms: impl IntoIterator<Item = Organism>,
        agreements: impl IntoIterator<Item = Agreement>,
        keys: impl IntoIterator<Item = (CertificateKey, OrganismId)>,
    ) -> Self {
        Self {
            version,
            organisms: organisms
                .into_iter()
                .map(|organism| (organism.id.clone(), organism))
                .collect(),
            agreements: agreements
                .into_iter()
                .map(|agreement| (agreement.id.clone(), agreement))
                .collect(),
            keys: keys.into_iter().collect(),
        }
    }

    /// Which state of the stored registry this is; grows with every change.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The organism that a certificate key is registered to.
    pub fn by_key(&self, key: &CertificateKey) -> Option<&Organism> {
        self.keys.get(key).and_then(|id| self.organisms.get(id))
    }

    /// An organism by its identifier.
    pub fn organism(&self, id: &OrganismId) -> Option<&Organism> {
        self.organisms.get(id)
    }

    /// The agreement of an organism that counts at `now`: the effective one, else the latest.
    pub fn agreement_of(&self, organism: &OrganismId, now: Timestamp) -> Option<&Agreement> {
        self.agreements
            .values()
            .filter(|agreement| agreement.organism == *organism)
            .max_by_key(|agreement| {
                (
                    agreement.standing(now) == Standing::Effective,
                    agreement.effective_from,
                )
            })
    }

    /// Every organism, by identifier.
    pub fn organisms(&self) -> impl Iterator<Item = &Organism> {
        self.organisms.values()
    }

    /// Every agreement, by identifier.
    pub fn agreements(&self) -> impl Iterator<Item = &Agreement> {
        self.agreements.values()
    }

    /// Every registered key with its organism.
    pub fn keys(&self) -> impl Iterator<Item = (&CertificateKey, &OrganismId)> {
        self.keys.iter()
    }
}
