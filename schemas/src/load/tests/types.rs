//! What is compiled: names, attributes, extensions, children.

use super::{name, ungoverned};
use crate::{Body, Content, Contract, ElementId, QName, ValueConstraint};

fn contract(inside: &str) -> Contract {
    ungoverned(inside).unwrap_or_else(|errors| panic!("{inside}: {errors}"))
}

fn children(contract: &Contract, id: ElementId) -> Vec<String> {
    let Content::Complex(complex) = contract.element(id).content else {
        return Vec::new();
    };
    let show = |child: &crate::Child| {
        let name = &contract.element(child.element).name.local;
        let (required, repeated) = (child.required, child.repeated);
        let made = if child.required_choice { "!" } else { "" };
        let choice = child
            .choice
            .map_or(String::new(), |number| format!(" {number}{made}"));
        format!(
            "{name}{}{choice}",
            match (required, repeated) {
                (true, true) => "+",
                (true, false) => "",
                (false, true) => "*",
                (false, false) => "?",
            }
        )
    };
    contract
        .complex(complex)
        .children
        .iter()
        .map(show)
        .collect()
}

#[test]
fn children_are_listed_once_with_how_often_they_occur() {
    for (model, expected) in [
        (
            "<xs:sequence><A/><B min/><C max/></xs:sequence>",
            "a, b?, c+",
        ),
        ("<xs:sequence min><A/><B max/></xs:sequence>", "a?, b*"),
        ("<xs:sequence max><A/><B min/></xs:sequence>", "a+, b*"),
        ("<xs:sequence><A/><B/><A/></xs:sequence>", "a+, b"),
        ("<xs:choice><A/><B max/></xs:choice>", "a? 0!, b* 0!"),
        ("<xs:choice><A/><B min/></xs:choice>", "a? 0, b? 0"),
        ("<xs:choice min><A/><B/></xs:choice>", "a? 0, b? 0"),
        ("<xs:choice max><A/><B/></xs:choice>", "a* 0!, b* 0!"),
        (
            "<xs:choice><xs:sequence><A/><B/></xs:sequence><xs:sequence><C/><B/></xs:sequence></xs:choice>",
            "a? 0!, b 0!, c? 0!",
        ),
        (
            "<xs:sequence><A/><xs:choice><B/><xs:choice><C/><D/></xs:choice></xs:choice></xs:sequence>",
            "a, b? 0!, c? 1, d? 1",
        ),
    ] {
        let mut text = model
            .replace(" min", " minOccurs='0'")
            .replace(" max", " maxOccurs='unbounded'");
        for local in ["A", "B", "C", "D"] {
            let element = format!("<xs:element name='{}' type='xs:int'", local.to_lowercase());
            text = text.replace(&format!("<{local}"), &element);
        }
        let contract = contract(&format!(
            "<xs:element name='r'><xs:complexType>{text}</xs:complexType></xs:element>"
        ));
        let root = contract.root(&name("r")).unwrap();
        assert_eq!(children(&contract, root).join(", "), expected, "{model}");
    }
}

#[test]
fn extensions_come_after_what_they_extend() {
    let contract = contract(
        "<xs:complexType name='A'><xs:sequence><xs:element name='a' type='xs:int'/></xs:sequence>\
           <xs:attribute name='x' type='xs:int'/></xs:complexType>\
         <xs:complexType name='B'><xs:complexContent><xs:extension base='A'>\
           <xs:choice><xs:element name='b' type='xs:int'/><xs:element name='c' type='xs:int'/></xs:choice>\
           <xs:attribute name='y' type='xs:int'/></xs:extension></xs:complexContent></xs:complexType>\
         <xs:complexType name='C'><xs:complexContent><xs:extension base='B'/></xs:complexContent></xs:complexType>\
         <xs:element name='r' type='C'/>",
    );
    let root = contract.root(&name("r")).unwrap();
    assert_eq!(children(&contract, root), ["a", "b? 0!", "c? 0!"]);
    let Content::Complex(complex) = contract.element(root).content else {
        panic!("complex")
    };
    let attributes = contract.complex(complex).attributes.iter();
    assert_eq!(
        attributes
            .map(|known| &*known.name.local)
            .collect::<Vec<_>>(),
        ["x", "y"]
    );
    assert_eq!(contract.complex(complex).name, Some(name("C")));
}

