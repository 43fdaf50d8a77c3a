//! Bad REST requests, each by its own name.

use domain::Problem;
use domain::Problem::{
    BodyTooLarge, GroupNotWritable, InvalidContext, MalformedJson, MaskedValue, MethodNotAllowed,
    MissingContext, NoSuchResource, OperationNotAllowed, PreconditionRequired, PurposeNotAllowed,
    RequesterNotCertificate, SchemaViolation, TimestampOutOfRange, TooDeep, UnknownPurpose,
    UnsupportedMediaType, VersionConflict,
};

use crate::answer::{Answer, Protocol};
use crate::members::{NATIONAL, READER};
use crate::partner::{Partner, fresh};
use crate::site::{Site, run, shared};

const HITS: &str = "/v2/coincidencias";
const CASES: &str = "/v2/casos";
const GOOD_HIT: &str = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999099P"}"#;

/// The case by its name: who asks what must be refused with which problem.
type Row<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, Problem);

#[track_caller]
fn check(site: &Site, partner: &Partner, rows: &[Row<'_>]) -> Vec<Answer> {
    let answers: Vec<Answer> = rows
        .iter()
        .map(|(case, method, path, headers, body, problem)| {
            let answer = run(partner.rest(method, path, headers, body));
            answer.assert_is(case, Protocol::Rest, *problem);
            site.assert_serves(case);
            answer
        })
        .collect();
    let journal = site.journal();
    for ((case, .., problem), answer) in rows.iter().zip(&answers) {
        journal.assert_refused(case, &answer.incident(), *problem);
    }
    answers
}

#[test]
fn bodies() {
    let site = shared();
    let deep = format!("{}1{}", r#"{"tipoDocumento":"#.repeat(5_000), "}".repeat(5_000));
    let nested = format!(r#"{{"tipoDocumento":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let large = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{}"}}"#, "9".repeat(300_000));
    let latin = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999099P","papel":"víctima"}"#;
    let row = |case, body, problem| (case, "POST", HITS, &[][..], body, problem);
    let rows: &[Row<'_>] = &[
        row("cut off", r#"{"tipoDocumento":"DNI""#, MalformedJson),
        row("no json", "hola", MalformedJson),
        row("something after it", r#"{"tipoDocumento":"DNI","numeroDocumento":"99999099P"} {}"#, MalformedJson),
        row("a key twice", r#"{"tipoDocumento":"DNI","tipoDocumento":"NIE","numeroDocumento":"1"}"#, MalformedJson),
        row("an escaped key twice", r#"{"tipoDocumento":"DNI","tipoDocument\u006f":"NIE"}"#, MalformedJson),
        row("half a surrogate", r#"{"tipoDocumento":"\ud800","numeroDocumento":"99999099P"}"#, MalformedJson),
        row("deep objects", &deep, TooDeep),
        row("deep lists", &nested, TooDeep),
        row("over the limit", &large, BodyTooLarge),
        row("an unknown field", r#"{"tipoDocumento":"DNI","numeroDocumento":"99999099P","nombre":"X"}"#, SchemaViolation),
        row("a field missing", r#"{"tipoDocumento":"DNI"}"#, SchemaViolation),
        row("a number for a text", r#"{"tipoDocumento":"DNI","numeroDocumento":99999099}"#, SchemaViolation),
        row("a list for a value", r#"{"tipoDocumento":["DNI"],"numeroDocumento":"99999099P"}"#, SchemaViolation),
        row("an unknown word", latin, SchemaViolation),
        row("null", "null", SchemaViolation),
        row("a masked value", r#"{"tipoDocumento":"DNI","numeroDocumento":"***9909*"}"#, MaskedValue),
        ("text", "POST", HITS, &[("Content-Type", "text/plain")], GOOD_HIT, UnsupportedMediaType),
        ("xml", "POST", HITS, &[("Content-Type", "text/xml")], "<a/>", UnsupportedMediaType),
        ("latin-1", "POST", HITS, &[("Content-Type", "application/json; charset=iso-8859-1")], GOOD_HIT, UnsupportedMediaType),
        ("no media type", "POST", HITS, &[("Content-Type", "")], GOOD_HIT, UnsupportedMediaType),
        ("a body where none belongs", "GET", CASES, &[], "{}", SchemaViolation),
    ];
    let answers = check(site, &site.herencia(), rows);
    for answer in answers {
        assert!(!answer.body.contains("99999099"), "a value is repeated: {}", answer.body);
    }
}

#[test]
fn contexts() {
    let site = shared();
    let get = |case, headers, problem| (case, "GET", CASES, headers, "", problem);
    let rows: &[Row<'_>] = &[
        get("no requester", &[("Pasarela-Solicitante", "")], MissingContext),
        get("no officer", &[("Pasarela-Funcionario", "")], MissingContext),
        get("no purpose", &[("Pasarela-Finalidad", "")], MissingContext),
        get("an unknown purpose", &[("Pasarela-Finalidad", "curiosidad")], UnknownPurpose),
        get("another organism", &[("Pasarela-Solicitante", NATIONAL.1)], RequesterNotCertificate),
        get("for another organism", &[("Pasarela-En-Nombre-De", NATIONAL.1)], RequesterNotCertificate),
        get("no organism at all", &[("Pasarela-Solicitante", "yo")], InvalidContext),
        get("a name for a pseudonym", &[("Pasarela-Funcionario", "Nombre Apellido")], InvalidContext),
        get("no date", &[("Pasarela-Fecha", "ayer")], InvalidContext),
        get("last century", &[("Pasarela-Fecha", "1999-12-31T23:59:59Z")], TimestampOutOfRange),
        get("next century", &[("Pasarela-Fecha", "2150-01-01T00:00:00Z")], TimestampOutOfRange),
        get("a purpose not agreed", &[("Pasarela-Finalidad", "investigacion")], PurposeNotAllowed),
        ("a submission without name", "POST", CASES, &[], "{}", MissingContext),
    ];
    check(site, &site.herencia(), rows);
    let reader = site.partner((READER.slug, READER.id));
    let own = format!("{CASES}/{}", site.cases.own);
    assert_eq!(run(reader.get(&own)).status, 200, "what its agreement allows");
    let rows: &[Row<'_>] = &[
        ("a search not agreed", "GET", CASES, &[], "", OperationNotAllowed),
        ("a hit not agreed", "POST", HITS, &[], GOOD_HIT, OperationNotAllowed),
    ];
    check(site, &reader, rows);
}

#[test]
fn addresses() {
    let site = shared();
    let get = |case, path, problem| (case, "GET", path, &[][..], "", problem);
    let rows: &[Row<'_>] = &[
        get("an unknown address", "/v2/nada", NoSuchResource),
        get("an unknown version", "/v1/casos", NoSuchResource),
        get("the root", "/", NoSuchResource),
        get("soap without question", "/soap/viogen/2", NoSuchResource),
        get("soap of another contract", "/soap/viogen/1?wsdl", NoSuchResource),
        get("a file that is no schema", "/soap/viogen/2?xsd=../../Cargo.toml", NoSuchResource),
        get("no case identifier", "/v2/casos/1234", SchemaViolation),
        get("bytes that are no text", "/v2/casos/%ff", SchemaViolation),
        get("an unknown parameter", "/v2/casos?color=azul", SchemaViolation),
        get("a parameter twice", "/v2/casos?limite=1&limite=2", SchemaViolation),
        get("a parameter out of range", "/v2/casos?limite=1000", SchemaViolation),
        get("the gateway's own parameter", "/v2/casos?ambito=ES", SchemaViolation),
        get("another method of an address", HITS, MethodNotAllowed),
        ("a method nobody takes", "DELETE", CASES, &[], "", MethodNotAllowed),
        ("the method of one case", "PUT", CASES, &[], "{}", MethodNotAllowed),
        ("a method that soap has not", "PUT", "/soap/viogen/2", &[], "{}", MethodNotAllowed),
    ];
    let answers = check(site, &site.herencia(), rows);
    for ((case, .., problem), answer) in rows.iter().zip(answers) {
        let allow = answer.header("allow");
        assert_eq!(allow.is_some(), *problem == MethodNotAllowed, "{case}: {allow:?}");
    }
}

#[test]
fn versions() {
    let site = shared();
    let national = site.national();
    let created = run(national.post(CASES, &fresh(), NEW_CASE));
    assert_eq!(created.status, 201, "{}", created.body);
    let id = created.text("idCaso").unwrap();
    assert_eq!(created.header("etag"), Some("\"1\""));
    let location = created.header("location").unwrap();
    assert!(location.ends_with(&id), "{location}");
    let path = format!("{CASES}/{id}");
    let change = r#"{"cabecera":{"estado":"inactivo"}}"#;
    let (a, b, c) = (fresh(), fresh(), fresh());
    let put = |case, headers, problem| (case, "PUT", path.as_str(), headers, change, problem);
    let rows: &[Row<'_>] = &[
        put("no version", &[("Idempotency-Key", &a)], PreconditionRequired),
        put("a stale version", &[("Idempotency-Key", &b), ("If-Match", "\"7\"")], VersionConflict),
        put("any version", &[("Idempotency-Key", &c), ("If-Match", "*")], SchemaViolation),
        put("a weak version", &[("Idempotency-Key", &c), ("If-Match", "W/\"1\"")], SchemaViolation),
        put("two versions", &[("Idempotency-Key", &c), ("If-Match", "\"1\", \"2\"")], SchemaViolation),
    ];
    check(site, &national, rows);
    let good = [("Idempotency-Key", c.as_str()), ("If-Match", "\"1\"")];
    let changed = run(national.rest("PUT", &path, &good, change));
    assert_eq!((changed.status, changed.header("etag")), (200, Some("\"2\"")), "{}", changed.body);
    let herencia = site.herencia();
    let not_its_own = fresh();
    let rows: &[Row<'_>] = &[(
        "a group it may not write",
        "POST",
        CASES,
        &[("Idempotency-Key", &not_its_own)],
        r#"{"cabecera":{"estado":"activo"},"responsabilidad":{"municipioResidencia":"13047"},"agresor":{"antecedentes":{"violenciaGenero":true}}}"#,
        GroupNotWritable,
    )];
    check(site, &herencia, rows);
}

/// A case that a force may submit. Nobody real.
const NEW_CASE: &str = r#"{"cabecera":{"estado":"activo"},"responsabilidad":{"municipioResidencia":"13034"},
"victima":{"identidad":{"tipoDocumento":"DNI","numeroDocumento":"99999021N","nombre":"VICTIMA","apellido1":"PRUEBA"}}}"#;
