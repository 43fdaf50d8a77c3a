//! Content models: those that are refused, and how those that are not are counted.

use super::{errors, name, ungoverned};
use crate::{Body, Content, ContentModel};

/// A root element whose model is written with `A`, `B` for elements.
fn root(model: &str) -> String {
    let mut text = model.to_owned();
    for local in ["A", "B", "C"] {
        let element = format!("<xs:element name='{}' type='xs:int'", local.to_lowercase());
        text = text.replace(&format!("<{local}"), &element);
    }
    format!("<xs:element name='r'><xs:complexType>{text}</xs:complexType></xs:element>")
}

#[test]
fn ambiguous_models_are_refused_by_name() {
    for (model, expected) in [
        (
            "<xs:choice><A/><A/></xs:choice>",
            "the content model is ambiguous for `{urn:x}a`",
        ),
        (
            "<xs:sequence><A minOccurs='0'/><A/></xs:sequence>",
            "the content model is ambiguous for `{urn:x}a`",
        ),
        (
            "<xs:sequence><A minOccurs='2' maxOccurs='3'/><A/></xs:sequence>",
            "the content model is ambiguous for `{urn:x}a`",
        ),
        (
            "<xs:sequence><B maxOccurs='unbounded'/><xs:choice><A/><B/></xs:choice></xs:sequence>",
            "the content model is ambiguous for `{urn:x}b`",
        ),
        (
            "<xs:choice><xs:sequence><A/><B/></xs:sequence><xs:sequence><A/><C/></xs:sequence></xs:choice>",
            "the content model is ambiguous for `{urn:x}a`",
        ),
        (
            "<xs:sequence><A/><xs:element name='a' type='xs:token'/></xs:sequence>",
            "`{urn:x}a` is declared differently in one content model",
        ),
        ("<xs:choice/>", "`xs:choice of nothing` is not supported"),
        (
            "<xs:choice maxOccurs='3000'><A maxOccurs='5'/><B/></xs:choice>",
            "the content model needs more than 10000 states",
        ),
        (
            "<xs:sequence maxOccurs='-1'><A/></xs:sequence>",
            "`-1` is no value for attribute `maxOccurs`",
        ),
        (
            "<xs:sequence minOccurs='2'><A/></xs:sequence>",
            "`1` is no value for attribute `maxOccurs`",
        ),
    ] {
        assert_eq!(
            errors(ungoverned(&root(model))),
            [format!("a.xsd:2: {expected}")],
            "{model}"
        );
    }
}

#[test]
fn a_group_that_contains_itself_is_refused() {
    let inside = "<xs:group name='G'><xs:sequence><xs:group ref='G'/></xs:sequence></xs:group>\
                  <xs:element name='r'><xs:complexType><xs:group ref='G'/></xs:complexType></xs:element>";
    assert_eq!(
        errors(ungoverned(inside)),
        ["a.xsd:2: `{urn:x}G` is defined by itself"]
    );
}

#[test]
fn rounds_are_counted_and_copied_only_where_they_are_not_certain() {
    for (model, states) in [
        ("<xs:sequence><A/><B/></xs:sequence>", 3),
        ("<xs:sequence><A maxOccurs='100000'/><B/></xs:sequence>", 3),
        (
            "<xs:sequence><A minOccurs='7' maxOccurs='unbounded'/></xs:sequence>",
            2,
        ),
        ("<xs:sequence maxOccurs='5'><A/><B/></xs:sequence>", 3),
        ("<xs:choice maxOccurs='1000'><A/><B/></xs:choice>", 2),
        (
            "<xs:choice maxOccurs='1000' minOccurs='0'><A maxOccurs='unbounded'/><B/></xs:choice>",
            3,
        ),
        (
            "<xs:choice maxOccurs='unbounded'><A maxOccurs='5'/><B/></xs:choice>",
            2,
        ),
        (
            "<xs:sequence maxOccurs='2'><A minOccurs='0'/><B minOccurs='0'/></xs:sequence>",
            3,
        ),
        (
            "<xs:sequence><A minOccurs='2' maxOccurs='2'/><A/></xs:sequence>",
            3,
        ),
        (
            "<xs:sequence maxOccurs='0' minOccurs='0'><A/></xs:sequence>",
            0,
        ),
    ] {
        let contract = ungoverned(&root(model)).unwrap_or_else(|errors| panic!("{errors}"));
        let element = contract.element(contract.root(&name("r")).unwrap());
        let Content::Complex(complex) = element.content else {
            panic!("complex")
        };
        let found = match &contract.complex(complex).body {
            Body::Elements(ContentModel::Ordered(automaton)) => automaton.states.len(),
            Body::Elements(ContentModel::All(_)) | Body::Empty | Body::Simple(_) => 0,
        };
        assert_eq!(found, states, "{model}");
    }
}
