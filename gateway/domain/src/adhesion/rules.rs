//! Which acts a dossier takes.

mod effect;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::adhesion::act::{Act, Draft, Outcome, Proposal};
use crate::adhesion::dossier::Dossier;
use crate::adhesion::places;
use crate::adhesion::refused::Refused;
use crate::adhesion::template::{Need, ReferenceNeed, Step};
use crate::adhesion::users::UsersForm;
use crate::territory::municipalities;
use crate::{Agreement, AgreementState, Annex, OrganismId, Staff, StaffRole, day_in_madrid};

/// Whether the act may be done.
pub(super) fn check(
    dossier: &Dossier,
    draft: &Draft,
    seen: u32,
    form: &UsersForm,
    now: Timestamp,
) -> Result<(), Refused> {
    let today = day_in_madrid(now);
    may_act(&draft.by, &draft.act)?;
    if !dossier.is_current(seen) {
        return Err(Refused::Stale(seen, dossier.version()));
    }
    if draft.date > today {
        return Err(Refused::FutureDate(draft.date, today));
    }
    not_ended(dossier, &draft.act, now)?;
    not_beside_a_proposal(dossier, &draft.act)?;
    match &draft.act {
        Act::Step(to) => step(dossier, draft, *to, (form, today)),
        Act::Back(to) => back(dossier, draft, *to),
        Act::Annex(annex) => before_effect(dossier).and_then(|()| fit(annex)),
        Act::Term(last) => before_effect(dossier).and_then(|()| not_over(*last, today)),
        Act::Conformance(outcome) => tested(draft, *outcome),
        Act::Filed => filed(draft),
        Act::Users(_) => Err(Refused::OfTheOrganism),
        Act::Proposed(proposal) => proposed(dossier, draft, proposal, now),
        Act::Approved => approved(dossier, draft, now),
        Act::Rejected => someone_elses(dossier, draft).and_then(|()| with_reason(draft)),
        Act::Withdrawn => own(dossier, draft),
    }
}

/// Whether someone may keep files: open them, add papers, keep the users form that an organism has sent.
///
/// # Errors
/// An auditor, or whoever is no manager.
pub fn may_keep(by: &Staff) -> Result<(), Refused> {
    may_act(by, &Act::Filed)
}

/// Of a town hall, whether its municipality exists and its last digit is the one that the others give.
pub(super) fn town(id: &OrganismId) -> Result<(), Refused> {
    if !id.as_str().starts_with("L01") {
        return Ok(());
    }
    match id.town_hall_of() {
        None => Err(Refused::TownHallMistyped(id.clone())),
        Some(town) if municipalities::exists(town) => Ok(()),
        Some(_) => Err(Refused::TownHallOfNoTown(id.clone())),
    }
}

/// Whether the author's roles allow the act. What takes two people is proposed by either role; it is a supervisor who
/// approves.
fn may_act(by: &Staff, act: &Act) -> Result<(), Refused> {
    if by.roles.has(StaffRole::Auditor) {
        return Err(Refused::AuditorActs);
    }
    let needed = match act {
        Act::Step(_)
        | Act::Back(_)
        | Act::Annex(_)
        | Act::Term(_)
        | Act::Conformance(_)
        | Act::Users(_)
        | Act::Filed => StaffRole::Manager,
        Act::Approved | Act::Rejected => StaffRole::Supervisor,
        Act::Proposed(_) | Act::Withdrawn => return Ok(()),
    };
    if by.roles.has(needed) {
        Ok(())
    } else {
        Err(Refused::RoleMissing(needed))
    }
}

/// After its end a dossier takes papers, and lets go of what was proposed; nothing else. An extension that comes too late
/// is told so by its own name.
fn not_ended(dossier: &Dossier, act: &Act, now: Timestamp) -> Result<(), Refused> {
    let state = dossier.state_at(now);
    let ended = matches!(state, AgreementState::Expired | AgreementState::Resolved);
    let extends = |proposal: &Proposal| matches!(proposal, Proposal::Extend(_));
    let late = match act {
        Act::Proposed(proposal) => extends(proposal),
        Act::Approved => dossier.pending().is_some_and(|it| extends(&it.proposal)),
        Act::Filed | Act::Rejected | Act::Withdrawn => return Ok(()),
        Act::Step(_)
        | Act::Back(_)
        | Act::Annex(_)
        | Act::Term(_)
        | Act::Conformance(_)
        | Act::Users(_) => false,
    };
    match (ended, dossier.expires_on()) {
        (false, _) => Ok(()),
        (true, Some(last)) if late && state == AgreementState::Expired => {
            Err(Refused::AfterExpiry(last))
        }
        (true, _) => Err(Refused::Ended(state)),
    }
}

