//! XML in and out.

use contract::{DecodeError, FaultKind, Governance, Limits};

use crate::fixture::{INSTANCE, compile, contract, from_xml, root, to_xml, told, whole_xml};

#[test]
fn what_the_contract_allows_is_read_and_written_back() {
    let cases = [
        ("<codigo>AB12</codigo>", "<codigo>AB12</codigo>"),
        (" <codigo> AB12\n</codigo> ", "<codigo>AB12</codigo>"),
        (
            "<codigo>AB<!-- no -->1<![CDATA[2]]></codigo>",
            "<codigo>AB12</codigo>",
        ),
        (
            "<codigo>&#65;B12</codigo><nota/>",
            "<codigo>AB12</codigo><nota/>",
        ),
        (
            "<codigo>AB12</codigo><nota>a&lt;b&amp;&#13;\r\n c</nota>",
            "<codigo>AB12</codigo><nota>a&lt;b&amp;&#13;\n c</nota>",
        ),
        (
            "<codigo>AB12</codigo><nota xsi:nil='true'/>",
            "<codigo>AB12</codigo><nota xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>",
        ),
        (
            "<codigo>AB12</codigo><nota xsi:nil=' 0 '>x</nota>",
            "<codigo>AB12</codigo><nota>x</nota>",
        ),
        (
            "<codigo>AB12</codigo><dia>2025-01-01</dia><dia>2025-01-02</dia><dos>2</dos>",
            "<codigo>AB12</codigo><dia>2025-01-01</dia><dia>2025-01-02</dia><dos>2</dos>",
        ),
        (
            "<codigo>AB12</codigo><parte orden='+1' id='p'><nombre>n</nombre>\
             <parte id='q'><nombre/></parte></parte>",
            "<codigo>AB12</codigo><parte orden=\"+1\" id=\"p\"><nombre>n</nombre>\
             <parte id=\"q\"><nombre/></parte></parte>",
        ),
        (
            "<codigo>AB12</codigo><medida unidad='&quot;&#10;'>5</medida>",
            "<codigo>AB12</codigo><medida unidad=\"&quot;&#10;\">5</medida>",
        ),
        (
            "<codigo>AB12</codigo><vacio/>",
            "<codigo>AB12</codigo><vacio/>",
        ),
        (
            "<codigo>AB12</codigo><vacio></vacio>",
            "<codigo>AB12</codigo><vacio/>",
        ),
        (
            "<codigo>AB12</codigo><fijo>07</fijo>",
            "<codigo>AB12</codigo><fijo>07</fijo>",
        ),
        (
            "<codigo>AB12</codigo><fijo/>",
            "<codigo>AB12</codigo><fijo/>",
        ),
        (
            "<codigo>AB12</codigo><defecto/>",
            "<codigo>AB12</codigo><defecto/>",
        ),
        (
            "<codigo>AB12</codigo><x:ajeno xmlns:x='urn:o'><local xmlns=''>l</local></x:ajeno>",
            "<codigo>AB12</codigo><ajeno xmlns=\"urn:o\"><local xmlns=\"\">l</local></ajeno>",
        ),
        (
            "<codigo xsi:schemaLocation='urn:t http://example.invalid/x.xsd' \
             xsi:noNamespaceSchemaLocation='y.xsd'>AB12</codigo>",
            "<codigo>AB12</codigo>",
        ),
    ];
    for (inside, expected) in cases {
        let document = from_xml(inside).unwrap_or_else(|error| panic!("{inside}: {error}"));
        let expected = format!("<Todo xmlns=\"urn:t\">{expected}</Todo>");
        assert_eq!(to_xml(&document), expected, "{inside}");
        let again = whole_xml(&expected).unwrap();
        assert_eq!(to_xml(&again), expected, "written text reads back");
    }
}

