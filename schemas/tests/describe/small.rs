//! JSON Schema and codec, verdict by verdict, on small contracts made for the purpose.

use std::fs;
use std::sync::Arc;

use contract::emit::{Direction, json_schema};
use contract::{Contract, Governance, Limits, json};
use serde_json::{Map, Value, json};

/// A contract with one root `R` whose type has that body.
fn contract(body: &str) -> Arc<Contract> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.xsd");
    let text = format!(
        r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:prueba"
             targetNamespace="urn:prueba" elementFormDefault="qualified">
           <xs:element name="R" type="R"/><xs:complexType name="R">{body}</xs:complexType>
           <xs:complexType name="Medida"><xs:simpleContent><xs:extension base="xs:int">
             <xs:attribute name="unidad" type="xs:string" use="required"/>
           </xs:extension></xs:simpleContent></xs:complexType></xs:schema>"#
    );
    fs::write(&file, text).unwrap();
    match Contract::load_file(folder.path(), &file, Governance::Ungoverned) {
        Ok(contract) => contract,
        Err(errors) => panic!("{errors}"),
    }
}

/// The verdicts of schema and codec.
fn verdicts(contract: &Arc<Contract>, values: &[Value]) -> Vec<(bool, bool)> {
    let root = *contract.roots().first().unwrap();
    let schema = json_schema::of_root(contract, root, Direction::Response);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let judge = |value: &Value| {
        let text = serde_json::to_vec(value).unwrap();
        let decoded = json::decode(contract, root, &text, &Limits::default());
        (validator.is_valid(value), decoded.is_ok())
    };
    values.iter().map(judge).collect()
}

#[track_caller]
fn assert_agree(body: &str, values: &[Value]) {
    let contract = contract(body);
    let mut accepted = 0;
    for (value, (schema, codec)) in values.iter().zip(verdicts(&contract, values)) {
        assert_eq!(
            schema, codec,
            "schema {schema}, codec {codec}: {value} in {body}"
        );
        accepted += u32::from(codec);
    }
    assert!(accepted > 0, "nothing at all is accepted: {body}");
}

/// Every object made of some of the members.
fn subsets(members: &[(&str, Value)]) -> Vec<Value> {
    (0..1_u32 << members.len())
        .map(|set| {
            let chosen = members
                .iter()
                .enumerate()
                .filter(|(at, _)| set & (1 << at) != 0);
            let object: Map<String, Value> = chosen
                .map(|(_, (name, value))| ((*name).to_owned(), value.clone()))
                .collect();
            Value::Object(object)
        })
        .collect()
}

const LETTERS: &[&str] = &["a", "b", "c", "d", "e", "f"];

fn letters() -> Vec<(&'static str, Value)> {
    LETTERS.iter().map(|letter| (*letter, json!("x"))).collect()
}

