//! Every legal path.

use super::support::{
    agreed, annex, approve, bare, date, done, effective, file, fresh, full, manager, noon, on,
    propose, ready, step,
};
use crate::adhesion::{Act, Dossier, Draft, Outcome, Proposal, Refused, Wait, Warning};
use crate::{AgreementState, OrganismKind, Standing};

#[test]
fn herencia_from_draft_to_expiry() {
    let table = [
        ("2026-02-28T22:59:59Z", Standing::NotYet),
        ("2026-02-28T23:00:00Z", Standing::Effective),
        ("2030-03-01T22:59:59.999999Z", Standing::Effective),
        ("2030-03-01T23:00:00Z", Standing::Expired),
    ];
    let dossier = effective();
    for (now, expected) in table {
        assert_eq!(dossier.standing(now.parse().unwrap()), expected, "{now}");
    }
    let agreement = dossier.agreement().unwrap();
    assert_eq!(agreement.state, AgreementState::Effective);
    assert_eq!(agreement.effective_from, date("2026-03-01"));
    assert_eq!(ready().agreement(), None);
    let standing = ready().standing(noon("2026-03-01"));
    assert_eq!(standing, Standing::NotPublished);
    // Nobody has to write the end down.
    let after = "2030-03-01T23:00:00Z".parse().unwrap();
    assert_eq!(dossier.state_at(after), AgreementState::Expired);
    assert_eq!(dossier.state(), AgreementState::Effective);
}

#[test]
fn a_proposal_alone_opens_nothing() {
    let day = "2026-03-01";
    let proposed = done(ready(), [propose("gestora", day, Proposal::Activate)]);
    assert_eq!(proposed.agreement(), None);
    let waits = proposed.waits();
    assert!(
        matches!(waits.as_slice(), [Wait::Approval { .. }]),
        "{waits:?}"
    );
    let rejected = done(proposed.clone(), [full("supervisora", day, Act::Rejected)]);
    let withdrawn = done(proposed, [bare("gestora", day, Act::Withdrawn)]);
    for dossier in [rejected, withdrawn] {
        assert_eq!(dossier.agreement(), None);
        assert_eq!(dossier.waits(), [Wait::Activation]);
        let acts = [
            propose("gestora", "2026-03-02", Proposal::Activate),
            approve("ambas", "2026-03-03"),
        ];
        let again = done(dossier, acts);
        assert_eq!(again.effective_from(), Some(date("2026-03-02")));
    }
}

#[test]
fn suspension_and_resumption() {
    let acts = [
        propose("supervisora", "2026-05-01", Proposal::Suspend),
        approve("ambas", "2026-05-01"),
    ];
    let suspended = done(effective(), acts);
    assert_eq!(suspended.standing(noon("2026-05-02")), Standing::Suspended);
    let resumed = agreed(suspended.clone(), "2026-06-01", Proposal::Resume);
    assert_eq!(resumed.standing(noon("2026-06-02")), Standing::Effective);
    // A term goes on while it is suspended.
    let expired = "2030-03-01T23:00:00Z".parse().unwrap();
    assert_eq!(suspended.state_at(expired), AgreementState::Expired);
}

#[test]
fn an_extension_adds_its_years_suspended_or_not() {
    let extend = Proposal::Extend(date("2034-03-01"));
    let acts = [
        propose("gestora", "2030-02-28", extend.clone()),
        approve("supervisora", "2030-03-01"),
    ];
    let extended = done(effective(), acts);
    assert_eq!(extended.state(), AgreementState::ExtensionAgreed);
    assert_eq!(extended.standing(noon("2034-03-01")), Standing::Effective);
    assert_eq!(extended.standing(noon("2034-03-02")), Standing::Expired);
    let suspended = agreed(effective(), "2029-01-01", Proposal::Suspend);
    let suspended = agreed(suspended, "2030-01-01", extend);
    assert_eq!(suspended.state(), AgreementState::Suspended);
    let resumed = agreed(suspended, "2031-01-01", Proposal::Resume);
    assert_eq!(resumed.state(), AgreementState::ExtensionAgreed);
    assert_eq!(resumed.standing(noon("2033-01-01")), Standing::Effective);
}

