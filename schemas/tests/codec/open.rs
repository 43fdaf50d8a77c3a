//! Governance where a document may hold more than its contract names: what wildcards and
//! `xs:anyType` admit, types that documents name, and what stands outside the cases.

use std::sync::{Arc, OnceLock};

use contract::{Contract, Document, Fate, Governance, Limits, Mask, Role, Visibility, xml};

use crate::fixture::{INSTANCE, compile, root, to_xml};

const SCHEMA: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:o"
    xmlns:p="urn:pasarela:anotaciones:1" targetNamespace="urn:o" elementFormDefault="qualified">
  <xs:element name="P"><xs:annotation><xs:appinfo>
      <p:gobierno grupo="a" sensibilidad="S1"/><p:operacion nombre="pedir" clase="consulta" respuesta="R" accion="urn:o:p"/>
    </xs:appinfo></xs:annotation>
    <xs:simpleType><xs:restriction base="xs:string"/></xs:simpleType></xs:element>
  <xs:element name="R"><xs:complexType><xs:sequence>
    <xs:element name="sobre" type="Sobre" minOccurs="0"/>
    <xs:element name="caso" type="Caso" minOccurs="0" maxOccurs="unbounded">
      <xs:annotation><xs:appinfo><p:caso/></xs:appinfo></xs:annotation></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:complexType name="Sobre"><xs:sequence>
    <xs:element name="h" type="xs:string" minOccurs="0">[a S1]</xs:element>
    <xs:element name="todo" type="xs:anyType" minOccurs="0">[e S1]</xs:element>
    <xs:any namespace='##other' processContents="lax" minOccurs="0">[e S1]</xs:any>
    </xs:sequence><xs:anyAttribute namespace='##other' processContents="lax">[e S1]</xs:anyAttribute>
  </xs:complexType>
  <xs:complexType name="Caso"><xs:sequence>
    <xs:element name="id" type="xs:string" minOccurs="0">[a S1 funcion="caso-id"]</xs:element>
    <xs:element name="base" type="Base" minOccurs="0"/>
    <xs:element name="doc" type="Documento" minOccurs="0">[b S2 mascara="documento"]</xs:element>
    <xs:element name="mezcla" minOccurs="0">[c S2]<xs:complexType mixed="true"><xs:sequence>
      <xs:element name="n" type="xs:string" minOccurs="0">[a S1]</xs:element></xs:sequence>
    </xs:complexType></xs:element>
    <xs:element name="marca" minOccurs="0">[a S1]<xs:complexType>
      <xs:anyAttribute namespace='##other' processContents="lax">[d S3]</xs:anyAttribute>
    </xs:complexType></xs:element>
    <xs:element name="lleno" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:any namespace='##other' processContents="lax">[d S3]</xs:any></xs:sequence>
    </xs:complexType></xs:element>
    <xs:element name="todo" type="xs:anyType" minOccurs="0">[e S3]</xs:element>
    <xs:element name="fin" type="xs:string">[a S1]</xs:element>
    <xs:any namespace='##any' processContents="lax" minOccurs="0" maxOccurs="9">[d S3]</xs:any>
  </xs:sequence></xs:complexType>
  <xs:complexType name="Base"><xs:sequence>
    <xs:element name="u" type="xs:string" minOccurs="0">[a S1]</xs:element></xs:sequence></xs:complexType>
  <xs:complexType name="Mas"><xs:complexContent><xs:extension base="Base"><xs:sequence>
    <xs:element name="v" type="xs:string" minOccurs="0">[b S2]</xs:element></xs:sequence>
    <xs:attribute name="k" type="xs:string">[c S2]</xs:attribute>
    <xs:anyAttribute namespace='##other' processContents="lax">[d S3]</xs:anyAttribute>
  </xs:extension></xs:complexContent></xs:complexType>
  <xs:simpleType name="Documento"><xs:restriction base="xs:token">
    <xs:pattern value="[0-9]{8}[A-Z]|\*{3}[0-9]{0,4}\*"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Entero"><xs:restriction base="Documento">
    <xs:pattern value="[0-9]{8}[A-Z]"/></xs:restriction></xs:simpleType>
</xs:schema>"#;

/// The schema, each `[group sensitivity more]` in it an annotation.
fn schema() -> String {
    let mut pieces = SCHEMA.split('[');
    let mut text = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let words = piece.split_once(']').and_then(|(words, rest)| {
            let (group, after) = words.split_once(" S")?;
            let (sensitivity, more) = after.split_at(1);
            Some(format!(
                "<xs:annotation><xs:appinfo><p:gobierno grupo=\"{group}\" sensibilidad=\"S{sensitivity}\"\
                 {more}/></xs:appinfo></xs:annotation>{rest}"
            ))
        });
        text.push_str(&words.unwrap_or_else(|| format!("[{piece}")));
    }
    text
}

fn contract() -> &'static Arc<Contract> {
    static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
    CONTRACT.get_or_init(|| compile(&[("main.xsd", &schema())], Governance::Required))
}

/// A message; `<.>` stands for the element that every case has.
fn read(inside: &str) -> Document {
    let inside = inside.replace("<.>", "<fin/>");
    let text = format!("<R xmlns='urn:o' xmlns:xsi='{INSTANCE}' xmlns:f='urn:f'>{inside}</R>");
    let root = root(contract(), "{urn:o}R");
    xml::decode(contract(), root, text.as_bytes(), &Limits::default())
        .unwrap_or_else(|error| panic!("{inside}: {error}"))
}

