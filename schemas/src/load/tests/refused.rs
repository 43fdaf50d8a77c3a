//! What the profile leaves out, or XML Schema forbids, is refused by name.

use super::{errors, ungoverned};

/// Checks components in which `<C>` stands for a complex type `T` and `<S>` for a simple one.
fn check(short: &str, expected: &[&str]) {
    let mut inside = short.to_owned();
    for (short, long) in [("C", "complexType"), ("S", "simpleType")] {
        inside = inside.replace(&format!("<{short}>"), &format!("<xs:{long} name='T'>"));
        inside = inside.replace(&format!("</{short}>"), &format!("</xs:{long}>"));
    }
    assert_eq!(errors(ungoverned(&inside)), expected, "{inside}");
}

/// Components, and the construct that is refused.
const UNSUPPORTED: &[(&str, &str)] = &[
    (
        "<xs:simpleType name='L'><xs:list itemType='xs:int'/></xs:simpleType>\
         <S><xs:list itemType='L'/></S>",
        "xs:list of lists",
    ),
    ("<C><xs:choice/></C>", "xs:choice of nothing"),
];

/// Components, and why they are refused.
const FORBIDDEN: &[(&str, &str)] = &[
    ("<xs:sequence/>", "`xs:sequence` may not stand there"),
    ("<C>text</C>", "`text` may not stand there"),
    (
        "<p:caso/>",
        "`{urn:pasarela:anotaciones:1}caso` may not stand there",
    ),
    (
        "<C><xs:sequence/><xs:sequence/></C>",
        "`xs:sequence` may not stand there",
    ),
    (
        "<C><xs:attribute name='b' type='xs:int'/><xs:sequence/></C>",
        "`xs:sequence` may not stand there",
    ),
    (
        "<xs:element name='a' type='xs:int' minOccurs='0'/>",
        "`minOccurs` is no attribute of the element",
    ),
    (
        "<xs:element name='a' type='xs:int' kind='x'/>",
        "`kind` is no attribute of the element",
    ),
    ("<xs:element type='xs:int'/>", "attribute `name` is missing"),
    (
        "<xs:element name='p:a' type='xs:int'/>",
        "`p:a` is no value for attribute `name`",
    ),
    (
        "<xs:element name='a' type='xs:int'/><xs:element name='a' type='xs:int'/>",
        "`{urn:x}a` is declared twice",
    ),
    (
        "<xs:element name='a' type='B'/>",
        "`{urn:x}B` is not declared",
    ),
    (
        "<xs:element name='a' type='xs:strnig'/>",
        "`{http://www.w3.org/2001/XMLSchema}strnig` is not declared",
    ),
    (
        "<xs:element name='a' type='q:B'/>",
        "prefix of `q:B` is not declared",
    ),
    (
        "<xs:element name='a' type='q:B' xmlns:q='urn:q'/>",
        "the namespace of `{urn:q}B` is not imported",
    ),
    (
        "<S><xs:restriction base='T'/></S>",
        "`{urn:x}T` is defined by itself",
    ),
    (
        "<C><xs:complexContent><xs:extension base='T'/></xs:complexContent></C>",
        "`{urn:x}T` is defined by itself",
    ),
    (
        "<C><xs:complexContent><xs:extension base='xs:int'/></xs:complexContent></C>",
        "`{http://www.w3.org/2001/XMLSchema}int` cannot be extended here",
    ),
    (
        "<xs:complexType name='B' mixed='true'/><C><xs:complexContent><xs:extension base='B'>\
         <xs:sequence><xs:element name='b' type='xs:int'/></xs:sequence></xs:extension></xs:complexContent></C>",
        "of an extension and its base one is mixed and the other is not",
    ),
    (
        "<xs:complexType name='B'><xs:sequence><xs:element name='b' type='xs:int'/></xs:sequence>\
         </xs:complexType><C><xs:complexContent mixed='true'><xs:extension base='B'/></xs:complexContent></C>",
        "of an extension and its base one is mixed and the other is not",
    ),
    (
        "<xs:complexType name='B'><xs:simpleContent><xs:extension base='xs:int'/></xs:simpleContent>\
         </xs:complexType><C><xs:complexContent><xs:extension base='B'><xs:sequence>\
         <xs:element name='b' type='xs:int'/></xs:sequence></xs:extension></xs:complexContent></C>",
        "`{urn:x}B` cannot be extended here",
    ),
    (
        "<xs:complexType name='B'/>\
         <C><xs:simpleContent><xs:extension base='B'/></xs:simpleContent></C>",
        "`{urn:x}B` cannot be extended here",
    ),
    (
        "<C><xs:simpleContent><xs:extension base='xs:int'><xs:sequence/></xs:extension>\
         </xs:simpleContent></C>",
        "`xs:sequence` may not stand there",
    ),
    (
        "<C><xs:attribute name='b' type='xs:int'/><xs:attribute name='b' type='xs:int'/></C>",
        "`b` is declared twice",
    ),
    (
        "<C><xs:attribute name='b' type='xs:ID'/><xs:attribute name='c' type='xs:ID'/></C>",
        "`two attributes of type xs:ID` is not supported",
    ),
    (
        "<C><xs:attribute name='b' type='xs:int' use='maybe'/></C>",
        "`maybe` is no value for attribute `use`",
    ),
    (
        "<C><xs:attribute name='b' type='xs:int' use='required' default='1'/></C>",
        "`required` is no value for attribute `use`",
    ),
    (
        "<xs:element name='a' type='xs:int' default='x'/>",
        "`x` is no value of the type",
    ),
    (
        "<xs:element name='a' type='xs:int' default='1' fixed='1'/>",
        "`1` is no value for attribute `fixed`",
    ),
    (
        "<xs:element name='a' type='xs:int' nillable='yes'/>",
        "`yes` is no value for attribute `nillable`",
    ),
    (
        "<xs:element name='a' type='xs:int'><xs:complexType/></xs:element>",
        "`xs:complexType` may not stand there",
    ),
    (
        "<S><xs:restriction base='xs:token'><xs:pattern value='['/></xs:restriction></S>",
        "pattern `[`: the expression ends too early",
    ),
    (
        "<S><xs:restriction base='xs:int'><xs:length value='1'/></xs:restriction></S>",
        "`xs:length` does not apply to `xs:int`",
    ),
    ("<S><xs:restriction/></S>", "attribute `base` is missing"),
    (
        "<S><xs:restriction base='xs:token'><xs:length/></xs:restriction></S>",
        "attribute `value` is missing",
    ),
    (
        "<C><xs:sequence><xs:element name='a' type='B'/></xs:sequence></C>",
        "`{urn:x}B` is not declared",
    ),
    (
        "<xs:group name='G'><xs:sequence><xs:element ref='b'/></xs:sequence></xs:group>",
        "`{urn:x}b` is not declared",
    ),
    (
        "<xs:attributeGroup name='G'><xs:attribute ref='b'/></xs:attributeGroup>",
        "`{urn:x}b` is not declared",
    ),
];

