//! Every construct of the profile through JSON and back: XML to JSON to XML is equal, prefixes and
//! white space between elements aside, and JSON to XML to JSON is equal too.

use std::sync::Arc;

use contract::{Contract, DecodeError, Document, Governance, Limits, json, xml};

use crate::canonical::canonical;
use crate::fixture::{compile, root, to_json, to_xml, told};
use crate::meaning::{Space, meaning};

const HEAD: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t"
    targetNamespace="urn:t" elementFormDefault="qualified">"#;
const XSI: &str = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";

/// A contract of others: the root is `R`.
fn foreign(inside: &str) -> Arc<Contract> {
    let text = format!("{HEAD}{inside}</xs:schema>");
    compile(&[("main.xsd", &text)], Governance::Ungoverned)
}

fn read(contract: &Arc<Contract>, text: &str) -> Result<Document, DecodeError> {
    let root = root(contract, "{urn:t}R");
    xml::decode(contract, root, text.as_bytes(), &Limits::default())
}

fn read_json(contract: &Arc<Contract>, text: &str) -> Result<Document, DecodeError> {
    let root = root(contract, "{urn:t}R");
    json::decode(contract, root, text.as_bytes(), &Limits::default())
}

/// Documents, given as the inside of the root's tag and its content, with their JSON.
fn check(schema: &str, cases: &[(&str, &str, &str)]) {
    let contract = foreign(schema);
    for (tag, inside, as_json) in cases {
        let text = format!("<R xmlns='urn:t' {XSI} {tag}>{inside}</R>");
        let document = read(&contract, &text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(to_json(&document), *as_json, "{text}");
        let through = read_json(&contract, as_json).unwrap_or_else(|e| panic!("{as_json}: {e}"));
        let back = to_xml(&through);
        assert_eq!(canonical(&back), canonical(&text), "{as_json}");
        let kept = |text: &str| meaning(text, Space::Kept);
        assert_eq!(kept(&back), kept(&text), "{as_json}");
        let again = read(&contract, &back).unwrap_or_else(|error| panic!("{back}: {error}"));
        assert_eq!(to_json(&again), *as_json, "{back}");
    }
}

/// Documents that are refused, with what is told.
fn refused(schema: &str, cases: &[(&str, &str, &str)]) {
    let contract = foreign(schema);
    for (tag, inside, expected) in cases {
        let text = format!("<R xmlns='urn:t' {XSI} {tag}>{inside}</R>");
        let outcome = read(&contract, &text);
        assert_eq!(told(&outcome), [format!("{expected} 1")], "{text}");
    }
}

/// JSON that is refused, with what is told.
fn refused_json(schema: &str, cases: &[(&str, &str)]) {
    let contract = foreign(schema);
    for (text, expected) in cases {
        let outcome = read_json(&contract, text);
        assert_eq!(told(&outcome), [format!("{expected} 1")], "{text}");
    }
}

const DERIVED: &str = r#"
  <xs:element name="R" type="Base"/>
  <xs:complexType name="Base" abstract="true"><xs:sequence>
    <xs:element name="a" type="xs:string"/></xs:sequence></xs:complexType>
  <xs:complexType name="Mas"><xs:complexContent><xs:extension base="Base"><xs:sequence>
    <xs:element name="b" type="xs:int" minOccurs="0"/></xs:sequence>
    <xs:attribute name="c"/></xs:extension></xs:complexContent></xs:complexType>
  <xs:complexType name="Otro"><xs:complexContent><xs:extension base="Mas"><xs:sequence>
    <xs:element name="d" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
  <xs:complexType name="Menos"><xs:complexContent><xs:restriction base="Mas"><xs:sequence>
    <xs:element name="a" type="xs:token"/></xs:sequence>
    <xs:attribute name="c" use="prohibited"/></xs:restriction></xs:complexContent></xs:complexType>
  <xs:complexType name="Ajeno"/>"#;

#[test]
fn a_type_that_is_named_travels_along() {
    let schema = DERIVED.replace(
        r#"<xs:attribute name="c"/>"#,
        r#"<xs:attribute name="c" type="xs:int"/>"#,
    );
    check(
        &schema,
        &[
            (
                "xsi:type='Mas' c='1'",
                "<a>x</a><b>2</b>",
                r#"{"@xsi:type":"{urn:t}Mas","@c":1,"a":"x","b":2}"#,
            ),
            (
                "xmlns:p='urn:t' xsi:type=' p:Otro '",
                "<a>x</a><d>y</d>",
                r#"{"@xsi:type":"{urn:t}p:Otro","a":"x","d":"y"}"#,
            ),
            (
                "xsi:type='Menos'",
                "<a>x</a>",
                r#"{"@xsi:type":"{urn:t}Menos","a":"x"}"#,
            ),
        ],
    );
    refused(
        &schema,
        &[
            ("", "<a>x</a>", "tipo-abstracto /R"),
            ("xsi:type='Ajeno'", "", "tipo-sustituido /R"),
            ("xsi:type='q:Mas'", "<a>x</a>", "tipo-sustituido /R"),
            ("xsi:type='Nada'", "<a>x</a>", "tipo-sustituido /R"),
            (
                "xsi:type='Menos' c='1'",
                "<a>x</a>",
                "atributo-desconocido /R",
            ),
            ("xsi:type='Base'", "<a>x</a>", "tipo-abstracto /R"),
        ],
    );
    refused_json(
        &schema,
        &[
            (r#"{"a":"x"}"#, "tipo-abstracto /R"),
            (r#"{"@xsi:type":"Mas","a":"x"}"#, "tipo-sustituido /R"),
            (r#"{"@xsi:type":1,"a":"x"}"#, "tipo-json /R"),
        ],
    );
    let blocked = schema.replace("name=\"R\"", "name=\"R\" block=\"extension\"");
    refused(
        &blocked,
        &[("xsi:type='Mas'", "<a>x</a>", "tipo-sustituido /R")],
    );
}

#[test]
fn elements_of_a_group_stand_for_its_head() {
    let schema = r#"
      <xs:element name="cabeza" type="xs:string" abstract="true"/>
      <xs:element name="uno" type="xs:string" substitutionGroup="cabeza"/>
      <xs:element name="dos" substitutionGroup="uno"/>
      <xs:element name="R"><xs:complexType><xs:sequence>
        <xs:element ref="cabeza" minOccurs="0"/>
        <xs:element name="fin" type="xs:string" minOccurs="0"/>
      </xs:sequence></xs:complexType></xs:element>"#;
    check(
        schema,
        &[
            ("", "<uno>1</uno>", r#"{"uno":"1"}"#),
            ("", "<dos>2</dos><fin>f</fin>", r#"{"dos":"2","fin":"f"}"#),
            ("", "", "{}"),
        ],
    );
    refused(
        schema,
        &[("", "<cabeza>c</cabeza>", "elemento-inesperado /R/cabeza")],
    );
    let blocked = schema.replace("abstract=\"true\"", "block=\"substitution\"");
    refused(
        &blocked,
        &[("", "<uno>1</uno>", "elemento-inesperado /R/uno")],
    );
}

#[test]
fn order_is_kept_where_names_would_lose_it() {
    let element = |name: &str, occurs: &str| {
        format!(r#"<xs:element name="{name}" type="xs:string" {occurs}/>"#)
    };
    let (a, b, b_maybe) = (
        element("a", ""),
        element("b", ""),
        element("b", "minOccurs='0'"),
    );
    let root = |model: &str| {
        format!("<xs:element name='R'><xs:complexType>{model}</xs:complexType></xs:element>")
    };
    let many = "minOccurs='0' maxOccurs='unbounded'";
    check(
        &root(&format!("<xs:choice {many}>{a}{b}</xs:choice>")),
        &[
            (
                "",
                "<b>1</b><a>2</a><b>3</b>",
                r##"{"#contenido":[{"b":"1"},{"a":"2"},{"b":"3"}]}"##,
            ),
            ("", "", "{}"),
        ],
    );
    check(
        &root(&format!("<xs:sequence {many}>{a}{b}</xs:sequence>")),
        &[(
            "",
            "<a>1</a><b>2</b><a>3</a><b>4</b>",
            r#"{"a":["1","3"],"b":["2","4"]}"#,
        )],
    );
    check(
        &root(&format!("<xs:sequence {many}>{a}{b_maybe}</xs:sequence>")),
        &[(
            "",
            "<a>1</a><a>2</a><b>3</b><a>4</a>",
            r##"{"#contenido":[{"a":"1"},{"a":"2"},{"b":"3"},{"a":"4"}]}"##,
        )],
    );
    check(
        &root(&format!("<xs:all>{a}{b_maybe}</xs:all>")),
        &[
            ("", "<b>1</b><a>2</a>", r#"{"b":"1","a":"2"}"#),
            ("", "<a>2</a>", r#"{"a":"2"}"#),
        ],
    );
    // The first branch comes first in the model, but second in the document.
    let swapped = format!("<xs:choice>{b}<xs:sequence>{a}{b_maybe}</xs:sequence></xs:choice>");
    check(
        &root(&swapped),
        &[(
            "",
            "<a>1</a><b>2</b>",
            r##"{"#contenido":[{"a":"1"},{"b":"2"}]}"##,
        )],
    );
}

#[test]
fn text_may_stand_among_elements() {
    let schema = r#"<xs:element name="R"><xs:complexType mixed="true"><xs:sequence>
        <xs:element name="b" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence><xs:attribute name="l" type="xs:string"/></xs:complexType></xs:element>"#;
    check(
        schema,
        &[
            ("", "solo texto", r#""solo texto""#),
            ("", "", r#""""#),
            ("", " \n", "\" \\n\""),
            ("l='es'", "texto", r##"{"@l":"es","#contenido":["texto"]}"##),
            ("l='es'", "", r##"{"@l":"es"}"##),
            (
                "",
                "uno <b>dos</b> <b/>tres",
                r##"{"#contenido":["uno ",{"b":"dos"}," ",{"b":""},"tres"]}"##,
            ),
        ],
    );
    refused_json(
        schema,
        &[
            ("{}", "forma-no-breve /R"),
            (r##"{"#contenido":["a"]}"##, "forma-no-breve /R"),
            (r##"{"@l":"x","#contenido":[]}"##, "forma-no-breve /R"),
            (
                r##"{"@l":"x","#contenido":["a","b"]}"##,
                "forma-no-breve /R",
            ),
            (
                r##"{"@l":"x","#contenido":["",{"b":"x"}]}"##,
                "forma-no-breve /R",
            ),
            (
                r##"{"#contenido":[{"b":"x","c":"y"}]}"##,
                "hijo-mal-nombrado /R",
            ),
            (
                r##"{"#contenido":[{"{urn:t}b":"x"}]}"##,
                "propiedad-desconocida /R/b[1]",
            ),
            (r##"{"#contenido":[1,{"b":"x"}]}"##, "tipo-json /R"),
            ("null", "nulo-no-admitido /R"),
        ],
    );
}

#[test]
fn what_wildcards_admit_is_carried_whole() {
    let schema = r#"
      <xs:element name="conocido" type="xs:int"/>
      <xs:element name="R"><xs:complexType><xs:sequence>
        <xs:element name="a" type="xs:string"/>
        <xs:any namespace='##any' processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence><xs:anyAttribute namespace='##other' processContents="skip"/>
      </xs:complexType></xs:element>"#;
    check(
        schema,
        &[
            ("", "<a>1</a>", r#"{"a":"1"}"#),
            (
                "xmlns:z='urn:z' z:q='v'",
                "<a>1</a><conocido>+05</conocido>",
                r##"{"@{urn:z}q":"v","a":"1","#otros":[{"{urn:t}conocido":"+05"}]}"##,
            ),
            (
                "",
                "<a>1</a><z:x xmlns:z='urn:z' k='v' z:k='w'> <y xmlns=''>t</y>\n</z:x><w xmlns=''/>",
                "{\"a\":\"1\",\"#otros\":[{\"{urn:z}x\":{\"@k\":\"v\",\"@{urn:z}k\":\"w\",\
                 \"#contenido\":[\" \",{\"y\":\"t\"},\"\\n\"]}},{\"w\":\"\"}]}",
            ),
            (
                "",
                "<a>1</a><a xmlns=''>2</a><a>3</a>",
                r##"{"a":"1","#otros":[{"{}a":"2"},{"{urn:t}a":"3"}]}"##,
            ),
        ],
    );
    refused(
        schema,
        &[
            (
                "",
                "<a>1</a><conocido>x</conocido>",
                "valor-no-valido /R/conocido",
            ),
            ("q='1'", "<a>1</a>", "atributo-desconocido /R"),
        ],
    );
    refused_json(
        schema,
        &[
            (r##"{"a":"1","#otros":[]}"##, "forma-no-breve /R"),
            (
                r##"{"a":"1","#otros":[{"a":"x"}]}"##,
                "propiedad-desconocida /R/a",
            ),
            (
                r#"{"@{http://www.w3.org/2001/XMLSchema-instance}nil":"true","a":"1"}"#,
                "propiedad-desconocida /R",
            ),
            (
                r##"{"a":"1","#otros":[{"{http://www.w3.org/XML/1998/namespace}x":""}]}"##,
                "elemento-sin-declarar /R/x",
            ),
        ],
    );
    let strict = schema.replace("lax", "strict");
    refused(
        &strict,
        &[("", "<a>1</a><x/>", "elemento-sin-declarar /R/x")],
    );
}

#[test]
fn anything_goes_in_any_type() {
    let schema = r#"<xs:element name="R"/>
      <xs:element name="n"><xs:complexType><xs:sequence>
        <xs:element name="m" type="xs:int"/></xs:sequence></xs:complexType></xs:element>
      <xs:complexType name="T"><xs:sequence><xs:element name="t" type="xs:date"/></xs:sequence>
      </xs:complexType>"#;
    check(
        schema,
        &[
            ("", "x", r#""x""#),
            ("k='1'", "", r#"{"@k":"1"}"#),
            (
                "",
                "<n><m>1</m></n>",
                r##"{"#contenido":[{"{urn:t}n":{"m":1}}]}"##,
            ),
            (
                "xsi:type='T'",
                "<t>2026-01-01+01:00</t>",
                r#"{"@xsi:type":"{urn:t}T","t":"2026-01-01+01:00"}"#,
            ),
            (
                "xmlns:xs='http://www.w3.org/2001/XMLSchema' xsi:type='xs:int'",
                "7",
                r##"{"@xsi:type":"{http://www.w3.org/2001/XMLSchema}xs:int","#texto":7}"##,
            ),
            (
                "",
                "<q xmlns='urn:q' xmlns:w='urn:w' xsi:type='w:T'/>",
                r##"{"#contenido":[{"{urn:q}q":{"@xsi:type":"{urn:w}w:T"}}]}"##,
            ),
            (
                "",
                "<q:q xmlns:q='urn:q' xmlns='urn:w' xsi:type='T'><z/></q:q>",
                r##"{"#contenido":[{"{urn:q}q":{"@xsi:type":"{urn:w}T","#contenido":[{"{urn:w}z":""}]}}]}"##,
            ),
        ],
    );
    refused(
        schema,
        &[
            ("", "<n><m>x</m></n>", "valor-no-valido /R/n/m"),
            ("xsi:type='T'", "<t>x</t>", "valor-no-valido /R/t"),
        ],
    );
}

#[test]
fn names_of_two_namespaces_are_told_apart() {
    let other = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o">
      <xs:element name="a" type="xs:string"/><xs:attribute name="k" type="xs:string"/></xs:schema>"#;
    let main = format!(
        r#"{HEAD}<xs:import namespace="urn:o" schemaLocation="other.xsd"/>
        <xs:element name="R"><xs:complexType><xs:sequence>
          <xs:element name="a" type="xs:string"/>
          <xs:element xmlns:o="urn:o" ref="o:a" maxOccurs="2"/>
          <xs:element name="b" type="xs:string"/>
        </xs:sequence><xs:attribute name="k" type="xs:int"/>
        <xs:attribute xmlns:o="urn:o" ref="o:k"/></xs:complexType></xs:element></xs:schema>"#
    );
    let contract = compile(
        &[("main.xsd", &main), ("other.xsd", other)],
        Governance::Ungoverned,
    );
    let text = "<R xmlns='urn:t' xmlns:o='urn:o' k='1' o:k='2'><a>1</a><o:a>2</o:a><b>3</b></R>";
    let document = read(&contract, text).unwrap();
    let as_json = r#"{"@{}k":1,"@{urn:o}k":"2","{urn:t}a":"1","{urn:o}a":["2"],"b":"3"}"#;
    assert_eq!(to_json(&document), as_json);
    let back = to_xml(&read_json(&contract, as_json).unwrap());
    assert_eq!(canonical(&back), canonical(text));
}

#[test]
fn texts_come_back_as_they_were_written() {
    let schema = r#"<xs:element name="R"><xs:complexType><xs:sequence>
      <xs:element name="i" type="xs:int" minOccurs="0"/>
      <xs:element name="l" type="xs:boolean" minOccurs="0"/>
      <xs:element name="d" type="xs:decimal" minOccurs="0"/>
      <xs:element name="f" type="xs:date" minOccurs="0"/>
      <xs:element name="s" type="xs:string" minOccurs="0" nillable="true"/>
      <xs:element name="t" type="xs:token" minOccurs="0"/>
      <xs:element name="p" type="xs:int" default="5" minOccurs="0"/>
      <xs:element name="q" type="xs:string" fixed="x" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>"#;
    check(
        schema,
        &[
            ("", "<i>7</i>", r#"{"i":7}"#),
            ("", "<i>+007</i>", r#"{"i":"+007"}"#),
            ("", "<i>-0</i>", r#"{"i":"-0"}"#),
            ("", "<l>true</l>", r#"{"l":true}"#),
            ("", "<l>1</l>", r#"{"l":"1"}"#),
            ("", "<d>0010.500</d>", r#"{"d":"0010.500"}"#),
            (
                "",
                "<d>123456789012345678901234567890.1</d>",
                r#"{"d":"123456789012345678901234567890.1"}"#,
            ),
            ("", "<f>2026-01-01</f>", r#"{"f":"2026-01-01"}"#),
            ("", "<f>2026-01-01Z</f>", r#"{"f":"2026-01-01Z"}"#),
            ("", "<s/>", r#"{"s":""}"#),
            ("", "<s xsi:nil='true'/>", r#"{"s":null}"#),
            ("", "<s> a  b\n</s>", "{\"s\":\" a  b\\n\"}"),
            ("", "<t>a b</t>", r#"{"t":"a b"}"#),
            ("", "<p/>", r#"{"p":""}"#),
            ("", "<p>5</p>", r#"{"p":5}"#),
            ("", "<q/>", r#"{"q":""}"#),
            ("", "<q>x</q>", r#"{"q":"x"}"#),
        ],
    );
    refused(schema, &[("", "<q>y</q>", "valor-fijo /R/q")]);
    refused_json(
        schema,
        &[
            (r#"{"i":"7"}"#, "tipo-json /R/i"),
            (r#"{"l":"true"}"#, "tipo-json /R/l"),
            (r#"{"t":" a"}"#, "espacio-sobrante /R/t"),
            (r#"{"f":"2026-01-01 "}"#, "espacio-sobrante /R/f"),
            (r#"{"i":1e400}"#, "numero-fuera-de-rango /R/i"),
        ],
    );
}

#[test]
fn the_value_of_an_empty_leaf_is_what_the_schema_gives() {
    let schema = r#"<xs:element name="R"><xs:complexType><xs:sequence>
      <xs:element name="p" type="xs:int" default="5"/></xs:sequence></xs:complexType></xs:element>"#;
    let document = read(&foreign(schema), "<R xmlns='urn:t'><p/></R>").unwrap();
    let leaf = document.root().child("p").unwrap();
    assert_eq!((leaf.text(), leaf.is_nil()), (Some("5"), false));
}

#[test]
fn simple_content_is_narrowed() {
    let schema = r#"
      <xs:complexType name="Texto"><xs:simpleContent><xs:extension base="xs:string">
        <xs:attribute name="k" type="xs:int"/></xs:extension></xs:simpleContent></xs:complexType>
      <xs:complexType name="Corto"><xs:simpleContent><xs:restriction base="Texto">
        <xs:maxLength value="2"/><xs:attribute name="k" type="xs:int" use="required"/>
        </xs:restriction></xs:simpleContent></xs:complexType>
      <xs:element name="R" type="Corto"/>"#;
    check(schema, &[("k='1'", "ab", r##"{"@k":1,"#texto":"ab"}"##)]);
    refused(
        schema,
        &[
            ("k='1'", "abc", "valor-no-valido /R"),
            ("", "ab", "atributo-ausente /R"),
        ],
    );
}

#[test]
fn names_in_values_keep_their_namespace_and_prefix() {
    let schema = r#"<xs:element name="R"><xs:complexType><xs:sequence>
      <xs:element name="q" type="xs:QName" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence><xs:attribute name="k" type="xs:QName"/></xs:complexType></xs:element>"#;
    check(
        schema,
        &[
            (
                "xmlns:p='urn:p' k='p:a'",
                "<q>p:b</q><q xmlns:p='urn:o'>p:b</q><q>c</q>",
                r#"{"@k":"{urn:p}p:a","q":["{urn:p}p:b","{urn:o}p:b","{urn:t}c"]}"#,
            ),
            (
                "xmlns:t='urn:t'",
                "<t:q xmlns='urn:o'>a</t:q><t:q xmlns=''>a</t:q>",
                r#"{"q":["{urn:o}a","a"]}"#,
            ),
        ],
    );
    refused(schema, &[("", "<q>p:a</q>", "valor-no-valido /R/q[1]")]);
    refused_json(
        schema,
        &[
            (r#"{"q":["p:a"]}"#, "valor-no-valido /R/q[1]"),
            (r#"{"q":["{urn:p}:a"]}"#, "valor-no-valido /R/q[1]"),
        ],
    );
}

#[test]
fn names_are_listed_and_fixed_by_what_they_mean() {
    let schema = r#"<xs:simpleType name="N"><xs:restriction base="xs:QName">
        <xs:enumeration value="a"/><xs:enumeration value="o:b" xmlns:o="urn:o"/></xs:restriction></xs:simpleType>
      <xs:simpleType name="M"><xs:restriction base="N"><xs:enumeration value="z:b" xmlns:z="urn:o"/>
        </xs:restriction></xs:simpleType>
      <xs:element name="R"><xs:complexType><xs:sequence>
      <xs:element name="n" type="N" minOccurs="0"/><xs:element name="m" type="M" minOccurs="0"/>
      <xs:element name="d" type="N" default="a" minOccurs="0"/>
      </xs:sequence><xs:attribute name="f" type="xs:QName" fixed="a"/></xs:complexType></xs:element>"#;
    check(
        schema,
        &[
            (
                "xmlns:x='urn:t' xmlns:y='urn:o' f='x:a'",
                "<n>a</n><m>y:b</m>",
                r#"{"@f":"{urn:t}x:a","n":"{urn:t}a","m":"{urn:o}y:b"}"#,
            ),
            ("", "<d/>", r#"{"d":""}"#),
        ],
    );
    refused(
        schema,
        &[
            ("xmlns:t='urn:o'", "<n>t:a</n>", "valor-no-valido /R/n"),
            ("", "<n xmlns:x='urn:t'>x:b</n>", "valor-no-valido /R/n"),
            ("", "<m>a</m>", "valor-no-valido /R/m"),
            ("xmlns:t='urn:o' f='t:a'", "", "valor-fijo /R/@f"),
        ],
    );
    refused_json(schema, &[(r#"{"n":"a"}"#, "valor-no-valido /R/n")]);
}
