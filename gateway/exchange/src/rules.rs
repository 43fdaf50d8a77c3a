//! The contract's own rules, applied to what is to be written before it leaves.

use std::collections::BTreeSet;

use contract::{Facts, NodeRef, Rulebook};
use domain::problem::Violation;
use domain::{MunicipalityCode, OperationKind, OrganismId, Place, Registry, Standing};
use jiff::Timestamp;

use crate::refusal::Cause;
use crate::{Permitted, Refusal, unit};

impl Permitted {
    /// Holds what is to be written against the rules and forms of its contract. Reading is not
    /// judged: what is held is the holder's affair.
    ///
    /// # Errors
    /// All rules that are broken, each at its paths; or a rule that could not be applied.
    pub fn keep(
        self,
        rules: &Rulebook,
        registry: &Registry,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if self.kind() != OperationKind::Submit {
            return Ok(self);
        }
        let facts = Facts {
            now: now.to_string(),
            known: self.known_facts(registry, now),
        };
        match rules.judge(self.question(), &facts) {
            Ok(breaches) if breaches.is_empty() => Ok(self),
            Ok(breaches) => {
                let violations = breaches.into_iter().map(|breach| Violation {
                    path: breach.path,
                    line: None,
                    code: breach.code.to_string(),
                    message: breach.message.to_string(),
                });
                let cause = Cause::broken_rules(violations.collect());
                Err(self.received.refuse(now, cause))
            }
            Err(failed) => Err(self.received.refuse(now, Cause::failed_rule(&failed.rule))),
        }
    }

    /// `ambitos`: of the organisms that the message names, which ones' agreements cover the place
    /// where the victim resides. Those without an agreement in force are left out.
    fn known_facts(
        &self,
        registry: &Registry,
        now: Timestamp,
    ) -> serde_json::Map<String, serde_json::Value> {
        let mut known = serde_json::Map::new();
        let Some(residence) = self.residence() else {
            return known;
        };
        let mut named = BTreeSet::new();
        organisms(self.question().root(), registry, &mut named);
        let covers = named.into_iter().filter_map(|id| {
            let agreement = registry.agreement_of(&id, now)?;
            let effective = agreement.standing(now) == Standing::Effective;
            let place = Place::Municipality(residence);
            effective.then(|| {
                (
                    id.to_string(),
                    agreement.annex.territory.covers(place).into(),
                )
            })
        });
        let covers: serde_json::Map<String, serde_json::Value> = covers.collect();
        known.insert("ambitos".to_owned(), covers.into());
        known
    }

    /// Where the victim resides: as the message says, else as the index knows.
    fn residence(&self) -> Option<MunicipalityCode> {
        let told = unit::facts(self.question().root()).municipality;
        told.or_else(|| self.known.as_ref()?.entry.municipality)
    }
}

/// The registered organisms among the leaves.
fn organisms(node: NodeRef<'_>, registry: &Registry, named: &mut BTreeSet<OrganismId>) {
    let id = node.text().and_then(|text| text.parse::<OrganismId>().ok());
    named.extend(id.filter(|id| registry.organism(id).is_some()));
    for child in node.children() {
        organisms(child, registry, named);
    }
}
