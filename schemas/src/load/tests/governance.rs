//! Governance: inherited, required of every leaf, and checked against the leaf's type.

use super::{errors, load, name, schema};
use crate::{Content, Contract, Governance, LoadErrors, Masking, Role, Sensitivity};

fn governed(inside: &str) -> Result<Contract, LoadErrors> {
    load(&[("a.xsd", &schema(inside))], Governance::Required)
}

/// An annotation with these words of ours.
fn note(words: &str) -> String {
    format!("<xs:annotation><xs:appinfo>{words}</xs:appinfo></xs:annotation>")
}

/// A governed root `r` with these children.
fn root(children: &str) -> String {
    let words = note("<p:gobierno grupo='g' sensibilidad='S1'/>");
    format!(
        "<xs:element name='r'>{words}<xs:complexType><xs:sequence>{children}</xs:sequence>\
         </xs:complexType></xs:element>"
    )
}

#[test]
fn governance_is_inherited_in_parts_down_the_uses_of_a_type() {
    let leaf_words = note("<p:gobierno mascara='documento' funcion='sujeto'/>");
    let inside = format!(
        "<xs:complexType name='T'><xs:sequence><xs:element name='leaf' type='xs:token'>{leaf_words}\
           </xs:element></xs:sequence><xs:attribute name='x' type='xs:token'/></xs:complexType>\
         <xs:element name='r'>{}<xs:complexType><xs:sequence>\
           <xs:element name='a' type='T'>{}</xs:element><xs:element name='b' type='T'>{}</xs:element>\
         </xs:sequence></xs:complexType></xs:element>",
        note("<p:gobierno grupo='g.r' sensibilidad='S1'/>"),
        note("<p:gobierno sensibilidad='S3'/>"),
        note("<p:gobierno grupo='g.b'/><p:caso/>"),
    );
    let contract = governed(&inside).unwrap_or_else(|errors| panic!("{errors}"));
    let groups: Vec<_> = contract.groups().iter().map(|group| &*group.name).collect();
    assert_eq!(groups, ["g.b", "g.r"]);
    let content = |id| match contract.element(id).content {
        Content::Complex(complex) => contract.complex(complex),
        Content::Simple(_) => panic!("complex"),
    };
    let parts = &content(contract.root(&name("r")).unwrap()).children;
    for (part, group, sensitivity, unit) in [
        (0, "g.r", Sensitivity::S3, false),
        (1, "g.b", Sensitivity::S1, true),
    ] {
        let id = parts[part].element;
        assert_eq!(contract.element(id).case_unit, unit);
        let inner = content(id);
        let leaf = contract.element(inner.children[0].element);
        let governance = leaf.governance.unwrap();
        assert_eq!(&*contract.group(governance.group).name, group);
        assert_eq!(governance.sensitivity, sensitivity);
        assert_eq!(governance.masking, Some(Masking::Document));
        assert_eq!(leaf.role, Some(Role::Subject));
        let attribute = inner.attributes[0].governance.unwrap();
        assert_eq!(
            (attribute.group, attribute.masking),
            (governance.group, None)
        );
    }
    assert_eq!(contract.case_units().len(), 1);
    assert_eq!(contract.group_id("g.r").map(crate::GroupId::index), Some(1));
}

#[test]
fn a_leaf_without_group_or_sensitivity_is_refused() {
    for words in [
        "",
        "<p:gobierno grupo='g'/>",
        "<p:gobierno sensibilidad='S1'/>",
    ] {
        let inside = format!(
            "<xs:element name='r'>{}<xs:complexType><xs:sequence>\n<xs:element name='a' type='xs:int'/>\n\
             <xs:element name='e'><xs:complexType/></xs:element></xs:sequence>\n\
             <xs:attribute name='b' type='xs:int'/></xs:complexType></xs:element>",
            note(words)
        );
        assert_eq!(
            errors(governed(&inside)),
            [
                "a.xsd:3: leaf `{urn:x}a` has no field group or no sensitivity",
                "a.xsd:4: leaf `{urn:x}e` has no field group or no sensitivity",
                "a.xsd:5: leaf `b` has no field group or no sensitivity",
            ],
            "{words}"
        );
        assert!(load(&[("a.xsd", &schema(&inside))], Governance::Ungoverned).is_ok());
    }
}

