//! Quotas: a request is counted, then judged; never the other way round.

use domain::quota::{Amount, Tally, Usage};
use domain::{Agreement, AgreementState, Alarm, Problem, RiskLevel};
use exchange::Received;
use journal::EntryKind;

use crate::support::{
    CASE, HERENCIA, answer, consult, context, engine, entry, exchange, herencia, known, now,
    receive,
};

const HIT: &str = "<ConsultarCoincidencia><tipoDocumento>DNI</tipoDocumento>\
    <numeroDocumento>99999018D</numeroDocumento></ConsultarCoincidencia>";
const SEARCH: &str = "<BuscarCasos><limite>10</limite></BuscarCasos>";

/// The agreement of Herencia: ten requests and five persons for the officer, twenty for all, by day from seven to ten.
fn limited() -> Agreement {
    let mut agreement = herencia();
    let quotas = &mut agreement.annex.quotas;
    quotas.officer.requests = Some(10);
    quotas.officer.persons = Some(5);
    quotas.organism.requests = Some(20);
    quotas.hours.from = "07:00".parse().unwrap();
    quotas.hours.until = "22:00".parse().unwrap();
    agreement
}

fn asked(xml: &str) -> Received {
    receive(limited(), context(HERENCIA), xml).unwrap()
}

/// That many requests and persons of the officer, requests of the organism; this one adds one of each.
fn usage(requests: u64, persons: u64, organism: u64) -> Usage {
    let tally = |requests, persons| Tally {
        total: Amount {
            requests,
            persons,
            ..Amount::default()
        },
        added: Amount {
            requests: 1,
            persons: 1,
            ..Amount::default()
        },
    };
    Usage {
        officer: tally(requests, persons),
        organism: tally(organism, persons),
    }
}

#[test]
fn a_request_says_what_it_uses() {
    let case = format!("caso:{CASE}");
    for (xml, at, subject, out_of_hours) in [
        (consult(), "2026-03-02T09:00:00Z", Some(case.as_str()), 0),
        (consult(), "2026-03-02T21:00:00Z", Some(case.as_str()), 1),
        (
            HIT.to_owned(),
            "2026-03-02T09:00:00Z",
            Some("documento:99999018D"),
            0,
        ),
        (SEARCH.to_owned(), "2026-03-02T09:00:00Z", None, 0),
    ] {
        let uses = asked(&xml).uses(at.parse().unwrap()).unwrap();
        assert_eq!(uses.subject.as_deref(), subject, "{xml}");
        assert_eq!(uses.amount.out_of_hours, out_of_hours, "{at}");
        assert_eq!(uses.amount.requests, 1);
        assert_eq!(uses.amount.exceptional, 0);
        assert_eq!(uses.officer.as_str(), "PRUEBA-7");
        assert_eq!(uses.organism.as_str(), HERENCIA);
        assert_eq!(uses.day.to_string(), "2026-03-02");
    }
    let mut suspended = limited();
    suspended.state = AgreementState::Suspended;
    for unlimited in [herencia(), suspended] {
        let received = receive(unlimited, context(HERENCIA), HIT).unwrap();
        assert_eq!(received.uses(now()), None);
    }
}

/// Whether the case is there, out of reach or nowhere: beyond a quota the answer is one.
#[test]
fn what_goes_beyond_a_quota_is_refused_before_any_case_is_weighed() {
    let (own, outside) = (
        entry("13047", HERENCIA, RiskLevel::Low),
        entry("45168", "L01451685", RiskLevel::Low),
    );
    for (usage, limit) in [
        (usage(10, 5, 20), None),
        (usage(11, 5, 20), Some("funcionario.peticiones")),
        (usage(10, 6, 20), Some("funcionario.personas")),
        (usage(10, 5, 21), Some("organismo.peticiones")),
    ] {
        for index in [Some(&own), Some(&outside), None] {
            let received = asked(&consult()).counted(usage);
            let permitted = received.permit(index.map(known).as_ref(), engine(), now());
            let Some(limit) = limit else {
                assert_eq!(permitted.is_ok(), index == Some(&own));
                continue;
            };
            let refusal = permitted.unwrap_err();
            assert_eq!(refusal.report().problem, Problem::QuotaExceeded);
            assert!(refusal.report().detail.contains(limit), "{limit}");
            let told = refusal.entry().limit.map(|limit| limit.to_string());
            assert_eq!(told.as_deref(), Some(limit));
            assert_eq!(refusal.entry().kind, EntryKind::Refused);
        }
    }
}

#[test]
fn what_was_not_counted_is_not_permitted() {
    let index = entry("13047", HERENCIA, RiskLevel::Low);
    let permitted = asked(&consult()).permit(Some(&known(&index)), engine(), now());
    assert_eq!(permitted.unwrap_err().report().problem, Problem::Internal);
}

#[test]
fn nobody_searches_whose_persons_are_used_up() {
    for (persons, allowed) in [(4, true), (5, false)] {
        let received = asked(SEARCH).counted(usage(3, persons, 3));
        let permitted = received.permit(None, engine(), now());
        assert_eq!(permitted.is_ok(), allowed, "{persons}");
    }
}

#[test]
fn a_quota_that_is_nearly_used_up_raises_one_alarm() {
    for (usage, limits) in [
        (usage(7, 2, 7), vec![]),
        (usage(8, 2, 8), vec!["funcionario.peticiones"]),
        (
            usage(9, 4, 16),
            vec!["organismo.peticiones", "funcionario.personas"],
        ),
        (usage(9, 5, 17), vec![]),
    ] {
        let alarms = asked(&consult()).counted(usage).quota_alarms(now());
        let told: Vec<_> = alarms
            .iter()
            .filter_map(|entry| entry.limit.map(|limit| limit.to_string()))
            .collect();
        assert_eq!(told, limits);
        for entry in alarms {
            assert_eq!(entry.kind, EntryKind::Alert);
            assert_eq!(entry.alarm, Some(Alarm::QuotaNear));
            assert_eq!(entry.officer.unwrap().as_str(), "PRUEBA-7");
            assert!(entry.cases.is_empty());
        }
    }
}

#[test]
fn an_answer_that_shows_too_many_is_refused_after_all() {
    let index = entry("13047", HERENCIA, RiskLevel::Medium);
    let released = exchange(herencia(), &index, answer(&[])).unwrap();
    assert_eq!(released.cases().count(), 1);
    let limit = "organismo.personas".parse().unwrap();
    let refusal = released.beyond(limit, now());
    assert_eq!(refusal.report().problem, Problem::QuotaExceeded);
    assert_eq!(refusal.entry().kind, EntryKind::Refused);
    assert_eq!(refusal.entry().limit, Some(limit));
    assert!(refusal.entry().released.is_empty());
}
