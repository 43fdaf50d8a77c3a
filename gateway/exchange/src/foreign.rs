//! Services of others: contracts that are governed from beside them, and whose cases are in no index.
//!
//! Nothing is known of a case before the service has answered, so before asking only the agreement
//! speaks, and the answer is judged by what it says itself. An agreement opens a service by naming
//! its contract: none is open because some operation of our own is.

use contract::{Contract, Fronting, NodeRef, Role, Territory};
use domain::{Agreement, OperationKind, Problem, RiskLevel};
use jiff::Timestamp;
use policy::{CaseFacts, Engine, Target};

use crate::refusal::Cause;
use crate::{Permitted, Received, Refusal, unit};

impl Received {
    /// Whether the agreement, the policies and the terms of the service let the question be asked.
    pub(crate) fn permit_foreign(
        mut self,
        engine: &Engine,
        now: Timestamp,
    ) -> Result<Permitted, Refusal> {
        self.decide(Target::Federation, engine, now)?;
        match self.forbidden_foreign() {
            Some(problem) => Err(self.refuse(now, Cause::of(problem))),
            None => Ok(Permitted {
                received: self,
                known: None,
            }),
        }
    }

    /// What agreement and terms forbid, beside the policies.
    fn forbidden_foreign(&self) -> Option<Problem> {
        let contract = self.document.contract();
        let Some(agreement) = self.caller.agreement() else {
            return Some(Problem::AgreementNotEffective);
        };
        if !opens(agreement, contract) || !admits(contract, self.caller.organism().kind.as_str()) {
            return Some(Problem::OperationNotAllowed);
        }
        let Some(terms) = &self.operation.terms else {
            return Some(Problem::OperationNotAllowed);
        };
        if self.context.peril.is_some() {
            // What is minimal in the answers of a service of others nobody has said.
            return Some(Problem::ExceptionalNotAllowed);
        }
        let purpose = self.context.purpose.as_str();
        let served = terms.purposes.is_empty() || terms.purposes.contains(purpose);
        (!served).then_some(Problem::PurposeNotAllowed)
    }
}

/// Whether the agreement names the service.
fn opens(agreement: &Agreement, contract: &Contract) -> bool {
    let named = contract.id();
    let mut services = agreement.annex.services.iter();
    services.any(|service| service.as_str() == named)
}

/// Whether organisms of that kind may ask a service whose answers say of no place.
fn admits(contract: &Contract, kind: &str) -> bool {
    match contract.fronting().map(|fronting| &fronting.territory) {
        Some(Territory::Told) => true,
        Some(Territory::Without { kinds, .. }) => kinds.contains(kind),
        None => false,
    }
}

/// Whether an answer may be one to the question: it has cases where one is asked for, and they are
/// about whom was asked.
pub(crate) fn check(
    received: &Received,
    kind: OperationKind,
    units: &[NodeRef<'_>],
) -> Result<(), Problem> {
    if kind == OperationKind::Consult && units.is_empty() {
        return Err(Problem::HolderGarbage);
    }
    let Some(asked) = received.document.value_of(Role::Subject) else {
        return Ok(());
    };
    // A case that does not say whom it is about may be anybody's.
    let other = |unit: &NodeRef<'_>| unit.role(Role::Subject) != Some(asked);
    if units.iter().any(other) {
        return Err(Problem::HolderWrongCase);
    }
    Ok(())
}

/// What policy must know of a case of the service: where no leaf says a level, the file beside the
/// contract does; where that does not either, it is unknown, and so the highest.
pub(crate) fn facts(fronting: &Fronting, unit: NodeRef<'_>) -> CaseFacts {
    let mut facts = unit::facts(unit);
    let supposed = || fronting.level.as_deref()?.parse().ok();
    facts.level = facts.level.or_else(supposed);
    facts
}

/// Whether the answers of the service say of no place. Then whoever may ask is to each case as in its
/// territory, because the service was opened to its kind in so many words.
pub(crate) fn is_placeless(fronting: &Fronting) -> bool {
    match fronting.territory {
        Territory::Told => false,
        Territory::Without { .. } => true,
    }
}

/// Refuses a case above the ceiling of the agreement, where the policies are asked of no case.
pub(crate) fn check_level(received: &Received, facts: &CaseFacts) -> Result<(), Problem> {
    let agreement = received.caller.agreement();
    let agreement = agreement.ok_or(Problem::AgreementNotEffective)?;
    match facts.level {
        Some(level) if level <= agreement.annex.max_risk => Ok(()),
        None if agreement.annex.max_risk == RiskLevel::Extreme => Ok(()),
        Some(_) | None => Err(Problem::AboveMaxRisk),
    }
}
