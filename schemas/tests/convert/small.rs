//! The language of conversions, on contracts of a few elements.

use std::sync::Arc;

use contract::{Contract, Conversions, Governance};
use serde_json::json;
use tempfile::TempDir;

use crate::{from_json, to_json};

/// A contract `name/1` with one root, `Parte`, of that content.
pub(crate) fn contract(folder: &TempDir, name: &str, content: &str) -> Arc<Contract> {
    let dir = folder.path().join(name).join("1");
    std::fs::create_dir_all(&dir).unwrap();
    let text = format!(
        r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:x:{name}"
            targetNamespace="urn:x:{name}" elementFormDefault="qualified">
            <xs:element name="Parte"><xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType></xs:element>
            <xs:simpleType name="Nivel"><xs:restriction base="xs:token">
                <xs:enumeration value="1"/><xs:enumeration value="2"/></xs:restriction></xs:simpleType>
            <xs:simpleType name="Grado"><xs:restriction base="xs:token">
                <xs:enumeration value="leve"/><xs:enumeration value="grave"/></xs:restriction></xs:simpleType>
        </xs:schema>"#
    );
    std::fs::write(dir.join("parte.xsd"), text).unwrap();
    let loaded = Contract::load(&dir, Governance::Ungoverned);
    loaded.unwrap_or_else(|errors| panic!("{errors}"))
}

/// The rules of one way; the other way drops everything.
pub(crate) fn file(rules: &str, back: &str) -> String {
    format!("de = \"otro/1\"\na = \"propio/1\"\n[ida]\n{rules}\n[vuelta]\n{back}\n")
}

const OTHER: &str = r#"
    <xs:element name="km" type="xs:int" minOccurs="0"/>
    <xs:element name="nivel" type="Nivel" minOccurs="0"/>
    <xs:element name="telefono" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="grupo" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="nombre" type="xs:string" minOccurs="0"/>
        <xs:element name="miembro" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence><xs:attribute name="orden" type="xs:int"/></xs:complexType></xs:element>"#;

const OWN: &str = r#"
    <xs:element name="origen" type="xs:string"/>
    <xs:element name="metros" type="xs:string" minOccurs="0"/>
    <xs:element name="grado" type="Grado" minOccurs="0"/>
    <xs:element name="contacto" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="fijo" type="xs:string" minOccurs="0"/>
        <xs:element name="ultimo" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="lista" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="equipo" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
            <xs:element name="titulo" type="xs:string"/>
            <xs:element name="persona" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
                <xs:element name="nombre" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
        </xs:sequence><xs:attribute name="n" type="xs:int"/></xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>"#;

const RULES: &str = r#"
[ida.tablas.grado]
1 = "leve"
2 = { valor = "grave", pierde = "Aproximado" }
[[ida.grupo]]
en = ["Parte"]
regla = [
    { destino = "origen", constante = "OTRO" },
    { destino = "metros", origen = "km", expresion = "string(int(valor) * 1000)" },
    { destino = "grado", origen = "nivel", tabla = "grado" },
    { destino = "contacto/fijo", origen = "telefono", toma = "primero" },
    { destino = "contacto/ultimo", origen = "telefono", toma = "ultimo" },
    { destino = "lista/equipo/titulo", origen = "grupo/nombre", defecto = "sin nombre" },
    { destino = "lista/equipo/@n", origen = "grupo/@orden" },
    { destino = "lista/equipo/persona/nombre", origen = "grupo/miembro" },
]"#;

const BACK: &str = r#"
[[vuelta.grupo]]
en = ["Parte"]
pierde = [{ origen = ["origen", "metros", "grado", "contacto", "lista"], motivo = "No vuelve" }]"#;

