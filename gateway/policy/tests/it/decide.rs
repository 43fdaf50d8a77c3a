//! Whether an operation may go on: one line a case.

use std::collections::BTreeSet;

use domain::agreement::Standing;
use domain::{
    Agreement, AgreementState, Annex, Mode, OperationKind, Organism, OrganismKind, Problem, Purpose,
    RiskLevel, Territory,
};
use policy::{CaseFacts, Question, Relation, Target};

use crate::shipped;

const HERENCIA: &str = "L01130473";
const OTHER: &str = "E00003801";

fn organism(kind: OrganismKind) -> Organism {
    Organism { id: HERENCIA.parse().unwrap(), kind, name: "PRUEBA".to_owned() }
}

/// An agreement that opens everything in `territory` up to `ceiling`.
fn agreement(territory: &str, ceiling: RiskLevel) -> Agreement {
    Agreement {
        id: "C-PRUEBA".parse().unwrap(),
        organism: HERENCIA.parse().unwrap(),
        state: AgreementState::Effective,
        effective_from: "2025-01-01".parse().unwrap(),
        expires_on: "2028-12-31".parse().unwrap(),
        annex: Annex {
            operations: OperationKind::ALL.iter().copied().collect(),
            purposes: Purpose::ALL.iter().copied().collect(),
            territory: territory.split(' ').map(|place| place.parse().unwrap()).collect(),
            max_risk: ceiling,
            mode: Mode::FollowUp,
            on_behalf_of: BTreeSet::new(),
        },
    }
}

fn case(municipality: Option<&str>, responsible: &str, level: Option<RiskLevel>) -> CaseFacts {
    CaseFacts {
        municipality: municipality.map(|code| code.parse().unwrap()),
        responsible: Some(responsible.parse().unwrap()),
        level,
    }
}

fn ask<'q>(
    organism: &'q Organism,
    agreement: &'q Agreement,
    operation: OperationKind,
    target: Target<'q>,
) -> Question<'q> {
    Question {
        organism,
        agreement: Some((agreement, Standing::Effective)),
        operation,
        purpose: Purpose::Protection,
        file: None,
        on_behalf_of: None,
        target,
    }
}

fn refusal(question: &Question<'_>) -> Option<Problem> {
    shipped::engine().decide(question).refusal()
}

/// What each kind may do at all, in the order of the operations.
#[test]
fn each_kind_does_what_it_is_for() {
    let table = [
        (OrganismKind::LocalPolice, [true, true, true, true, false]),
        (OrganismKind::RegionalForce, [true, true, true, true, false]),
        (OrganismKind::StateForce, [true, true, true, true, false]),
        (OrganismKind::Court, [true, true, true, true, false]),
        (OrganismKind::Prison, [true, true, false, true, false]),
        (OrganismKind::CoordinationUnit, [true, true, true, false, false]),
        (OrganismKind::Ministry, [false; 5]),
    ];
    assert_eq!(table.len(), OrganismKind::ALL.len());
    let agreement = agreement("ES", RiskLevel::Extreme);
    for (kind, allowed) in table {
        let organism = organism(kind);
        for (operation, allowed) in OperationKind::ALL.iter().zip(allowed) {
            let question = ask(&organism, &agreement, *operation, Target::Federation);
            let expected = (!allowed).then_some(Problem::OperationNotAllowed);
            assert_eq!(refusal(&question), expected, "{kind} {operation}");
        }
    }
}

#[test]
fn the_agreement_decides_before_any_case() {
    let local = organism(OrganismKind::LocalPolice);
    let good = agreement("13047", RiskLevel::Medium);
    let inside = case(Some("13047"), HERENCIA, Some(RiskLevel::Low));
    let narrow = |change: fn(&mut Annex)| {
        let mut agreement = good.clone();
        change(&mut agreement.annex);
        agreement
    };
    let no_operation = narrow(|annex| drop(annex.operations.remove(&OperationKind::Submit)));
    let no_purpose = narrow(|annex| drop(annex.purposes.remove(&Purpose::Protection)));
    let reads_only = narrow(|annex| annex.mode = Mode::Consultation);
    let nothing = narrow(|annex| {
        annex.operations.clear();
        annex.purposes.clear();
    });
    let table = [
        (&good, Standing::Effective, None),
        (&good, Standing::NotYet, Some(Problem::AgreementNotEffective)),
        (&good, Standing::Suspended, Some(Problem::AgreementNotEffective)),
        (&good, Standing::Expired, Some(Problem::AgreementNotEffective)),
        (&good, Standing::NotPublished, Some(Problem::AgreementNotEffective)),
        (&good, Standing::Resolved, Some(Problem::AgreementNotEffective)),
        (&no_operation, Standing::Effective, Some(Problem::OperationNotAllowed)),
        (&no_purpose, Standing::Effective, Some(Problem::PurposeNotAllowed)),
        (&reads_only, Standing::Effective, Some(Problem::OperationNotAllowed)),
        (&nothing, Standing::Effective, Some(Problem::OperationNotAllowed)),
        (&nothing, Standing::Expired, Some(Problem::AgreementNotEffective)),
    ];
    for (agreement, standing, expected) in table {
        for target in [Target::Federation, Target::Case(&inside), Target::New(&inside)] {
            let question = ask(&local, agreement, OperationKind::Submit, target);
            let question = Question { agreement: Some((agreement, standing)), ..question };
            assert_eq!(refusal(&question), expected, "{standing:?} {:?}", agreement.annex);
        }
    }
    let question = ask(&local, &good, OperationKind::Consult, Target::Federation);
    let without = Question { agreement: None, ..question };
    assert_eq!(refusal(&without), Some(Problem::AgreementNotEffective));
}

