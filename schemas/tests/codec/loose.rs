//! Masks over what has no name of its own: wildcard content, mixed text, the fields of named types.

use std::sync::Arc;

use contract::{Contract, Fate, Governance, Limits, Mask, Visibility, xml};

use crate::fixture::{compile, root, to_xml};

const HEAD: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:c"
    xmlns:p="urn:pasarela:anotaciones:1" targetNamespace="urn:c" elementFormDefault="qualified">
  <xs:element name="R"><xs:complexType><xs:sequence>
    <xs:element name="caso" type="Caso">
      <xs:annotation><xs:appinfo><p:caso/></xs:appinfo></xs:annotation>
    </xs:element></xs:sequence></xs:complexType></xs:element>
  <xs:element name="suelto"><xs:annotation><xs:appinfo><p:gobierno grupo="a" sensibilidad="S1"/>
    </xs:appinfo></xs:annotation><xs:simpleType><xs:restriction base="xs:string"/></xs:simpleType>
  </xs:element>
  <xs:complexType name="Caso"><xs:sequence>
    <xs:element name="a" type="xs:string"><xs:annotation><xs:appinfo>
      <p:gobierno grupo="a" sensibilidad="S1"/></xs:appinfo></xs:annotation></xs:element>
    PARTS
  </xs:sequence></xs:complexType>"#;

fn governed(parts: &str, more: &str) -> Arc<Contract> {
    let text = format!("{}{more}</xs:schema>", HEAD.replace("PARTS", parts));
    compile(&[("main.xsd", &text)], Governance::Required)
}

/// What is left of a case for who sees only the groups named, and what is said to be withheld.
fn left(contract: &Arc<Contract>, inside: &str, seen: &[&str]) -> (String, Vec<String>) {
    let text = format!("<R xmlns='urn:c'><caso>{inside}</caso></R>");
    let limits = Limits::default();
    let root = root(contract, "{urn:c}R");
    let document = xml::decode(contract, root, text.as_bytes(), &limits).unwrap();
    let unit = document.case_units()[0].element();
    let mask = Mask::compile(contract, unit, &|group| {
        if seen.contains(&&*contract.group(group).name) {
            Visibility::Full
        } else {
            Visibility::Hidden
        }
    });
    let withheld = mask.withheld().iter().map(|it| it.path.clone()).collect();
    let reduced = document.reduce(|_| Fate::Release(&mask));
    let text = to_xml(&reduced);
    xml::decode(contract, root, text.as_bytes(), &limits).unwrap();
    let text = text.replace("<R xmlns=\"urn:c\"><caso>", "");
    (text.replace("</caso></R>", ""), withheld)
}

#[test]
fn what_a_wildcard_admits_is_one_field() {
    let any = r#"<xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"><xs:annotation>
      <xs:appinfo><p:gobierno grupo="b" sensibilidad="S3"/></xs:appinfo></xs:annotation></xs:any>"#;
    let contract = governed(any, "");
    let inside = "<a>1</a><suelto>2</suelto><x xmlns='urn:x'>3<y/></x>";
    let whole = "<a>1</a><suelto>2</suelto><x xmlns=\"urn:x\">3<y/></x>";
    assert_eq!(
        left(&contract, inside, &["a", "b"]),
        (whole.to_owned(), vec![])
    );
    let hidden = ("<a>1</a>".to_owned(), vec!["#otros".to_owned()]);
    assert_eq!(left(&contract, inside, &["a"]), hidden);
    // What is withheld is said whether it is there or not.
    assert_eq!(left(&contract, "<a>1</a>", &["a"]), hidden);
}

#[test]
fn text_among_elements_belongs_to_its_element() {
    let mixed = r#"<xs:element name="m" minOccurs="0"><xs:annotation><xs:appinfo>
      <p:gobierno grupo="b" sensibilidad="S2"/></xs:appinfo></xs:annotation>
      <xs:complexType mixed="true"><xs:sequence><xs:element name="n" type="xs:string" minOccurs="0">
      <xs:annotation><xs:appinfo><p:gobierno grupo="a" sensibilidad="S1"/></xs:appinfo></xs:annotation>
      </xs:element></xs:sequence></xs:complexType></xs:element>"#;
    let contract = governed(mixed, "");
    let inside = "<a>1</a><m>uno <n>dos</n> tres</m>";
    let (shown, withheld) = left(&contract, inside, &["a"]);
    assert_eq!(
        (&*shown, &withheld[..]),
        ("<a>1</a><m><n>dos</n></m>", &["m/#texto".to_owned()][..])
    );
    assert_eq!(left(&contract, inside, &["a", "b"]).0, inside);
}

#[test]
fn the_fields_of_named_types_are_judged_like_any_other() {
    let element = r#"<xs:element name="t" type="Base" minOccurs="0"/>"#;
    let leaf = |name: &str, group: &str| {
        format!(
            "<xs:element name='{name}' type='xs:string' minOccurs='0'><xs:annotation><xs:appinfo>\
             <p:gobierno grupo='{group}' sensibilidad='S1'/></xs:appinfo></xs:annotation></xs:element>"
        )
    };
    let types = format!(
        "<xs:complexType name='Base'><xs:sequence>{}</xs:sequence></xs:complexType>\
         <xs:complexType name='Mas'><xs:complexContent><xs:extension base='Base'><xs:sequence>{}\
         </xs:sequence></xs:extension></xs:complexContent></xs:complexType>",
        leaf("u", "a"),
        leaf("v", "b")
    );
    let contract = governed(element, &types);
    let xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";
    let inside = format!("<a>1</a><t {xsi} xsi:type='Mas'><u>2</u><v>3</v></t>");
    let (shown, withheld) = left(&contract, &inside, &["a"]);
    assert!(
        shown.contains("<u>2</u>") && !shown.contains("<v>"),
        "{shown}"
    );
    assert_eq!(withheld, ["t/v"]);
    let (shown, _) = left(&contract, &inside, &["a", "b"]);
    assert!(shown.contains("<u>2</u><v>3</v>"), "{shown}");
}

#[test]
fn a_wildcard_without_governance_of_its_own_is_refused() {
    let any = "<xs:any processContents='lax' minOccurs='0'/>";
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{}</xs:schema>", HEAD.replace("PARTS", any));
    std::fs::write(folder.path().join("main.xsd"), text).unwrap();
    let errors = Contract::load(folder.path(), Governance::Required).unwrap_err();
    let told = errors.to_string();
    assert!(told.contains("the wildcard has no field group"), "{told}");
}
