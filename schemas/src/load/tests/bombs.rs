//! Schemas made to cost more than they weigh: each refused by name, before it costs.

use std::fmt::Write as _;

use super::{errors, load, schema, ungoverned, write};
use crate::{Contract, Governance};

#[test]
fn groups_of_groups_are_refused_by_what_they_come_to() {
    let doubled = |kind: &str, last: &str| -> String {
        let mut inside = last.to_owned();
        for at in 1..60 {
            let part = format!("<xs:{kind} ref='g{}'/>", at - 1);
            let body = match kind {
                "group" => format!("<xs:sequence>{part}{part}</xs:sequence>"),
                _ => format!("{part}{part}"),
            };
            let _ = write!(inside, "<xs:{kind} name='g{at}'>{body}</xs:{kind}>");
        }
        inside
    };
    let group = doubled("group", "<xs:group name='g0'><xs:sequence/></xs:group>");
    let attributes = doubled("attributeGroup", "<xs:attributeGroup name='g0'/>");
    for inside in [group, attributes] {
        let found = errors(ungoverned(&inside));
        let budget = "a.xsd:2: too many particles, attributes and edges of content models";
        assert!(found.iter().any(|error| error == budget), "{found:?}");
    }
}

#[test]
fn types_of_types_are_refused_by_what_they_come_to() {
    let mut unions =
        "<xs:simpleType name='u0'><xs:union memberTypes='xs:int xs:date'/></xs:simpleType>"
            .to_owned();
    for at in 1..60 {
        let inner = format!("u{}", at - 1);
        let _ = write!(
            unions,
            "<xs:simpleType name='u{at}'><xs:union memberTypes='{inner} {inner}'/></xs:simpleType>"
        );
    }
    let mut chain = String::new();
    for at in 1..300 {
        let base = at + 1;
        let _ = write!(
            chain,
            "<xs:simpleType name='s{at}'><xs:restriction base='s{base}'/></xs:simpleType>"
        );
    }
    let pattern = "<xs:simpleType name='p'><xs:restriction base='xs:string'>\
                   <xs:pattern value='((.{0,4000}){0,4000}){0,4000}'/></xs:restriction></xs:simpleType>";
    for (inside, expected) in [
        (unions.as_str(), "too many members of one union"),
        (&chain, "too many restrictions of one type"),
        (pattern, "the expression is too large"),
    ] {
        let found = errors(ungoverned(inside));
        assert!(
            found.iter().any(|error| error.contains(expected)),
            "{expected}: {found:?}"
        );
    }
}

#[test]
fn files_out_of_bounds_are_refused_by_name() {
    let deep = format!(
        "{}{}",
        "<xs:sequence>".repeat(300),
        "</xs:sequence>".repeat(300)
    );
    let deep = format!("<xs:element name='r'><xs:complexType>{deep}</xs:complexType></xs:element>");
    let mut attributes = String::new();
    for at in 0..100_000 {
        let _ = write!(attributes, " a{at}=''");
    }
    let many = format!("<xs:element name='r' type='xs:int'{attributes}/>");
    for (inside, expected) in [(deep, "demasiado-profundo"), (many, "demasiados-atributos")] {
        let found = errors(load(&[("a.xsd", &schema(&inside))], Governance::Ungoverned));
        assert_eq!(found, [format!("a.xsd:2: the XML is refused: {expected}")]);
    }
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("a.xsd", "")]);
    let file = std::fs::File::options()
        .write(true)
        .open(folder.path().join("a.xsd"))
        .unwrap();
    file.set_len(1 << 40).unwrap();
    let found = Contract::load(folder.path(), Governance::Ungoverned).unwrap_err();
    assert_eq!(
        found.to_string(),
        "a.xsd: the XML is refused: demasiado-grande"
    );
}