#[test]
fn constructs_outside_the_profile_are_refused_by_name() {
    for (inside, construct) in UNSUPPORTED {
        check(
            inside,
            &[&format!("a.xsd:2: `{construct}` is not supported")],
        );
    }
}

#[test]
fn what_xml_schema_forbids_is_refused_by_name() {
    for (inside, expected) in FORBIDDEN {
        check(inside, &[&format!("a.xsd:2: {expected}")]);
    }
}

#[test]
fn what_says_the_supposed_is_accepted() {
    for inside in [
        "<xs:element name='a' type='xs:int' abstract='false' nillable='false'/>",
        "<xs:complexType name='T' mixed='false' block=''/>",
        "<xs:element name='a' type='xs:int' id='x' other:b='1' xmlns:other='urn:o'/>",
    ] {
        check(inside, &[]);
    }
}

#[test]
fn all_errors_are_reported_in_order() {
    let inside = "<xs:element name='a' type='B'/>\n<xs:element name='b' type='C'/>\n\
                  <S><xs:restriction base='D'/></S>";
    check(
        inside,
        &[
            "a.xsd:2: `{urn:x}B` is not declared",
            "a.xsd:3: `{urn:x}C` is not declared",
            "a.xsd:4: `{urn:x}D` is not declared",
        ],
    );
}
