//! Building by hand.

use contract::{Builder, DecodeError, Limits, Violation, ViolationKind, json};

use crate::fixture::{contract, from_xml, root, to_xml};

fn builder() -> Builder {
    Builder::new(contract(), root(contract(), "{urn:t}Todo"))
}

#[test]
fn calls_in_schema_order_make_a_document() {
    let mut builder = builder();
    builder.leaf("codigo", "AB12").unwrap();
    builder.open("nota").unwrap();
    builder.nil().unwrap();
    builder.close().unwrap();
    builder.open("parte").unwrap();
    builder.attribute("id", "a").unwrap();
    builder.leaf("nombre", " n ").unwrap();
    builder.close().unwrap();
    builder.open("medida").unwrap();
    builder.attribute("unidad", "m").unwrap();
    builder.text("5").unwrap();
    let document = builder.finish().unwrap();
    let expected = "<Todo xmlns=\"urn:t\"><codigo>AB12</codigo>\
        <nota xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>\
        <parte id=\"a\"><nombre>n</nombre></parte><medida unidad=\"m\">5</medida></Todo>";
    assert_eq!(to_xml(&document), expected);
}

#[test]
fn each_wrong_call_is_told_and_no_document_made() {
    type Call = fn(&mut Builder) -> Result<(), Violation>;
    let cases: &[(Call, &str)] = &[
        (|b| b.leaf("codigo", "x"), "valor-no-valido /Todo/codigo"),
        (
            |b| b.leaf("cuenta", "1"),
            "elemento-inesperado /Todo/cuenta",
        ),
        (|b| b.open("otro"), "elemento-inesperado /Todo/otro"),
        (
            |b| b.leaf("codigo", "AB12\u{0}"),
            "caracter-prohibido /Todo/codigo",
        ),
        (|b| b.attribute("a", "1"), "atributo-desconocido /Todo"),
        (|b| b.text("x"), "texto-inesperado /Todo"),
        (|b| b.nil(), "nulo-no-admitido /Todo"),
        (|b| b.close(), "elemento-ausente /Todo"),
        (
            |b| {
                b.leaf("codigo", "AB12")?;
                b.open("parte")?;
                b.leaf("nombre", "n")?;
                b.close()
            },
            "atributo-ausente /Todo/parte[1]",
        ),
        (
            |b| {
                b.leaf("codigo", "AB12")?;
                b.open("medida")?;
                b.attribute("unidad", "m")?;
                b.attribute("unidad", "n")
            },
            "atributo-descolocado /Todo/medida[1]",
        ),
        (
            |b| {
                b.leaf("codigo", "AB12")?;
                b.open("medida")?;
                b.attribute("unidad", "m")?;
                b.text("1")?;
                b.text("2")
            },
            "texto-inesperado /Todo/medida[1]",
        ),
    ];
    for (call, expected) in cases {
        let mut builder = builder();
        let violation = call(&mut builder).unwrap_err();
        let told = format!("{} {}", violation.kind.code(), violation.path);
        assert_eq!((told.as_str(), violation.line), (*expected, None));
        let violations = builder.finish().unwrap_err();
        assert!(violations.contains(&violation), "{expected}");
    }
}

#[test]
fn a_missing_end_is_told_at_the_finish() {
    let violations = builder().finish().unwrap_err();
    assert_eq!(
        violations[0].kind,
        ViolationKind::MissingElement {
            expected: vec!["codigo".into()]
        }
    );
    let mut closed = builder();
    closed.leaf("codigo", "AB12").unwrap();
    closed.close().unwrap();
    assert!(closed.close().is_err(), "the root is closed already");
    assert!(closed.leaf("nota", "").is_err());
}

#[test]
fn parts_of_documents_are_grafted() {
    let source = from_xml(
        "<codigo>AB12</codigo><nota>&lt;</nota><dia>2025-01-01</dia><parte id='a'><nombre>n</nombre>\
         <parte id='b' orden='1'><nombre/></parte></parte>",
    );
    let source = source.unwrap();
    let mut copy = builder();
    for child in source.root().children() {
        copy.append(child).unwrap();
    }
    assert_eq!(to_xml(&copy.finish().unwrap()), to_xml(&source));
    let mut wrong = builder();
    let told = wrong
        .append(source.root().child("nota").unwrap())
        .unwrap_err();
    assert_eq!(told.kind.code(), "elemento-inesperado");
}

#[test]
fn a_json_body_is_one_child() {
    let cases = [
        ("codigo", "\"AB12\"", "<codigo>AB12</codigo>"),
        (
            "dia",
            "[\"2025-01-01\",\"2025-01-02\"]",
            "<codigo>AB12</codigo><dia>2025-01-01</dia><dia>2025-01-02</dia>",
        ),
        ("dia", "[]", "<codigo>AB12</codigo>"),
        (
            "quizas",
            "{\"nombre\":\"n\",\"@id\":\"a\"}",
            "<codigo>AB12</codigo><quizas id=\"a\"><nombre>n</nombre></quizas>",
        ),
    ];
    for (local, text, expected) in cases {
        let mut builder = builder();
        if local != "codigo" {
            builder.leaf("codigo", "AB12").unwrap();
        }
        json::decode_child(&mut builder, local, text.as_bytes(), &Limits::default()).unwrap();
        let expected = format!("<Todo xmlns=\"urn:t\">{expected}</Todo>");
        assert_eq!(to_xml(&builder.finish().unwrap()), expected, "{local}");
    }
}

#[test]
fn a_wrong_json_body_is_told_with_its_lines() {
    let cases = [
        ("dia", "[\n\"x\"]", "valor-no-valido /Todo/dia[1] 2"),
        ("dia", "\n\"2025-01-01\"", "tipo-json /Todo/dia 2"),
        ("otro", "\n1", "elemento-inesperado /Todo/otro 2"),
        (
            "quizas",
            "{\"@id\":\"a\",\n\"x\":1}",
            "propiedad-desconocida /Todo/quizas 2",
        ),
        ("quizas", "{", "json-mal-formado 1"),
        (
            "quizas",
            "{\"@id\":\"a\",\"@id\":\"a\"}",
            "propiedad-duplicada 1",
        ),
    ];
    for (local, text, expected) in cases {
        let mut builder = builder();
        builder.leaf("codigo", "AB12").unwrap();
        let outcome = json::decode_child(&mut builder, local, text.as_bytes(), &Limits::default());
        let told = match outcome.unwrap_err() {
            DecodeError::Fault(fault) => format!("{} {}", fault.kind.code(), fault.line),
            DecodeError::Invalid(violations) => {
                let Violation { path, line, kind } = &violations[0];
                format!("{} {path} {}", kind.code(), line.unwrap())
            }
        };
        assert_eq!(told, expected);
        assert_eq!(builder.finish().is_ok(), text == "{", "{local} {text}");
    }
}
