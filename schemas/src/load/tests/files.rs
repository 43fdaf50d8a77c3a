//! Includes and imports, inside the folder only.

use super::{errors, load, schema, write};
use crate::{Contract, Governance, QName};

/// A schema for `namespace` with `inside`.
fn target(namespace: &str, inside: &str) -> String {
    let attribute = match namespace {
        "" => String::new(),
        _ => format!("targetNamespace='{namespace}' xmlns='{namespace}'"),
    };
    format!(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' {attribute}>\n{inside}</xs:schema>"
    )
}

fn check(files: &[(&str, String)], expected: &[&str]) -> Option<Contract> {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let loaded = load(&files, Governance::Ungoverned);
    if expected.is_empty() {
        return Some(loaded.unwrap_or_else(|found| panic!("{files:?}: {found}")));
    }
    assert_eq!(errors(loaded), expected, "{files:?}");
    None
}

#[test]
fn includes_and_imports_are_followed() {
    let contract = check(
        &[
            (
                "z.xsd",
                target(
                    "urn:x",
                    "<xs:include schemaLocation='parts/t.xsd'/>\
                     <xs:import namespace='urn:y' schemaLocation='parts/../y.xsd'/>\
                     <xs:element name='a' type='T'/>\
                     <xs:element name='b' type='y:U' xmlns:y='urn:y'/>",
                ),
            ),
            ("parts/t.xsd", target("urn:x", "<xs:include schemaLocation='../z.xsd'/><xs:simpleType name='T'><xs:restriction base='xs:token'/></xs:simpleType>")),
            ("y.xsd", target("urn:y", "<xs:simpleType name='U'><xs:restriction base='xs:token'/></xs:simpleType>")),
        ],
        &[],
    )
    .unwrap();
    assert_eq!(contract.roots().len(), 2);
    let files: Vec<_> = contract.files().iter().map(|file| &*file.path).collect();
    // `z.xsd` and `parts/t.xsd` include each other: the first of them in order comes first.
    assert_eq!(files, ["parts/t.xsd", "z.xsd", "y.xsd"]);
}

#[test]
fn a_file_without_namespace_takes_that_of_whoever_includes_it() {
    let common = "<xs:simpleType name='T'><xs:restriction base='xs:token'><xs:length value='1'/>\
                  </xs:restriction></xs:simpleType><xs:element name='c' type='T'/>";
    let contract = check(
        &[
            (
                "a.xsd",
                target(
                    "urn:a",
                    "<xs:include schemaLocation='c.xsd'/><xs:element name='a' type='T'/>",
                ),
            ),
            (
                "b.xsd",
                target(
                    "urn:b",
                    "<xs:include schemaLocation='c.xsd'/><xs:element name='b' type='T'/>",
                ),
            ),
            ("c.xsd", target("", common)),
        ],
        &[],
    )
    .unwrap();
    for (namespace, local) in [
        ("urn:a", "a"),
        ("urn:a", "c"),
        ("urn:b", "b"),
        ("urn:b", "c"),
    ] {
        assert!(
            contract.root(&QName::new(Some(namespace), local)).is_some(),
            "{local}"
        );
    }
    assert!(contract.root(&QName::new(None, "c")).is_none());
}

#[test]
fn what_leads_out_of_the_folder_is_refused_by_name() {
    for (location, expected) in [
        ("../b.xsd", "`../b.xsd` leads out of the contract folder"),
        (
            "parts/../../b.xsd",
            "`parts/../../b.xsd` leads out of the contract folder",
        ),
        (
            "/etc/b.xsd",
            "`/etc/b.xsd` leads out of the contract folder",
        ),
        (
            "http://example.org/b.xsd",
            "`http://example.org/b.xsd` is a URL, and schemas are never fetched",
        ),
        (
            "file:///etc/b.xsd",
            "`file:///etc/b.xsd` is a URL, and schemas are never fetched",
        ),
        (
            "//example.org/b.xsd",
            "`//example.org/b.xsd` is a URL, and schemas are never fetched",
        ),
    ] {
        for link in ["include", "import namespace='urn:b'"] {
            let inside = format!("<xs:{link} schemaLocation='{location}'/>");
            check(
                &[("a.xsd", schema(&inside))],
                &[&format!("a.xsd:2: {expected}")],
            );
        }
    }
}

