//! Whether an operation may go on, whatever the case.

use std::sync::Arc;

use contract::Visibility;
use domain::agreement::Standing;
use domain::{Annex, Mode, OperationKind, OrganismKind, Problem, Purpose, RiskLevel};
use policy::{Posture, Question, Target};

use crate::asking::{HERENCIA, OTHER, agreement, ask, case, organism, refusal};
use crate::shipped;

/// What each kind may do at all, in the order of the operations.
#[test]
fn each_kind_does_what_it_is_for() {
    let table = [
        (OrganismKind::LocalPolice, [true, true, true, true, false]),
        (OrganismKind::RegionalForce, [true, true, true, true, false]),
        (OrganismKind::StateForce, [true, true, true, true, false]),
        (OrganismKind::Court, [true, true, true, true, false]),
        (OrganismKind::Prison, [true, true, false, true, false]),
        (
            OrganismKind::CoordinationUnit,
            [true, true, true, false, false],
        ),
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
fn an_agreement_opens_only_while_in_effect() {
    let local = organism(OrganismKind::LocalPolice);
    let agreement = agreement("13047", RiskLevel::Medium);
    let question = ask(
        &local,
        &agreement,
        OperationKind::Consult,
        Target::Federation,
    );
    let refused = Some(Problem::AgreementNotEffective);
    for (standing, expected) in [
        (None, refused),
        (Some(Standing::Effective), None),
        (Some(Standing::NotYet), refused),
        (Some(Standing::Suspended), refused),
        (Some(Standing::Expired), refused),
        (Some(Standing::NotPublished), refused),
        (Some(Standing::Resolved), refused),
    ] {
        let agreement = standing.map(|standing| (&agreement, standing));
        let question = Question {
            agreement,
            ..question
        };
        assert_eq!(refusal(&question), expected, "{standing:?}");
    }
}

/// What is cut out of the annex, how the agreement stands: what is told, whatever the case.
#[test]
fn the_annex_decides_before_any_case() {
    use Problem::{AgreementNotEffective, OperationNotAllowed, PurposeNotAllowed};
    type Cut = fn(&mut Annex);
    let whole: Cut = |_| {};
    let no_submission: Cut = |annex| annex.operations.retain(|it| *it != OperationKind::Submit);
    let no_protection: Cut = |annex| annex.purposes.retain(|it| *it != Purpose::Protection);
    let reads_only: Cut = |annex| annex.mode = Mode::Consultation;
    let nothing: Cut = |annex| {
        annex.operations.clear();
        annex.purposes.clear();
    };
    let local = organism(OrganismKind::LocalPolice);
    let inside = case(Some("13047"), HERENCIA, Some(RiskLevel::Low));
    let table = [
        (whole, Standing::Effective, None),
        (
            no_submission,
            Standing::Effective,
            Some(OperationNotAllowed),
        ),
        (no_protection, Standing::Effective, Some(PurposeNotAllowed)),
        (reads_only, Standing::Effective, Some(OperationNotAllowed)),
        (nothing, Standing::Effective, Some(OperationNotAllowed)),
        (nothing, Standing::Expired, Some(AgreementNotEffective)),
    ];
    for (cut, standing, expected) in table {
        let mut agreement = agreement("13047", RiskLevel::Medium);
        cut(&mut Arc::make_mut(&mut agreement).annex);
        for target in [
            Target::Federation,
            Target::Case(&inside),
            Target::New(&inside),
        ] {
            let question = ask(&local, &agreement, OperationKind::Submit, target);
            let question = Question {
                agreement: Some((&agreement, standing)),
                ..question
            };
            assert_eq!(
                refusal(&question),
                expected,
                "{standing:?} {:?}",
                agreement.annex
            );
        }
    }
}

#[test]
fn one_acts_only_for_whom_the_annex_names() {
    let regional = organism(OrganismKind::RegionalForce);
    let mut agreement = agreement("CA09", RiskLevel::Extreme);
    let (own, named, other) = (
        HERENCIA.parse().unwrap(),
        "L01080193".parse().unwrap(),
        OTHER.parse().unwrap(),
    );
    Arc::make_mut(&mut agreement)
        .annex
        .on_behalf_of
        .insert("L01080193".parse().unwrap());
    let refused = Some(Problem::RequesterNotCertificate);
    for (on_behalf_of, expected) in [
        (None, None),
        (Some(&own), None),
        (Some(&named), None),
        (Some(&other), refused),
    ] {
        let question = ask(
            &regional,
            &agreement,
            OperationKind::Consult,
            Target::Federation,
        );
        let question = Question {
            on_behalf_of,
            ..question
        };
        assert_eq!(refusal(&question), expected, "{on_behalf_of:?}");
    }
}

/// Answers are kept; an agreement of the same name with other annexes is another question.
#[test]
fn a_kept_answer_is_not_given_for_another_agreement() {
    let local = organism(OrganismKind::LocalPolice);
    let inside = case(Some("13047"), OTHER, Some(RiskLevel::High));
    let ceilings = [
        (RiskLevel::Extreme, None),
        (RiskLevel::Medium, Some(Problem::NotFoundOrOutOfScope)),
        (RiskLevel::Extreme, None),
    ];
    for (ceiling, expected) in ceilings {
        let agreement = agreement("13047", ceiling);
        let target = Target::Case(&inside);
        let question = ask(&local, &agreement, OperationKind::Consult, target);
        assert_eq!(refusal(&question), expected, "{ceiling:?}");
        assert_eq!(refusal(&question), expected, "{ceiling:?}, again");
    }
}

/// Acting for another gives the rights of one's own agreement: what the other is in charge of is not one's own.
#[test]
fn acting_for_whoever_is_in_charge_reaches_no_further() {
    let mut agreement = agreement("CA09", RiskLevel::Extreme);
    let participant = "L01080193".parse().unwrap();
    let annex = &mut Arc::make_mut(&mut agreement).annex;
    annex.on_behalf_of.insert("L01080193".parse().unwrap());
    let away = case(Some("45168"), "L01080193", Some(RiskLevel::Low));
    for kind in [OrganismKind::StateForce, OrganismKind::RegionalForce] {
        let force = organism(kind);
        for operation in [OperationKind::Consult, OperationKind::Submit] {
            let question = ask(&force, &agreement, operation, Target::Case(&away));
            let question = Question {
                on_behalf_of: Some(&participant),
                ..question
            };
            assert_eq!(
                refusal(&question),
                Some(Problem::NotFoundOrOutOfScope),
                "{kind:?} {operation:?}"
            );
        }
        let near = case(Some("08019"), "L01080193", Some(RiskLevel::Low));
        let question = ask(
            &force,
            &agreement,
            OperationKind::Consult,
            Target::Case(&near),
        );
        let question = Question {
            on_behalf_of: Some(&participant),
            ..question
        };
        let viewer = Posture::of(&question).viewer().unwrap();
        let shelter = shipped::engine().rulings(viewer)["victima.alojamientoProtegido"].visibility;
        assert_eq!(shelter, Visibility::Hidden, "{kind:?}");
    }
}
