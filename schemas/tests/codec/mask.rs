//! Masks and reduction.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use contract::{
    Contract, Document, ElementId, Fate, Governance, GroupId, Limits, Mask, Role, Treatment,
    Visibility, xml,
};

use crate::fixture::{compile, root, to_xml};

const CASES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:c"
    xmlns:p="urn:pasarela:anotaciones:1" targetNamespace="urn:c" elementFormDefault="qualified">
  <xs:element name="Pedir">
    <xs:annotation><xs:documentation>Peticion.</xs:documentation><xs:appinfo>
      <p:gobierno grupo="peticion" sensibilidad="S1"/>
      <p:operacion nombre="pedir" clase="busqueda" respuesta="Respuesta" accion="urn:c:pedir"/>
    </xs:appinfo></xs:annotation>
    <xs:complexType><xs:sequence>
      <xs:element name="documento" type="Documento">
        <xs:annotation><xs:appinfo><p:gobierno mascara="documento"/></xs:appinfo></xs:annotation>
      </xs:element>
      <xs:element name="nacido" type="xs:string" minOccurs="0">
        <xs:annotation><xs:appinfo><p:gobierno mascara="anio"/></xs:appinfo></xs:annotation>
      </xs:element>
    </xs:sequence></xs:complexType>
  </xs:element>
  <xs:element name="Respuesta">
    <xs:annotation><xs:appinfo><p:gobierno grupo="respuesta" sensibilidad="S1"/></xs:appinfo></xs:annotation>
    <xs:complexType><xs:sequence>
      <xs:element name="hay" type="xs:boolean">
        <xs:annotation><xs:appinfo><p:gobierno funcion="hay-coincidencia"/></xs:appinfo></xs:annotation>
      </xs:element>
      <xs:element name="caso" type="Caso" minOccurs="0" maxOccurs="unbounded">
        <xs:annotation><xs:appinfo><p:caso/></xs:appinfo></xs:annotation>
      </xs:element>
    </xs:sequence></xs:complexType>
  </xs:element>
  <xs:complexType name="Caso"><xs:sequence>
    <xs:element name="cabecera" minOccurs="0">
      <xs:complexType><xs:sequence>
        <xs:element name="id" type="xs:string" minOccurs="0">
          <xs:annotation><xs:appinfo><p:gobierno grupo="a" sensibilidad="S1" funcion="caso-id"/></xs:appinfo></xs:annotation>
        </xs:element>
        <xs:element name="retenido" type="Retenido" minOccurs="0" maxOccurs="unbounded">
          <xs:annotation><xs:appinfo><p:gobierno grupo="z" sensibilidad="S1" funcion="retenidos"/></xs:appinfo></xs:annotation>
        </xs:element>
        <xs:element name="pie" type="xs:string" minOccurs="0">
          <xs:annotation><xs:appinfo><p:gobierno grupo="a" sensibilidad="S1"/></xs:appinfo></xs:annotation>
        </xs:element>
      </xs:sequence></xs:complexType>
    </xs:element>
    <xs:element name="persona" minOccurs="0">
      <xs:annotation><xs:appinfo><p:gobierno grupo="b" sensibilidad="S2"/></xs:appinfo></xs:annotation>
      <xs:complexType><xs:sequence>
        <xs:element name="documento" type="Documento" minOccurs="0">
          <xs:annotation><xs:appinfo><p:gobierno mascara="documento"/></xs:appinfo></xs:annotation>
        </xs:element>
        <xs:element name="nombre" type="xs:string" minOccurs="0"/>
        <xs:element name="telefono" type="Telefono" minOccurs="0" maxOccurs="2">
          <xs:annotation><xs:appinfo><p:gobierno grupo="c" sensibilidad="S3" mascara="telefono"/></xs:appinfo></xs:annotation>
        </xs:element>
      </xs:sequence></xs:complexType>
    </xs:element>
    <xs:element name="par" minOccurs="0">
      <xs:complexType><xs:sequence>
        <xs:element name="uno" type="xs:string">
          <xs:annotation><xs:appinfo><p:gobierno grupo="a" sensibilidad="S1"/></xs:appinfo></xs:annotation>
        </xs:element>
        <xs:element name="dos" type="xs:string">
          <xs:annotation><xs:appinfo><p:gobierno grupo="c" sensibilidad="S3"/></xs:appinfo></xs:annotation>
        </xs:element>
      </xs:sequence></xs:complexType>
    </xs:element>
    <xs:element name="via">
      <xs:complexType><xs:choice>
        <xs:element name="larga" type="xs:string" minOccurs="0">
          <xs:annotation><xs:appinfo><p:gobierno grupo="d" sensibilidad="S3"/></xs:appinfo></xs:annotation>
        </xs:element>
        <xs:element name="corta" type="xs:string">
          <xs:annotation><xs:appinfo><p:gobierno grupo="d" sensibilidad="S3"/></xs:appinfo></xs:annotation>
        </xs:element>
      </xs:choice></xs:complexType>
    </xs:element>
    <xs:element name="otro" minOccurs="0" maxOccurs="unbounded">
      <xs:annotation><xs:appinfo><p:gobierno grupo="e" sensibilidad="S2"/></xs:appinfo></xs:annotation>
      <xs:complexType><xs:sequence>
        <xs:element name="texto" type="xs:string" minOccurs="0"/>
        <xs:element name="caso" minOccurs="0">
          <xs:annotation><xs:appinfo><p:caso/></xs:appinfo></xs:annotation>
          <xs:complexType><xs:sequence>
            <xs:element name="id" type="xs:string" minOccurs="0">
              <xs:annotation><xs:appinfo><p:gobierno grupo="a" sensibilidad="S1"/></xs:appinfo></xs:annotation>
            </xs:element>
            <xs:element name="dato" type="xs:string" minOccurs="0">
              <xs:annotation><xs:appinfo><p:gobierno grupo="c" sensibilidad="S3"/></xs:appinfo></xs:annotation>
            </xs:element>
            <xs:element name="retenido" type="Retenido" minOccurs="0" maxOccurs="unbounded">
              <xs:annotation><xs:appinfo><p:gobierno grupo="z" sensibilidad="S1" funcion="retenidos"/></xs:appinfo></xs:annotation>
            </xs:element>
          </xs:sequence></xs:complexType>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="clase" type="xs:string">
        <xs:annotation><xs:appinfo><p:gobierno grupo="c" sensibilidad="S3" mascara="inicial"/></xs:appinfo></xs:annotation>
      </xs:attribute>
      </xs:complexType>
    </xs:element>
  </xs:sequence></xs:complexType>
  <xs:complexType name="Retenido"><xs:simpleContent><xs:extension base="xs:string">
    <xs:attribute name="tratamiento" type="xs:string" use="required"/>
    <xs:attribute name="clausula" type="xs:string"/>
  </xs:extension></xs:simpleContent></xs:complexType>
  <xs:simpleType name="Documento"><xs:restriction base="xs:token">
    <xs:pattern value="[0-9]{8}[A-Z]|\*{3}[0-9]{0,4}\*"/>
  </xs:restriction></xs:simpleType>
  <xs:simpleType name="Telefono"><xs:restriction base="xs:token">
    <xs:pattern value="[0-9]{3,9}|\*+[0-9]{3}"/>
  </xs:restriction></xs:simpleType>
