//! OpenAPI.

use std::collections::BTreeSet;

use contract::emit::openapi;
use serde_json::Value;

use crate::{assert_references_resolve, contract};

/// The document of the contract `viogen`.
pub(crate) fn document() -> Value {
    let (viogen, context) = (contract("viogen/2"), contract("contexto/1"));
    let problem = |status, code| openapi::Problem {
        status,
        code,
        title: "PRUEBA",
    };
    let options = openapi::Options {
        title: "VioGén",
        base: "/v2",
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
    let document = document();
    assert_references_resolve(&document);
    assert_eq!(
        document,
        self::document(),
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
        ("/casos/{idCaso}", "get"),
        ("/casos/{idCaso}", "put"),
        ("/coincidencias", "post"),
    ];
    let expected = expected.map(|(path, method)| (path.to_owned(), method.to_owned()));
    assert_eq!(shapes, expected.into_iter().collect());
}

#[test]
fn openapi_says_what_travels_outside_the_body() {
    let document = document();
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
