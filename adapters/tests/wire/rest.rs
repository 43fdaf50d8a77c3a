//! REST requests, on the real contract's bindings.

use adapters::rest::{Incoming, Router, bind, context, etag};
use adapters::{ContextFault, Field, ReadError};
use contract::{Document, Limits, Role};
use domain::{Problem, RequestId};

use crate::support::{CASE, viogen};

const JSON: Option<&str> = Some("application/json; charset=utf-8");
const CHANGE: &[u8] = br#"{"victima":{"contacto":{"idioma":"es"}}}"#;
const HIT: &[u8] = br#"{"tipoDocumento":"DNI","numeroDocumento":"99999018D"}"#;

fn ask(method: &str, address: &str, incoming: &Incoming<'_>) -> Result<Document, ReadError> {
    let contract = viogen();
    let router = Router::new(&contract).unwrap();
    let (path, query) = match address.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (address, None),
    };
    let incoming = Incoming { query, ..*incoming };
    let matched = router.find(method, path)?;
    bind(&contract, &matched, &incoming, &Limits::default())
}

fn case() -> String {
    format!("/casos/{CASE}")
}

#[test]
fn a_case_is_its_address() {
    let asked = ask("GET", &case(), &Incoming::default()).unwrap();
    assert_eq!(asked.root().local(), "ConsultarCaso");
    assert_eq!(asked.value_of(Role::CaseId), Some(CASE));
}

#[test]
fn a_search_is_its_query() {
    let asked = ask(
        "GET",
        "/casos?limite=5&municipio=13047&actualizadoDesde=2026-01-01T00%3A00%3A00%2B01:00",
        &Incoming::default(),
    )
    .unwrap();
    let text = |local| asked.root().child(local).and_then(contract::NodeRef::text);
    assert_eq!(text("municipio"), Some("13047"));
    assert_eq!(text("limite"), Some("5"));
    assert_eq!(text("actualizadoDesde"), Some("2026-01-01T00:00:00+01:00"));
}

#[test]
fn a_change_is_address_precondition_and_body() {
    let incoming = Incoming {
        if_match: Some("\"7\""),
        content_type: JSON,
        body: CHANGE,
        query: None,
    };
    let asked = ask("PUT", &case(), &incoming).unwrap();
    assert_eq!(asked.value_of(Role::CaseId), Some(CASE));
    assert_eq!(asked.value_of(Role::ExpectedVersion), Some("7"));
    let language = asked.root().at("caso/victima/contacto/idioma").unwrap();
    assert_eq!(language.text(), Some("es"));

    let incoming = Incoming {
        content_type: JSON,
        body: HIT,
        ..Incoming::default()
    };
    let asked = ask("POST", "/coincidencias", &incoming).unwrap();
    assert_eq!(asked.value_of(Role::Subject), Some("99999018D"));
}

#[test]
fn every_line_of_the_table() {
    let lines = include_str!("rest.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [problem, code, method, address, sent @ ..] = words.as_slice() else {
            panic!("{line}");
        };
        let Err(error) = ask(method, address, &incoming(sent)) else {
            panic!("read: {line}");
        };
        let report = error.report("i-1".to_owned(), None);
        assert_eq!(
            report.problem.entry().code,
            *problem,
            "{line}: {}",
            report.detail
        );
        let first = report.violations.first();
        let found = first.map_or("-", |violation| violation.code.as_str());
        assert_eq!(found, *code, "{line}: {}", report.detail);
    }
}

/// What the words at the end of a line send.
fn incoming<'w>(words: &[&'w str]) -> Incoming<'w> {
    let mut incoming = Incoming::default();
    for word in words {
        match word.split_once('=') {
            None if *word == "hit" => (incoming.content_type, incoming.body) = (JSON, HIT),
            None if *word == "put" => {
                (incoming.content_type, incoming.body) = (JSON, CHANGE);
                incoming.if_match = Some("\"7\"");
            }
            Some(("type", text)) => incoming.content_type = Some(text),
            Some(("body", text)) => incoming.body = text.as_bytes(),
            Some(("match", text)) => incoming.if_match = Some(text).filter(|tag| !tag.is_empty()),
            _ => panic!("{word}"),
        }
    }
    incoming
}

#[test]
fn a_body_that_is_too_deep() {
    let deep = [b"{\"caso\":".repeat(200), b"1".to_vec(), b"}".repeat(200)].concat();
    let incoming = Incoming {
        content_type: JSON,
        body: &deep,
        ..Incoming::default()
    };
    let error = ask("POST", "/casos", &incoming).unwrap_err();
    assert_eq!(error.problem(), Problem::TooDeep);
}

#[test]
fn the_context_is_in_headers() {
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    let headers = |name: &str| match name {
        "Pasarela-Solicitante" => Some("L01130473"),
        "Pasarela-Funcionario" => Some("PRUEBA-7"),
        "Pasarela-Finalidad" => Some("proteccion"),
        _ => None,
    };
    let made: RequestId = "auto-1".parse().unwrap();
    let read = context(&headers, Some(made.clone()), now).unwrap();
    assert_eq!((read.request_id, read.timestamp), (made, now));

    let error = context(&headers, None, now).unwrap_err();
    assert_eq!(error.faults, [ContextFault::Missing(Field::RequestId)]);
    let report = ReadError::Context(error).report("i-1".to_owned(), None);
    assert_eq!(report.problem, Problem::MissingContext);
    assert_eq!(report.violations.first().unwrap().path, "Idempotency-Key");

    let none = |_: &str| None;
    assert_eq!(context(&none, None, now).unwrap_err().faults.len(), 4);
}

#[test]
fn the_entity_tag_is_the_version_of_the_one_case() {
    let contract = viogen();
    let example = |name: &str, operation: &str| {
        let folder = "../schemas/contracts/viogen/2/ejemplos";
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(folder)
            .join(name);
        let operation = contract.operation(operation).unwrap();
        let bytes = std::fs::read(path).unwrap();
        let limits = Limits::default();
        let answer = contract::xml::decode(&contract, operation.response, &bytes, &limits).unwrap();
        etag(operation, &answer)
    };
    for (name, operation, expected) in [
        (
            "consultarCasoRespuesta-tipica.xml",
            "consultarCaso",
            Some("\"7\""),
        ),
        ("presentarCasoRespuesta.xml", "presentarCaso", Some("\"8\"")),
        ("buscarCasosRespuesta.xml", "buscarCasos", None),
        (
            "consultarCoincidenciaRespuesta.xml",
            "consultarCoincidencia",
            None,
        ),
    ] {
        assert_eq!(example(name, operation).as_deref(), expected, "{name}");
    }
}

#[test]
fn what_one_shape_takes_in_its_path_no_other_takes_in_its_query() {
    let incoming = Incoming {
        content_type: JSON,
        body: CHANGE,
        ..Incoming::default()
    };
    let refused = ask("POST", &format!("/casos?idCaso={CASE}"), &incoming).unwrap_err();
    assert_eq!(
        refused.report("I".to_owned(), None).problem,
        Problem::SchemaViolation
    );
    assert!(ask("POST", "/casos", &incoming).is_ok());
}