/// While something is proposed nothing moves beneath it.
fn not_beside_a_proposal(dossier: &Dossier, act: &Act) -> Result<(), Refused> {
    let Some(pending) = dossier.pending() else {
        return Ok(());
    };
    match act {
        Act::Filed | Act::Approved | Act::Rejected | Act::Withdrawn => Ok(()),
        Act::Step(_)
        | Act::Back(_)
        | Act::Annex(_)
        | Act::Term(_)
        | Act::Conformance(_)
        | Act::Users(_)
        | Act::Proposed(_) => Err(Refused::ProposalPending(pending.seq)),
    }
}

/// One agreement of an organism is open at a time: whoever ends that one has closed access.
pub(super) fn alone(
    dossier: &Dossier,
    act: &Act,
    others: &[Agreement],
    now: Timestamp,
) -> Result<(), Refused> {
    let proposal = match act {
        Act::Proposed(proposal) => Some(proposal),
        Act::Approved => dossier.pending().map(|pending| &pending.proposal),
        Act::Step(_)
        | Act::Back(_)
        | Act::Annex(_)
        | Act::Term(_)
        | Act::Conformance(_)
        | Act::Filed
        | Act::Users(_)
        | Act::Rejected
        | Act::Withdrawn => None,
    };
    let opens = proposal.is_some_and(|it| matches!(it, Proposal::Activate | Proposal::Resume));
    let own = &dossier.file().id;
    let mut others = others
        .iter()
        .filter(|it| it.id != *own && it.standing(now).opens());
    match others.next() {
        Some(other) if opens => Err(Refused::AnotherInEffect(other.id.clone())),
        Some(_) | None => Ok(()),
    }
}

fn before_effect(dossier: &Dossier) -> Result<(), Refused> {
    match dossier.effective_from() {
        None => Ok(()),
        Some(_) => Err(Refused::InEffect),
    }
}

fn step(
    dossier: &Dossier,
    draft: &Draft,
    to: AgreementState,
    (form, today): (&UsersForm, Date),
) -> Result<(), Refused> {
    before_effect(dossier)?;
    let Some(next) = dossier.template().after(dossier.state()) else {
        return Err(Refused::NotAStep(to));
    };
    if to >= AgreementState::Effective {
        return Err(Refused::NotAStep(to));
    }
    if next.to != to {
        return Err(Refused::StepSkipped(to, next.to));
    }
    in_order(dossier, draft.date)?;
    papers(*next, draft)?;
    match to {
        AgreementState::UsersFormReceived if form.on(today).next().is_none() => {
            Err(Refused::NoUsers)
        }
        AgreementState::TrainingDone => trained(form, today),
        AgreementState::Draft
        | AgreementState::ProtocolRatified
        | AgreementState::RequestSent
        | AgreementState::UsersFormReceived
        | AgreementState::Signed
        | AgreementState::Registered
        | AgreementState::Effective
        | AgreementState::Suspended
        | AgreementState::ExtensionAgreed
        | AgreementState::Expired
        | AgreementState::Resolved => Ok(()),
    }
}

fn trained(form: &UsersForm, today: Date) -> Result<(), Refused> {
    let is_trained = |day: Date| day <= today;
    let mut users = form.on(today);
    if users.any(|user| user.trained_on.is_some_and(is_trained)) {
        Ok(())
    } else {
        Err(Refused::NobodyTrained)
    }
}

fn papers(step: Step, draft: &Draft) -> Result<(), Refused> {
    if draft.document.is_none() {
        return Err(Refused::DocumentMissing);
    }
    let reference = draft.reference.as_ref();
    let fits = match step.reference {
        ReferenceNeed::Free => true,
        ReferenceNeed::Number => reference.is_some(),
        ReferenceNeed::Boe => match reference {
            None => return Err(Refused::ReferenceMissing),
            Some(reference) => reference.is_boe(),
        },
    };
    if fits {
        Ok(())
    } else {
        Err(Refused::reference(step.reference))
    }
}

/// No step bears a date before that of the one that led to it.
fn in_order(dossier: &Dossier, date: Date) -> Result<(), Refused> {
    match dossier.path().last() {
        Some(before) if date < before.date => Err(Refused::DateOutOfOrder(date, before.date)),
        Some(_) | None => Ok(()),
    }
}

