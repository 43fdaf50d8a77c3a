//! The users form as the organism itself keeps it: whoever is not on it is refused, and each change is evidence.

use domain::Problem;
use serde_json::{Value, json};

use crate::answer::{Answer, Protocol};
use crate::members::CEILING;
use crate::partner::{OFFICER, Partner};
use crate::site::{PROMPTLY, Site, run, shared};

const OTHER: &str = "AGENTE-0009";
/// A document that was never issued.
const DOCUMENT: &str = "99999999R";

fn line(officer: &str) -> Value {
    json!({"funcionario":officer,"rol":"agente","formacion":"2026-01-15","desde":"2026-01-20"})
}

/// Sends the form whole, with such a tag.
fn put_on(partner: &Partner, tag: &str, users: &[Value]) -> Answer {
    let body = json!({ "usuarios": users }).to_string();
    run(partner.rest("PUT", "/usuarios", &[("If-Match", tag)], &body))
}

/// The tag of the form as it is.
fn tag(partner: &Partner) -> String {
    let form = run(partner.get("/usuarios"));
    form.header("etag").unwrap().to_owned()
}

/// Reads the form, and then sends it whole.
fn put(partner: &Partner, users: &[Value]) -> Answer {
    put_on(partner, &tag(partner), users)
}

/// Asks as that officer until that is what comes of it.
fn until_answered(site: &Site, partner: &Partner, officer: &str, status: u16) {
    let body = json!({"tipoDocumento":"DNI","numeroDocumento":DOCUMENT}).to_string();
    let headers = [("Pasarela-Funcionario", officer)];
    let what = format!("{officer} is answered {status}");
    run(site.until(2 * PROMPTLY, &what, async || {
        let asked = partner.rest("POST", "/v2/coincidencias", &headers, &body);
        asked.await.status == status
    }));
}