#[test]
fn content_models_agree_on_which_children_are_there() {
    let e = |name: &str, occurs: &str| {
        format!(r#"<xs:element name="{name}" type="xs:string" {occurs}/>"#)
    };
    let (a, b, c) = (e("a", ""), e("b", ""), e("c", ""));
    let (d, f) = (e("d", r#"minOccurs="0""#), e("f", ""));
    for body in [
        format!("<xs:sequence>{a}{d}{b}</xs:sequence>"),
        format!("<xs:choice>{a}{b}{c}</xs:choice>"),
        format!("<xs:choice minOccurs='0'>{a}{b}{d}</xs:choice>"),
        format!("<xs:sequence>{a}<xs:choice>{b}{c}{d}</xs:choice>{f}</xs:sequence>"),
        format!("<xs:sequence>{a}<xs:sequence minOccurs='0'>{b}{d}{c}</xs:sequence></xs:sequence>"),
        format!("<xs:choice>{a}<xs:sequence>{b}{c}{d}</xs:sequence></xs:choice>"),
        format!(
            "<xs:choice><xs:sequence>{a}{b}</xs:sequence><xs:choice>{c}{d}</xs:choice></xs:choice>"
        ),
        format!(
            "<xs:sequence><xs:choice minOccurs='0'>{a}{b}</xs:choice><xs:choice>{c}{f}</xs:choice></xs:sequence>"
        ),
    ] {
        assert_agree(&body, &subsets(&letters()));
    }
}

#[test]
fn repetition_agrees_on_numbers() {
    let lists: Vec<Value> = (0..6)
        .map(|count| json!({ "a": vec!["x"; count] }))
        .chain([json!({}), json!({ "a": "x" }), json!({ "a": null })])
        .collect();
    for (min, max) in [
        ("0", "unbounded"),
        ("1", "unbounded"),
        ("2", "4"),
        ("0", "3"),
    ] {
        let body = format!(
            r#"<xs:sequence><xs:element name="a" type="xs:string"
               minOccurs="{min}" maxOccurs="{max}"/></xs:sequence>"#
        );
        assert_agree(&body, &lists);
    }
    let repeated = r#"<xs:choice maxOccurs="unbounded"><xs:element name="a" type="xs:string"/>
        <xs:element name="b" type="xs:string"/></xs:choice>"#;
    let (one, other) = (json!({ "a": "x" }), json!({ "b": "x" }));
    let lists = [
        json!({ "#contenido": [one, other, one] }),
        json!({ "#contenido": [other] }),
        json!({ "#contenido": [] }),
        json!({ "#contenido": [{ "c": "x" }] }),
        json!({ "#contenido": [{ "a": "x", "b": "x" }] }),
        json!({ "#contenido": ["x"] }),
        json!({ "a": ["x"] }),
        json!({}),
    ];
    assert_agree(repeated, &lists);
}

#[test]
fn values_agree_on_type_and_facets() {
    let simple = |facets: &str| {
        format!(
            r#"<xs:sequence><xs:element name="v"><xs:simpleType>{facets}</xs:simpleType></xs:element></xs:sequence>"#
        )
    };
    let restriction = |base: &str, facets: &str| {
        simple(&format!(
            r#"<xs:restriction base="xs:{base}">{facets}</xs:restriction>"#
        ))
    };
    let tried = [
        json!(""),
        json!("a"),
        json!("ab"),
        json!("abcdef"),
        json!("Ñ"),
        json!("12"),
        json!("x-1"),
        json!("2026-01-31"),
        json!("2026-01-31T10:00:00Z"),
        json!("1.5"),
        json!("P1D"),
        json!("AB12"),
        json!(0),
        json!(1),
        json!(-1),
        json!(7),
        json!(300),
        json!(5_000_000_000_u64),
        json!(true),
        json!(false),
        json!(null),
        json!([]),
        json!({}),
        json!("true"),
    ];
    let values: Vec<Value> = tried.iter().map(|value| json!({ "v": value })).collect();
    for body in [
        restriction("string", ""),
        restriction(
            "token",
            r#"<xs:minLength value="1"/><xs:maxLength value="2"/>"#,
        ),
        restriction("string", r#"<xs:length value="1"/>"#),
        restriction(
            "token",
            r#"<xs:enumeration value="a"/><xs:enumeration value="ab"/>"#,
        ),
        restriction(
            "token",
            r#"<xs:pattern value="[a-z]+\-\d"/><xs:pattern value="Ñ"/>"#,
        ),
        restriction("token", r#"<xs:pattern value="\i\c*"/>"#),
        restriction("token", r#"<xs:pattern value="[a-z-[b]]{1,6}"/>"#),
        restriction("boolean", ""),
        restriction("int", ""),
        restriction("unsignedByte", ""),
        restriction("positiveInteger", ""),
        restriction("long", ""),
        restriction(
            "int",
            r#"<xs:minExclusive value="0"/><xs:maxInclusive value="7"/>"#,
        ),
        restriction(
            "int",
            r#"<xs:enumeration value="1"/><xs:enumeration value="300"/>"#,
        ),
        restriction("decimal", ""),
        restriction("date", ""),
        restriction("dateTime", ""),
        restriction("duration", ""),
        restriction("hexBinary", ""),
    ] {
        assert_agree(&body, &values);
    }
}

#[test]
fn attributes_and_nil_agree() {
    let body = r#"<xs:sequence><xs:element name="m" type="Medida" nillable="true"/>
        <xs:element name="n" type="xs:int" nillable="true" minOccurs="0"/></xs:sequence>
        <xs:attribute name="id" type="xs:token"/>"#;
    let measures = [
        json!({ "#texto": 7, "@unidad": "m" }),
        json!({ "#texto": null, "@unidad": "m" }),
        json!({ "#texto": 7 }),
        json!({ "@unidad": "m" }),
        json!({ "#texto": "7", "@unidad": "m" }),
        json!({ "#texto": 7, "@unidad": "m", "@otro": "x" }),
        json!(7),
        json!(null),
    ];
    let mut values: Vec<Value> = measures.iter().map(|value| json!({ "m": value })).collect();
    let measure = json!({ "#texto": 7, "@unidad": "m" });
    for (name, value) in [
        ("n", json!(null)),
        ("n", json!(1)),
        ("@id", json!("x")),
        ("@id", json!(1)),
    ] {
        values.push(json!({ "m": measure, name: value }));
    }
    assert_agree(body, &values);
}

#[test]
fn a_type_that_contains_itself_is_defined_once() {
    let body = r#"<xs:sequence><xs:element name="a" type="xs:string"/>
        <xs:element name="r" type="R" minOccurs="0" maxOccurs="2"/></xs:sequence>"#;
    let leaf = json!({ "a": "x" });
    let values = [
        leaf.clone(),
        json!({ "a": "x", "r": [leaf, { "a": "x", "r": [leaf] }] }),
        json!({ "a": "x", "r": [leaf, leaf, leaf] }),
        json!({ "a": "x", "r": [{ "r": [] }] }),
    ];
    assert_agree(body, &values);
}