/// Words on a leaf, and why they are refused.
const MEANINGLESS: &[(&str, &str)] = &[
    (
        "<p:gobierno grupo='g' nivel='1'/>",
        "`nivel` is no attribute of the element",
    ),
    (
        "<p:gobierno sensibilidad='S5'/>",
        "`S5` is no value for attribute `sensibilidad`",
    ),
    (
        "<p:gobierno grupo='a b'/>",
        "`a b` is no value for attribute `grupo`",
    ),
    (
        "<p:gobierno mascara='x'/>",
        "`x` is no value for attribute `mascara`",
    ),
    (
        "<p:gobierno funcion='x'/>",
        "`x` is no value for attribute `funcion`",
    ),
    ("<p:gobernio/>", "annotation `gobernio` may not stand there"),
    (
        "<p:gobierno><p:caso/></p:gobierno>",
        "annotation `caso` may not stand there",
    ),
    ("<p:caso/>", "annotation `caso` may not stand there"),
    (
        "<p:operacion nombre='o'/>",
        "annotation `operacion` may not stand there",
    ),
];

#[test]
fn words_that_mean_nothing_are_refused_by_name() {
    let leaf = |words: &str| {
        root(&format!(
            "<xs:element name='a' type='xs:token'>{}</xs:element>",
            note(words)
        ))
    };
    for (words, expected) in MEANINGLESS {
        assert_eq!(
            errors(governed(&leaf(words))),
            [format!("a.xsd:2: {expected}")],
            "{words}"
        );
    }
    for words in ["gobierno grupo='g'", "caso", "operacion"] {
        let inside = format!(
            "<xs:complexType name='T'>{}</xs:complexType>",
            note(&format!("<p:{words}/>"))
        );
        let word = words.split(' ').next().unwrap();
        let expected = format!("a.xsd:2: annotation `{word}` may not stand there");
        assert_eq!(errors(governed(&inside)), [expected], "{words}");
    }
    assert!(governed(&leaf("<other xmlns='urn:o'/>")).is_ok());
}

/// Mask or role, the type of the leaf, and why it is refused; empty when it is not.
const SUITS: &[(&str, &str, &str)] = &[
    (
        "mascara='documento'",
        "xs:date",
        "the type does not admit the masked form of `documento`",
    ),
    (
        "mascara='anio'",
        "xs:date",
        "the type does not admit the masked form of `anio`",
    ),
    (
        "mascara='provincia'",
        "xs:date",
        "the type does not admit the masked form of `provincia`",
    ),
    (
        "mascara='inicial'",
        "xs:NCName",
        "the type does not admit the masked form of `inicial`",
    ),
    ("mascara='telefono'", "xs:token", ""),
    ("mascara='anio'", "xs:gYear", ""),
    ("mascara='integra'", "xs:boolean", ""),
    (
        "funcion='version'",
        "xs:token",
        "the element or attribute cannot play `version`: its type is no integer, or one that is \
         too wide",
    ),
    (
        "funcion='version'",
        "xs:long",
        "the element or attribute cannot play `version`: its type is no integer, or one that is \
         too wide",
    ),
    ("funcion='version'", "xs:unsignedInt", ""),
    (
        "funcion='hay-coincidencia'",
        "xs:token",
        "the element or attribute cannot play `hay-coincidencia`: its type is not boolean",
    ),
    (
        "funcion='caso-id'",
        "xs:int",
        "the element or attribute cannot play `caso-id`: its type is no text",
    ),
    (
        "funcion='ambito'",
        "xs:token",
        "the element or attribute cannot play `ambito`: it does not repeat",
    ),
    (
        "funcion='retenidos'",
        "xs:token",
        "the element or attribute cannot play `retenidos`: it does not repeat",
    ),
];

#[test]
fn masks_and_roles_must_suit_the_type() {
    for (words, kind, expected) in SUITS {
        let words = note(&format!("<p:gobierno {words}/>"));
        let inside = root(&format!(
            "<xs:element name='a' type='{kind}'>{words}</xs:element>"
        ));
        let expected = [expected].into_iter().filter(|text| !text.is_empty());
        let expected: Vec<_> = expected.map(|text| format!("a.xsd:2: {text}")).collect();
        assert_eq!(errors(governed(&inside)), expected, "{inside}");
    }
}

