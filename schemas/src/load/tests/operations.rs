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

/// A lot in words of nobody: what is asked, an item, what is answered, and what is said of an item.
const LOT: &str = "<xs:complexType name='One'><xs:sequence><xs:element name='k' type='xs:token'/></xs:sequence></xs:complexType>\
 <xs:complexType name='Done'><xs:sequence><xs:element name='v' type='xs:int'/></xs:sequence></xs:complexType>\
 <xs:element name='A' type='One'><xs:annotation><xs:appinfo>\
 <p:operacion nombre='one' accion='urn:one' clase='presentacion' respuesta='AR'/></xs:appinfo></xs:annotation></xs:element>\
 <xs:element name='AR' type='Done'/>\
 <xs:element name='B'><xs:annotation><xs:appinfo>\
 <p:operacion nombre='many' accion='urn:many' clase='presentacion' respuesta='BR' lote='one'/></xs:appinfo></xs:annotation>\
 <xs:complexType><xs:sequence><xs:element name='a' type='One' maxOccurs='9'/></xs:sequence>\
 <xs:attribute name='from' type='xs:int'/></xs:complexType></xs:element>\
 <xs:element name='BR'><xs:complexType><xs:sequence><xs:element name='told' maxOccurs='9'><xs:complexType><xs:sequence>\
 <xs:element name='at' type='xs:int'/><xs:choice><xs:element name='done' type='Done'/>\
 <xs:element name='refused'><xs:complexType><xs:sequence>\
 <xs:element name='c' type='xs:token'/><xs:element name='t' type='xs:string'/><xs:element name='d' type='xs:string'/>\
 <xs:element name='b' type='xs:token'/><xs:element name='r' type='xs:token'/><xs:element name='i' type='xs:token'/>\
 <xs:element name='breach' minOccurs='0' maxOccurs='9'><xs:complexType><xs:sequence><xs:element name='path' type='xs:string'/>\
 <xs:element name='code' type='xs:token'/><xs:element name='text' type='xs:string'/></xs:sequence></xs:complexType></xs:element>\
 </xs:sequence></xs:complexType></xs:element></xs:choice></xs:sequence></xs:complexType></xs:element></xs:sequence>\
 </xs:complexType></xs:element>";

#[test]
fn a_lot_has_words_of_its_own_and_one_shape() {
    let contract = ungoverned(LOT).unwrap_or_else(|errors| panic!("{errors}"));
    let lot = contract.operation("many").unwrap().lot.as_ref().unwrap();
    let words = &lot.results;
    let of = |words: &[std::sync::Arc<str>]| words.join(" ");
    assert_eq!((&*lot.of, &*lot.from), ("one", "from"));
    assert_eq!(
        (&*words.result, &*words.position, &*words.accepted),
        ("told", "at", "done")
    );
    assert_eq!(
        (
            &*words.refused,
            of(&words.refusal),
            &*words.breach,
            of(&words.within)
        ),
        (
            "refused",
            "c t d b r i".to_owned(),
            "breach",
            "path code text".to_owned()
        )
    );
    let list = "operation `many`: `one` is no operation of which the request is a list";
    let shape = "operation `many`: a lot of `one` has one attribute";
    let table = [
        (
            "name='a' type='One' maxOccurs='9'",
            "name='a' type='One'",
            list,
        ),
        ("name='a' type='One'", "name='a' type='Done'", list),
        ("<xs:attribute name='from' type='xs:int'/>", "", shape),
        ("name='told' maxOccurs='9'", "name='told'", shape),
        ("name='at' type='xs:int'", "name='at' type='One'", shape),
        (
            "name='at' type='xs:int'",
            "name='at' type='xs:int' minOccurs='0'",
            shape,
        ),
        ("name='done' type='Done'", "name='done' type='One'", shape),
        ("<xs:element name='i' type='xs:token'/>", "", shape),
        (
            "name='breach' minOccurs='0' maxOccurs='9'",
            "name='breach'",
            shape,
        ),
        ("<xs:element name='code' type='xs:token'/>", "", shape),
        (
            "<xs:choice><xs:element name='done'",
            "<xs:choice><xs:element name='z' type='xs:int'/><xs:element name='done'",
            shape,
        ),
    ];
    for (from, to, expected) in table {
        assert!(LOT.contains(from), "{from}");
        let told = errors(ungoverned(&LOT.replace(from, to))).join("; ");
        assert!(told.contains(expected), "{from} -> {to}: {told}");
    }
}
