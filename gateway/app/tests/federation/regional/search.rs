//! A search over several systems: one list whoever holds each case, and whoever is not in it is named.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use domain::Problem;
use nodes::central::Behaviour;
use serde_json::{Value, json};

use crate::answer::{Answer, Protocol};
use crate::members::{COUNTING, FIRST_VERSION};
use crate::partner::fresh;
use crate::site::{PROMPTLY, now, prepared, run};

use super::{ERTZAINTZA, Federation, LONGEST_MS, MOSSOS, federation};

/// Where the cases of these tests are.
const TOWN: &str = "13034";
/// After everything that the central system has to begin with.
const SINCE: &str = "2026-01-01T00:00:00Z";

impl Federation {
    /// A case that only the central system has. Nobody real.
    fn case_of_the_rest(&self, document: &str) -> String {
        let identity = json!({"tipoDocumento": "DNI", "numeroDocumento": document});
        let case = json!({
            "cabecera": {"estado": "activo"},
            "responsabilidad": {"municipioResidencia": TOWN},
            "victima": {"identidad": identity},
        });
        let national = self.site.national();
        let created = run(national.post("/v2/casos", &fresh(), &case.to_string()));
        assert_eq!(created.status, 201, "{}", created.body);
        created.json()["idCaso"].as_str().unwrap().to_owned()
    }

    /// One page of the cases of the town.
    fn page(&self, more: &str) -> Answer {
        let path = format!("/v2/casos?municipio={TOWN}&actualizadoDesde={SINCE}{more}");
        run(self.site.national().get(&path))
    }

    /// The cases of the town from page to page, and how many pages that took.
    fn list(&self, limit: usize) -> (Vec<String>, usize) {
        let (mut list, mut more, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let page = self.page(&format!("&limite={limit}{more}")).json();
            let cases = cases(&page);
            assert!(cases.len() <= limit, "{page}");
            list.extend(cases);
            pages += 1;
            let Some(next) = page["siguienteCursor"].as_str() else {
                return (list, pages);
            };
            more = format!("&cursor={next}");
        }
    }

    /// The entries of that kind of the exchange that the answer ends.
    fn evidence(&self, answer: &Answer, kind: &str) -> Vec<Value> {
        let exchange = answer.header("pasarela-transmision").unwrap().to_owned();
        let journal = self.site.journal();
        let entries = journal.entries().iter();
        let own = entries.filter(|it| it["tipo"] == kind && it["intercambio"] == *exchange);
        own.cloned().collect()
    }
}

fn cases(page: &Value) -> Vec<String> {
    let cases = page["caso"].as_array().cloned().unwrap_or_default();
    let id = |case: &Value| case["idCaso"].as_str().unwrap().to_owned();
    cases.iter().map(id).collect()
}

fn named(organism: &str, cause: &str) -> Value {
    json!({"@causa": cause, "#texto": organism})
}

#[test]
fn the_cases_of_both_are_one_list_with_whoever_cannot_search_named() {
    let federation = federation();
    let (rest, id) = (
        federation.case_of_the_rest("99999717H"),
        federation.case_of_mossos("99999711N"),
    );
    let answer = federation.page("&limite=100");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let page = answer.json();
    let own = page["caso"].as_array().unwrap().iter();
    let own = own.filter(|case| case["idCaso"] == *id);
    let own: Vec<&Value> = own.collect();
    assert_eq!(own.len(), 1, "{page}");
    assert_eq!(own[0]["nivel"], "bajo");
    // What SIAV says is told beside it, and is not taken for the same as their `baix`.
    let origin = json!({"escalaOrigen":"SIAV","nivelOrigen":"noApreciat"});
    assert_eq!(own[0]["origen"], origin);
    let lost = federation.evidence(&answer, "entrega")[0]["perdidas"].clone();
    assert!(lost.is_null(), "{lost}");
    assert_eq!(own[0]["municipioResidencia"], TOWN);
    assert_eq!(own[0]["unidad"]["organismo"], MOSSOS);
    assert_eq!(
        page["sinRespuesta"],
        json!([named(ERTZAINTZA, "no-admite")])
    );
    assert!(cases(&page).contains(&rest), "{page}");

    // One question to each, before anything is told; and by whose system each case was told.
    let asked = federation.evidence(&answer, "pregunta");
    let asked: BTreeSet<&str> = asked
        .iter()
        .filter_map(|it| it["destinatario"].as_str())
        .collect();
    assert!(
        asked.contains(MOSSOS) && !asked.contains(ERTZAINTZA),
        "{asked:?}"
    );
    assert_eq!(asked.len(), 2, "{asked:?}");
    let released = federation.evidence(&answer, "entrega");
    assert_eq!(released[0]["sinRespuesta"], json!([ERTZAINTZA]));
    let by = released[0]["casosPorCedente"].as_object().unwrap();
    assert_eq!(
        by.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        asked
    );
    let told = |organism: &str| by[organism].as_array().unwrap().contains(&json!(id));
    assert!(told(MOSSOS), "{by:?}");
    let all: usize = by.values().map(|it| it.as_array().unwrap().len()).sum();
    assert_eq!(all, released[0]["casos"].as_array().unwrap().len());

    // The index has learned whose it is: asked for by its identifier, it is they who are asked.
    let read = run(federation.site.national().get(&format!("/v2/casos/{id}")));
    assert_eq!(read.status, 200, "{}", read.body);
    let asked = federation.evidence(&read, "pregunta");
    assert_eq!(asked[0]["destinatario"], MOSSOS);
}

