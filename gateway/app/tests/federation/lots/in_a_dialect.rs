//! A regional force sends what it holds, in its own dialect, in signed messages of SOAP.

use std::path::Path;

use domain::Problem;
use nodes::body::Body;
use serde_json::{Value, json};

use super::{document, expected, lines, outcomes};
use crate::members::{MOSSOS, Member, WHOLE};
use crate::program::{Ended, pasarela};
use crate::site::{PROMPTLY, Site, dialects, prepared, run};

/// The force of the demonstration, once it speaks its own dialect.
const FORCE: Member = Member {
    slug: MOSSOS.0,
    id: MOSSOS.1,
    territory: "CA09",
    kind: "policiaAutonomica",
    contract: "contract = \"mossos/1\"\n[organismo.convenio.annex.security]\n\
               requests = \"exigida\"\nanswers = \"exigida\"",
    ..WHOLE
};
/// Its levels, and what each of them is in the common words.
const LEVELS: [(&str, &str); 5] = [
    ("noApreciat", "bajo"),
    ("baix", "bajo"),
    ("mitja", "medio"),
    ("alt", "alto"),
    ("moltAlt", "extremo"),
];

fn site() -> Site {
    let site = run(Site::start(|config| {
        config.insert("dialects".into(), dialects().into());
    }));
    // Its agreement of the demonstration names the common contract: from now on it names the dialect.
    let entry = FORCE.entry(&prepared().join("pki"), FORCE.state);
    let own = format!("PRUEBA-{}", FORCE.id);
    site.register(&entry.replace(&own, &format!("DEMO-{}", FORCE.id)));
    let force = site.partner(MOSSOS);
    run(site.until(PROMPTLY, "the agreement names it", async || {
        let refused = force.get("/v2/casos?limite=1").await;
        refused.body.contains(Problem::NotSigned.entry().code)
    }));
    site
}

/// A new case in the force's words. Nobody real.
fn tramesa(number: u32, (municipality, state): (&str, &str), level: &str) -> Value {
    json!({"expedient":{
        "situacio":state,
        "municipiVictima":municipality,
        "victima":{"persona":{"tipusDocument":"dni","numDocument":document(number)}},
        "valoracio":{"avaluacio":[{"data":"2025-03-02T09:50:00+01:00","nivellAssignat":level}]}}})
}

fn send(site: &Site, file: &Path, results: &Path) -> Ended {
    let text = |path: &Path| path.display().to_string();
    let own = site.pki.organism(FORCE.slug);
    let (certificate, key) = (text(&own.certificate), text(&own.key));
    let gateway = text(&site.pki.server().certificate);
    let (ca, results) = (text(&site.pki.authority()), text(results));
    pasarela(&[
        "send",
        "--partner",
        "mossos",
        "--url",
        &site.url,
        "--cert",
        &certificate,
        "--key",
        &key,
        "--sign-cert",
        &certificate,
        "--sign-key",
        &key,
        "--gateway-cert",
        &gateway,
        "--ca",
        &ca,
        "--organism",
        FORCE.id,
        "--officer",
        "PRUEBA-1",
        "--purpose",
        "proteccion",
        "--piece",
        "17",
        "--results",
        &results,
        &text(file),
    ])
}