#[test]
fn withheld_leaves_stand_in_case_units_and_say_their_treatment() {
    let leaf = |attribute: &str, unit: &str| {
        let words = note("<p:gobierno funcion='retenidos'/>");
        root(&format!(
            "<xs:element name='c'>{}<xs:complexType><xs:sequence>\
             <xs:element name='w' maxOccurs='9'>{words}<xs:complexType><xs:simpleContent>\
             <xs:extension base='xs:token'>{attribute}</xs:extension></xs:simpleContent></xs:complexType>\
             </xs:element></xs:sequence></xs:complexType></xs:element>",
            note(unit)
        ))
    };
    let good = "<xs:attribute name='tratamiento' type='xs:token'/>";
    let narrow = "<xs:attribute name='tratamiento' type='xs:int'/>";
    let cannot =
        |why: &str| format!("a.xsd:2: the element or attribute cannot play `retenidos`: {why}");
    for (attribute, unit, expected) in [
        (good, "<p:caso/>", vec![]),
        (good, "", vec![cannot("it stands in no case unit")]),
        (
            "",
            "<p:caso/>",
            vec![cannot("it has no attribute `tratamiento`")],
        ),
        (
            narrow,
            "<p:caso/>",
            vec![cannot(
                "`tratamiento` does not admit `retenido` and `enmascarado`",
            )],
        ),
    ] {
        assert_eq!(
            errors(governed(&leaf(attribute, unit))),
            expected,
            "{attribute} {unit}"
        );
    }
}

#[test]
fn wildcards_of_answers_are_optional_outside_the_cases() {
    let answer = |occurs: &str, unit: &str| {
        let group = "grupo='g' sensibilidad='S1'";
        let any = format!(
            "<xs:any namespace='##other' {occurs}>{}</xs:any>",
            note(&format!("<p:gobierno {group}/>"))
        );
        let asked = note(&format!(
            "<p:gobierno {group}/><p:operacion nombre='o' clase='consulta' respuesta='r' accion='urn:x:o'/>"
        ));
        format!(
            "<xs:element name='q'>{asked}<xs:simpleType><xs:restriction base='xs:string'/></xs:simpleType>\
             </xs:element><xs:element name='r'><xs:complexType><xs:sequence><xs:element name='c'>{}\
             <xs:complexType><xs:sequence>{any}</xs:sequence></xs:complexType></xs:element>\
             </xs:sequence></xs:complexType></xs:element>",
            note(unit)
        )
    };
    let refused = "a.xsd:2: what the wildcard admits is taken out of answers, so it must not be required there";
    for (occurs, unit, expected) in [
        ("minOccurs='0'", "", ""),
        ("", "<p:caso/>", ""),
        ("", "", refused),
        ("maxOccurs='2'", "", refused),
    ] {
        let expected: Vec<&str> = [expected].into_iter().filter(|it| !it.is_empty()).collect();
        assert_eq!(
            errors(governed(&answer(occurs, unit))),
            expected,
            "{occurs} {unit}"
        );
    }
}

#[test]
fn attribute_wildcards_that_come_together_are_governed_alike() {
    let any = |group: &str| {
        let words = note(&format!("<p:gobierno grupo='{group}' sensibilidad='S1'/>"));
        format!(
            "<xs:anyAttribute namespace='##other' processContents='lax'>{words}</xs:anyAttribute>"
        )
    };
    let extended = |base: &str, own: &str| {
        root("<xs:element name='e' type='D'/>")
            + &format!(
                "<xs:complexType name='B'><xs:sequence/>{}</xs:complexType>\
             <xs:complexType name='D'><xs:complexContent><xs:extension base='B'>{}</xs:extension>\
             </xs:complexContent></xs:complexType>",
                any(base),
                any(own)
            )
    };
    let grouped = |one: &str, two: &str| {
        root("<xs:element name='e' type='D'/>")
            + &format!(
                "<xs:attributeGroup name='g'>{}</xs:attributeGroup><xs:complexType name='D'><xs:sequence/>\
             <xs:attributeGroup ref='g'/>{}</xs:complexType>",
                any(one),
                any(two)
            )
    };
    let refused = ["a.xsd:2: the wildcard has no field group or no sensitivity of its own"];
    for good in [extended("g", "g"), grouped("g", "g")] {
        assert_eq!(errors(governed(&good)), [""; 0]);
    }
    for bad in [extended("g", "h"), grouped("g", "h")] {
        assert_eq!(errors(governed(&bad)), refused);
    }
}