#[test]
fn what_the_contract_does_not_allow_is_told_with_path_and_line() {
    let code = "<codigo>AB12</codigo>";
    let cases: &[(&str, &[&str])] = &[
        ("", &["elemento-ausente /Todo 1"]),
        (
            "\n<codigo>ab12</codigo>",
            &["valor-no-valido /Todo/codigo 2"],
        ),
        (
            "<codigo>x</codigo>\n<cuenta>y</cuenta>\n<activo>z</activo>",
            &[
                "valor-no-valido /Todo/codigo 1",
                "valor-no-valido /Todo/cuenta 2",
                "valor-no-valido /Todo/activo 3",
            ],
        ),
        ("<otro/>", &["elemento-inesperado /Todo/otro 1"]),
        (
            "<codigo xmlns='urn:x'>AB12</codigo>",
            &["elemento-inesperado /Todo/codigo 1"],
        ),
        (
            "<codigo>AB12</codigo>\n<codigo>AB12</codigo>",
            &["elemento-inesperado /Todo/codigo 2"],
        ),
        (
            "<codigo>AB12<b/></codigo>",
            &["elemento-inesperado /Todo/codigo/b 1"],
        ),
        ("texto<codigo>AB12</codigo>", &["texto-inesperado /Todo 1"]),
        (
            "<codigo a='1'>AB12</codigo>",
            &["atributo-desconocido /Todo/codigo 1"],
        ),
        (
            "<codigo xsi:otro='1'>AB12</codigo>",
            &["atributo-desconocido /Todo/codigo 1"],
        ),
        (
            "<codigo xsi:type='x'>AB12</codigo>",
            &["tipo-sustituido /Todo/codigo 1"],
        ),
        (
            "<codigo xsi:nil='true'/>",
            &["nulo-no-admitido /Todo/codigo 1"],
        ),
        (
            "<codigo xsi:nil='false'>AB12</codigo>",
            &["nulo-no-admitido /Todo/codigo 1"],
        ),
        ("{}<nota xsi:nil='si'/>", &["nil-no-valido /Todo/nota 1"]),
        (
            "{}<nota xsi:nil='true'>x</nota>",
            &["nulo-con-contenido /Todo/nota 1"],
        ),
        (
            "{}<nota xsi:nil='true'> </nota>",
            &["nulo-con-contenido /Todo/nota 1"],
        ),
        (
            "{}<quizas id='a' xsi:nil='true'><nombre/></quizas>",
            &["nulo-con-contenido /Todo/quizas/nombre 1"],
        ),
        ("{}<uno/><dos/>", &["elemento-inesperado /Todo/dos 1"]),
        (
            "{}<dia>2025-01-01</dia><dia>2025-02-30</dia>\n<dia>x</dia>",
            &[
                "valor-no-valido /Todo/dia[2] 1",
                "valor-no-valido /Todo/dia[3] 2",
            ],
        ),
        (
            "{}<dia>2025-01-01</dia><dia>2025-01-01</dia><dia>2025-01-01</dia><dia>2025-01-01</dia>",
            &["elemento-inesperado /Todo/dia 1"],
        ),
        (
            "{}<parte><nombre/></parte>",
            &["atributo-ausente /Todo/parte[1] 1"],
        ),
        (
            "{}<parte id='1'><nombre/></parte>",
            &["valor-no-valido /Todo/parte[1]/@id 1"],
        ),
        ("{}<parte id='a'/>", &["elemento-ausente /Todo/parte[1] 1"]),
        (
            "{}<parte id='a'><nombre/><parte id='b'><nombre/></parte>\n<parte id='c'>\n</parte></parte>",
            &["elemento-ausente /Todo/parte[1]/parte[2] 3"],
        ),
        (
            "{}<medida unidad='m'>1.0</medida>",
            &["valor-no-valido /Todo/medida[1] 1"],
        ),
        (
            "{}<medida unidad='m' exacta='false'>1</medida>",
            &["valor-fijo /Todo/medida[1]/@exacta 1"],
        ),
        ("{}<vacio> </vacio>", &["texto-inesperado /Todo/vacio 1"]),
        ("{}<fijo>8</fijo>", &["valor-fijo /Todo/fijo 1"]),
        (
            "{}<ajeno xmlns='urn:o'><local>l</local></ajeno>",
            &["elemento-inesperado /Todo/ajeno/local 1"],
        ),
    ];
    for (inside, expected) in cases {
        let inside = inside.replace("{}", code);
        assert_eq!(told(&from_xml(&inside)), *expected, "{inside}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    let cases: &[(&str, FaultKind, u32)] = &[
        ("", FaultKind::NotWellFormed, 1),
        ("\n<a>", FaultKind::NotWellFormed, 2),
        ("<a></b>", FaultKind::NotWellFormed, 1),
        ("<a>\n</a", FaultKind::NotWellFormed, 2),
        ("text", FaultKind::NotWellFormed, 1),
        ("<a>&</a>", FaultKind::NotWellFormed, 1),
        ("<a>]]></a>", FaultKind::NotWellFormed, 1),
        ("<a><!-- -- --></a>", FaultKind::NotWellFormed, 1),
        ("<a b='1'c='2'/>", FaultKind::NotWellFormed, 1),
        ("<a b=1/>", FaultKind::NotWellFormed, 1),
        ("<a/ >", FaultKind::NotWellFormed, 1),
        ("< a/>", FaultKind::NotWellFormed, 1),
        ("<1a/>", FaultKind::NotWellFormed, 1),
        ("<![CDATA[x]]><a/>", FaultKind::NotWellFormed, 1),
        ("<?xml version='2.0'?><a/>", FaultKind::NotWellFormed, 1),
        ("<?xml encoding='UTF-8'?><a/>", FaultKind::NotWellFormed, 1),
        (
            "<?xml version='1.0' standalone='si'?><a/>",
            FaultKind::NotWellFormed,
            1,
        ),
        (
            "<?xml version='1.0' encoding='EBCDIC'?><a/>",
            FaultKind::NotUtf8,
            1,
        ),
        ("<!DOCTYPE a><a/>", FaultKind::Doctype, 1),
        (
            "\n<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
            FaultKind::Doctype,
            2,
        ),
        ("<!doctype a", FaultKind::Doctype, 1),
        ("<?php x ?><a/>", FaultKind::ProcessingInstruction, 1),
        (
            "<?xml-stylesheet href='x'?><a/>",
            FaultKind::ProcessingInstruction,
            1,
        ),
        (
            " <?xml version='1.0'?><a/>",
            FaultKind::ProcessingInstruction,
            1,
        ),
        ("<a>\n<?x?></a>", FaultKind::ProcessingInstruction, 2),
        ("<a>&nbsp;</a>", FaultKind::Entity, 1),
        ("<a b='&e;'/>", FaultKind::Entity, 1),
        ("<a>&#0;</a>", FaultKind::IllegalCharacter, 1),
        ("<a>\n\u{1}</a>", FaultKind::IllegalCharacter, 2),
        ("<p:a/>", FaultKind::Namespace, 1),
        ("<a xmlns:p=''/>", FaultKind::Namespace, 1),
        ("<a b='1' b='2'/>", FaultKind::DuplicateAttribute, 1),
        (
            "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>",
            FaultKind::DuplicateAttribute,
            1,
        ),
    ];
    for (text, kind, line) in cases {
        let text = if text.contains("<a") && !text.contains("<a/ ") {
            todo(text)
        } else {
            (*text).to_owned()
        };
        match whole_xml(&text) {
            Err(DecodeError::Fault(fault)) => {
                assert_eq!((fault.kind, fault.line), (*kind, *line), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

/// Makes the element `a` of a case one that the contract knows, so that only the fault is wrong.
fn todo(text: &str) -> String {
    text.replacen("<a", "<Todo xmlns='urn:t'", 1)
        .replace("</a", "</Todo")
}

#[test]
fn nothing_may_follow_the_root() {
    let whole = "<Todo xmlns='urn:t'><codigo>AB12</codigo></Todo>";
    let cases = [
        ("\n <!-- fin -->\n", "ok"),
        ("\n<a/>", "datos-sobrantes 2"),
        (" x", "datos-sobrantes 1"),
        ("<![CDATA[]]>", "datos-sobrantes 1"),
        ("&#32;", "datos-sobrantes 1"),
        ("</a>", "xml-mal-formado 1"),
        ("<?x?>", "instruccion-prohibida 1"),
    ];
    for (after, expected) in cases {
        assert_eq!(
            told(&whole_xml(&format!("{whole}{after}"))),
            [expected],
            "{after}"
        );
    }
}

#[test]
fn the_encoding_is_what_the_text_says() {
    let text = "<Todo xmlns='urn:t'><codigo>AB12</codigo></Todo>";
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(Vec<u8>, &str); 8] = [
        ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), "ok"),
        (
            [b"<?xml version='1.0' encoding='utf-8'?>", text.as_bytes()].concat(),
            "ok",
        ),
        (utf_16.clone(), "ok"),
        ([b"\xFF\xFE", utf_16.as_slice()].concat(), "ok"),
        (
            [b"\xFE\xFF", utf_16.as_slice()].concat(),
            "xml-mal-formado 1",
        ),
        (
            [
                b"<?xml version='1.0' encoding='ISO-8859-1'?>",
                text.as_bytes(),
            ]
            .concat(),
            "ok",
        ),
        (
            b"<Todo xmlns='urn:t'>\n<codigo>\xF1</codigo></Todo>".to_vec(),
            "codificacion 2",
        ),
        (b"<Todo>\xED\xA0\x80</Todo>".to_vec(), "codificacion 1"),
    ];
    let root = root(contract(), "{urn:t}Todo");
    for (bytes, expected) in cases {
        let outcome = contract::xml::decode(contract(), root, &bytes, &Limits::default());
        assert_eq!(told(&outcome), [expected], "{bytes:?}");
    }
}

#[test]
fn limits_hold() {
    let default = Limits::default;
    let deep = "<a>".repeat(5);
    let nested = format!(
        "<parte id='a'><nombre/>{}",
        "<parte id='a'><nombre/>".repeat(9)
    );
    let cases: &[(Limits, &str, &str)] = &[
        (
            Limits {
                max_bytes: 10,
                ..default()
            },
            "<codigo>AB12</codigo>",
            "demasiado-grande 1",
        ),
        (
            Limits {
                max_depth: 3,
                ..default()
            },
            &deep,
            "elemento-inesperado /Todo/a 1",
        ),
        (
            Limits {
                max_depth: 6,
                ..default()
            },
            &nested,
            "demasiado-profundo 1",
        ),
        (
            Limits {
                max_elements: 2,
                ..default()
            },
            "<codigo>AB12</codigo>\n<nota/>",
            "demasiados-elementos 2",
        ),
        (
            Limits {
                max_attributes: 2,
                ..default()
            },
            "<codigo a='' b='' c=''>AB12</codigo>",
            "demasiados-atributos 1",
        ),
        (
            Limits {
                max_text: 3,
                ..default()
            },
            "<codigo>AB12</codigo>",
            "texto-demasiado-largo 1",
        ),
        (
            Limits {
                max_text: 3,
                ..default()
            },
            "<codigo>AB<!---->12</codigo>",
            "texto-demasiado-largo 1",
        ),
        (
            Limits {
                max_text: 5,
                ..default()
            },
            "<codigo a='123456'/>",
            "texto-demasiado-largo 1",
        ),
    ];
    let root = root(contract(), "{urn:t}Todo");
    for (limits, inside, expected) in cases {
        let inside = inside.replacen("<parte", "<codigo>AB12</codigo><parte", 1);
        let text = format!("<Todo xmlns='urn:t'>{inside}</Todo>");
        let outcome = contract::xml::decode(contract(), root, text.as_bytes(), limits);
        assert_eq!(told(&outcome), [*expected], "{text}");
    }
    let prefixes: String = (0..130).map(|at| format!(" xmlns:p{at}='u'")).collect();
    let text = format!("<Todo{prefixes}/>");
    let limits = Limits {
        max_attributes: 1000,
        ..default()
    };
    let outcome = contract::xml::decode(contract(), root, text.as_bytes(), &limits);
    assert_eq!(told(&outcome), ["demasiados-espacios-de-nombres 1"]);
}

#[test]
fn one_declaration_is_not_spelled_out_without_end() {
    let schema = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="R">
      <xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">
      <xs:element name="q" type="xs:QName"/>
      <xs:any namespace='##other' processContents="skip"/></xs:choice>
      <xs:anyAttribute namespace='##other' processContents="skip"/></xs:complexType></xs:element></xs:schema>"#;
    let contract = compile(&[("main.xsd", schema)], Governance::Ungoverned);
    let root = root(&contract, "R");
    let limits = Limits {
        max_bytes: 8192,
        ..Limits::default()
    };
    let read = |space: usize, inside: &str| {
        let text = format!("<R xmlns:p='{}'>{inside}</R>", "n".repeat(space));
        let outcome = contract::xml::decode(&contract, root, text.as_bytes(), &limits);
        let written = outcome
            .as_ref()
            .map_or(0, |document| to_xml(document).len());
        assert!(written < 8 * limits.max_bytes, "{written}");
        told(&outcome).join(" ")
    };
    for piece in ["<p:x/>", "<q>p:x</q>", "<p:x p:k=''/>"] {
        assert_eq!(read(60, &piece.repeat(200)), "ok", "{piece}");
        let refused = read(1000, &piece.repeat(200));
        assert_eq!(refused, "demasiados-espacios-de-nombres 1", "{piece}");
    }
}

#[test]
fn violations_are_collected_up_to_the_limit() {
    let days = "<dia>x</dia>".repeat(3);
    let text = format!("<Todo xmlns='urn:t'><codigo>AB12</codigo>{days}</Todo>");
    let root = root(contract(), "{urn:t}Todo");
    for (most, expected) in [(1, 1), (2, 2), (20, 3)] {
        let limits = Limits {
            max_violations: most,
            ..Limits::default()
        };
        let outcome = contract::xml::decode(contract(), root, text.as_bytes(), &limits);
        assert_eq!(told(&outcome).len(), expected, "{most}");
    }
}

#[test]
fn another_root_is_told() {
    let cases = [
        ("<Hoja xmlns='urn:t'>1</Hoja>", "raiz-inesperada /Hoja 1"),
        ("\n<Todo/>", "raiz-inesperada /Todo 2"),
    ];
    for (text, expected) in cases {
        assert_eq!(told(&whole_xml(text)), [expected], "{text}");
    }
}

#[test]
fn an_element_in_the_middle_of_a_text_is_read_and_the_rest_left() {
    use contract::xml::{Event, Source, decode_at};
    let text = format!(
        "<e:E xmlns:e='urn:e' xmlns:t='urn:t' xmlns:xsi='{INSTANCE}'>\n<t:Todo>\
         <t:codigo>AB12</t:codigo><t:nota xsi:nil='1'/></t:Todo><e:fin/></e:E>"
    );
    let limits = Limits::default();
    let mut source = Source::new(text.as_bytes(), &limits).unwrap();
    assert!(matches!(source.next(), Ok(Event::Start(_))));
    assert!(matches!(source.next(), Ok(Event::Text(_))));
    let Ok(Event::Start(start)) = source.next() else {
        panic!("no element")
    };
    assert_eq!((source.line(), start.prefix()), (2, "t"));
    let begin = source.start_position();
    let root = root(contract(), "{urn:t}Todo");
    let document = decode_at(contract(), root, &mut source, &start, &limits).unwrap();
    assert!(document.root().at("nota").unwrap().is_nil());
    assert!(text[begin..source.position()].starts_with("<t:Todo>"));
    assert!(text[begin..source.position()].ends_with("</t:Todo>"));
    let Ok(Event::Start(next)) = source.next() else {
        panic!("no element")
    };
    assert!(next.is(Some("urn:e"), "fin"));
}