</xs:schema>"#;

pub(crate) fn cases() -> &'static Arc<Contract> {
    static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
    CONTRACT.get_or_init(|| compile(&[("casos.xsd", CASES)], Governance::Required))
}

pub(crate) fn answer(inside: &str) -> Document {
    let text = format!("<Respuesta xmlns='urn:c'><hay>true</hay>{inside}</Respuesta>");
    let root = root(cases(), "{urn:c}Respuesta");
    xml::decode(cases(), root, text.as_bytes(), &Limits::default())
        .unwrap_or_else(|error| panic!("{inside}: {error}"))
}

/// Groups by name as hidden, masked or full: `b- c~`; full where not named.
fn sees(words: &str) -> impl Fn(GroupId) -> Visibility {
    let words: BTreeMap<String, Visibility> = words
        .split_whitespace()
        .map(|word| match word.split_at(1) {
            (group, "-") => (group.to_owned(), Visibility::Hidden),
            (group, "~") => (group.to_owned(), Visibility::Masked),
            _ => panic!("{word}"),
        })
        .collect();
    move |group| {
        words
            .get(&*cases().group(group).name)
            .copied()
            .unwrap_or(Visibility::Full)
    }
}

/// The mask of each case unit, by its element.
fn masks(words: &str) -> BTreeMap<ElementId, Mask> {
    let units = cases().case_units();
    units
        .into_iter()
        .map(|unit| (unit, Mask::compile(cases(), unit, &sees(words))))
        .collect()
}

