//! JSON in and out.

use contract::{DecodeError, Governance, Limits, ViolationKind, json};

use crate::fixture::{compile, contract, from_json, from_xml, root, to_json, to_xml, told};

#[test]
fn a_document_says_the_same_in_xml_and_in_json() {
    let cases = [
        ("", ""),
        ("<cuenta>+007</cuenta>", r#","cuenta":7"#),
        (
            "<largo>12345678901234567890</largo>",
            r#","largo":"12345678901234567890""#,
        ),
        ("<importe>10.50</importe>", r#","importe":"10.50""#),
        ("<activo>1</activo>", r#","activo":true"#),
        (
            "<nota>a\"\\\n&#13;\té😀</nota>",
            ",\"nota\":\"a\\\"\\\\\\n\\r\\té😀\"",
        ),
        ("<nota/>", r#","nota":"""#),
        ("<nota xsi:nil='true'/>", r#","nota":null"#),
        ("<dia>2025-01-01</dia>", r#","dia":["2025-01-01"]"#),
        (
            "<dia>2025-01-01</dia><dia>2025-01-02</dia>",
            r#","dia":["2025-01-01","2025-01-02"]"#,
        ),
        ("<dos>2</dos>", r#","dos":"2""#),
        (
            "<parte id='p' orden='02'><nombre>n</nombre><parte id='q'><nombre/></parte></parte>",
            r#","parte":[{"@id":"p","@orden":2,"nombre":"n","parte":[{"@id":"q","nombre":""}]}]"#,
        ),
        (
            "<medida unidad='m'>5</medida><medida unidad='s' exacta='1'>6</medida>",
            r##","medida":[{"@unidad":"m","#texto":5},{"@unidad":"s","@exacta":true,"#texto":6}]"##,
        ),
        ("<vacio/>", r#","vacio":{}"#),
        (
            "<quizas id='a' xsi:nil='true'/>",
            r##","quizas":{"@id":"a","#texto":null}"##,
        ),
        (
            "<ajeno xmlns='urn:o'><local xmlns=''>a</local><local xmlns=''>b</local></ajeno>",
            r#","ajeno":{"local":["a","b"]}"#,
        ),
    ];
    for (xml, json) in cases {
        let xml = format!("<codigo>AB12</codigo>{xml}");
        let json = format!(r#"{{"codigo":"AB12"{json}}}"#);
        let document = from_xml(&xml).unwrap_or_else(|error| panic!("{xml}: {error}"));
        assert_eq!(to_json(&document), json);
        let back = from_json(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!(to_json(&back), json);
        let again = to_xml(&back);
        let again = crate::fixture::whole_xml(&again).unwrap();
        assert_eq!(to_json(&again), json, "through XML again");
    }
}

#[test]
fn properties_may_come_in_any_order() {
    let text = r#"{ "dia": ["2025-01-02", "2025-01-01"], "parte": [{"nombre": "n", "@id": "a"}],
        "codigo": "AB12", "activo": false, "medida": [] }"#;
    let document = from_json(text).unwrap();
    let expected = "<Todo xmlns=\"urn:t\"><codigo>AB12</codigo><activo>false</activo>\
        <dia>2025-01-02</dia><dia>2025-01-01</dia><parte id=\"a\"><nombre>n</nombre></parte></Todo>";
    assert_eq!(to_xml(&document), expected);
}

#[test]
fn what_the_contract_does_not_allow_is_told_with_path_and_line() {
    let cases: &[(&str, &[&str])] = &[
        ("{}", &["elemento-ausente /Todo 1"]),
        ("[]", &["tipo-json /Todo 1"]),
        ("null", &["nulo-no-admitido /Todo 1"]),
        ("\"x\"", &["tipo-json /Todo 1"]),
        (r#"{"codigo":"ab"}"#, &["valor-no-valido /Todo/codigo 1"]),
        (r#"{"codigo":12}"#, &["tipo-json /Todo/codigo 1"]),
        (r#"{"codigo":null}"#, &["nulo-no-admitido /Todo/codigo 1"]),
        (r#"{"codigo":["AB12"]}"#, &["tipo-json /Todo/codigo 1"]),
        (r#"{"codigo":{}}"#, &["tipo-json /Todo/codigo 1"]),
        (
            r#"{"Codigo":"AB12"}"#,
            &["propiedad-desconocida /Todo 1", "elemento-ausente /Todo 1"],
        ),
        ("{*,\n\"otro\":1}", &["propiedad-desconocida /Todo 2"]),
        ("{*,\"@a\":1}", &["propiedad-desconocida /Todo 1"]),
        (r##"{*,"#texto":"x"}"##, &["propiedad-desconocida /Todo 1"]),
        (r#"{*,"cuenta":1.5}"#, &["numero-no-entero /Todo/cuenta 1"]),
        (
            r#"{*,"cuenta":1e400}"#,
            &["numero-fuera-de-rango /Todo/cuenta 1"],
        ),
        (r#"{*,"cuenta":1E-2}"#, &["numero-no-entero /Todo/cuenta 1"]),
        (
            r#"{*,"cuenta":2147483648}"#,
            &["valor-no-valido /Todo/cuenta 1"],
        ),
        (
            r#"{*,"cuenta":9007199254740992}"#,
            &["numero-fuera-de-rango /Todo/cuenta 1"],
        ),
        (
            r#"{*,"cuenta":-123456789012345678901234567890}"#,
            &["numero-fuera-de-rango /Todo/cuenta 1"],
        ),
        (r#"{*,"cuenta":"1"}"#, &["tipo-json /Todo/cuenta 1"]),
        (r#"{*,"importe":1.5}"#, &["tipo-json /Todo/importe 1"]),
        (r#"{*,"activo":"true"}"#, &["tipo-json /Todo/activo 1"]),
        (r#"{*,"activo":1}"#, &["tipo-json /Todo/activo 1"]),
        (
            r#"{*,"nota":"\u0000"}"#,
            &["caracter-prohibido /Todo/nota 1"],
        ),
        (
            r#"{*,"nota":"\uFFFF"}"#,
            &["caracter-prohibido /Todo/nota 1"],
        ),
        (r#"{*,"dia":"2025-01-01"}"#, &["tipo-json /Todo/dia 1"]),
        (
            "{*,\"dia\":[\"2025-01-01\",\n\"x\"]}",
            &["valor-no-valido /Todo/dia[2] 2"],
        ),
        (r#"{*,"dia":[null]}"#, &["nulo-no-admitido /Todo/dia[1] 1"]),
        (
            r#"{*,"dia":["2025-01-01","2025-01-01","2025-01-01","2025-01-01"]}"#,
            &["elemento-inesperado /Todo/dia 1"],
        ),
        (
            "{*,\"uno\":\"\",\n\"dos\":\"\"}",
            &["elemento-inesperado /Todo/dos 2"],
        ),
        (
            r#"{*,"parte":[{"nombre":"n"}]}"#,
            &["atributo-ausente /Todo/parte[1] 1"],
        ),
        (
            r#"{*,"parte":[{"@id":"a"}]}"#,
            &["elemento-ausente /Todo/parte[1] 1"],
        ),
        (
            r#"{*,"parte":[{"@id":"a","nombre":"n","@x":1}]}"#,
            &["propiedad-desconocida /Todo/parte[1] 1"],
        ),
        (
            r#"{*,"parte":[{"@id":1,"nombre":"n"}]}"#,
            &["tipo-json /Todo/parte[1]/@id 1"],
        ),
        (
            r#"{*,"medida":[{"@unidad":"m"}]}"#,
            &["elemento-ausente /Todo/medida[1] 1"],
        ),
        (r#"{*,"medida":[5]}"#, &["tipo-json /Todo/medida[1] 1"]),
        (
            r##"{*,"medida":[{"@unidad":"m","#texto":null}]}"##,
            &["nulo-no-admitido /Todo/medida[1] 1"],
        ),
        (r#"{*,"vacio":null}"#, &["nulo-no-admitido /Todo/vacio 1"]),
        (
            r#"{*,"vacio":{"x":1}}"#,
            &["propiedad-desconocida /Todo/vacio 1"],
        ),
        (r#"{*,"fijo":8}"#, &["valor-fijo /Todo/fijo 1"]),
        (
            r#"{*,"ajeno":{"local":[]}}"#,
            &["elemento-ausente /Todo/ajeno 1"],
        ),
    ];
    for (text, expected) in cases {
        let text = text.replace('*', r#""codigo":"AB12""#);
        assert_eq!(told(&from_json(&text)), *expected, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    let cases: &[(&str, &str)] = &[
        ("", "json-mal-formado 1"),
        ("{", "json-mal-formado 1"),
        ("{\n\"a\"}", "json-mal-formado 2"),
        ("{\"a\":1,}", "json-mal-formado 1"),
        ("[1,]", "json-mal-formado 1"),
        ("{a:1}", "json-mal-formado 1"),
        ("{'a':1}", "json-mal-formado 1"),
        ("{\"a\":01}", "json-mal-formado 1"),
        ("{\"a\":1.}", "json-mal-formado 1"),
        ("{\"a\":-}", "json-mal-formado 1"),
        ("{\"a\":+1}", "json-mal-formado 1"),
        ("{\"a\":NaN}", "json-mal-formado 1"),
        ("{\"a\":-Infinity}", "json-mal-formado 1"),
        ("{\"a\":tru}", "json-mal-formado 1"),
        ("{\"a\":\"\n\"}", "json-mal-formado 1"),
        ("{\"a\":\"\\x\"}", "json-mal-formado 1"),
        ("/**/{}", "json-mal-formado 1"),
        ("\u{FEFF}{}", "json-mal-formado 1"),
        ("{} {}", "datos-sobrantes 1"),
        ("{}\nx", "datos-sobrantes 2"),
        (
            "{\"codigo\":\"AB12\",\n\"codigo\":\"AB12\"}",
            "propiedad-duplicada 2",
        ),
        (
            "{\"codigo\":\"AB12\",\"c\\u006fdigo\":\"AB12\"}",
            "propiedad-duplicada 1",
        ),
        ("{\"a\":\"\\ud800\"}", "sustituto-suelto 1"),
        ("{\"a\":\"\\udc00\"}", "sustituto-suelto 1"),
        ("{\"a\":\"\\ud800\\ud800\"}", "sustituto-suelto 1"),
        ("{\"a\":\"\\ud800x\"}", "sustituto-suelto 1"),
    ];
    for (text, expected) in cases {
        assert_eq!(told(&from_json(text)), [*expected], "{text}");
    }
    let digits = format!("{{\"a\":{}}}", "1".repeat(5000));
    assert_eq!(told(&from_json(&digits)), ["numero-demasiado-largo 1"]);
}

#[test]
fn limits_hold() {
    let default = Limits::default;
    let nested = "[".repeat(70);
    let many = format!("[{}1]", "1,".repeat(30));
    let cases: &[(Limits, &[u8], &str)] = &[
        (
            Limits {
                max_bytes: 3,
                ..default()
            },
            b"{  }",
            "demasiado-grande 1",
        ),
        (default(), nested.as_bytes(), "demasiado-profundo 1"),
        (
            Limits {
                max_elements: 20,
                ..default()
            },
            many.as_bytes(),
            "demasiados-elementos 1",
        ),
        (
            Limits {
                max_text: 3,
                ..default()
            },
            b"{\n\"codigo\":1}",
            "texto-demasiado-largo 2",
        ),
        (
            Limits {
                max_text: 3,
                ..default()
            },
            b"[\"abcd\"]",
            "texto-demasiado-largo 1",
        ),
        (
            Limits {
                max_attributes: 2,
                ..default()
            },
            b"{\"@a\":1,\"a\":{\"@b\":1,\"@c\":1},\n\"@d\":1,\"@e\":1}",
            "demasiados-atributos 2",
        ),
        (default(), b"{\"a\":\"\xF1\"}", "codificacion 1"),
        (default(), b"\"\xED\xA0\x80\"", "codificacion 1"),
    ];
    let root = root(contract(), "{urn:t}Todo");
    for (limits, bytes, expected) in cases {
        let outcome = json::decode(contract(), root, bytes, limits);
        assert_eq!(told(&outcome), [*expected], "{bytes:?}");
    }
}

#[test]
fn a_leaf_root_is_its_value() {
    let root = root(contract(), "{urn:t}Hoja");
    for (text, expected) in [
        (" 12 ", "ok"),
        ("\"12\"", "tipo-json /Hoja 1"),
        ("{}", "tipo-json /Hoja 1"),
    ] {
        let outcome = json::decode(contract(), root, text.as_bytes(), &Limits::default());
        assert_eq!(told(&outcome), [expected], "{text}");
    }
}

#[test]
fn foreign_names_are_told_short_and_without_what_cannot_be_seen() {
    let long = "n".repeat(1000);
    let cases = [
        (
            "a\\u0000b\\u0007\\n",
            "a\u{FFFD}b\u{FFFD}\u{FFFD}".to_owned(),
        ),
        (long.as_str(), format!("{}…", "n".repeat(80))),
    ];
    for (key, name) in cases {
        let outcome = from_json(&format!(r#"{{"codigo":"AB12","{key}":1}}"#));
        let Err(DecodeError::Invalid(violations)) = outcome else {
            panic!("{key}")
        };
        assert_eq!(violations[0].kind, ViolationKind::UnknownProperty { name });
    }
    let outcome = from_xml(&format!("<codigo>AB12</codigo><{long}/>"));
    assert!(told(&outcome)[0].len() < 150, "in XML as well");
}

const HEAD: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t"
    targetNamespace="urn:t" elementFormDefault="qualified">"#;

#[test]
fn a_child_that_only_a_wildcard_could_take_is_told() {
    let schema = r#"<xs:element name="R"><xs:complexType><xs:sequence>
      <xs:element name="a" type="xs:string" maxOccurs="2"/><xs:element name="b" type="xs:string"/>
      <xs:any processContents="skip" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>"#;
    let schema = format!("{HEAD}{schema}</xs:schema>");
    let contract = compile(&[("main.xsd", &schema)], Governance::Ungoverned);
    let root = root(&contract, "{urn:t}R");
    for (text, expected) in [
        (
            r##"{"a":["1","2"],"b":"x","#otros":[{"{urn:t}a":"3"}]}"##,
            "ok",
        ),
        (
            r#"{"a":["1","2","3"],"b":"x"}"#,
            "elemento-inesperado /R/a 1",
        ),
    ] {
        let outcome = json::decode(&contract, root, text.as_bytes(), &Limits::default());
        assert_eq!(told(&outcome), [expected], "{text}");
    }
}

#[test]
fn names_without_prefix_keep_their_namespaces_beside_each_other() {
    let schema = r#"<xs:element name="R"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:QName"><xs:attribute name="k" type="xs:QName"/>
      <xs:attribute name="l" type="xs:QName"/></xs:extension></xs:simpleContent>
      </xs:complexType></xs:element>"#;
    let schema = format!("{HEAD}{schema}</xs:schema>");
    let contract = compile(&[("main.xsd", &schema)], Governance::Ungoverned);
    let root = root(&contract, "{urn:t}R");
    for (text, expected) in [
        (
            r##"{"@k":"{urn:o}a","@l":"b","#texto":"{urn:t}c"}"##,
            r##"{"@k":"{urn:o}q:a","@l":"b","#texto":"{urn:t}q0:c"}"##,
        ),
        (
            r##"{"@k":"{urn:o}a","#texto":"b"}"##,
            r##"{"@k":"{urn:o}q:a","#texto":"b"}"##,
        ),
        (
            r##"{"@k":"{urn:o}a","#texto":"{urn:o}b"}"##,
            r##"{"@k":"{urn:o}a","#texto":"{urn:o}b"}"##,
        ),
    ] {
        let limits = Limits::default();
        let document = json::decode(&contract, root, text.as_bytes(), &limits).unwrap();
        let written = to_xml(&document);
        let again = contract::xml::decode(&contract, root, written.as_bytes(), &limits);
        assert_eq!(to_json(&again.unwrap()), expected, "{written}");
    }
}