#[test]
fn the_origin_of_a_level_is_told_to_whoever_may_see_it_only() {
    let federation = federation();
    let id = federation.case_of_mossos("99999722T");
    let pki = prepared().join("pki");
    COUNTING.certify(&pki, now());
    let site = &federation.site;
    site.register(&COUNTING.entry(&pki, COUNTING.state));
    let counting = site.partner((COUNTING.slug, COUNTING.id));
    let path = format!("/v2/casos?municipio={TOWN}&actualizadoDesde={SINCE}&limite=100");
    run(site.until(PROMPTLY, "it is registered", async || {
        counting.get(&path).await.status == 200
    }));
    let answer = run(counting.get(&path));
    let page = answer.json();
    let found = page["caso"].as_array().into_iter().flatten();
    let mut found = found.filter(|case| case["idCaso"] == *id);
    let found = found.next().unwrap_or_else(|| panic!("{page}"));
    assert_eq!(found["nivel"], "bajo", "{page}");
    assert!(found["origen"].is_null(), "{page}");
    let withheld = found["retenido"].as_array().into_iter().flatten();
    let withheld: Vec<&Value> = withheld.map(|it| &it["#texto"]).collect();
    assert_eq!(withheld, ["origen"], "{page}");
    for word in ["noApreciat", "SIAV"] {
        assert!(!answer.body.contains(word), "{word}: {page}");
    }
}

#[test]
fn pages_of_any_size_make_the_same_list() {
    let federation = federation();
    let mine = ["99999712J", "99999713Z", "99999714S"];
    let theirs = ["99999718L", "99999719C", "99999720K"];
    let pairs = mine.into_iter().zip(theirs);
    let cases = pairs.flat_map(|(mine, theirs)| {
        [
            federation.case_of_mossos(mine),
            federation.case_of_the_rest(theirs),
        ]
    });
    let cases: Vec<String> = cases.collect();
    let (whole, _) = federation.list(100);
    let sorted: BTreeSet<String> = whole.iter().cloned().collect();
    assert_eq!(whole, sorted.into_iter().collect::<Vec<_>>());
    assert!(cases.iter().all(|id| whole.contains(id)), "{whole:?}");
    for limit in [1, 2, 5] {
        let (list, pages) = federation.list(limit);
        assert_eq!(list, whole, "{limit}");
        assert!(pages >= whole.len() / limit, "{limit}: {pages}");
    }
    let unknown = federation.page("&cursor=PRUEBA");
    unknown.assert_is(
        "a cursor of nobody",
        Protocol::Rest,
        Problem::SchemaViolation,
    );
}

#[test]
fn a_system_that_fails_or_is_late_is_named_and_the_rest_is_told() {
    let federation = federation();
    let id = federation.case_of_mossos("99999715Q");
    let rest = federation.case_of_the_rest("99999721E");
    let longest = Duration::from_millis(LONGEST_MS);
    let table = [
        ("failing", Behaviour::Failing, "error"),
        ("garbage", Behaviour::Garbage, "error"),
        ("late", Behaviour::Slow(3 * longest), "fuera-de-plazo"),
    ];
    for (name, behaviour, cause) in table {
        federation.mossos.behave(behaviour);
        let begun = Instant::now();
        let answer = federation.page("&limite=100");
        assert!(
            begun.elapsed() < 2 * longest,
            "{name}: it waited for it to its end"
        );
        let page = answer.json();
        let found = cases(&page);
        assert!(
            found.contains(&rest) && !found.contains(&id),
            "{name}: {page}"
        );
        let expected = json!([named(MOSSOS, cause), named(ERTZAINTZA, "no-admite")]);
        assert_eq!(page["sinRespuesta"], expected, "{name}");
        let released = federation.evidence(&answer, "entrega");
        assert_eq!(
            released[0]["sinRespuesta"],
            json!([MOSSOS, ERTZAINTZA]),
            "{name}"
        );
    }
    federation.mossos.behave(Behaviour::Honest);
    let site = &federation.site;
    run(site.until(PROMPTLY, "it is asked again", async || {
        let path = format!("/v2/casos?municipio={TOWN}&actualizadoDesde={SINCE}&limite=100");
        let page = site.national().get(&path).await;
        cases(&page.json()).contains(&id)
    }));
}

#[test]
fn what_mossos_hold_is_told_within_the_territory_of_the_caller_only() {
    let federation = federation();
    let id = federation.case_of_mossos("99999716V");
    let herencia = federation.site.herencia();
    let own = run(herencia.get("/v2/casos?limite=100"));
    let elsewhere = run(herencia.get(&format!("/v2/casos?municipio={TOWN}&limite=100")));
    let nowhere = run(herencia.get("/v2/casos?municipio=13901&limite=100"));
    assert!(
        !cases(&own.json()).is_empty() && !own.body.contains(&id),
        "{}",
        own.body
    );
    assert_eq!(
        (elsewhere.status, &elsewhere.body),
        (nowhere.status, &nowhere.body)
    );
    let named = json!([named(ERTZAINTZA, "no-admite")]);
    assert_eq!(elsewhere.json(), json!({ "sinRespuesta": named }));
}

#[test]
fn who_speaks_the_first_version_learns_that_the_list_may_lack_some() {
    let federation = federation();
    let first = federation
        .site
        .partner((FIRST_VERSION.slug, FIRST_VERSION.id));
    let answer = run(first.get(&format!("/v1/casos?municipio={TOWN}&limite=1")));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = answer.json();
    let lost = told["perdida"].as_array().cloned().unwrap_or_default();
    let lost = lost.iter().filter_map(|it| it["#texto"].as_str());
    let lost: Vec<&str> = lost.collect();
    let expected = [
        "/BuscarCasosRespuesta/caso/origen",
        "/BuscarCasosRespuesta/sinRespuesta",
    ];
    assert_eq!(lost, expected, "{told}");
    assert!(!answer.body.contains(ERTZAINTZA), "{told}");
}