#[test]
fn lists_units_tables_and_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let (other, own) = (
        contract(&folder, "otro", OTHER),
        contract(&folder, "propio", OWN),
    );
    let parsed = Conversions::parse("x.toml", &file(RULES, BACK), &own, &other);
    let conversions = parsed.unwrap_or_else(|errors| panic!("{errors}"));
    let table = [
        (json!({}), json!({"origen":"OTRO"}), 0),
        (
            json!({"km":3,"nivel":"2","telefono":["1","2","3"]}),
            json!({"origen":"OTRO","metros":"3000","grado":"grave","contacto":{"fijo":"1","ultimo":"3"}}),
            1,
        ),
        (
            json!({"grupo":[
                {"@orden":7,"nombre":"A","miembro":["x","y"]},
                {},
                {"miembro":["z"]}]}),
            json!({"origen":"OTRO","lista":{"equipo":[
                {"@n":7,"titulo":"A","persona":[{"nombre":"x"},{"nombre":"y"}]},
                {"titulo":"sin nombre"},
                {"titulo":"sin nombre","persona":[{"nombre":"z"}]}]}}),
            0,
        ),
    ];
    for (sent, expected, lost) in table {
        let document = from_json(&other, "Parte", &sent.to_string());
        let made = conversions.forth.convert(&document, &[]).unwrap();
        assert_eq!(to_json(&made.document), expected, "{sent}");
        assert_eq!(made.losses.len(), lost, "{sent}");
    }
    let document = from_json(&own, "Parte", r#"{"origen":"X","contacto":{}}"#);
    let made = conversions.back.convert(&document, &[]).unwrap();
    assert_eq!(to_json(&made.document), json!({}));
    let told: Vec<&str> = made.losses.iter().map(|loss| &*loss.path).collect();
    assert_eq!(told, ["/Parte/contacto", "/Parte/origen"]);
}

#[test]
fn what_does_not_fit_is_dropped_only_where_the_rule_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let other = contract(
        &folder,
        "otro",
        r#"<xs:element name="a" type="xs:string"/>"#,
    );
    let own = contract(
        &folder,
        "propio",
        r#"<xs:element name="b" type="xs:int" minOccurs="0"/>"#,
    );
    let rule = |more: &str| {
        let ida = format!(
            "[[ida.grupo]]\nen = [\"Parte\"]\nregla = [{{ destino = \"b\", origen = \"a\"{more} }}]"
        );
        let back = "[[vuelta.grupo]]\nen = [\"Parte\"]\nregla = [{ destino = \"a\", origen = \"b\", defecto = \"\" }]";
        file(&ida, back)
    };
    let refused = Conversions::parse("x.toml", &rule(""), &own, &other).unwrap_err();
    assert!(refused.to_string().contains("not every value"), "{refused}");
    let text = rule(", si_no_cabe = \"No es un numero\"");
    let conversions = Conversions::parse("x.toml", &text, &own, &other).unwrap();
    for (sent, expected, lost) in [("12", json!({"b":12}), 0), ("doce", json!({}), 1)] {
        let document = from_json(&other, "Parte", &json!({"a":sent}).to_string());
        let made = conversions.forth.convert(&document, &[]).unwrap();
        assert_eq!(
            (to_json(&made.document), made.losses.len()),
            (expected, lost)
        );
    }
}

#[test]
fn an_expression_that_fails_converts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let other = contract(
        &folder,
        "otro",
        r#"<xs:element name="a" type="xs:string"/>"#,
    );
    let own = contract(
        &folder,
        "propio",
        r#"<xs:element name="b" type="xs:string"/>"#,
    );
    let ida = "[[ida.grupo]]\nen = [\"Parte\"]\nregla = [{ destino = \"b\", origen = \"a\", expresion = \"string(1 / (size(valor) - 19))\" }]";
    let back = "[[vuelta.grupo]]\nen = [\"Parte\"]\nregla = [{ destino = \"a\", origen = \"b\" }]";
    // None of the values that it is tried with at load is of that length.
    let conversions = Conversions::parse("x.toml", &file(ida, back), &own, &other).unwrap();
    let document = from_json(&other, "Parte", r#"{"a":"PRUEBA PRUEBA PRUEB"}"#);
    let fault = conversions
        .forth
        .convert(&document, &[])
        .unwrap_err()
        .to_string();
    assert_eq!(
        fault,
        "the expression of `/Parte/b`: failed: division by zero"
    );
}