#[test]
fn one_acts_only_for_whom_the_annex_names() {
    let regional = organism(OrganismKind::RegionalForce);
    let mut agreement = agreement("CA09", RiskLevel::Extreme);
    let (own, named, other) = (HERENCIA.parse().unwrap(), "L01080193".parse().unwrap(), OTHER.parse().unwrap());
    agreement.annex.on_behalf_of.insert("L01080193".parse().unwrap());
    let refused = Some(Problem::RequesterNotCertificate);
    for (on_behalf_of, expected) in [(None, None), (Some(&own), None), (Some(&named), None), (Some(&other), refused)] {
        let question = ask(&regional, &agreement, OperationKind::Consult, Target::Federation);
        let question = Question { on_behalf_of, ..question };
        assert_eq!(refusal(&question), expected, "{on_behalf_of:?}");
    }
}

/// Kind, operation, with a file?, the municipality, who is responsible: allowed?
#[test]
fn territory_follows_the_residence_of_the_victim() {
    use OperationKind::{Consult, Hit, Search, Submit};
    use OrganismKind::{CoordinationUnit, Court, LocalPolice, Prison, RegionalForce, StateForce};
    let file = Some("PRUEBA/1");
    let table = [
        (LocalPolice, Hit, None, Some("13047"), OTHER, true),
        (LocalPolice, Hit, file, Some("45168"), OTHER, false),
        (LocalPolice, Consult, None, Some("13047"), OTHER, true),
        (LocalPolice, Consult, file, Some("45168"), OTHER, false),
        (LocalPolice, Consult, file, Some("13005"), OTHER, false),
        (LocalPolice, Consult, file, Some("45168"), HERENCIA, false),
        (LocalPolice, Submit, None, Some("45168"), HERENCIA, false),
        (LocalPolice, Search, None, Some("45168"), OTHER, false),
        (LocalPolice, Consult, file, None, HERENCIA, false),
        (RegionalForce, Hit, None, Some("45168"), OTHER, true),
        (RegionalForce, Consult, None, Some("45168"), OTHER, false),
        (RegionalForce, Consult, file, Some("45168"), OTHER, true),
        (RegionalForce, Consult, None, Some("45168"), HERENCIA, true),
        (RegionalForce, Submit, file, Some("45168"), OTHER, false),
        (RegionalForce, Submit, None, Some("45168"), HERENCIA, true),
        (RegionalForce, Search, file, Some("45168"), HERENCIA, false),
        (RegionalForce, Search, None, Some("13047"), OTHER, true),
        (StateForce, Hit, None, None, OTHER, true),
        (StateForce, Consult, None, Some("45168"), OTHER, false),
        (StateForce, Consult, file, Some("45168"), OTHER, true),
        (Court, Hit, file, Some("45168"), OTHER, false),
        (Court, Consult, None, Some("13047"), OTHER, true),
        (Prison, Consult, file, Some("45168"), OTHER, false),
        (CoordinationUnit, Consult, file, Some("45168"), HERENCIA, false),
    ];
    let agreement = agreement("13047 13034", RiskLevel::Extreme);
    for (kind, operation, file, municipality, responsible, allowed) in table {
        let (organism, facts) = (organism(kind), case(municipality, responsible, Some(RiskLevel::Low)));
        let question = ask(&organism, &agreement, operation, Target::Case(&facts));
        let expected = (!allowed).then_some(Problem::NotFoundOrOutOfScope);
        let question = Question { file, ..question };
        assert_eq!(refusal(&question), expected, "{kind} {operation} {file:?} {facts:?}");
    }
}