pub(crate) fn outer_unit() -> ElementId {
    answer("<caso><via/></caso>").case_units()[0].element()
}

fn reduced(inside: &str, words: &str) -> String {
    let masks = masks(words);
    let document = answer(inside).reduce(|unit| Fate::Release(&masks[&unit.element()]));
    let text = to_xml(&document);
    let root = root(cases(), "{urn:c}Respuesta");
    let again = xml::decode(cases(), root, text.as_bytes(), &Limits::default());
    again.unwrap_or_else(|error| panic!("{text}: {error}"));
    let text = text
        .strip_prefix("<Respuesta xmlns=\"urn:c\"><hay>true</hay>")
        .unwrap();
    text.strip_suffix("</Respuesta>").unwrap().to_owned()
}

#[test]
fn the_withheld_list_names_the_highest_parts() {
    let cases_and_lists = [
        ("", ""),
        (
            "a-",
            "cabecera/id - a, cabecera/pie - a, par - a, otro/caso/id - a",
        ),
        ("b-", "persona/documento - b, persona/nombre - b"),
        (
            "b- c-",
            "persona - b, par - c, otro/@clase - c, otro/caso/dato - c",
        ),
        ("b~", "persona/documento ~ b, persona/nombre - b"),
        (
            "c~",
            "persona/telefono ~ c, par - c, otro/@clase ~ c, otro/caso/dato - c",
        ),
        ("d-", "via - d"),
        ("e-", "otro/texto - e"),
        ("z-", ""),
    ];
    for (words, expected) in cases_and_lists {
        let mask = &masks(words)[&outer_unit()];
        let told: Vec<String> = mask
            .withheld()
            .iter()
            .map(|it| {
                let sign = if it.treatment == Treatment::Withheld {
                    "-"
                } else {
                    "~"
                };
                format!("{} {sign} {}", it.path, cases().group(it.group).name)
            })
            .collect();
        assert_eq!(told.join(", "), expected, "{words}");
    }
}

#[test]
fn what_is_left_is_valid_and_lists_what_is_missing() {
    let whole = "<caso><cabecera><id>1</id><pie>p</pie></cabecera><persona><documento>99999018D</documento>\
        <nombre>PRUEBA</nombre><telefono>900000018</telefono></persona><par><uno>1</uno><dos>2</dos></par>\
        <via><corta>x</corta></via><otro clase=\"PRUEBA\"><texto>t</texto></otro></caso>";
    let cases = [
        (whole, "", whole.to_owned()),
        (
            whole,
            "b~ c~",
            "<caso><cabecera><id>1</id><retenido tratamiento=\"enmascarado\">persona/documento</retenido>\
             <retenido tratamiento=\"retenido\">persona/nombre</retenido>\
             <retenido tratamiento=\"enmascarado\">persona/telefono</retenido>\
             <retenido tratamiento=\"retenido\">par</retenido>\
             <retenido tratamiento=\"enmascarado\">otro/@clase</retenido>\
             <retenido tratamiento=\"retenido\">otro/caso/dato</retenido>\
             <pie>p</pie></cabecera><persona><documento>***9901*</documento><telefono>******018</telefono></persona>\
             <via><corta>x</corta></via><otro clase=\"P***\"><texto>t</texto></otro></caso>"
                .to_owned(),
        ),
        (
            "<caso><via/></caso>",
            "d-",
            "<caso><cabecera><retenido tratamiento=\"retenido\">via</retenido></cabecera><via/></caso>".to_owned(),
        ),
        (
            "<caso><via><larga>x</larga></via></caso>",
            "d-",
            "<caso><cabecera><retenido tratamiento=\"retenido\">via</retenido></cabecera><via/></caso>".to_owned(),
        ),
        (
            "<caso><persona><nombre>PRUEBA</nombre></persona><via/></caso>",
            "b-",
            "<caso><cabecera><retenido tratamiento=\"retenido\">persona/documento</retenido>\
             <retenido tratamiento=\"retenido\">persona/nombre</retenido></cabecera><via/></caso>"
                .to_owned(),
        ),
        (
            "<caso><persona><telefono>112</telefono></persona><via/></caso>",
            "c~",
            "<caso><cabecera><retenido tratamiento=\"enmascarado\">persona/telefono</retenido>\
             <retenido tratamiento=\"retenido\">par</retenido>\
             <retenido tratamiento=\"enmascarado\">otro/@clase</retenido>\
             <retenido tratamiento=\"retenido\">otro/caso/dato</retenido></cabecera><via/></caso>"
                .to_owned(),
        ),
    ];
    for (inside, words, expected) in cases {
        assert_eq!(reduced(inside, words), expected, "{inside} {words}");
    }
}