fn told(path: &Path) -> Vec<Value> {
    let whole = std::fs::read_to_string(path).unwrap();
    let results = whole.lines().skip(1);
    results
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The force's cases in the bulletin, and those of its footer.
fn counted(site: &Site) -> (u32, u32) {
    let figures = run(site.recounted());
    let mut bodies = figures.bodies.iter();
    let force = bodies.find(|row| row.body == Some(Body::Mossos)).unwrap();
    (force.cells.inactive, figures.footer.in_territory)
}

/// Each item has its result, in the words of the dialect: the answer, what was lost, and where a rule is broken.
#[track_caller]
fn assert_told_in_its_words(first: &[Value]) {
    let of = |at| match at {
        5 => (at, Some(Problem::NotFoundOrOutOfScope)),
        21 => (at, Some(Problem::RulesBroken)),
        _ => (at, None),
    };
    let codes: Vec<_> = (1..=47).map(of).collect();
    assert_eq!(outcomes(first), expected(&codes));
    let answer = &first[0]["aceptada"];
    assert_eq!(answer["nou"], true, "{answer}");
    let lost = &answer["perdua"][0]["#texto"];
    assert_eq!(lost, "/TramesaExpedient/expedient/situacio", "{answer}");
    let path = &first[20]["rechazada"]["incumplimiento"][0]["camino"];
    let path = path.as_str().unwrap_or_default();
    assert!(
        path.starts_with("/TramesaExpedient/expedient"),
        "{first:#?}"
    );
}

/// The central system has each, with scale and level of origin, and the force answers for it.
#[track_caller]
fn assert_kept(site: &Site, first: &[Value]) {
    let national = site.national();
    let accepted = first.iter().filter_map(|it| it["aceptada"].as_object());
    for (answer, (level, common)) in accepted.zip(LEVELS.iter().cycle()) {
        let id = answer["idFederat"].as_str().unwrap();
        let read = run(national.get(&format!("/v2/casos/{id}")));
        assert_eq!(read.status, 200, "{}", read.body);
        let case = read.json()["caso"].clone();
        let origin = json!({"escalaOrigen":"SIAV","nivelOrigen":level});
        let assessed = &case["valoracion"]["evaluacion"][0];
        assert_eq!(
            (&assessed["origen"], &assessed["nivelAsignado"]),
            (&origin, &json!(common)),
            "{case}"
        );
        let responsible = &case["responsabilidad"]["unidad"]["organismo"];
        assert_eq!(responsible, FORCE.id, "{case}");
    }
}

/// Each is on record with the signature of the message that brought it.
#[track_caller]
fn assert_signed(site: &Site) {
    let journal = site.journal();
    let released = journal.entries().iter().filter(|entry| {
        let number = entry["peticion"].as_str().unwrap_or_default();
        number.starts_with("LOTE-") && entry["tipo"] == "entrega"
    });
    let signed = released.filter(|entry| entry["firma"].is_string());
    assert_eq!(signed.count(), 45);
}

#[test]
fn a_force_sends_its_cases_in_its_dialect_and_the_bulletin_counts_them() {
    let (site, folder) = (site(), tempfile::tempdir().unwrap());
    let levels = LEVELS.iter().cycle();
    let mut items: Vec<Value> = (411..456)
        .zip(levels)
        .map(|(n, (level, _))| tramesa(99_999_000 + n, ("08019", "tancat"), level))
        .collect();
    // Two that are refused, each alone: one of another territory, and one whose state wants a cause.
    items.insert(4, tramesa(99_999_461, ("28079", "tancat"), "alt"));
    items.insert(20, tramesa(99_999_462, ("08019", "arxivat"), "alt"));
    let (file, results) = (folder.path().join("lot.ndjson"), folder.path().join("un"));
    std::fs::write(&file, lines(&items)).unwrap();

    let before = counted(&site);
    let lots = run(site.lots());
    let ended = send(&site, &file, &results);
    assert_eq!(ended.status, 1, "{ended:?}");
    let summary = "45 aceptadas, 2 rechazadas";
    assert!(ended.out.contains(summary), "{ended:?}");
    let first = told(&results);
    assert_told_in_its_words(&first);
    // They were handed on together, in the common words.
    assert!(run(site.lots()) - lots <= 6, "one by one");

    let after = counted(&site);
    assert_eq!((after.0 - before.0, after.1 - before.1), (45, 45));
    assert_kept(&site, &first);
    assert_signed(&site);

    // Sent again, from the beginning, it has no second effect and the same answers.
    let again = folder.path().join("altre");
    let ended = send(&site, &file, &again);
    assert!(ended.out.contains(summary), "{ended:?}");
    assert_eq!(counted(&site), after);
    let ids = |told: &[Value]| {
        let ids = told.iter().map(|it| it["aceptada"]["idFederat"].clone());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids(&told(&again)), ids(&first));
}

#[test]
fn what_is_in_other_words_is_not_sent() {
    let (site, folder) = (site(), tempfile::tempdir().unwrap());
    let file = folder.path().join("lot.ndjson");
    let one = tramesa(99_999_471, ("08019", "obert"), "alt");
    let other = super::case(99_999_472, "08019");
    std::fs::write(&file, lines(&[one, other])).unwrap();
    let before = counted(&site);
    let ended = send(&site, &file, &folder.path().join("un"));
    assert_eq!(ended.status, 1, "{ended:?}");
    assert!(ended.err.contains("position 2"), "{ended:?}");
    assert_eq!(counted(&site), before);
}