#[test]
fn a_place_covers_what_lies_in_it() {
    let local = organism(OrganismKind::LocalPolice);
    let table = [
        ("13047", Some("13047"), true),
        ("P13", Some("13047"), true),
        ("CA08", Some("13047"), true),
        ("ES", Some("13047"), true),
        ("ES", None, true),
        ("P45", Some("13047"), false),
        ("CA07", Some("13047"), false),
        ("CA08", None, false),
        ("13034", Some("13047"), false),
    ];
    for (territory, municipality, allowed) in table {
        let agreement = agreement(territory, RiskLevel::Extreme);
        let facts = case(municipality, OTHER, Some(RiskLevel::Low));
        let question = ask(&local, &agreement, OperationKind::Consult, Target::Case(&facts));
        assert_eq!(refusal(&question).is_none(), allowed, "{territory} {municipality:?}");
        let relation = Relation::of(&agreement, &facts);
        let expected = if allowed { Relation::InTerritory } else { Relation::Other };
        assert_eq!(relation, expected, "{territory} {municipality:?}");
    }
    let provinces = Territory::from_iter((1..=19).map(domain::Place::Community));
    let mut all = agreement("ES", RiskLevel::Extreme);
    all.annex.territory = provinces;
    let abroad = case(None, OTHER, Some(RiskLevel::Low));
    let question = ask(&local, &all, OperationKind::Consult, Target::Case(&abroad));
    assert_eq!(refusal(&question), None);
}

#[test]
fn nothing_above_the_ceiling() {
    use OperationKind::{Consult, Submit};
    let local = organism(OrganismKind::LocalPolice);
    let table = [
        (RiskLevel::Medium, Consult, Some(RiskLevel::NotAppreciated), true),
        (RiskLevel::Medium, Consult, Some(RiskLevel::Medium), true),
        (RiskLevel::Medium, Consult, Some(RiskLevel::High), false),
        (RiskLevel::Medium, Consult, Some(RiskLevel::Extreme), false),
        (RiskLevel::Medium, Consult, None, false),
        (RiskLevel::Medium, Submit, None, true),
        (RiskLevel::Medium, Submit, Some(RiskLevel::High), false),
        (RiskLevel::Extreme, Consult, None, true),
        (RiskLevel::Extreme, Consult, Some(RiskLevel::Extreme), true),
    ];
    for (ceiling, operation, level, allowed) in table {
        let agreement = agreement("13047", ceiling);
        let facts = case(Some("13047"), HERENCIA, level);
        let question = ask(&local, &agreement, operation, Target::Case(&facts));
        let expected = (!allowed).then_some(Problem::NotFoundOrOutOfScope);
        assert_eq!(refusal(&question), expected, "{ceiling} {operation} {level:?}");
    }
}

#[test]
fn a_new_case_belongs_where_its_victim_lives() {
    let regional = organism(OrganismKind::RegionalForce);
    let agreement = agreement("CA09", RiskLevel::Extreme);
    for (municipality, allowed) in [("08019", true), ("13047", false)] {
        let facts = case(Some(municipality), HERENCIA, None);
        let question = ask(&regional, &agreement, OperationKind::Submit, Target::New(&facts));
        assert_eq!(refusal(&question).is_none(), allowed, "{municipality}");
        let relation = Relation::of_new(&agreement, &facts);
        assert_eq!(relation == Relation::Responsible, allowed, "{municipality}");
    }
}

#[test]
fn the_policies_that_settled_it_are_named() {
    let local = organism(OrganismKind::LocalPolice);
    let agreement = agreement("13047", RiskLevel::Medium);
    let table = [
        (Some("13047"), RiskLevel::Low, vec!["operaciones.policias"]),
        (Some("45168"), RiskLevel::Low, vec!["territorio.ambito"]),
        (Some("45168"), RiskLevel::High, vec!["techo.nivel", "territorio.ambito"]),
    ];
    for (municipality, level, expected) in table {
        let facts = case(municipality, OTHER, Some(level));
        let question = ask(&local, &agreement, OperationKind::Consult, Target::Case(&facts));
        let policies = shipped::engine().decide(&question).policies;
        assert_eq!(policies.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), expected);
    }
}

/// A caller refused for what it is gets the same answer of a case in scope, out of scope and absent.
#[test]
fn a_refusal_never_tells_a_case_that_exists_from_one_that_does_not() {
    let facts = [
        case(Some("13047"), OTHER, Some(RiskLevel::Low)),
        case(Some("45168"), OTHER, Some(RiskLevel::Extreme)),
        case(None, OTHER, None),
    ];
    for kind in OrganismKind::ALL {
        let organism = organism(*kind);
        for operation in OperationKind::ALL {
            for ceiling in RiskLevel::ALL {
                let agreement = agreement("13047", *ceiling);
                let general = refusal(&ask(&organism, &agreement, *operation, Target::Federation));
                for facts in &facts {
                    let target = Target::Case(facts);
                    let told = refusal(&ask(&organism, &agreement, *operation, target));
                    let expected = general.or(told.map(|_| Problem::NotFoundOrOutOfScope));
                    assert_eq!(told, expected, "{kind} {operation} {ceiling} {facts:?}");
                }
            }
        }
    }
}
