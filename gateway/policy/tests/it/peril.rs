//! What the declaration of an imminent danger opens: to whom, for what, and how little it shows.

use std::sync::Arc;

use contract::Visibility;
use domain::{Agreement, OperationKind, Problem, Purpose, RiskLevel};
use policy::{Peril, Posture, Question, Relation, Target};

use crate::asking::{OTHER, agreement, ask, case, organism, refusal};
use crate::shipped;

/// That there is a case, how grave it is, whom to call.
const MINIMAL: [&str; 4] = [
    "cabecera.identificacion",
    "responsabilidad.unidad",
    "valoracion.nivel",
    "cabecera.retenidos",
];

/// The agreement of Herencia, with as many exceptional accesses a day for the officer and for all.
fn opening(officer: Option<u32>, all: Option<u32>) -> Arc<Agreement> {
    let mut opening = agreement("13047", RiskLevel::Medium);
    let annex = &mut Arc::make_mut(&mut opening).annex;
    annex.quotas.officer.exceptional = officer;
    annex.quotas.organism.exceptional = all;
    opening
}

#[test]
fn only_a_police_force_declares_it_in_a_hit_to_protect_and_under_an_agreement_that_opens_it() {
    use OperationKind::{Consult, Hit, Search};
    use Purpose::{Coordination, Protection};
    use domain::OrganismKind::{Court, LocalPolice, RegionalForce, StateForce};
    let both = (Some(1), Some(5));
    let facts = case(Some("45168"), OTHER, Some(RiskLevel::Low));
    for (kind, operation, purpose, (officer, all), on_behalf_of, opens) in [
        (LocalPolice, Hit, Protection, both, None, true),
        (RegionalForce, Hit, Protection, both, None, true),
        (StateForce, Hit, Protection, both, None, true),
        (Court, Hit, Protection, both, None, false),
        (LocalPolice, Consult, Protection, both, None, false),
        (LocalPolice, Search, Protection, both, None, false),
        (LocalPolice, Hit, Coordination, both, None, false),
        (LocalPolice, Hit, Protection, (Some(1), None), None, false),
        (LocalPolice, Hit, Protection, (None, Some(5)), None, false),
        (LocalPolice, Hit, Protection, both, Some("L01130016"), false),
    ] {
        let organism = organism(kind);
        let mut agreement = opening(officer, all);
        let annex = &mut Arc::make_mut(&mut agreement).annex;
        let other = on_behalf_of.map(|id| id.parse().unwrap());
        annex.on_behalf_of.extend(other.clone());
        let expected = (!opens).then_some(Problem::ExceptionalNotAllowed);
        for target in [Target::Federation, Target::Case(&facts)] {
            let question = Question {
                purpose,
                peril: Peril::Declared,
                on_behalf_of: other.as_ref(),
                ..ask(&organism, &agreement, operation, target)
            };
            let case = format!("{kind} {operation} {purpose} {officer:?} {all:?} {other:?}");
            assert_eq!(refusal(&question), expected, "{case}");
        }
    }
}

/// The ceiling of the agreement holds in danger too, and the own territory is the own territory.
#[test]
fn it_opens_the_territory_and_not_the_ceiling() {
    let (local, agreement) = (
        organism(domain::OrganismKind::LocalPolice),
        opening(Some(1), Some(5)),
    );
    for (municipality, level, relation, allowed) in [
        ("13047", RiskLevel::Low, Relation::InTerritory, true),
        ("45168", RiskLevel::Low, Relation::Imperilled, true),
        ("45168", RiskLevel::Medium, Relation::Imperilled, true),
        ("45168", RiskLevel::High, Relation::Imperilled, false),
    ] {
        let facts = case(Some(municipality), OTHER, Some(level));
        let target = Target::Case(&facts);
        let question = Question {
            peril: Peril::Declared,
            ..ask(&local, &agreement, OperationKind::Hit, target)
        };
        let expected = (!allowed).then_some(Problem::NotFoundOrOutOfScope);
        assert_eq!(refusal(&question), expected, "{municipality} {level}");
        let viewer = Posture::of(&question).viewer().unwrap();
        assert_eq!(viewer.relation, relation, "{municipality} {level}");
    }
}

#[test]
fn it_shows_the_minimal_answer_and_nothing_is_written() {
    let groups = shipped::groups();
    let viewers = Purpose::ALL
        .iter()
        .flat_map(|purpose| shipped::viewers(*purpose));
    let mut police = 0;
    for viewer in viewers.filter(|viewer| viewer.relation == Relation::Imperilled) {
        use domain::OrganismKind::{LocalPolice, RegionalForce, StateForce};
        let force = [LocalPolice, RegionalForce, StateForce].contains(&viewer.kind);
        police += usize::from(force);
        for group in &groups {
            let ruling = shipped::ruling(viewer, group);
            let shown = force && MINIMAL.contains(&group.as_str());
            let expected = if shown {
                Visibility::Full
            } else {
                Visibility::Hidden
            };
            assert_eq!(ruling.visibility, expected, "{group} {viewer:?}");
            assert!(!ruling.writable, "{group} {viewer:?}");
        }
    }
    assert!(police > 0);
}
