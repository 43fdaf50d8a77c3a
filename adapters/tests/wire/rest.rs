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
fn requests_that_do_not_fit_are_refused_by_name() {
    use Problem::{
        MalformedJson, MaskedValue, MethodNotAllowed, NoSuchResource, PreconditionRequired,
        SchemaViolation, UnsupportedMediaType,
    };
    let plain = Incoming::default();
    let put = Incoming {
        if_match: Some("\"7\""),
        content_type: JSON,
        body: CHANGE,
        query: None,
    };
    let hit = Incoming {
        content_type: JSON,
        body: HIT,
        ..plain
    };
    let masked = br#"{"tipoDocumento":"DNI","numeroDocumento":"***9901*"}"#;
    let deep = [b"{\"caso\":".repeat(200), b"1".to_vec(), b"}".repeat(200)].concat();
    for (method, address, incoming, problem, code) in [
        ("GET", "/otra", plain, NoSuchResource, ""),
        ("GET", "casos", plain, NoSuchResource, ""),
        ("GET", "/casos/", plain, NoSuchResource, ""),
        ("DELETE", "/casos", plain, MethodNotAllowed, ""),
        ("get", "/casos", plain, MethodNotAllowed, ""),
        ("GET", "/coincidencias", plain, MethodNotAllowed, ""),
        (
            "GET",
            "/casos/%zz",
            plain,
            SchemaViolation,
            "codificacion-de-direccion",
        ),
        ("GET", "/casos/x", plain, SchemaViolation, "valor-no-valido"),
        (
            "GET",
            "/casos?nada=1",
            plain,
            SchemaViolation,
            "parametro-desconocido",
        ),
        (
            "GET",
            "/casos?limite=1&limite=2",
            plain,
            SchemaViolation,
            "parametro-repetido",
        ),
        (
            "GET",
            "/casos?ambito=ES",
            plain,
            SchemaViolation,
            "campo-reservado",
        ),
        (
            "GET",
            "/casos?nivelMaximo=extremo",
            plain,
            SchemaViolation,
            "campo-reservado",
        ),
        (
            "GET",
            "/casos?limite=%",
            plain,
            SchemaViolation,
            "codificacion-de-direccion",
        ),
        (
            "GET",
            "/casos?limite=mil",
            plain,
            SchemaViolation,
            "valor-no-valido",
        ),
        ("GET", "/casos", hit, SchemaViolation, "cuerpo-inesperado"),
        (
            "POST",
            "/coincidencias?papel=victima",
            hit,
            SchemaViolation,
            "parametro-desconocido",
        ),
        (
            "POST",
            "/coincidencias",
            Incoming {
                content_type: None,
                ..hit
            },
            UnsupportedMediaType,
            "",
        ),
        (
            "POST",
            "/coincidencias",
            Incoming {
                content_type: Some("text/xml"),
                ..hit
            },
            UnsupportedMediaType,
            "",
        ),
        (
            "POST",
            "/coincidencias",
            Incoming { body: b"", ..hit },
            MalformedJson,
            "json-mal-formado",
        ),
        (
            "POST",
            "/coincidencias",
            Incoming {
                body: b"{\"tipoDocumento\":",
                ..hit
            },
            MalformedJson,
            "json-mal-formado",
        ),
        (
            "POST",
            "/coincidencias",
            Incoming {
                body: b"{\"a\":1}",
                ..hit
            },
            SchemaViolation,
            "propiedad-desconocida",
        ),
        (
            "POST",
            "/coincidencias",
            Incoming {
                body: masked,
                ..hit
            },
            MaskedValue,
            "valor-enmascarado",
        ),
        (
            "POST",
            "/casos",
            Incoming { body: &deep, ..hit },
            Problem::TooDeep,
            "demasiado-profundo",
        ),
        (
            "PUT",
            "/casos/01JQ5Z7N2R8X4V6T0K3M9B1CDF",
            Incoming {
                if_match: None,
                ..put
            },
            PreconditionRequired,
            "",
        ),
        (
            "PUT",
            "/casos/01JQ5Z7N2R8X4V6T0K3M9B1CDF",
            Incoming {
                if_match: Some("*"),
                ..put
            },
            SchemaViolation,
            "version-no-valida",
        ),
        (
            "PUT",
            "/casos/01JQ5Z7N2R8X4V6T0K3M9B1CDF?versionEsperada=7",
            put,
            SchemaViolation,
            "parametro-desconocido",
        ),
    ] {
        let error = ask(method, address, &incoming).unwrap_err();
        let report = error.report("i-1".to_owned(), None);
        assert_eq!(
            report.problem, problem,
            "{method} {address}: {}",
            report.detail
        );
        let first = report
            .violations
            .first()
            .map_or("", |violation| violation.code.as_str());
        assert_eq!(first, code, "{method} {address}");
    }
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
