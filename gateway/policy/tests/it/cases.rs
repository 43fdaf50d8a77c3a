//! Whether an operation may go on about one case: where it belongs, how grave it is.

use std::sync::Arc;

use domain::{OperationKind, OrganismKind, Problem, RiskLevel, Territory};
use policy::{Charge, Posture, Question, Relation, Target};

use crate::asking::{HERENCIA, OTHER, agreement, ask, case, now, organism, refusal};
use crate::shipped;

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
        (
            CoordinationUnit,
            Consult,
            file,
            Some("45168"),
            HERENCIA,
            false,
        ),
    ];
    let agreement = agreement("13047 13034", RiskLevel::Extreme);
    for (kind, operation, file, municipality, responsible, allowed) in table {
        let (organism, facts) = (
            organism(kind),
            case(municipality, responsible, Some(RiskLevel::Low)),
        );
        let question = ask(&organism, &agreement, operation, Target::Case(&facts));
        let expected = (!allowed).then_some(Problem::NotFoundOrOutOfScope);
        let question = Question { file, ..question };
        assert_eq!(
            refusal(&question),
            expected,
            "{kind} {operation} {file:?} {facts:?}"
        );
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
        let question = ask(
            &local,
            &agreement,
            OperationKind::Consult,
            Target::Case(&facts),
        );
        assert_eq!(
            refusal(&question).is_none(),
            allowed,
            "{territory} {municipality:?}"
        );
        let relation = Relation::of(&agreement, &facts, now());
        let expected = if allowed {
            Relation::InTerritory
        } else {
            Relation::Other
        };
        assert_eq!(relation, expected, "{territory} {municipality:?}");
    }
    let provinces = (1..=19)
        .map(domain::Place::Community)
        .collect::<Territory>();
    let mut all = agreement("ES", RiskLevel::Extreme);
    Arc::make_mut(&mut all).annex.territory = provinces;
    let abroad = case(None, OTHER, Some(RiskLevel::Low));
    let question = ask(&local, &all, OperationKind::Consult, Target::Case(&abroad));
    assert_eq!(refusal(&question), None);
}

#[test]
fn nothing_above_the_ceiling() {
    use OperationKind::{Consult, Submit};
    let local = organism(OrganismKind::LocalPolice);
    let table = [
        (
            RiskLevel::Medium,
            Consult,
            Some(RiskLevel::NotAppreciated),
            true,
        ),
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
        assert_eq!(
            refusal(&question),
            expected,
            "{ceiling} {operation} {level:?}"
        );
    }
}

#[test]
fn a_new_case_belongs_where_its_victim_lives() {
    let regional = organism(OrganismKind::RegionalForce);
    let agreement = agreement("CA09", RiskLevel::Extreme);
    for (municipality, allowed) in [("08019", true), ("13047", false)] {
        let facts = case(Some(municipality), HERENCIA, None);
        let question = ask(
            &regional,
            &agreement,
            OperationKind::Submit,
            Target::New(&facts),
        );
        assert_eq!(refusal(&question).is_none(), allowed, "{municipality}");
        let viewer = Posture::of(&question).viewer().unwrap();
        assert_eq!(viewer.charge == Charge::Own, allowed, "{municipality}");
    }
}

#[test]
fn the_policies_that_settled_it_are_named() {
    let local = organism(OrganismKind::LocalPolice);
    let agreement = agreement("13047", RiskLevel::Medium);
    let table = [
        (Some("13047"), RiskLevel::Low, vec!["operaciones.policias"]),
        (Some("45168"), RiskLevel::Low, vec!["territorio.ambito"]),
        (
            Some("45168"),
            RiskLevel::High,
            vec!["techo.nivel", "territorio.ambito"],
        ),
    ];
    for (municipality, level, expected) in table {
        let facts = case(municipality, OTHER, Some(level));
        let question = ask(
            &local,
            &agreement,
            OperationKind::Consult,
            Target::Case(&facts),
        );
        let policies = shipped::engine().decide(&question).policies.clone();
        assert_eq!(
            policies.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            expected
        );
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