#[test]
fn simple_content_is_extended_by_attributes() {
    let contract = contract(
        "<xs:complexType name='A'><xs:simpleContent><xs:extension base='xs:int'>\
           <xs:attribute name='x' type='xs:int' use='required'/></xs:extension></xs:simpleContent></xs:complexType>\
         <xs:complexType name='B'><xs:simpleContent><xs:extension base='A'>\
           <xs:attribute name='y' type='xs:int' default='1'/></xs:extension></xs:simpleContent></xs:complexType>\
         <xs:complexType name='C'><xs:complexContent><xs:extension base='B'>\
           <xs:attribute name='z' type='xs:int'/></xs:extension></xs:complexContent></xs:complexType>\
         <xs:element name='r' type='C'/>",
    );
    let root = contract.root(&name("r")).unwrap();
    let simple = contract.value_type(root).unwrap();
    assert_eq!(contract.simple(simple).builtin(), crate::Builtin::Int);
    let Content::Complex(complex) = contract.element(root).content else {
        panic!("complex")
    };
    let complex = contract.complex(complex);
    assert!(matches!(complex.body, Body::Simple(_)));
    assert_eq!(
        complex
            .attributes
            .iter()
            .map(|known| known.required)
            .collect::<Vec<_>>(),
        [true, false, false]
    );
    assert_eq!(
        complex.attributes[1].value,
        Some(ValueConstraint::Default("1".into()))
    );
}

#[test]
fn names_carry_a_namespace_as_the_forms_say() {
    let contract = contract(
        "<xs:element name='g' type='xs:int'/><xs:attribute name='h' type='xs:int'/>\
         <xs:element name='r'><xs:complexType><xs:sequence>\
           <xs:element name='a' type='xs:int'/><xs:element name='b' type='xs:int' form='unqualified'/>\
           <xs:element ref='g'/></xs:sequence>\
           <xs:attribute name='c' type='xs:int'/><xs:attribute name='d' type='xs:int' form='qualified'/>\
           <xs:attribute ref='h'/><xs:attribute name='z' type='xs:int' use='prohibited'/>\
         </xs:complexType></xs:element>",
    );
    let Content::Complex(complex) = contract.element(contract.root(&name("r")).unwrap()).content
    else {
        panic!("complex")
    };
    let complex = contract.complex(complex);
    let elements: Vec<_> = complex
        .children
        .iter()
        .map(|child| contract.element(child.element).name.clone())
        .collect();
    assert_eq!(elements, [name("a"), QName::new(None, "b"), name("g")]);
    let attributes: Vec<_> = complex
        .attributes
        .iter()
        .map(|known| known.name.clone())
        .collect();
    assert_eq!(attributes, [QName::new(None, "c"), name("d"), name("h")]);
}

#[test]
fn groups_are_expanded_where_they_are_used() {
    let contract = contract(
        "<xs:group name='G'><xs:sequence><xs:element name='a' type='xs:int'/></xs:sequence></xs:group>\
         <xs:attributeGroup name='H'><xs:attribute name='x' type='xs:int'/></xs:attributeGroup>\
         <xs:element name='r'><xs:complexType><xs:sequence><xs:element name='b' type='xs:int'/>\
           <xs:group ref='G' minOccurs='0' maxOccurs='2'/></xs:sequence><xs:attributeGroup ref='H'/>\
         </xs:complexType></xs:element>",
    );
    let root = contract.root(&name("r")).unwrap();
    assert_eq!(children(&contract, root), ["b", "a*"]);
}

#[test]
fn a_type_may_contain_itself() {
    let contract = contract(
        "<xs:complexType name='T'><xs:sequence><xs:element name='t' type='T' minOccurs='0'/>\
         </xs:sequence></xs:complexType><xs:element name='r' type='T'/>",
    );
    assert_eq!(contract.element_count(), 2);
}

#[test]
fn documentation_is_taken_in_spanish() {
    let contract = contract(
        "<xs:element name='r' type='xs:int'><xs:annotation>\
           <xs:documentation xml:lang='en'>The root.</xs:documentation>\
           <xs:documentation xml:lang='es'>La\n  raiz.</xs:documentation></xs:annotation></xs:element>",
    );
    assert_eq!(
        &*contract.element(contract.root(&name("r")).unwrap()).doc,
        "La raiz."
    );
}