fn back(dossier: &Dossier, draft: &Draft, to: AgreementState) -> Result<(), Refused> {
    before_effect(dossier)?;
    let passed = dossier.path().iter().any(|passed| passed.state == to);
    if to >= dossier.state() || !(passed || to == AgreementState::Draft) {
        return Err(Refused::NeverPassed(to));
    }
    with_reason(draft)
}

/// An annex that grants nothing, or in a place that does not exist, is none.
fn fit(annex: &Annex) -> Result<(), Refused> {
    let parts = [
        ("operations", annex.operations.is_empty()),
        ("purposes", annex.purposes.is_empty()),
        ("territory", annex.territory.is_empty()),
    ];
    if let Some((part, _)) = parts.into_iter().find(|(_, empty)| *empty) {
        return Err(Refused::AnnexEmpty(part));
    }
    let mut places = annex.territory.places();
    places.try_for_each(places::exists).map_err(Refused::Place)
}

fn not_over(last: Date, today: Date) -> Result<(), Refused> {
    if last < today {
        Err(Refused::TermOver(last))
    } else {
        Ok(())
    }
}

/// Activation rests on a run that was passed: its report is on file.
fn tested(draft: &Draft, outcome: Outcome) -> Result<(), Refused> {
    match (outcome, &draft.document) {
        (Outcome::Passed, None) => Err(Refused::DocumentMissing),
        (Outcome::Passed, Some(_)) | (Outcome::Failed, _) => Ok(()),
    }
}

fn filed(draft: &Draft) -> Result<(), Refused> {
    if draft.document.is_none() && draft.note.is_none() {
        return Err(Refused::DocumentMissing);
    }
    Ok(())
}

fn with_reason(draft: &Draft) -> Result<(), Refused> {
    draft.note.as_ref().map(|_| ()).ok_or(Refused::NoteMissing)
}

fn proposed(
    dossier: &Dossier,
    draft: &Draft,
    proposal: &Proposal,
    now: Timestamp,
) -> Result<(), Refused> {
    match proposal {
        Proposal::Activate => activation_papers(dossier, draft)?,
        Proposal::Suspend | Proposal::Resolve => with_reason(draft)?,
        Proposal::Extend(_) if draft.document.is_none() => return Err(Refused::DocumentMissing),
        Proposal::Extend(_) | Proposal::Resume | Proposal::Annex(_) => {}
    }
    effect::possible(dossier, proposal, draft.date, now)
}

/// The activation is the last step of the template: it comes after all the others, with the paper that it takes.
fn activation_papers(dossier: &Dossier, draft: &Draft) -> Result<(), Refused> {
    before_effect(dossier)?;
    match dossier.template().after(dossier.state()) {
        Some(next) if next.to == AgreementState::Effective => papers(*next, draft)?,
        Some(next) => return Err(Refused::StepSkipped(AgreementState::Effective, next.to)),
        None => return Err(Refused::InEffect),
    }
    in_order(dossier, draft.date)
}

/// An approval is by another than the proposal, and what it makes true must still be possible.
fn approved(dossier: &Dossier, draft: &Draft, now: Timestamp) -> Result<(), Refused> {
    let Some(pending) = dossier.pending() else {
        return Err(Refused::NothingProposed);
    };
    someone_elses(dossier, draft)?;
    if draft.date < pending.date {
        return Err(Refused::DateOutOfOrder(draft.date, pending.date));
    }
    effect::possible(dossier, &pending.proposal, pending.date, now)
}

fn someone_elses(dossier: &Dossier, draft: &Draft) -> Result<(), Refused> {
    match dossier.pending() {
        None => Err(Refused::NothingProposed),
        Some(pending) if pending.by == draft.by.id => Err(Refused::OwnProposal),
        Some(_) => Ok(()),
    }
}

fn own(dossier: &Dossier, draft: &Draft) -> Result<(), Refused> {
    match dossier.pending() {
        None => Err(Refused::NothingProposed),
        Some(pending) if pending.by == draft.by.id => Ok(()),
        Some(_) => Err(Refused::ForeignProposal),
    }
}

/// Whether the last run of the conformance profile lets it be activated.
fn conforms(dossier: &Dossier) -> Result<(), Refused> {
    match (dossier.conformance(), dossier.template().conformance) {
        (Some(Outcome::Passed), _) | (None, Need::Optional) => Ok(()),
        (Some(Outcome::Failed), _) => Err(Refused::ConformanceFailed),
        (None, Need::Required) => Err(Refused::ConformanceMissing),
    }
}
