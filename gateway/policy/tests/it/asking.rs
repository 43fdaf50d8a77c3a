//! Questions to put to the shipped policies.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::agreement::Standing;
use domain::{
    Agreement, AgreementState, Annex, HandOver, Mode, OperationKind, Organism, OrganismKind,
    Problem, Purpose, RiskLevel,
};
use policy::{CaseFacts, Peril, Question, Target};

use crate::shipped;

/// The organism that asks.
pub(crate) const HERENCIA: &str = "L01130473";
/// Another one.
pub(crate) const OTHER: &str = "E00003801";

pub(crate) fn organism(kind: OrganismKind) -> Arc<Organism> {
    Arc::new(Organism {
        id: HERENCIA.parse().unwrap(),
        kind,
        name: "PRUEBA".to_owned(),
    })
}

/// An agreement that opens everything in `territory` up to `ceiling`.
pub(crate) fn agreement(territory: &str, ceiling: RiskLevel) -> Arc<Agreement> {
    Arc::new(Agreement {
        id: "C-PRUEBA".parse().unwrap(),
        organism: HERENCIA.parse().unwrap(),
        state: AgreementState::Effective,
        effective_from: "2025-01-01".parse().unwrap(),
        expires_on: "2028-12-31".parse().unwrap(),
        annex: Annex {
            operations: OperationKind::ALL.iter().copied().collect(),
            purposes: Purpose::ALL.iter().copied().collect(),
            territory: territory
                .split(' ')
                .map(|place| place.parse().unwrap())
                .collect(),
            max_risk: ceiling,
            mode: Mode::FollowUp,
            on_behalf_of: BTreeSet::new(),
            services: BTreeSet::new(),
            contract: None,
            hand_over: HandOver::default(),
            quotas: domain::Quotas::default(),
            security: domain::MessageSecurity::NONE,
        },
    })
}

/// When everything is asked.
pub(crate) fn now() -> jiff::Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

pub(crate) fn case(
    municipality: Option<&str>,
    responsible: &str,
    level: Option<RiskLevel>,
) -> CaseFacts {
    CaseFacts {
        municipality: municipality.map(|code| code.parse().unwrap()),
        responsible: Some(responsible.parse().unwrap()),
        level,
        ..CaseFacts::default()
    }
}

pub(crate) fn ask<'q>(
    organism: &'q Arc<Organism>,
    agreement: &'q Arc<Agreement>,
    operation: OperationKind,
    target: Target<'q>,
) -> Question<'q> {
    Question {
        organism,
        agreement: Some((agreement, Standing::Effective)),
        operation,
        purpose: Purpose::Protection,
        file: None,
        peril: Peril::Undeclared,
        on_behalf_of: None,
        target,
        now: now(),
    }
}

pub(crate) fn refusal(question: &Question<'_>) -> Option<Problem> {
    shipped::engine().decide(question).refusal()
}
