//! What no sequence of acts can do, whoever tries them in whatever order.

use std::collections::BTreeSet;

use jiff::ToSpan;
use proptest::prelude::{Just, ProptestConfig, Strategy};
use proptest::{prop_assert_eq, prop_assert_ne, prop_oneof, proptest};

use super::support::{annex, date, file, fresh, full, on};
use crate::adhesion::{Act, Dossier, Draft, Entry, Outcome, Proposal};
use crate::{AgreementState, OrganismKind};

/// Acts in play; nothing said is the next step of the template, often, so that some sequences go far.
fn any_act() -> impl Strategy<Value = Option<Act>> {
    let any_state = || proptest::sample::select(AgreementState::ALL);
    let proposed = |what| Just(Some(Act::Proposed(what)));
    prop_oneof![
        8 => Just(None),
        1 => any_state().prop_map(|state| Some(Act::Step(state))),
        1 => any_state().prop_map(|state| Some(Act::Back(state))),
        2 => Just(Some(Act::Annex(annex(&["13047"])))),
        2 => Just(Some(Act::Term(date("2029-12-31")))),
        2 => Just(Some(Act::Conformance(Outcome::Passed))),
        4 => proposed(Proposal::Activate),
        1 => proposed(Proposal::Suspend),
        1 => proposed(Proposal::Resume),
        1 => proposed(Proposal::Extend(date("2032-01-01"))),
        1 => proposed(Proposal::Resolve),
        6 => Just(Some(Act::Approved)),
        1 => Just(Some(Act::Rejected)),
        1 => Just(Some(Act::Withdrawn)),
    ]
}

fn any_person() -> impl Strategy<Value = &'static str> {
    let people = [
        "gestora",
        "supervisora",
        "ambas",
        "otra-gestora",
        "auditora",
    ];
    proptest::sample::select(people.to_vec())
}

/// What is tried: with every paper, so that only the order and the people may be wrong.
fn attempt(dossier: &Dossier, by: &str, day: &str, act: Option<Act>) -> Option<Draft> {
    let next = || dossier.template().after(dossier.state());
    let act = act.or_else(|| next().map(|step| Act::Step(step.to)))?;
    Some(full(by, day, act))
}

/// Whoever opened it was not alone, and every step that the template orders is on record, in order.
fn holds(dossier: &Dossier) {
    if dossier.agreement().is_none() {
        return;
    }
    let entries = dossier.entries();
    let mut approvals = entries.iter().filter(|entry| entry.act == Act::Approved);
    let approval = approvals.next().unwrap();
    let activates = |entry: &&Entry| entry.act == Act::Proposed(Proposal::Activate);
    let mut before = entries.iter().filter(|entry| entry.seq < approval.seq);
    let proposal = before.rfind(activates).unwrap();
    assert_ne!(proposal.author, approval.author);
    let taken: BTreeSet<_> = dossier.path().iter().map(|passed| passed.state).collect();
    let ordered = dossier.template().steps.iter().map(|step| step.to);
    let ordered: BTreeSet<_> = ordered
        .filter(|state| *state != AgreementState::Effective)
        .collect();
    assert_eq!(taken, ordered);
    assert!(dossier.path().is_sorted_by_key(|passed| passed.date));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_effect_without_every_step_and_two_people(
        kind in proptest::sample::select(OrganismKind::ALL),
        tries in proptest::collection::vec((any_person(), any_act()), 1..80),
    ) {
        let mut dossier = Dossier::new(file(kind));
        let mut day = date("2026-01-10");
        for (by, act) in tries {
            day = day.saturating_add(3.days());
            let text = day.to_string();
            let Some(draft) = attempt(&dossier, by, &text, act) else { continue };
            if let Ok(after) = on(&dossier, &text, draft) {
                prop_assert_eq!(after.version(), dossier.version() + 1);
                // Nothing that was recorded changes, and whoever only looks did nothing.
                assert!(after.entries().starts_with(dossier.entries()));
                prop_assert_ne!(by, "auditora");
                dossier = after;
            }
            holds(&dossier);
        }
        let replayed = Dossier::replay(dossier.file().clone(), dossier.entries().to_vec());
        prop_assert_eq!(replayed, dossier);
    }
}

/// The property above is not about nothing: such tries do reach effect.
#[test]
fn the_same_tries_do_reach_effect() {
    let mut acts = vec![
        ("ambas", Some(Act::Annex(annex(&["13047"])))),
        ("ambas", Some(Act::Term(date("2029-12-31")))),
        ("ambas", Some(Act::Conformance(Outcome::Passed))),
    ];
    acts.extend(std::iter::repeat_n(("ambas", None), 6));
    acts.push(("ambas", Some(Act::Proposed(Proposal::Activate))));
    acts.push(("supervisora", Some(Act::Approved)));
    let mut dossier = fresh();
    for (by, act) in acts {
        let draft = attempt(&dossier, by, "2026-02-01", act).unwrap();
        dossier = on(&dossier, "2026-02-01", draft).unwrap();
    }
    assert!(dossier.agreement().is_some());
    holds(&dossier);
}
