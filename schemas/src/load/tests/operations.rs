//! Operations resolve, or say what does not.

use super::{errors, name, ungoverned};
use crate::{Method, RestBody, Segment};

/// A request with `words`, the children `id`, `body` and `many`, and a response.
fn request(words: &str) -> String {
    format!(
        "<xs:element name='Q'><xs:annotation><xs:documentation>Pregunta.</xs:documentation>\
         <xs:appinfo>{words}</xs:appinfo></xs:annotation>\
         <xs:complexType><xs:sequence><xs:element name='id' type='xs:token'/>\
         <xs:element name='body'><xs:complexType/></xs:element>\
         <xs:element name='many' type='xs:token' maxOccurs='2'/></xs:sequence></xs:complexType></xs:element>\
         <xs:element name='R' type='xs:int'/>"
    )
}

fn operation(attributes: &str, rest: &str) -> String {
    format!("<p:operacion nombre='o' accion='urn:o' {attributes}>{rest}</p:operacion>")
}

#[test]
fn an_operation_is_resolved() {
    let words = operation(
        "clase='consulta' respuesta='R'",
        "<p:rest metodo='GET' ruta='/c/{id}'/><p:rest metodo='PUT' ruta='/c/{id}' cuerpo='body' exito='201'/>\
         <p:rest metodo='POST' ruta='/c' cuerpo='.'/>",
    );
    let contract = ungoverned(&request(&words)).unwrap_or_else(|errors| panic!("{errors}"));
    let found = contract.operation("o").unwrap();
    assert_eq!(contract.operation_by_request(&name("Q")), Some(found));
    assert_eq!(contract.operation_by_request(&name("R")), None);
    assert_eq!(
        (Some(found.request), Some(found.response)),
        (contract.root(&name("Q")), contract.root(&name("R")))
    );
    assert_eq!(
        (&*found.class, &*found.doc, found.soap_action.as_str()),
        ("consulta", "Pregunta.", "urn:o")
    );
    let shapes: Vec<_> = found
        .rest
        .iter()
        .map(|shape| (shape.method, shape.body.clone(), shape.success))
        .collect();
    assert_eq!(
        shapes,
        [
            (Method::Get, RestBody::None, 200),
            (Method::Put, RestBody::Child("body".to_owned()), 201),
            (Method::Post, RestBody::Whole, 200),
        ]
    );
    assert_eq!(
        found.rest[0].path,
        [
            Segment::Literal("c".to_owned()),
            Segment::Param("id".to_owned())
        ]
    );
    assert_eq!(contract.namespace(), "urn:x");
}

/// Class and response, REST shapes, and why they are refused.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "clase='otra' respuesta='R'",
        "",
        "operation `o`: `otra` is no class",
    ),
    (
        "clase='consulta' respuesta='S'",
        "",
        "operation `o`: response `S` is not declared",
    ),
    ("clase='consulta'", "", "attribute `respuesta` is missing"),
    (
        GOOD,
        "<p:rest metodo='GET' ruta='/{none}'/>",
        "operation `o`: path parameter `none` is no single leaf of the request",
    ),
    (
        GOOD,
        "<p:rest metodo='GET' ruta='/{body}'/>",
        "operation `o`: path parameter `body` is no single leaf of the request",
    ),
    (
        GOOD,
        "<p:rest metodo='GET' ruta='/{many}'/>",
        "operation `o`: path parameter `many` is no single leaf of the request",
    ),
    (
        GOOD,
        "<p:rest metodo='PUT' ruta='/a' cuerpo='none'/>",
        "operation `o`: body `none` is no child of the request",
    ),
    (
        GOOD,
        "<p:rest metodo='GET' ruta='/a' cuerpo='.'/>",
        "operation `o`: a GET has no body",
    ),
    (
        GOOD,
        "<p:rest metodo='GET' ruta='/a'/><p:rest metodo='GET' ruta='/a'/>",
        "operation `o`: `GET /a` is taken",
    ),
    (
        GOOD,
        "<p:rest metodo='DELETE' ruta='/a'/>",
        "`DELETE` is no value for attribute `metodo`",
    ),
    (
        GOOD,
        "<p:rest metodo='GET' ruta='a'/>",
        "`a` is no value for attribute `ruta`",
    ),
    (
        GOOD,
        "<p:rest metodo='GET' ruta='/a//b'/>",
        "`/a//b` is no value for attribute `ruta`",
    ),
    (
        GOOD,
        "<p:rest metodo='GET' ruta='/{id'/>",
        "`/{id` is no value for attribute `ruta`",
    ),
    (
        GOOD,
        "<p:rest metodo='GET' ruta='/a' exito='404'/>",
        "`404` is no value for attribute `exito`",
    ),
];

const GOOD: &str = "clase='consulta' respuesta='R'";

#[test]
fn an_operation_that_does_not_resolve_is_refused_by_name() {
    for (attributes, rest, expected) in REFUSED {
        let inside = request(&operation(attributes, rest));
        assert_eq!(
            errors(ungoverned(&inside)),
            [format!("a.xsd:2: {expected}")],
            "{inside}"
        );
    }
    let twice = operation(GOOD, "").repeat(2);
    assert_eq!(
        errors(ungoverned(&request(&twice))),
        ["a.xsd:2: operation `o`: the name is taken"]
    );
}