#[test]
fn a_resolution_ends_it_and_an_annex_changes_by_proposal() {
    let wider = annex(&["13047", "P45"]);
    let changed = agreed(effective(), "2026-04-01", Proposal::Annex(wider.clone()));
    assert_eq!(changed.agreement().unwrap().annex, *wider);
    let resolved = agreed(changed, "2027-01-01", Proposal::Resolve);
    assert_eq!(resolved.standing(noon("2027-01-01")), Standing::Resolved);
    let filed = done(resolved, [manager("2027-02-01", Act::Filed)]);
    assert_eq!(filed.state(), AgreementState::Resolved);
}

#[test]
fn a_step_back_is_one_more_entry() {
    let before = ready();
    let back = |day, to| manager(day, Act::Back(to));
    let after = done(
        before.clone(),
        [back("2026-02-21", AgreementState::RequestSent)],
    );
    assert_eq!(after.version(), before.version() + 1);
    assert!(after.entries().starts_with(before.entries()));
    let next = Wait::Step(AgreementState::UsersFormReceived);
    assert_eq!(after.waits().first(), Some(&next));
    let states: Vec<_> = after.path().iter().map(|passed| passed.state).collect();
    let kept = [
        AgreementState::ProtocolRatified,
        AgreementState::RequestSent,
    ];
    assert_eq!(states, kept);
    let start = done(after, [back("2026-02-22", AgreementState::Draft)]);
    assert_eq!(start.state(), AgreementState::Draft);
    assert!(start.path().is_empty());
}

/// Every step, whoever takes it, has its document.
#[track_caller]
fn takes_paper(dossier: &Dossier, day: &str, draft: Draft) {
    let told = format!("{:?}", draft.act);
    let paperless = Draft {
        document: None,
        ..draft
    };
    let refused = on(dossier, day, paperless).err();
    let code = refused.as_ref().map(Refused::code);
    assert_eq!(code, Some("falta-documento"), "{told}");
}

#[test]
fn every_kind_has_its_own_way() {
    for kind in OrganismKind::ALL {
        let dossier = Dossier::new(file(*kind));
        let steps = dossier.template().steps.iter().map(|step| step.to);
        let steps: Vec<_> = steps.collect();
        let (last, steps) = steps.split_last().unwrap();
        assert_eq!(*last, AgreementState::Effective);
        let acts = [
            manager("2026-01-10", Act::Annex(annex(&["CA08"]))),
            manager("2026-01-10", Act::Term(date("2030-01-20"))),
            manager("2026-01-10", Act::Conformance(Outcome::Passed)),
        ];
        let walked = steps.iter().fold(done(dossier, acts), |dossier, to| {
            let day = "2026-01-15";
            takes_paper(&dossier, day, step(day, *to));
            done(dossier, [step(day, *to)])
        });
        let (day, activation) = ("2026-01-20", Proposal::Activate);
        takes_paper(&walked, day, propose("gestora", day, activation.clone()));
        let active = agreed(walked, day, activation);
        let standing = active.standing(noon("2026-01-20"));
        assert_eq!(standing, Standing::Effective, "{kind}");
    }
}

#[test]
fn what_a_list_shows() {
    let new = fresh().summary();
    let places: Vec<_> = new.territory.places().map(|it| it.to_string()).collect();
    assert_eq!(places, ["13047"]);
    assert_eq!(new.age_days(noon("2026-01-15")), 5);
    let first = Wait::Step(AgreementState::ProtocolRatified);
    let waits = [first, Wait::Annex, Wait::Term, Wait::Conformance];
    assert_eq!(new.waits, waits);
    assert_eq!(ready().waits(), [Wait::Activation]);
    let summary = effective().summary();
    assert_eq!(summary.waits, []);
    let open = AgreementState::Effective;
    let table = [
        ("2026-06-01", None, open, 92),
        ("2029-03-01", Some(Warning::TwelveMonths), open, 1096),
        ("2030-02-22", Some(Warning::OneWeek), open, 1454),
        ("2030-03-05", None, AgreementState::Expired, 4),
    ];
    for (day, warning, state, age) in table {
        let now = noon(day);
        let found = (summary.warning(now), summary.state_at(now));
        assert_eq!(found, (warning, state), "{day}");
        assert_eq!(summary.age_days(now), age, "{day}");
    }
    // Before it has effect a last day is a plan.
    let planned = ready().summary();
    assert_eq!(planned.warning(noon("2030-02-22")), None);
}

#[test]
fn what_was_recorded_reads_back() {
    let dossier = effective();
    let replayed = Dossier::replay(dossier.file().clone(), dossier.entries().to_vec());
    assert_eq!(replayed, dossier);
}
