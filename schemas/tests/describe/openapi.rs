//! OpenAPI.

use std::collections::BTreeSet;

use contract::emit::openapi;
use serde_json::Value;

use crate::{assert_references_resolve, contract};

/// The document of that version of the contract `viogen`.
pub(crate) fn document(version: &str) -> Value {
    let viogen = contract(&format!("viogen/{version}"));
    let (context, base) = (contract("contexto/1"), format!("/v{version}"));
    let problem = |status, code| openapi::Problem {
        status,
        code,
        title: "PRUEBA",
    };
    let options = openapi::Options {
        title: "VioGén",
        base: &base,
        context: Some(&context),
        purposes: &["proteccion", "valoracion"],
        problems: &[
            problem(404, "no-encontrado"),
            problem(400, "esquema-incumplido"),
            problem(412, "conflicto-de-version"),
            problem(400, "falta-contexto"),
        ],
    };
    openapi::document(&viogen, &options)
}

#[test]
fn openapi_describes_every_rest_shape() {
    let document = document("2");
    assert_references_resolve(&document);
    assert_eq!(
        document,
        self::document("2"),
        "the same contract gives the same document"
    );
    let shapes: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .map(|method| (path.clone(), method.clone()))
        })
        .collect();
    let expected = [
        ("/casos", "get"),
        ("/casos", "post"),
        ("/casos/lote", "post"),
        ("/casos/{idCaso}", "get"),
        ("/casos/{idCaso}", "put"),
        ("/coincidencias", "post"),
    ];
    let expected = expected.map(|(path, method)| (path.to_owned(), method.to_owned()));
    assert_eq!(shapes, expected.into_iter().collect());
}

#[test]
fn openapi_says_what_travels_outside_the_body() {
    let document = document("2");
    let named = |path: &str, method: &str| -> Vec<String> {
        let parameters = document["paths"][path][method]["parameters"]
            .as_array()
            .unwrap();
        parameters
            .iter()
            .map(|parameter| match parameter["$ref"].as_str() {
                Some(reference) => document.pointer(&reference[1..]).unwrap(),
                None => parameter,
            })
            .map(|it| format!("{}:{}:{}", it["in"], it["name"], it["required"]).replace('"', ""))
            .collect()
    };
    let search = named("/casos", "get");
    for expected in [
        "query:municipio:false",
        "query:limite:false",
        "header:Idempotency-Key:false",
    ] {
        assert!(
            search.iter().any(|name| name == expected),
            "{expected} in {search:?}"
        );
    }
    for hidden in ["query:ambito:false", "query:nivelMaximo:false"] {
        assert!(
            !search.iter().any(|name| name == hidden),
            "{hidden} in {search:?}"
        );
    }
    let change = named("/casos/{idCaso}", "put");
    for expected in [
        "path:idCaso:true",
        "header:If-Match:true",
        "header:Idempotency-Key:true",
    ] {
        assert!(
            change.iter().any(|name| name == expected),
            "{expected} in {change:?}"
        );
    }
    assert!(document["paths"]["/casos/{idCaso}"]["put"]["responses"]["412"].is_object());
    assert!(document["paths"]["/casos/{idCaso}"]["get"]["responses"]["412"].is_null());
    let headers = |path: &str, method: &str, status: &str| {
        document["paths"][path][method]["responses"][status]["headers"].clone()
    };
    assert!(headers("/casos/{idCaso}", "get", "200")["ETag"].is_object());
    assert!(headers("/casos", "get", "200")["ETag"].is_null());
    assert!(headers("/casos", "post", "201")["Location"].is_object());
}

/// The roles of the leaves in `schema` and in what it refers to.
fn roles(document: &Value, schema: &Value, seen: &mut BTreeSet<String>) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match schema {
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), text(value)) {
                ("x-pasarela-funcion", Some(role)) => BTreeSet::from([role]),
                ("$ref", Some(place)) => follow(document, &place, seen),
                _ => roles(document, value, seen),
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .flat_map(|item| roles(document, item, seen))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => BTreeSet::new(),
    }
}

fn follow(document: &Value, place: &str, seen: &mut BTreeSet<String>) -> BTreeSet<String> {
    if !seen.insert(place.to_owned()) {
        return BTreeSet::new();
    }
    roles(document, document.pointer(&place[1..]).unwrap(), seen)
}

/// Callers who send one are refused.
#[test]
fn openapi_offers_callers_nothing_that_only_the_gateway_writes() {
    let document = document("2");
    let reserved = ["ambito", "nivel-maximo", "retenidos", "hay-coincidencia"].map(str::to_owned);
    let reserved = BTreeSet::from(reserved);
    let roles = |schema: &Value| roles(&document, schema, &mut BTreeSet::new());
    let mut offered = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, shape) in item.as_object().unwrap() {
            for asked in [&shape["parameters"], &shape["requestBody"]] {
                let found = roles(asked);
                assert!(found.is_disjoint(&reserved), "{method} {path}: {found:?}");
                offered.extend(found);
            }
        }
    }
    for role in ["cursor", "sujeto", "estado", "territorio"] {
        assert!(offered.contains(role), "{role} in {offered:?}");
    }
    let answer = |path: &str, method: &str| roles(&document["paths"][path][method]["responses"]);
    assert!(answer("/casos/{idCaso}", "get").contains("retenidos"));
    assert!(answer("/coincidencias", "post").contains("hay-coincidencia"));
}
