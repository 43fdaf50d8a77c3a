//! Which steps each kind of organism goes through before its agreement has effect, as data.
//!
//! For local police the law and the instruments that were read say it (domain report, section 2.2). No public text lists
//! the steps of the other kinds: those rows are this project's judgement. What they share with local police is that an
//! agreement between administrations (regional forces, courts, prisons) is registered and published, Ley 40/2015 art.
//! 48.8; the ministry's own bodies join by a resolution, which is neither.

use crate::{AgreementState, OrganismKind};

/// Whether something must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
}

/// What reference an act must bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceNeed {
    /// None, or any.
    Free,
    /// Some: the number in the register, that of a resolution.
    Number,
    /// That of the BOE, `BOE-A-YYYY-N`.
    Boe,
}

/// One step; each bears its date, and takes a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it leads.
    pub to: AgreementState,
    /// What reference it takes.
    pub reference: ReferenceNeed,
}

/// What an organism of some kind goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// The steps in order; the last one is the activation, which takes two people.
    pub steps: &'static [Step],
    /// How many years the term may last; without limit where the law sets none.
    pub longest_years: Option<u8>,
    /// Whether a passed run of the conformance profile is a condition of activation.
    pub conformance: Need,
}

const fn step(to: AgreementState, reference: ReferenceNeed) -> Step {
    Step { to, reference }
}

const PROTOCOL: Step = step(AgreementState::ProtocolRatified, ReferenceNeed::Free);
const REQUEST: Step = step(AgreementState::RequestSent, ReferenceNeed::Free);
const USERS: Step = step(AgreementState::UsersFormReceived, ReferenceNeed::Free);
const TRAINING: Step = step(AgreementState::TrainingDone, ReferenceNeed::Free);
const SIGNATURE: Step = step(AgreementState::Signed, ReferenceNeed::Free);
const REGISTER: Step = step(AgreementState::Registered, ReferenceNeed::Number);
const PUBLICATION: Step = step(AgreementState::Effective, ReferenceNeed::Boe);
/// A resolution of the ministry's own is signed, and has effect by its number.
const RESOLUTION: Step = step(AgreementState::Effective, ReferenceNeed::Number);

/// Ley 40/2015 art. 49.h.1: a convenio lasts four years at most.
const CONVENIO_YEARS: Option<u8> = Some(4);

static LOCAL_POLICE: Template = Template {
    steps: &[
        PROTOCOL,
        REQUEST,
        USERS,
        TRAINING,
        SIGNATURE,
        REGISTER,
        PUBLICATION,
    ],
    longest_years: CONVENIO_YEARS,
    conformance: Need::Required,
};

/// As for local police, without a local security board.
static REGIONAL_FORCE: Template = Template {
    steps: &[REQUEST, USERS, TRAINING, SIGNATURE, REGISTER, PUBLICATION],
    longest_years: CONVENIO_YEARS,
    conformance: Need::Required,
};

/// Courts and prison administrations: their staff is trained by their own.
static JUSTICE: Template = Template {
    steps: &[REQUEST, USERS, SIGNATURE, REGISTER, PUBLICATION],
    longest_years: CONVENIO_YEARS,
    conformance: Need::Required,
};

/// Forces and units of the state: a request, their users, training, a resolution.
static STATE: Template = Template {
    steps: &[REQUEST, USERS, TRAINING, SIGNATURE, RESOLUTION],
    longest_years: None,
    conformance: Need::Required,
};

/// The central administration itself: its users and a resolution; it asks through the console.
static MINISTRY: Template = Template {
    steps: &[USERS, SIGNATURE, RESOLUTION],
    longest_years: None,
    conformance: Need::Optional,
};

impl Template {
    /// The one of a kind of organism.
    pub fn of(kind: OrganismKind) -> &'static Self {
        match kind {
            OrganismKind::LocalPolice => &LOCAL_POLICE,
            OrganismKind::RegionalForce => &REGIONAL_FORCE,
            OrganismKind::Court | OrganismKind::Prison => &JUSTICE,
            OrganismKind::StateForce | OrganismKind::CoordinationUnit => &STATE,
            OrganismKind::Ministry => &MINISTRY,
        }
    }

    /// The step that comes after `state`; none once it has effect.
    pub fn after(&self, state: AgreementState) -> Option<&Step> {
        if state == AgreementState::Draft {
            return self.steps.first();
        }
        let mut rest = self.steps.iter().skip_while(|step| step.to != state);
        rest.next()?;
        rest.next()
    }

    /// The step that leads to `state`.
    pub fn step(&self, state: AgreementState) -> Option<&Step> {
        self.steps.iter().find(|step| step.to == state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_signs_has_users_and_ends_in_effect() {
        for kind in OrganismKind::ALL {
            let template = Template::of(*kind);
            let states: Vec<_> = template.steps.iter().map(|step| step.to).collect();
            assert!(states.is_sorted(), "{kind}: {states:?}");
            assert_eq!(states.last(), Some(&AgreementState::Effective), "{kind}");
            for needed in [AgreementState::UsersFormReceived, AgreementState::Signed] {
                assert!(states.contains(&needed), "{kind}: {needed}");
            }
            let mut walked = vec![];
            let mut state = AgreementState::Draft;
            while let Some(step) = template.after(state) {
                state = step.to;
                walked.push(state);
            }
            assert_eq!(walked, states, "{kind}");
        }
    }

    #[test]
    fn only_local_police_goes_before_the_local_board() {
        let with_board: Vec<_> = OrganismKind::ALL
            .iter()
            .filter(|kind| {
                Template::of(**kind)
                    .step(AgreementState::ProtocolRatified)
                    .is_some()
            })
            .collect();
        assert_eq!(with_board, [&OrganismKind::LocalPolice]);
    }
}
