//! Evidence of every sort, and what it amounts to.

use std::collections::BTreeMap;

use domain::{Annex, Organism, OrganismKind};
use jiff::Timestamp;

use super::*;
use crate::sandbox::profile::Protocol;

const CASE: &str = "01JQ5Z7N2R8X4V6T0K3M9B1CDF";

fn run(expected: Expected, times: usize) -> Run {
    let step = Step {
        name: "x".to_owned(),
        title: "X".to_owned(),
        remedy: "haga otra cosa".to_owned(),
        request: "R.x".to_owned(),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        headers: BTreeMap::new(),
        body: None,
        soap: None,
        soap_path: String::new(),
        expected,
        times,
    };
    Run {
        id: "R".to_owned(),
        organism: Organism {
            id: "E99990001".parse().unwrap(),
            kind: OrganismKind::StateForce,
            name: "PRUEBA".to_owned(),
        },
        key: domain::CertificateKey::from_digest([1; 32]),
        officer: "A-1".parse().unwrap(),
        begun: Timestamp::UNIX_EPOCH,
        ahead_s: 61,
        annex: Annex {
            operations: [].into(),
            purposes: [].into(),
            territory: domain::Territory::nation(),
            max_risk: domain::RiskLevel::Low,
            mode: domain::Mode::FollowUp,
            on_behalf_of: [].into(),
            services: [].into(),
            contract: None,
            hand_over: domain::HandOver::default(),
            quotas: domain::Quotas::default(),
            security: domain::MessageSecurity::NONE,
        },
        contract: "viogen/2".to_owned(),
        protocol: Protocol::Rest,
        steps: vec![step],
        from: 0,
    }
}

/// One letter an entry: asked, released with the case, empty, refused for territory or for the schema, of another
/// organism, by another key, under another name.
fn entries(letters: &str) -> Vec<Entry> {
    let entry = |letter: char| {
        let kind = match letter {
            'a' => EntryKind::Asked,
            't' | 's' => EntryKind::Refused,
            _ => EntryKind::Released,
        };
        let mut entry = Entry::new(kind, Timestamp::UNIX_EPOCH, "E");
        let organism = if letter == 'o' {
            "E99990002"
        } else {
            "E99990001"
        };
        entry.organism = organism.parse().ok();
        let key = if letter == 'k' { 2 } else { 1 };
        entry.certificate = Some(domain::CertificateKey::from_digest([key; 32]));
        let name = if letter == 'n' { "R.y" } else { "R.x" };
        entry.request_id = name.parse().ok();
        if !"ets".contains(letter) {
            entry.cases.extend(CASE.parse::<CaseId>());
        }
        entry.problem = match letter {
            't' => Some("fuera-de-ambito".to_owned()),
            's' => Some("esquema-incumplido".to_owned()),
            _ => None,
        };
        entry
    };
    letters.chars().map(entry).collect()
}

#[test]
fn only_the_runs_own_evidence_counts() {
    let case = || Expected::ReleasedCase(CASE.parse().unwrap());
    let out = || Expected::Refused(Problem::OutOfTerritory);
    let table = [
        (Expected::Released, 1, "ar", true),
        (Expected::Released, 1, "ae", true),
        (Expected::Released, 1, "", false),
        (Expected::Released, 1, "a", false),
        (Expected::Released, 1, "o", false),
        (Expected::Released, 1, "k", false),
        (Expected::Released, 1, "n", false),
        (Expected::Released, 1, "rt", false),
        (Expected::ReleasedNothing, 1, "e", true),
        (Expected::ReleasedNothing, 1, "r", false),
        (case(), 1, "ar", true),
        (case(), 1, "ae", false),
        (case(), 2, "arr", true),
        (case(), 2, "ar", false),
        (case(), 2, "arar", false),
        (out(), 1, "t", true),
        (out(), 1, "s", false),
        (out(), 1, "r", false),
        (out(), 1, "tr", false),
        (Expected::Clock, 1, "r", false),
    ];
    let catalogue = Catalogue::shipped().unwrap();
    for (expected, times, letters, passes) in table {
        let run = run(expected.clone(), times);
        let [finding] = &judge(&catalogue, &run, &entries(letters))[..] else {
            panic!("one finding");
        };
        assert_eq!(
            finding.passed, passes,
            "{expected:?} {letters}: {finding:?}"
        );
        assert_eq!(finding.remedy.is_some(), !passes, "{finding:?}");
    }
}

#[test]
fn a_known_refusal_has_a_remedy_of_its_own() {
    let catalogue = Catalogue::shipped().unwrap();
    let mut entries = entries("t");
    entries[0].problem = Some("funcionario-no-autorizado".to_owned());
    let findings = judge(&catalogue, &run(Expected::Released, 1), &entries);
    assert_eq!(findings[0].seen, "denegación `funcionario-no-autorizado`");
    let remedy = findings[0].remedy.as_deref().unwrap();
    assert!(remedy.contains("formulario de usuarios"), "{remedy}");
}
