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

/// What a step expects is what the shipped policies say of its question, whoever asks wherever.
#[test]
fn what_is_expected_is_what_the_policies_say() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/policies");
    let engine = policy::Engine::load(&folder).unwrap();
    let forces = [
        ("L01130473", "13047"),
        ("L01080193", "08019"),
        ("L01480209", "48020"),
        ("A09990001", "CA09"),
        ("A16990001", "CA16"),
        ("A13990001", "CA13"),
        ("E99990001", "ES"),
    ];
    let mut judged = 0;
    for (id, place) in forces {
        for kind in OrganismKind::ALL {
            for mode in Mode::ALL {
                judged += judge(
                    &engine,
                    (id, *kind),
                    &annex(OperationKind::ALL, *mode, place),
                );
            }
        }
    }
    assert!(judged > 250, "{judged}");
}

/// Asks the policies what each step asks that is about a case that there is; gives how many.
fn judge(engine: &policy::Engine, (id, kind): (&str, OrganismKind), annex: &Annex) -> usize {
    let organism = std::sync::Arc::new(Organism {
        id: id.parse().unwrap(),
        kind,
        name: "PRUEBA".to_owned(),
    });
    let now = "2026-06-01T10:00:00Z".parse().unwrap();
    let agreement = std::sync::Arc::new(domain::Agreement {
        id: "PRUEBA-1".parse().unwrap(),
        organism: organism.id.clone(),
        state: domain::AgreementState::Effective,
        effective_from: "2026-01-01".parse().unwrap(),
        expires_on: "2029-01-01".parse().unwrap(),
        annex: annex.clone(),
    });
    let cases = Cases::of(&organism, &annex.territory, (7, now)).unwrap();
    let plan = Plan {
        kind,
        annex,
        cases: &cases,
        run: "R",
        versions: ("viogen/2", None),
    };
    let mut judged = 0;
    for step in Catalogue::shipped().unwrap().steps(&plan) {
        let all = [Some(&cases.own), cases.foreign.as_ref()];
        let named = |case: &&super::super::SyntheticCase| step.path.contains(case.id.as_str());
        let Some(case) = all.into_iter().flatten().find(named) else {
            continue;
        };
        let facts = policy::CaseFacts {
            municipality: Some(case.municipality),
            responsible: Some(case.responsible.clone()),
            // The reference system plants it so.
            level: Some(domain::RiskLevel::Low),
            ..policy::CaseFacts::default()
        };
        let file = (step.headers.get(FILE).map(String::as_str) != Some("")).then_some("R");
        let decision = engine.decide(&policy::Question {
            organism: &organism,
            agreement: Some((&agreement, agreement.standing(now))),
            operation: match step.method.as_str() {
                "PUT" => OperationKind::Submit,
                _ => OperationKind::Consult,
            },
            purpose: domain::Purpose::Protection,
            file,
            peril: policy::Peril::Undeclared,
            on_behalf_of: None,
            target: policy::Target::Case(&facts),
            now,
        });
        let expected = !matches!(step.expected, Expected::Refused(_));
        let (name, verdict) = (&step.name, &decision.verdict);
        assert_eq!(
            decision.allowed(),
            expected,
            "{kind} {id} {name}: {verdict:?}"
        );
        judged += 1;
    }
    judged
}

#[test]
fn what_is_sent_over_soap_is_the_same_but_for_what_only_rest_can_say() {
    let annex = annex(OperationKind::ALL, Mode::FollowUp, "13047");
    for kind in OrganismKind::ALL {
        let steps = steps(*kind, &annex, Some("viogen/1"));
        let left: Vec<&str> = steps
            .iter()
            .filter(|it| !it.speaks(Protocol::Soap))
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(left, ["mensaje-mal-formado"], "{kind}");
        for step in steps.iter().filter(|it| it.soap.is_some()) {
            let text = step.soap.as_deref().unwrap();
            assert!(!text.contains('{'), "{kind}: {text}");
            let version = step.soap_path.rsplit('/').next().unwrap();
            assert!(
                text.contains(&format!("urn:pasarela:viogen:{version}\"")),
                "{text}"
            );
            assert!(
                step.path.starts_with(&format!("/v{version}/")),
                "{}",
                step.path
            );
        }
    }
}
