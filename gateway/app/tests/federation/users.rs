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

fn put(partner: &Partner, users: &[Value]) -> Answer {
    let body = json!({ "usuarios": users }).to_string();
    run(partner.rest("PUT", "/usuarios", &[], &body))
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
    // Another organism sees its own.
    assert_eq!(
        run(site.herencia().get("/usuarios")).json(),
        json!({"usuarios":[]})
    );
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
