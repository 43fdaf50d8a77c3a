//! Tables of levels: both ways of them, what is told as lost, and what goes back as it came.

use contract::Conversions;
use serde_json::{Value, json};

use crate::small::contract;
use crate::{from_json, to_json};

/// A level with its provenance, and one that goes without.
const OTHER: &str = r#"
    <xs:element name="n" minOccurs="0"><xs:simpleType><xs:restriction base="xs:token">
        <xs:enumeration value="cero"/><xs:enumeration value="uno"/><xs:enumeration value="dos"/>
    </xs:restriction></xs:simpleType></xs:element>
    <xs:element name="suelto" minOccurs="0"><xs:simpleType><xs:restriction base="xs:token">
        <xs:enumeration value="cero"/><xs:enumeration value="uno"/><xs:enumeration value="dos"/>
    </xs:restriction></xs:simpleType></xs:element>"#;

const OWN: &str = r#"
    <xs:element name="g" type="Grado" minOccurs="0"/>
    <xs:element name="escala" type="xs:string" minOccurs="0"/>
    <xs:element name="origen" type="xs:string" minOccurs="0"/>
    <xs:element name="suelto" type="Grado" minOccurs="0"/>"#;

const RULES: &str = r#"
[ida]
[[ida.grupo]]
en = ["Parte"]
regla = [
    { destino = "g", origen = "n", tabla = "t" },
    { destino = "origen", origen = "n" },
    { destino = "suelto", origen = "suelto", tabla = "t.sinOrigen" },
]
[vuelta]
[[vuelta.grupo]]
en = ["Parte"]
regla = [
    { destino = "n", origen = "g", tabla = "t", procedencia = { escala = "escala", nivel = "origen" } },
    { destino = "suelto", origen = "suelto", tabla = "t" },
]
pierde = [{ origen = ["escala", "origen"], motivo = "x" }]
"#;

fn load(levels: &str) -> Result<Conversions, String> {
    let folder = tempfile::tempdir().unwrap();
    let (other, own) = (
        contract(&folder, "otro", OTHER),
        contract(&folder, "propio", OWN),
    );
    let text = format!(
        "de = \"otro/1\"\na = \"propio/1\"\n[niveles.t]\nescala = \"OTRA\"\n{levels}\n{RULES}"
    );
    Conversions::parse("x.toml", &text, &own, &other).map_err(|errors| errors.to_string())
}

const IDA: &str = "[niveles.t.ida]\ncero = \"leve\"\nuno = \"leve\"\ndos = \"grave\"";

#[test]
fn a_table_that_leaves_something_open_is_refused_by_name() {
    let table = [
        ("several levels of the table `t` are `leve`", IDA.to_owned()),
        (
            "the table `t` does not say what becomes of `cero` of `/Parte/n`",
            IDA.replace("cero = \"leve\"\n", ""),
        ),
        (
            "the table `t.sinOrigen` does not say what becomes of `cero` of `/Parte/suelto`",
            IDA.replace("cero = \"leve\"\n", ""),
        ),
        (
            "the table `t` does not say what becomes of `grave` of `/Parte/g`",
            IDA.replace("grave", "leve"),
        ),
        (
            "`tres`, which the table `t` goes back to, is none of its levels",
            format!("vuelve = {{ leve = \"tres\" }}\n{IDA}"),
        ),
        (
            "`tres -> /Parte/g` is without effect",
            format!("vuelve = {{ leve = \"uno\" }}\n{IDA}\ntres = \"grave\""),
        ),
        (
            "fits `/Parte/g`: dos",
            format!(
                "vuelve = {{ leve = \"uno\" }}\n{}",
                IDA.replace("grave", "muy")
            ),
        ),
    ];
    for (expected, levels) in table {
        let errors = load(&levels).expect_err(expected);
        assert!(errors.contains(expected), "{expected}\n{errors}");
    }
}

#[test]
fn one_table_says_both_ways_and_what_is_lost_on_each() {
    // The table, what is said there, what becomes of it here and how often something is lost.
    let preferred = format!("vuelve = {{ leve = \"uno\" }}\n{IDA}");
    // A scale that is coarser than the other: what it has no level for goes as another, and that is told.
    let coarse = format!(
        "vuelve = {{ leve = \"cero\", grave = \"uno\" }}\n{}",
        IDA.replace("dos = \"grave\"", "dos = \"leve\"")
    );
    let forth: [(&str, Value, Value, usize); 4] = [
        (
            &preferred,
            json!({"n":"cero"}),
            json!({"g":"leve","origen":"cero"}),
            0,
        ),
        (
            &preferred,
            json!({"suelto":"cero"}),
            json!({"suelto":"leve"}),
            1,
        ),
        (
            &preferred,
            json!({"suelto":"uno"}),
            json!({"suelto":"leve"}),
            0,
        ),
        (
            &coarse,
            json!({"suelto":"uno"}),
            json!({"suelto":"leve"}),
            1,
        ),
    ];
    let back: [(&str, Value, Value, usize); 7] = [
        (&preferred, json!({"g":"leve"}), json!({"n":"uno"}), 0),
        (&preferred, json!({"g":"grave"}), json!({"n":"dos"}), 0),
        // It came from there and says the same: it goes back as it came.
        (
            &preferred,
            json!({"g":"leve","escala":"OTRA","origen":"cero"}),
            json!({"n":"cero"}),
            2,
        ),
        (
            &preferred,
            json!({"g":"leve","escala":"UNA","origen":"cero"}),
            json!({"n":"uno"}),
            2,
        ),
        // It was raised since.
        (
            &preferred,
            json!({"g":"grave","escala":"OTRA","origen":"cero"}),
            json!({"n":"dos"}),
            2,
        ),
        (
            &coarse,
            json!({"suelto":"grave"}),
            json!({"suelto":"uno"}),
            1,
        ),
        (
            &coarse,
            json!({"g":"leve","escala":"OTRA","origen":"dos"}),
            json!({"n":"dos"}),
            2,
        ),
    ];
    for (way, levels, said, expected, lost) in forth
        .into_iter()
        .map(|(levels, said, expected, lost)| ("ida", levels, said, expected, lost))
        .chain(
            back.into_iter()
                .map(|(levels, said, expected, lost)| ("vuelta", levels, said, expected, lost)),
        )
    {
        let conversions = load(levels).unwrap_or_else(|errors| panic!("{errors}"));
        let way = if way == "ida" {
            &conversions.forth
        } else {
            &conversions.back
        };
        let document = from_json(way.from(), "Parte", &said.to_string());
        let made = way.convert(&document, &[]).unwrap();
        assert_eq!(to_json(&made.document), expected, "{said}");
        assert_eq!(made.losses.len(), lost, "{said}: {:?}", made.losses);
    }
}
