//! What the shipped profiles ask of whom.

use domain::{Organism, Territory};
use jiff::Timestamp;

use super::*;

fn annex(operations: &[OperationKind], mode: Mode, place: &str) -> Annex {
    Annex {
        operations: operations.iter().copied().collect(),
        purposes: [domain::Purpose::Protection].into(),
        territory: Territory::from_iter([place.parse().unwrap()]),
        max_risk: domain::RiskLevel::Medium,
        mode,
        on_behalf_of: [].into(),
        services: [].into(),
        contract: None,
        hand_over: domain::HandOver::default(),
        quotas: domain::Quotas::default(),
        security: domain::MessageSecurity::NONE,
    }
}

fn steps(kind: OrganismKind, annex: &Annex, other: Option<&str>) -> Vec<Step> {
    let organism = Organism {
        id: "L01130473".parse().unwrap(),
        kind,
        name: "PRUEBA".to_owned(),
    };
    let cases = Cases::of(&organism, &annex.territory, (7, Timestamp::UNIX_EPOCH)).unwrap();
    let plan = Plan {
        kind,
        annex,
        cases: &cases,
        run: "R",
        versions: ("viogen/2", other),
    };
    Catalogue::shipped().unwrap().steps(&plan)
}

fn named<'s>(steps: &'s [Step], name: &str) -> Option<&'s Step> {
    steps.iter().find(|it| it.name == name)
}

#[test]
fn every_kind_has_a_profile_that_asks_and_is_refused() {
    let annex = annex(OperationKind::ALL, Mode::FollowUp, "13047");
    for kind in OrganismKind::ALL {
        let steps = steps(*kind, &annex, Some("viogen/1"));
        let refused = |it: &&Step| matches!(it.expected, Expected::Refused(_));
        let asked = steps.iter().filter(|it| it.expected == Expected::Released);
        assert!(asked.count() >= 1, "{kind}");
        assert!(steps.iter().filter(refused).count() >= 4, "{kind}");
        let left = steps.iter().find(|it| {
            let body = it.body.as_deref().unwrap_or_default();
            it.path.contains('{') || body.contains("{documento}")
        });
        assert_eq!(left, None, "{kind}");
        for step in &steps {
            assert!(
                step.request.parse::<domain::RequestId>().is_ok(),
                "{step:?}"
            );
        }
    }
}

#[test]
fn what_is_not_granted_is_expected_to_be_refused_or_left_out() {
    let kind = OrganismKind::LocalPolice;
    let reads = annex(&[OperationKind::Hit], Mode::Consultation, "13047");
    let steps_of = steps(kind, &reads, None);
    let closed = Some(Expected::Refused(Problem::OperationNotAllowed));
    let expected = |name: &str| named(&steps_of, name).map(|it| it.expected.clone());
    for name in ["consulta-en-territorio", "busqueda", "presentacion"] {
        assert_eq!(expected(name), closed, "{name}");
    }
    assert_eq!(
        expected("version-no-convenida"),
        None,
        "there is one version"
    );
    let all = annex(OperationKind::ALL, Mode::Consultation, "ES");
    let steps_of = steps(kind, &all, None);
    let names: Vec<&str> = steps_of.iter().map(|it| it.name.as_str()).collect();
    for left_out in [
        "presentacion",
        "presentacion-repetida",
        "consulta-fuera-de-territorio",
    ] {
        assert!(!names.contains(&left_out), "{left_out}");
    }
}

#[test]
fn a_repeated_request_is_the_same_request() {
    let annex = annex(OperationKind::ALL, Mode::FollowUp, "13047");
    let steps = steps(OrganismKind::LocalPolice, &annex, None);
    let first = named(&steps, "presentacion").unwrap();
    let again = named(&steps, "presentacion-repetida").unwrap();
    assert_eq!((&first.request, first.times), (&again.request, 1));
    assert_eq!((&first.body, again.times), (&again.body, 2));
}