/// What is left for who sees only these groups, and what is said to be withheld.
fn left(inside: &str, seen: &[&str]) -> (String, Vec<String>) {
    let document = read(inside);
    let unit = contract().case_units()[0];
    let mask = Mask::compile(contract(), unit, &|group| {
        let name = &*contract().group(group).name;
        match seen
            .iter()
            .find(|known| known.trim_end_matches('~') == name)
        {
            Some(known) if known.ends_with('~') => Visibility::Masked,
            Some(_) => Visibility::Full,
            None => Visibility::Hidden,
        }
    });
    let withheld = mask.withheld().iter().map(|it| {
        let group = &contract().group(it.group).name;
        format!("{} {group}", it.path)
    });
    let withheld = withheld.collect();
    let text = to_xml(&document.reduce(|_| Fate::Release(&mask)));
    let again = xml::decode(
        contract(),
        root(contract(), "{urn:o}R"),
        text.as_bytes(),
        &Limits::default(),
    );
    again.unwrap_or_else(|error| panic!("{text}: {error}"));
    let text = text.replace(&format!(" xmlns:xsi=\"{INSTANCE}\""), "");
    let text = text.replace(" xmlns=\"urn:o\"", "");
    (text.replace("<fin/>", "<.>"), withheld)
}

#[test]
fn every_value_that_a_message_holds_is_shown_with_its_group() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        ("<sobre><h>1</h></sobre>", &[]),
        (
            "<sobre f:k='1'><h>1</h><todo><h/></todo><f:x>2</f:x></sobre>",
            &[
                "e /R/sobre/@{urn:f}k",
                "e /R/sobre/todo",
                "e /R/sobre/#otros",
            ],
        ),
        (
            "<caso><id>1</id><base><u>2</u></base><.></caso>",
            &["a /R/caso/id", "a /R/caso/base/u"],
        ),
        (
            "<caso><base xsi:type='Mas' k='1' f:k='2'><v>3</v></base><.></caso>",
            &[
                "c /R/caso/base/@k",
                "d /R/caso/base/@{urn:f}k",
                "b /R/caso/base/v",
            ],
        ),
        (
            "<caso><mezcla>uno<n>2</n></mezcla><.></caso>",
            &["c /R/caso/mezcla/#texto", "a /R/caso/mezcla/n"],
        ),
        (
            "<caso><marca f:k='1'/><.></caso>",
            &["d /R/caso/marca/@{urn:f}k", "a /R/caso/marca"],
        ),
        (
            "<caso><lleno><f:x/></lleno><todo><id>1</id></todo><.><id>2</id></caso>",
            &[
                "d /R/caso/lleno/#otros",
                "e /R/caso/todo",
                "d /R/caso/#otros",
            ],
        ),
    ];
    for (inside, expected) in cases {
        let mut found = Vec::new();
        let document = read(inside);
        document.each_field(&mut |field| {
            let group = &contract().group(field.group).name;
            found.push(format!("{group} {}", field.path()));
        });
        found.retain(|it| it != "a /R/caso/fin");
        assert_eq!(found, *expected, "{inside}");
    }
}

#[test]
fn nothing_foreign_is_taken_for_ours() {
    let spoofs = [
        "<caso><todo xsi:type='Caso'><id>9</id><.></todo><.><id>9</id></caso>",
        "<caso><todo><id>9</id></todo><.><R><caso><id>9</id><.></caso></R></caso>",
        "<sobre><todo xsi:type='Caso'><id>9</id><.></todo></sobre><caso><.></caso>",
    ];
    for spoof in spoofs {
        let document = read(spoof);
        assert_eq!(document.values_of(Role::CaseId), [""; 0], "{spoof}");
        let units = document.case_units();
        assert_eq!(units.len(), 1, "{spoof}");
        assert_eq!(units[0].child("id").map(|it| it.local()), None, "{spoof}");
        assert_eq!(units[0].at("todo/id").map(|it| it.local()), None, "{spoof}");
    }
}

#[test]
fn masks_judge_what_the_contract_does_not_name() {
    let all = ["a", "b", "c", "d", "e"];
    let cases: &[(&str, &[&str], &str)] = &[
        ("<marca f:k='1'/>", &["a", "b", "c", "e"], "<marca/>"),
        ("<lleno><f:x/></lleno>", &["a", "b", "c", "e"], ""),
        (
            "<todo xsi:type='Caso'><id>1</id><.></todo>",
            &["a", "b", "c", "d"],
            "",
        ),
        ("<doc>99999018D</doc>", &["a", "b~"], "<doc>***9901*</doc>"),
        ("<doc xsi:type='Entero'>99999018D</doc>", &["a", "b~"], ""),
        (
            "<base xsi:type='Mas' k='1'><u>2</u></base>",
            &["a"],
            "<base xsi:type=\"Mas\"><u>2</u></base>",
        ),
    ];
    for (inside, seen, expected) in cases {
        let (shown, _) = left(&format!("<caso>{inside}<.></caso>"), seen);
        let expected = format!("<R><caso>{expected}<.></caso></R>");
        assert_eq!(shown, expected, "{inside} {seen:?}");
        let whole = left(&format!("<caso>{inside}<.></caso>"), &all);
        assert!(whole.1.is_empty(), "{:?}", whole.1);
    }
    let (_, withheld) = left("<caso><.></caso>", &["a", "b", "c", "e"]);
    assert_eq!(
        withheld,
        ["#otros d", "base/@#otros d", "marca/@#otros d", "lleno d"]
    );
}

#[test]
fn what_nobody_judges_does_not_leave() {
    let inside = "<sobre f:k='1'><h>1</h><todo xsi:type='Caso'><id>1</id><.></todo><f:x>2</f:x></sobre><caso><.></caso>";
    let (shown, _) = left(inside, &["a", "b", "c", "d", "e"]);
    assert_eq!(
        shown,
        "<R><sobre><h>1</h><todo/></sobre><caso><.></caso></R>"
    );
}