#[test]
fn faults_of_files_are_named() {
    let include = schema("<xs:include schemaLocation='b.xsd'/>");
    for (files, expected) in [
        (vec![], ".: the folder holds no `.xsd` or `.wsdl` file"),
        (
            vec![("a.xsd", include.clone()), ("b.xsd", target("urn:y", ""))],
            "a.xsd:2: the target namespace is `urn:y`, not `urn:x`",
        ),
        (
            vec![
                (
                    "a.xsd",
                    schema("<xs:import namespace='urn:y' schemaLocation='b.xsd'/>"),
                ),
                ("b.xsd", target("", "")),
            ],
            "a.xsd:2: the target namespace is ``, not `urn:y`",
        ),
        (
            vec![("a.xsd", "<a/>".to_owned())],
            "a.xsd:1: `a` is not a schema",
        ),
        (
            vec![("a.xsd", "<a>\n<b></a>".to_owned())],
            "a.xsd:2: the XML is refused: xml-mal-formado",
        ),
        (
            vec![("a.xsd", "<!DOCTYPE a [\n%b;]>\n<a/>".to_owned())],
            "a.xsd:1: the XML is refused: entidad-prohibida",
        ),
        (
            vec![("a.xsd", "<a>&b;</a>".to_owned())],
            "a.xsd:1: the XML is refused: entidad-prohibida",
        ),
        (
            vec![
                (
                    "a.xsd",
                    schema(
                        "<xs:redefine schemaLocation='b.xsd'><xs:simpleType name='T'>\
                         <xs:restriction base='T'/></xs:simpleType></xs:redefine>",
                    ),
                ),
                ("b.xsd", schema("")),
            ],
            "a.xsd:2: `{urn:x}T` is not declared",
        ),
        (
            vec![("a.xsd", schema("<xs:include/>"))],
            "a.xsd:2: attribute `schemaLocation` is missing",
        ),
    ] {
        check(&files, &[expected]);
    }
}

#[test]
fn a_missing_file_is_reported_where_it_is_named() {
    let found = errors(load(
        &[("a.xsd", &schema("<xs:include schemaLocation='b.xsd'/>"))],
        Governance::Ungoverned,
    ));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("a.xsd:2: cannot be read: b.xsd: "),
        "{found:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), &[("b.xsd", &schema(""))]);
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("a.xsd", &schema("<xs:include schemaLocation='b.xsd'/>"))],
    );
    std::os::unix::fs::symlink(outside.path().join("b.xsd"), folder.path().join("b.xsd")).unwrap();
    let found = errors(super::super::folder(folder.path(), Governance::Ungoverned));
    assert_eq!(found, ["b.xsd: `b.xsd` leads out of the contract folder"]);
}

#[test]
fn one_file_is_loaded_with_what_it_needs_only() {
    let folder = tempfile::tempdir().unwrap();
    let good = schema("<xs:element name='a' type='xs:int'/>");
    write(folder.path(), &[("d/a.xsd", &good), ("bad.xsd", "<a/>")]);
    let load = |file: &str| {
        Contract::load_file(
            folder.path(),
            &folder.path().join(file),
            Governance::Ungoverned,
        )
    };
    let contract = load("d/a.xsd").unwrap();
    assert_eq!(
        (contract.files().len(), &*contract.files()[0].path),
        (1, "d/a.xsd")
    );
    assert_eq!(contract.namespace(), "urn:x");
    assert!(load("bad.xsd").is_err());
    assert!(
        load("none.xsd")
            .unwrap_err()
            .to_string()
            .starts_with(".: cannot be read")
    );
}

#[test]
fn an_import_without_location_finds_its_namespace() {
    let simple = |name: &str| {
        format!("<xs:simpleType name='{name}'><xs:restriction base='xs:int'/></xs:simpleType>")
    };
    let using = |namespace: &str| {
        target(
            "urn:x",
            &format!(
                "<xs:import namespace='urn:unused'/><xs:import namespace='{namespace}'/>\n\
                 <xs:element name='a' xmlns:y='{namespace}' type='y:T'/>"
            ),
        )
    };
    let near = ("d/near.xsd", target("urn:y", &simple("T")));
    check(
        &[
            ("d/a.xsd", using("urn:y")),
            near.clone(),
            ("far.xsd", target("urn:y", &simple("U"))),
        ],
        &[],
    );
    check(
        &[("d/a.xsd", using("urn:q")), near],
        &[
            "d/a.xsd:2: no file declares the namespace `urn:q`",
            "d/a.xsd:3: `{urn:q}T` is not declared",
        ],
    );
}

#[test]
fn schema_files_are_read_in_the_encoding_that_they_say() {
    let text = schema("<xs:element name='año' type='xs:int'/>");
    let told = format!("<?xml version='1.0' encoding='ISO-8859-1'?>\n<?editor x?>{text}");
    let latin: Vec<u8> = told
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let wide: Vec<u8> = format!("\u{FEFF}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [latin, wide] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.xsd"), bytes).unwrap();
        let contract = super::super::folder(folder.path(), Governance::Ungoverned);
        let contract = contract.unwrap_or_else(|errors| panic!("{errors}"));
        assert!(contract.root(&super::name("año")).is_some());
        assert!(contract.files()[0].text.contains("año"));
    }
}
