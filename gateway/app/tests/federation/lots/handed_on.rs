//! What the holder of a lot's cases is asked, and what becomes of each when it fails.

use domain::Problem;
use nodes::central::Behaviour;
use serde_json::{Value, json};

use super::{bad, case, expected, good, outcomes, results};
use crate::answer::Answer;
use crate::holder::{SLOW, site};
use crate::partner::{Partner, fresh};
use crate::site::{Site, run};

/// Sends the cases in one message.
fn send(partner: &Partner, id: &str, items: &[Value]) -> Answer {
    let body = json!({ "presentacion": items }).to_string();
    run(partner.post("/v2/casos/lote", id, &body))
}

/// The outcomes of a message, as of lines.
fn told(answer: &Answer) -> Vec<(u64, String)> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    outcomes(answer.json()["resultado"].as_array().unwrap())
}

fn all(problem: Option<Problem>, positions: std::ops::RangeInclusive<u64>) -> Vec<(u64, String)> {
    let codes: Vec<_> = positions.map(|at| (at, problem)).collect();
    expected(&codes)
}

/// The kinds of the entries of one item, in their order.
fn evidence(site: &Site, id: &str, position: u64) -> Vec<String> {
    let name = format!("{id}.{position}");
    let journal = site.journal();
    let entries = journal.entries().iter();
    let of = entries.filter(|entry| entry["peticion"] == name.as_str());
    of.map(|entry| entry["tipo"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_may_be_asked_of_a_lot_is_asked_together() {
    let site = site();
    let (national, id) = (site.national(), fresh());
    let items = [
        good(99_999_501),
        good(99_999_502),
        bad(99_999_503),
        good(99_999_504),
        good(99_999_505),
        good(99_999_506),
    ];
    let before = run(site.lots());
    let first = send(&national, &id, &items);
    let codes = [
        (1, None),
        (2, None),
        (3, Some(Problem::RulesBroken)),
        (4, None),
        (5, None),
        (6, None),
    ];
    assert_eq!(told(&first), expected(&codes));
    // One before the gap, one after it.
    assert_eq!(run(site.lots()) - before, 2);
    for position in [1, 2, 4, 5, 6] {
        let kinds = evidence(&site, &id, position);
        assert_eq!(kinds, ["pregunta", "entrega"], "{position}");
    }
    assert_eq!(evidence(&site, &id, 3), ["denegacion"]);
    // Again without the one that was refused: what moved has another number than it had, and that number is taken.
    let again = [&items[..2], &items[3..]].concat();
    let again = send(&national, &id, &again);
    let of = |answer: &Answer, at: usize| {
        let result = &answer.json()["resultado"][at];
        result["aceptada"]["idCaso"].clone()
    };
    for at in 0..2 {
        assert_eq!(of(&again, at), of(&first, at), "{at}");
    }
    let codes = [
        (1, None),
        (2, None),
        (3, None),
        (4, Some(Problem::RequestRepeated)),
        (5, Some(Problem::RequestRepeated)),
    ];
    assert_eq!(told(&again), expected(&codes));
}

#[test]
fn a_system_without_lots_is_asked_one_by_one() {
    let site = run(Site::start(|_| ()));
    run(site.behave(Behaviour::WithoutLots));
    let (national, id) = (site.national(), fresh());
    let items: Vec<Value> = (511..531).map(|n| good(99_999_000 + n)).collect();
    let first = send(&national, &id, &items);
    assert_eq!(told(&first), all(None, 1..=20));
    assert_eq!(evidence(&site, &id, 20), ["pregunta", "entrega"]);
    // It is not asked again whether it knows them; what it has done it has done once.
    run(site.behave(Behaviour::Honest));
    let other: Vec<Value> = (531..534).map(|n| good(99_999_000 + n)).collect();
    assert_eq!(told(&send(&national, &fresh(), &other)), all(None, 1..=3));
    assert_eq!(run(site.lots()), 0);
    let again = send(&national, &id, &items);
    assert_eq!(again.json()["resultado"], first.json()["resultado"]);
}

#[test]
fn a_system_that_takes_no_large_message_is_asked_in_smaller_ones() {
    let site = run(Site::start(|_| ()));
    run(site.behave(Behaviour::Narrow(6_000)));
    let (national, id) = (site.national(), fresh());
    let mut items: Vec<Value> = (551..571).map(|n| good(99_999_000 + n)).collect();
    // One that is too large even alone, and says so of itself only.
    let report = json!({"hechos": "PRUEBA ".repeat(550)});
    items[7]["caso"]["hechos"] = json!({"denuncia": [report, report]});
    let first = send(&national, &id, &items);
    let code = |at| (at, (at == 8).then_some(Problem::BodyTooLarge));
    assert_eq!(
        told(&first),
        expected(&(1..=20).map(code).collect::<Vec<_>>())
    );
    let lots = run(site.lots());
    assert!((3..20).contains(&lots), "{lots}");
    for position in [1, 10, 20] {
        let kinds = evidence(&site, &id, position);
        assert_eq!(kinds, ["pregunta", "entrega"], "{position}");
    }
    run(site.behave(Behaviour::Honest));
    let again = send(&national, &id, &items);
    assert_eq!(told(&again), all(None, 1..=20));
    assert_eq!(again.json()["resultado"][0], first.json()["resultado"][0]);
}

#[test]
fn what_fails_as_a_whole_fails_for_each_by_name() {
    let site = site();
    let national = site.national();
    // What happens, how it is told, and how it is told again once all is well.
    let table = [
        (Behaviour::Failing, Problem::HolderFault, None),
        (
            SLOW,
            Problem::HolderTimeout,
            Some(Problem::RequestInProgress),
        ),
        (
            Behaviour::Garbage,
            Problem::HolderGarbage,
            Some(Problem::RequestInProgress),
        ),
    ];
    for (number, (behaviour, problem, again)) in (0..).zip(table) {
        let id = fresh();
        let first = 99_999_540 + 3 * number;
        let items: Vec<Value> = (first..first + 3).map(good).collect();
        run(site.behave(behaviour));
        assert_eq!(
            told(&send(&national, &id, &items)),
            all(Some(problem), 1..=3)
        );
        for position in 1..=3 {
            let kinds = evidence(&site, &id, position);
            assert_eq!(kinds, ["pregunta", "denegacion"], "{problem:?} {position}");
        }
        run(site.behave(Behaviour::Honest));
        assert_eq!(
            told(&send(&national, &id, &items)),
            all(again, 1..=3),
            "{problem:?}"
        );
    }
    let port = run(site.stop_central());
    let (id, items) = (fresh(), [good(99_999_551), case(99_999_552, "13047")]);
    let down = all(Some(Problem::HolderUnreachable), 1..=2);
    assert_eq!(told(&send(&national, &id, &items)), down);
    run(site.restart_central(port));
    assert_eq!(told(&send(&national, &id, &items)), all(None, 1..=2));
}

#[test]
fn what_one_case_follows_on_is_done_before_it_in_one_message() {
    let site = site();
    let national = site.national();
    let created = send(&national, &fresh(), &[good(99_999_561), good(99_999_562)]).json();
    let id = |at: usize| created["resultado"][at]["aceptada"]["idCaso"].clone();
    let step = |case: &Value, version: u32| json!({"idCaso":case,"versionEsperada":version,"caso":{"hechos":{"incidente":[{"tipo":"amenaza"}]}}});
    let (one, other) = (id(0), id(1));
    let items = [
        step(&one, 1),
        step(&other, 1),
        step(&one, 2),
        step(&one, 2),
        step(&other, 2),
    ];
    let answer = send(&national, &fresh(), &items);
    let codes = [
        (1, None),
        (2, None),
        (3, None),
        (4, Some(Problem::VersionConflict)),
        (5, None),
    ];
    assert_eq!(told(&answer), expected(&codes));
}

#[test]
fn a_message_begins_where_it_says() {
    let site = site();
    let (national, id) = (site.national(), fresh());
    let lines = super::lines(&[good(99_999_571), good(99_999_572)]);
    let stream = results(&run(super::stream(&national, &id, 7, &lines)));
    let body = json!({"@desde":8,"presentacion":[good(99_999_572),good(99_999_573)]}).to_string();
    let message = run(national.post("/v2/casos/lote", &id, &body));
    assert_eq!(told(&message), all(None, 8..=9));
    assert_eq!(message.json()["resultado"][0], stream[1]);
    let beyond = json!({"@desde":2_147_483_647,"presentacion":[good(99_999_574),good(99_999_575)]});
    let beyond = run(national.post("/v2/casos/lote", &id, &beyond.to_string()));
    let rest = crate::answer::Protocol::Rest;
    beyond.assert_is("beyond the last", rest, Problem::SchemaViolation);
}
