//! Lots: many submissions in one message or line by line, each with an outcome of its own.

mod command;
mod handed_on;
mod in_a_dialect;
pub(crate) mod signed_lines;

use adapters::soap::SoapVersion;
use domain::Problem;
use nodes::body::Body;
use serde_json::{Value, json};

use crate::answer::{Answer, Protocol};
use crate::members::{MOSSOS, SOMETIMES};
use crate::partner::{Partner, envelope, fresh, operation};
use crate::site::{PROMPTLY, run, shared};

const PATH: &str = "/v2/casos/lote";
const NDJSON: &str = "application/x-ndjson";

/// A document that nobody has, its letter the right one.
fn document(number: u32) -> String {
    let letters = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let letter = letters[usize::try_from(number % 23).unwrap()];
    format!("{number}{}", char::from(letter))
}

/// A new case of a victim who lives there. Nobody real.
fn case(number: u32, municipality: &str) -> Value {
    json!({"caso":{
        "cabecera":{"estado":"activo"},
        "responsabilidad":{"municipioResidencia":municipality},
        "victima":{"identidad":{"tipoDocumento":"DNI","numeroDocumento":document(number)}}}})
}

pub(crate) fn good(number: u32) -> Value {
    case(number, "13034")
}

/// Its state wants a cause that it does not give.
fn bad(number: u32) -> Value {
    let mut bad = good(number);
    bad["caso"]["cabecera"]["estado"] = "baja".into();
    bad
}

fn lines(items: &[Value]) -> String {
    let lines: Vec<String> = items.iter().map(Value::to_string).collect();
    lines.join("\n")
}

/// Sends lines from a position on, under that number.
async fn stream(partner: &Partner, id: &str, from: u64, body: &str) -> Answer {
    let path = format!("{PATH}?desde={from}");
    let headers = [("Content-Type", NDJSON), ("Idempotency-Key", id)];
    partner.rest("POST", &path, &headers, body).await
}

