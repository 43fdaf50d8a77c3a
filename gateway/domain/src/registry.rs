//! The registry: who may connect, with which key, under which agreement.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::adhesion::UsersForm;
use crate::{Agreement, AgreementId, CertificateKey, Organism, OrganismId, Standing};

/// The users forms of those who have sent one; clones share them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms(Arc<BTreeMap<OrganismId, UsersForm>>);

impl Forms {
    /// The form of an organism; none if it never sent one.
    pub fn of(&self, organism: &OrganismId) -> Option<&UsersForm> {
        self.0.get(organism).filter(|form| !form.is_absent())
    }

    /// Every form, by organism.
    pub fn iter(&self) -> impl Iterator<Item = (&OrganismId, &UsersForm)> {
        self.0.iter()
    }
}

impl FromIterator<(OrganismId, UsersForm)> for Forms {
    fn from_iter<I: IntoIterator<Item = (OrganismId, UsersForm)>>(forms: I) -> Self {
        Self(Arc::new(forms.into_iter().collect()))
    }
}

/// A snapshot of the whole registry, immutable; a change makes a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    version: i64,
    organisms: BTreeMap<OrganismId, Arc<Organism>>,
    agreements: BTreeMap<AgreementId, Arc<Agreement>>,
    by_organism: BTreeMap<OrganismId, Vec<Arc<Agreement>>>,
    keys: BTreeMap<CertificateKey, OrganismId>,
    forms: Forms,
}

impl Registry {
    /// Puts a snapshot together; an entry with the same key as an earlier one takes its place.
    pub fn new(
        version: i64,
        organisms: impl IntoIterator<Item = Organism>,
        agreements: impl IntoIterator<Item = Agreement>,
        keys: impl IntoIterator<Item = (CertificateKey, OrganismId)>,
    ) -> Self {
        let agreements: BTreeMap<_, _> = agreements
            .into_iter()
            .map(|agreement| (agreement.id.clone(), Arc::new(agreement)))
            .collect();
        let mut by_organism: BTreeMap<OrganismId, Vec<_>> = BTreeMap::new();
        for agreement in agreements.values() {
            let own = by_organism.entry(agreement.organism.clone()).or_default();
            own.push(Arc::clone(agreement));
        }
        Self {
            version,
            organisms: organisms
                .into_iter()
                .map(|organism| (organism.id.clone(), Arc::new(organism)))
                .collect(),
            agreements,
            by_organism,
            keys: keys.into_iter().collect(),
            forms: Forms::default(),
        }
    }

    /// With the users forms of those who have sent one.
    #[must_use]
    pub fn with_forms(self, forms: Forms) -> Self {
        Self { forms, ..self }
    }

    /// The users forms.
    pub fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Which state of the stored registry this is; grows with every change.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The organism that a certificate key is registered to.
    pub fn by_key(&self, key: &CertificateKey) -> Option<&Arc<Organism>> {
        self.keys.get(key).and_then(|id| self.organisms.get(id))
    }

    /// An organism by its identifier.
    pub fn organism(&self, id: &OrganismId) -> Option<&Organism> {
        self.organisms.get(id).map(Arc::as_ref)
    }

    /// The agreement of an organism that counts at `now`: the effective one, else the latest.
    pub fn agreement_of(&self, organism: &OrganismId, now: Timestamp) -> Option<&Arc<Agreement>> {
        self.by_organism
            .get(organism)?
            .iter()
            .max_by_key(|agreement| {
                (
                    agreement.standing(now) == Standing::Effective,
                    agreement.effective_from,
                )
            })
    }

    /// The other agreements of its organism that open access at `now`: ending this one closes nothing while there are any.
    pub fn others_in_effect(
        &self,
        organism: &OrganismId,
        this: &AgreementId,
        now: Timestamp,
    ) -> impl Iterator<Item = &Agreement> {
        let own = self.by_organism.get(organism).into_iter().flatten();
        own.map(Arc::as_ref)
            .filter(move |it| it.id != *this && it.standing(now) == Standing::Effective)
    }

    /// Every organism, by identifier.
    pub fn organisms(&self) -> impl Iterator<Item = &Organism> {
        self.organisms.values().map(Arc::as_ref)
    }

    /// Every agreement, by identifier.
    pub fn agreements(&self) -> impl Iterator<Item = &Agreement> {
        self.agreements.values().map(Arc::as_ref)
    }

    /// Every registered key with its organism.
    pub fn keys(&self) -> impl Iterator<Item = (&CertificateKey, &OrganismId)> {
        self.keys.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AgreementState, Annex, Mode, OrganismKind, RiskLevel, Territory};

    fn agreement(id: &str, from: &str, to: &str) -> Agreement {
        Agreement {
            id: id.parse().unwrap(),
            organism: "L01130473".parse().unwrap(),
            state: AgreementState::Effective,
            effective_from: from.parse().unwrap(),
            expires_on: to.parse().unwrap(),
            annex: Annex {
                operations: [].into(),
                purposes: [].into(),
                territory: Territory::nation(),
                max_risk: RiskLevel::Low,
                mode: Mode::Consultation,
                on_behalf_of: [].into(),
                services: std::collections::BTreeSet::new(),
                contract: None,
                hand_over: crate::HandOver::default(),
                quotas: crate::Quotas::default(),
                security: crate::MessageSecurity::NONE,
            },
        }
    }

    fn registry() -> Registry {
        let herencia = Organism {
            id: "L01130473".parse().unwrap(),
            kind: OrganismKind::LocalPolice,
            name: "Policía Local de Herencia".to_owned(),
        };
        let keys = [
            (CertificateKey::from_digest([1; 32]), herencia.id.clone()),
            (
                CertificateKey::from_digest([2; 32]),
                "L01280796".parse().unwrap(),
            ),
        ];
        let agreements = [
            agreement("A", "2022-01-01", "2025-12-31"),
            agreement("B", "2026-01-01", "2029-12-31"),
            agreement("C", "2030-06-01", "2033-12-31"),
        ];
        Registry::new(7, [herencia], agreements, keys)
    }

    #[test]
    fn the_agreement_that_counts() {
        let registry = registry();
        let table = [
            ("2024-05-01T00:00:00Z", "A"),
            ("2026-05-01T00:00:00Z", "B"),
            ("2030-02-01T00:00:00Z", "C"), // none in effect: the latest, so that it says `not yet`
            ("2031-01-01T00:00:00Z", "C"),
        ];
        for (now, expected) in table {
            let found = registry.agreement_of(&"L01130473".parse().unwrap(), now.parse().unwrap());
            assert_eq!(found.unwrap().id.as_str(), expected, "{now}");
        }
        assert_eq!(
            registry.agreement_of(&"L01280796".parse().unwrap(), Timestamp::UNIX_EPOCH),
            None
        );
    }

    #[test]
    fn keys_lead_to_registered_organisms_only() {
        let registry = registry();
        let table = [
            ([1; 32], Some("L01130473")),
            ([2; 32], None),
            ([3; 32], None),
        ];
        for (digest, expected) in table {
            let found = registry.by_key(&CertificateKey::from_digest(digest));
            assert_eq!(found.map(|organism| organism.id.as_str()), expected);
        }
    }
}