/// Which officers the evidence says were put on a form by that organism.
fn kept(site: &Site, organism: &str) -> Vec<String> {
    let journal = site.journal();
    let own = journal.entries().iter().filter(|it| {
        it["operacion"] == "mantenerUsuario"
            && it["organismo"] == organism
            && it["personal"].is_null()
    });
    own.map(|it| it["funcionario"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_organism_keeps_its_own_form_and_is_held_to_it() {
    let site = shared();
    let partner = site.partner((CEILING.slug, CEILING.id));
    let empty = run(partner.get("/usuarios"));
    assert_eq!((empty.status, empty.json()), (200, json!({"usuarios":[]})));
    refused(&partner);
    unseen(&partner);
    assert!(kept(site, CEILING.id).is_empty(), "nothing was done");

    until_answered(site, &partner, OTHER, 200);
    let done = put(&partner, &[line(OFFICER)]);
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.json()["usuarios"][0]["deAlta"], true, "{}", done.body);
    until_answered(site, &partner, OTHER, 403);
    until_answered(site, &partner, OFFICER, 200);
    // The same again is the same, and no new evidence.
    assert_eq!(put(&partner, &[line(OFFICER)]).body, done.body);
    assert_eq!(kept(site, CEILING.id), [OFFICER]);

    let left_out = put(&partner, &[line(OTHER)]);
    violates(&left_out, "funcionario-omitido", "/usuarios");
    let both = put(&partner, &[line(OFFICER), line(OTHER)]);
    assert_eq!(both.status, 200, "{}", both.body);
    until_answered(site, &partner, OTHER, 200);
    let mut gone = line(OTHER);
    gone["hasta"] = json!("2026-01-31");
    assert_eq!(put(&partner, &[line(OFFICER), gone]).status, 200);
    until_answered(site, &partner, OTHER, 403);
    assert_eq!(kept(site, CEILING.id), [OFFICER, OTHER, OTHER]);
    // A form from before she left does not put her back.
    let before = both.header("etag").unwrap();
    assert_ne!(before, tag(&partner));
    let stale = put_on(&partner, before, &[line(OFFICER), line(OTHER)]);
    stale.assert_is("stale", Protocol::Rest, Problem::VersionConflict);
    assert_eq!(kept(site, CEILING.id), [OFFICER, OTHER, OTHER]);
    limited(site, &partner);
    // Another organism sees its own.
    assert_eq!(
        run(site.herencia().get("/usuarios")).json(),
        json!({"usuarios":[]})
    );
}

/// Changes the form until no more changes of it are taken in this hour, which leaves no evidence of officers.
fn limited(site: &Site, partner: &Partner) {
    // In a test that runs into the next hour that one has its own.
    for change in 0..=20 {
        let mut head = line(OFFICER);
        head["hasta"] = json!(format!("2099-01-{:02}", change + 1));
        let before = kept(site, CEILING.id).len();
        let answer = put(partner, &[head]);
        if answer.status == 200 {
            continue;
        }
        // Its wait is not the usual one: until the hour is over.
        let limited = Problem::RateLimited.entry();
        let code = answer.text("codigo");
        let told = (answer.status, code.as_deref());
        assert_eq!(told, (limited.http, Some(limited.code)), "{}", answer.body);
        let wait = answer.header("retry-after").unwrap();
        assert!((1..=3600).contains(&wait.parse::<u32>().unwrap()), "{wait}");
        assert_eq!(kept(site, CEILING.id).len(), before);
        return;
    }
    panic!("changes are taken without end");
}

/// Whoever does not say which form it has seen changes none.
fn unseen(partner: &Partner) {
    let weak = format!("W/{}", tag(partner));
    let table = [
        (None, Problem::PreconditionRequired),
        (Some("*"), Problem::SchemaViolation),
        (Some(&*weak), Problem::SchemaViolation),
        (Some("\"7\""), Problem::VersionConflict),
    ];
    let body = json!({ "usuarios": [line(OFFICER)] }).to_string();
    for (tag, problem) in table {
        let headers: Vec<_> = tag.map(|it| ("If-Match", it)).into_iter().collect();
        let answer = run(partner.rest("PUT", "/usuarios", &headers, &body));
        answer.assert_is(tag.unwrap_or_default(), Protocol::Rest, problem);
    }
}

#[track_caller]
fn violates(answer: &Answer, code: &str, path: &str) {
    answer.assert_is(code, Protocol::Rest, Problem::RulesBroken);
    let violation = &answer.json()["violaciones"][0];
    assert_eq!(
        (&violation["codigo"], &violation["ruta"]),
        (&json!(code), &json!(path)),
        "{}",
        answer.body
    );
}

/// What is not taken, by name; and a number that may be a person's is repeated nowhere.
fn refused(partner: &Partner) {
    let changed = |name: &str, value: &str| {
        let mut line = line(OFFICER);
        line[name] = json!(value);
        line
    };
    let table = [
        (
            vec![line(OFFICER), line(OFFICER)],
            "funcionario-repetido",
            "/usuarios/1/funcionario",
        ),
        (
            vec![line(DOCUMENT)],
            "funcionario-con-documento",
            "/usuarios/0/funcionario",
        ),
        (
            vec![line("X9999999J")],
            "funcionario-con-documento",
            "/usuarios/0/funcionario",
        ),
        (
            vec![changed("formacion", "2999-01-01")],
            "formacion-futura",
            "/usuarios/0/formacion",
        ),
        (
            vec![changed("hasta", "2026-01-19")],
            "ultimo-dia-anterior",
            "/usuarios/0/hasta",
        ),
    ];
    for (users, code, path) in table {
        let answer = put(partner, &users);
        violates(&answer, code, path);
        assert!(!answer.body.contains("9999999"), "{}", answer.body);
    }
    let unread = [
        ("", Problem::UnsupportedMediaType),
        ("{", Problem::MalformedJson),
        (
            r#"{"usuarios":[{"funcionario":"Nombre Apellido"}]}"#,
            Problem::SchemaViolation,
        ),
    ];
    for (body, problem) in unread {
        let answer = run(partner.rest("PUT", "/usuarios", &[], body));
        answer.assert_is(body, Protocol::Rest, problem);
        assert!(!answer.body.contains("Apellido"), "{}", answer.body);
    }
}