/// A case of that name, with the list of what was withheld.
fn unit(name: &str, inside: &str) -> String {
    format!(
        r#"<xs:element name="{name}" minOccurs="0" xmlns:p="urn:pasarela:anotaciones:1">
        <xs:annotation><xs:appinfo><p:caso/></xs:appinfo></xs:annotation>
        <xs:complexType><xs:sequence>{inside}
            <xs:element name="retenido" minOccurs="0" maxOccurs="unbounded">
                <xs:annotation><xs:appinfo><p:gobierno funcion="retenidos"/></xs:appinfo></xs:annotation>
                <xs:complexType><xs:simpleContent><xs:extension base="xs:string">
                    <xs:attribute name="tratamiento" type="xs:string"/>
                </xs:extension></xs:simpleContent></xs:complexType></xs:element>
        </xs:sequence></xs:complexType></xs:element>"#
    )
}

#[test]
fn what_is_withheld_inside_a_renamed_case_keeps_its_name_and_is_not_taken_for_absent() {
    let leaf =
        |name: &str| format!(r#"<xs:element name="{name}" type="xs:string" minOccurs="0"/>"#);
    let folder = tempfile::tempdir().unwrap();
    let theirs = unit("caso", &(leaf("a") + &unit("dentro", &leaf("b"))));
    let ours = unit("expediente", &(leaf("x") + &unit("interior", &leaf("y"))));
    let (other, own) = (
        contract(&folder, "otro", &theirs),
        contract(&folder, "propio", &ours),
    );
    let rules = r#"
[[ida.grupo]]
en = ["Parte"]
regla = [
    { destino = "expediente/x", origen = "caso/a", con = { b = "caso/dentro/b" }, expresion = "b == null ? 'retenido' : b == '' ? 'falta' : b" },
    { destino = "expediente/interior/y", origen = "caso/dentro/b", defecto = "nada" },
    { destino = "expediente/retenido", origen = "caso/retenido" },
    { destino = "expediente/interior/retenido", origen = "caso/dentro/retenido" },
]"#;
    let back = "[[vuelta.grupo]]\nen = [\"Parte\"]\npierde = [{ origen = \"expediente\", motivo = \"x\" }]";
    let conversions = Conversions::parse("x.toml", &file(rules, back), &own, &other);
    let conversions = conversions.unwrap_or_else(|errors| panic!("{errors}"));
    let withheld = |path: &str| json!({"@tratamiento":"retenido","#texto":path});
    let table = [
        (
            json!({"a":"1","dentro":{"b":"2"}}),
            json!({"x":"2","interior":{"y":"2"}}),
        ),
        (
            json!({"a":"1","dentro":{}}),
            json!({"x":"falta","interior":{"y":"nada"}}),
        ),
        (
            json!({"a":"1","dentro":{"retenido":[withheld("b")]}}),
            json!({"x":"retenido","interior":{"retenido":[withheld("y")]}}),
        ),
        (
            json!({"a":"1","retenido":[withheld("dentro/b")]}),
            json!({"x":"retenido","retenido":[withheld("interior/y")]}),
        ),
        (
            json!({"retenido":[withheld("a"), withheld("dentro")]}),
            json!({"retenido":[withheld("x"), withheld("interior/y")]}),
        ),
    ];
    for (sent, expected) in table {
        let document = from_json(&other, "Parte", &json!({"caso":sent}).to_string());
        let made = conversions.forth.convert(&document, &[]).unwrap();
        assert_eq!(
            to_json(&made.document),
            json!({"expediente":expected}),
            "{sent}"
        );
    }
    let changed = rules.replace(
        "origen = \"caso/retenido\"",
        "origen = \"caso/retenido\", defecto = \"x\"",
    );
    let errors = Conversions::parse("x.toml", &file(&changed, back), &own, &other).unwrap_err();
    assert!(
        errors
            .to_string()
            .contains("a rule for `/Parte/expediente/retenido` takes"),
        "{errors}"
    );
}