#[test]
fn the_list_says_on_what_each_treatment_rests() {
    let clause = |group: GroupId| match &*cases().group(group).name {
        "b" => Some(Arc::from("Fila 3")),
        "c" => Some(Arc::from("Fila \"4\"")),
        _ => None,
    };
    let sees = sees("a- b- c~");
    let mask = Mask::compile(cases(), outer_unit(), &sees).explained(&clause);
    let persona = "<persona><nombre>N</nombre></persona>";
    let document = answer(&format!("<caso>{persona}<via/></caso>"));
    let text = to_xml(&document.reduce(|_| Fate::Release(&mask)));
    for expected in [
        "<retenido tratamiento=\"retenido\" clausula=\"Fila 3\">persona/nombre</retenido>",
        "<retenido tratamiento=\"enmascarado\" clausula=\"Fila &quot;4&quot;\">persona/telefono</retenido>",
        "<retenido tratamiento=\"retenido\">cabecera/pie</retenido>",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let root = root(cases(), "{urn:c}Respuesta");
    xml::decode(cases(), root, text.as_bytes(), &Limits::default()).unwrap();
}

#[test]
fn what_an_earlier_gateway_withheld_stays_said() {
    let inside = "<caso><cabecera><retenido tratamiento=\"retenido\">persona/documento</retenido>\
        <retenido tratamiento=\"retenido\">lejano</retenido></cabecera><via/></caso>";
    let expected = "<caso><cabecera><retenido tratamiento=\"retenido\">persona/documento</retenido>\
        <retenido tratamiento=\"retenido\">persona/nombre</retenido>\
        <retenido tratamiento=\"retenido\">lejano</retenido></cabecera><via/></caso>";
    assert_eq!(reduced(inside, "b~"), expected);
}

#[test]
fn masks_of_a_case_and_of_a_case_inside_it_both_hold() {
    let inside =
        "<caso><via/><otro><texto>t</texto><caso><id>2</id><dato>x</dato></caso></otro></caso>";
    let list = |paths: &[&str]| -> String {
        let entries = paths.iter();
        entries
            .map(|path| format!("<retenido tratamiento=\"retenido\">{path}</retenido>"))
            .collect()
    };
    let units = cases().case_units();
    let inner = *units.iter().find(|unit| **unit != outer_unit()).unwrap();
    let compile = |unit, words: &str| Mask::compile(cases(), unit, &sees(words));
    let table = [
        (
            "e-",
            "",
            format!(
                "<caso><cabecera>{}</cabecera><via/><otro><caso><id>2</id><dato>x</dato></caso></otro></caso>",
                list(&["otro/texto"])
            ),
        ),
        (
            "",
            "a-",
            format!(
                "<caso><via/><otro><texto>t</texto><caso><dato>x</dato>{}</caso></otro></caso>",
                list(&["id"])
            ),
        ),
        (
            "c-",
            "a-",
            format!(
                "<caso><cabecera>{}</cabecera><via/><otro><texto>t</texto><caso>{}</caso></otro></caso>",
                list(&["persona/telefono", "par", "otro/@clase", "otro/caso/dato"]),
                list(&["id", "dato"]),
            ),
        ),
    ];
    for (outer_words, inner_words, expected) in table {
        let (outer_mask, inner_mask) = (
            compile(outer_unit(), outer_words),
            compile(inner, inner_words),
        );
        let document = answer(inside).reduce(|unit| {
            Fate::Release(if unit.element() == inner {
                &inner_mask
            } else {
                &outer_mask
            })
        });
        let text = to_xml(&document);
        let text = text
            .strip_prefix("<Respuesta xmlns=\"urn:c\"><hay>true</hay>")
            .unwrap();
        assert_eq!(text.strip_suffix("</Respuesta>").unwrap(), expected);
    }
    let outer_mask = compile(outer_unit(), "");
    let document = answer(inside).reduce(|unit| {
        if unit.element() == inner {
            Fate::Drop
        } else {
            Fate::Release(&outer_mask)
        }
    });
    assert!(to_xml(&document).contains("<otro><texto>t</texto></otro>"));
}

#[test]
fn dropped_cases_leave_no_trace_and_the_hit_is_told_anew() {
    let two = "<caso><cabecera><id>1</id></cabecera><via/></caso><caso><cabecera><id>2</id></cabecera><via/></caso>";
    let mask = Mask::compile(cases(), outer_unit(), &sees(""));
    for (kept, hay) in [
        (vec!["1", "2"], "true"),
        (vec!["2"], "true"),
        (vec![], "false"),
    ] {
        let document = answer(two).reduce(|unit| match unit.role(Role::CaseId) {
            Some(id) if kept.contains(&id) => Fate::Release(&mask),
            _ => Fate::Drop,
        });
        assert_eq!(document.value_of(Role::HasMatch), Some(hay));
        assert_eq!(document.values_of(Role::CaseId), kept);
        assert_eq!(document.case_units().len(), kept.len());
    }
    let units = cases().case_units();
    let inner = *units.iter().find(|unit| **unit != outer_unit()).unwrap();
    let other = Mask::compile(cases(), inner, &sees(""));
    let document = answer(two).reduce(|_| Fate::Release(&other));
    assert_eq!(
        document.case_units().len(),
        0,
        "a mask of another unit releases nothing"
    );
}

#[test]
fn requests_refuse_masked_values_and_answers_do_not() {
    let pedir = root(cases(), "{urn:c}Pedir");
    let table = [
        ("<documento>99999018D</documento>", "ok"),
        (
            "<documento>***9901*</documento>",
            "valor-enmascarado /Pedir/documento 1",
        ),
        (
            "<documento>99999018D</documento>\n<nacido>1990</nacido>",
            "valor-enmascarado /Pedir/nacido 2",
        ),
        (
            "<documento>99999018D</documento><nacido>1990-01-01</nacido>",
            "ok",
        ),
    ];
    for (inside, expected) in table {
        let text = format!("<Pedir xmlns='urn:c'>{inside}</Pedir>");
        let outcome = xml::decode(cases(), pedir, text.as_bytes(), &Limits::default());
        assert_eq!(crate::fixture::told(&outcome), [expected], "{inside}");
    }
    let json = contract::json::decode(
        cases(),
        pedir,
        b"{\"documento\":\"****\"}",
        &Limits::default(),
    );
    assert_eq!(
        crate::fixture::told(&json),
        ["valor-enmascarado /Pedir/documento 1"]
    );
    let mut builder = contract::Builder::new(cases(), pedir);
    assert_eq!(
        builder.leaf("documento", "****").unwrap_err().kind.code(),
        "valor-enmascarado"
    );
    let masked = answer("<caso><persona><documento>***9901*</documento></persona><via/></caso>");
    let mut builder = contract::Builder::new(cases(), pedir);
    let leaf = masked.root().at("caso/persona/documento").unwrap();
    assert_eq!(
        builder.append(leaf).unwrap_err().kind.code(),
        "valor-enmascarado"
    );
}