/// The results, a line each.
fn results(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let lines = answer.body.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Position and code of each result, empty for one that was accepted.
fn outcomes(results: &[Value]) -> Vec<(u64, String)> {
    let one = |result: &Value| {
        let code = result["rechazada"]["codigo"].as_str().unwrap_or_default();
        assert!(
            code.is_empty() == result["aceptada"].is_object(),
            "{result}"
        );
        (result["posicion"].as_u64().unwrap(), code.to_owned())
    };
    results.iter().map(one).collect()
}

fn expected(codes: &[(u64, Option<Problem>)]) -> Vec<(u64, String)> {
    let code = |problem: &Option<Problem>| {
        let entry = problem.map(|problem| problem.entry().code);
        entry.unwrap_or_default().to_owned()
    };
    codes
        .iter()
        .map(|(at, problem)| (*at, code(problem)))
        .collect()
}

fn sometimes() -> Partner {
    shared().partner((SOMETIMES.slug, SOMETIMES.id))
}

fn cases_of(partner: &Partner, number: u32) -> usize {
    let body = json!({"tipoDocumento":"DNI","numeroDocumento":document(number)}).to_string();
    let answer = run(partner.post("/v2/coincidencias", &fresh(), &body)).json();
    answer["coincidencia"].as_array().map_or(0, Vec::len)
}

#[test]
fn each_line_has_its_outcome() {
    let (partner, id) = (sometimes(), fresh());
    let body = [
        good(99_999_701).to_string(),
        bad(99_999_702).to_string(),
        "{\"caso\":{\"nada\":1}}".to_owned(),
        "esto no es JSON".to_owned(),
        String::new(),
        case(99_999_703, "28079").to_string(),
        good(99_999_704).to_string(),
    ];
    let answer = run(stream(&partner, &id, 1, &body.join("\n")));
    let told = results(&answer);
    let codes = [
        (1, None),
        (2, Some(Problem::RulesBroken)),
        (3, Some(Problem::SchemaViolation)),
        (4, Some(Problem::MalformedJson)),
        (5, Some(Problem::NotFoundOrOutOfScope)),
        (6, None),
    ];
    assert_eq!(outcomes(&told), expected(&codes), "{told:#?}");
    assert_eq!(told[0]["aceptada"]["version"], 1);
    let broken = &told[1]["rechazada"];
    assert!(
        broken["incumplimiento"][0]["camino"]
            .as_str()
            .unwrap()
            .starts_with('/'),
        "{broken}"
    );
    // Each is in the evidence by itself, under its own incident and number.
    let journal = shared().journal();
    let incident = told[4]["rechazada"]["incidencia"].as_str().unwrap();
    let entry = journal.assert_refused("line", incident, Problem::OutOfTerritory);
    assert_eq!(entry["peticion"], format!("{id}.5"));
}

#[test]
fn a_lot_that_is_sent_again_does_nothing_twice() {
    let (partner, id) = (sometimes(), fresh());
    let items: Vec<Value> = (711..717).map(|n| good(99_999_000 + n)).collect();
    let first = results(&run(stream(&partner, &id, 1, &lines(&items[..4]))));
    assert_eq!(first.len(), 4);
    // All of it again, and more; then the rest alone, by its position.
    let again = results(&run(stream(&partner, &id, 1, &lines(&items[..5]))));
    assert_eq!(again[..4], first);
    let rest = results(&run(stream(&partner, &id, 5, &lines(&items[4..]))));
    assert_eq!(rest[0], again[4]);
    assert_eq!(outcomes(&rest), expected(&[(5, None), (6, None)]));
    for number in 711..717 {
        assert_eq!(cases_of(&partner, 99_999_000 + number), 1, "{number}");
    }
    let other = results(&run(stream(&partner, &id, 1, &lines(&[good(99_999_718)]))));
    assert_eq!(
        outcomes(&other),
        expected(&[(1, Some(Problem::RequestRepeated))])
    );
}

#[test]
fn a_lot_by_soap_has_an_outcome_for_each_case() {
    let (partner, id) = (sometimes(), fresh());
    let item = |number: u32, municipality: &str, state: &str| {
        format!(
            "<presentacion><caso><cabecera><estado>{state}</estado></cabecera><responsabilidad><municipioResidencia>\
             {municipality}</municipioResidencia></responsabilidad><victima><identidad><tipoDocumento>DNI</tipoDocumento>\
             <numeroDocumento>{}</numeroDocumento></identidad></victima></caso></presentacion>",
            document(number)
        )
    };
    let content = [
        item(99_999_721, "13034", "activo"),
        item(99_999_722, "13034", "baja"),
        item(99_999_723, "28079", "activo"),
        item(99_999_724, "13034", "activo"),
    ];
    let send = |version| {
        let body = operation("RemitirLote", &content.concat());
        let message = envelope(version, &partner.context(&id), &body);
        run(partner.soap(version, &message))
    };
    let first = send(SoapVersion::V12);
    assert_eq!(first.status, 200, "{}", first.body);
    let told: Vec<&str> = first.body.split("<resultado>").skip(1).collect();
    assert_eq!(told.len(), 4, "{}", first.body);
    for (at, problem) in [
        (0, None),
        (1, Some(Problem::RulesBroken)),
        (2, Some(Problem::NotFoundOrOutOfScope)),
        (3, None),
    ] {
        let part = match problem {
            None => "<aceptada>".to_owned(),
            Some(problem) => format!("<rechazada><codigo>{}</codigo>", problem.entry().code),
        };
        assert!(told[at].contains(&part), "{at}: {}", told[at]);
    }
    // The other version of SOAP, the same lot: nothing twice.
    let again = send(SoapVersion::V11);
    assert_eq!(again.text("idCaso"), first.text("idCaso"));
    assert_eq!(cases_of(&partner, 99_999_721), 1);
}

#[test]
fn cases_of_one_lot_that_follow_on_each_other_are_done_in_order() {
    let (partner, national) = (sometimes(), shared().national());
    let created = run(partner.post("/v2/casos", &fresh(), &good(99_999_731)["caso"].to_string()));
    assert_eq!(created.status, 201, "{}", created.body);
    let id = created.json()["idCaso"].as_str().unwrap().to_owned();
    let step = |version: u32| json!({"idCaso":id,"versionEsperada":version,"caso":{"hechos":{"incidente":[{"tipo":"amenaza"}]}}});
    let steps: Vec<Value> = (1..=20).map(step).collect();
    let told = results(&run(stream(&partner, &fresh(), 1, &lines(&steps))));
    assert_eq!(told.len(), 20);
    for (result, version) in told.iter().zip(2..) {
        assert_eq!(result["aceptada"]["version"], version, "{result}");
    }
    let seen = run(national.get(&format!("/v2/casos/{id}")));
    assert_eq!(seen.header("etag"), Some("\"21\""));
}

#[test]
fn what_is_no_lot_is_refused_by_name() {
    let partner = sometimes();
    let many: Vec<Value> = (0..501).map(|n| good(99_999_000 + n)).collect();
    let body = json!({ "presentacion": many }).to_string();
    let answer = run(partner.post(PATH, &fresh(), &body));
    answer.assert_is("501 cases", Protocol::Rest, Problem::SchemaViolation);
    assert!(answer.body.contains("presentacion"), "{}", answer.body);
    let none = run(partner.post(PATH, &fresh(), r#"{"presentacion":[]}"#));
    none.assert_is("no case", Protocol::Rest, Problem::SchemaViolation);
    let table = [
        ("desde=0", Problem::SchemaViolation),
        ("desde=x", Problem::SchemaViolation),
        ("desde=2147483648", Problem::SchemaViolation),
        ("desde=18446744073709551615", Problem::SchemaViolation),
        ("hasta=1", Problem::SchemaViolation),
    ];
    for (query, problem) in table {
        let headers = [("Content-Type", NDJSON), ("Idempotency-Key", &fresh())];
        let path = format!("{PATH}?{query}");
        let answer = run(partner.rest("POST", &path, &headers, "{}"));
        answer.assert_is(query, Protocol::Rest, problem);
    }
    let nameless = run(partner.rest("POST", PATH, &[("Content-Type", NDJSON)], "{}"));
    nameless.assert_is("no number", Protocol::Rest, Problem::MissingContext);
    let long = "9".repeat(300_000);
    let told = results(&run(stream(&partner, &fresh(), 1, &long)));
    assert_eq!(
        outcomes(&told),
        expected(&[(1, Some(Problem::BodyTooLarge))])
    );
}

#[test]
fn a_lot_ends_at_the_last_position_that_can_be_told() {
    let partner = sometimes();
    let body = lines(&[good(99_999_861), good(99_999_862), good(99_999_863)]);
    let told = results(&run(stream(&partner, &fresh(), 2_147_483_646, &body)));
    let codes = [(2_147_483_646, None), (2_147_483_647, None)];
    assert_eq!(outcomes(&told), expected(&codes));
    assert_eq!(cases_of(&partner, 99_999_862), 1);
    assert_eq!(cases_of(&partner, 99_999_863), 0, "done, and not told");
}

#[test]
fn a_stream_that_breaks_goes_on_where_it_broke() {
    let (site, id) = (shared(), fresh());
    let items: Vec<Value> = (741..781).map(|n| good(99_999_000 + n)).collect();
    let body = lines(&items);
    let partner = sometimes();
    let headers = [("Content-Type", NDJSON), ("Idempotency-Key", id.as_str())];
    let begun = lines(&items[..20]) + "\n";
    let first = json!({"tipoDocumento":"DNI","numeroDocumento":document(99_999_741)}).to_string();
    let served = site.until(PROMPTLY, "the first lines are served", async || {
        let answer = partner.post("/v2/coincidencias", &fresh(), &first).await;
        answer.json()["hayCoincidencia"] == true
    });
    let path = format!("{PATH}?desde=1");
    run(async {
        tokio::select! {
            ended = partner.begin(&path, &headers, &begun) => panic!("ended by itself: {ended:?}"),
            _ = served => {}
        }
    });
    // Lines that were under way when it broke are done soon.
    run(site.until(PROMPTLY, "every line is accepted", async || {
        let told = results(&stream(&partner, &id, 1, &body).await);
        assert_eq!(told.len(), items.len());
        outcomes(&told).iter().all(|(_, code)| code.is_empty())
    }));
    for number in [741, 742, 760, 780] {
        assert_eq!(cases_of(&partner, 99_999_000 + number), 1, "{number}");
    }
}

#[test]
fn the_bulletin_counts_the_cases_that_a_force_sends() {
    let site = shared();
    let mossos = site.partner(MOSSOS);
    let cases = || {
        let figures = run(site.recounted());
        let of = figures
            .bodies
            .iter()
            .find(|row| row.body == Some(Body::Mossos));
        (of.unwrap().cells.inactive, figures.footer.in_territory)
    };
    let mut items: Vec<Value> = (811..851).map(|n| case(99_999_000 + n, "08019")).collect();
    for item in &mut items {
        item["caso"]["cabecera"]["estado"] = "inactivoGestionadoPorCcaa".into();
    }
    let before = cases();
    let told = results(&run(stream(&mossos, &fresh(), 1, &lines(&items))));
    assert!(
        outcomes(&told).iter().all(|(_, code)| code.is_empty()),
        "{told:#?}"
    );
    let after = cases();
    assert_eq!(after.0 - before.0, 40);
    // Other tests create cases at the same time.
    assert!(after.1 - before.1 >= 40, "{before:?} {after:?}");
}
