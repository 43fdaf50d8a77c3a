//! WSDL, and the schema files it points to.

use std::collections::BTreeSet;

use contract::Contract;
use contract::emit::wsdl;

use crate::contract;

/// The document of that version of the contract `viogen`.
pub(crate) fn document(version: &str) -> String {
    let (viogen, context) = (
        contract(&format!("viogen/{version}")),
        contract("contexto/1"),
    );
    let address = format!("https://pasarela.example/soap/viogen/{version}");
    let locate = |of: &Contract, path: &str| format!("?xsd={}/{path}", of.name());
    let options = wsdl::Options {
        context: Some(&context),
        address: &address,
        locate: &locate,
    };
    wsdl::document(&viogen, &options)
}

#[test]
fn wsdl_declares_what_it_refers_to() {
    let (viogen, text) = (contract("viogen/2"), document("2"));
    let attribute = |name: &str| -> BTreeSet<&str> {
        let start = format!(" {name}=\"");
        text.split(&start)
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect()
    };
    let names = attribute("name");
    for key in ["message", "binding", "type"] {
        for reference in attribute(key) {
            assert!(
                names.contains(reference.strip_prefix("tns:").unwrap()),
                "{key} {reference}"
            );
        }
    }
    for operation in viogen.operations() {
        assert!(text.contains(&format!("soapAction=\"{}\"", operation.soap_action)));
    }
    assert!(
        text.contains(r#"schemaLocation="?xsd=contexto/contexto.xsd""#),
        "{text}"
    );
}

#[test]
fn schema_files_point_where_they_are_served() {
    let contract = contract("viogen/2");
    let locate = |of: &Contract, path: &str| format!("?xsd={}/{path}", of.name());
    for file in contract.files() {
        let served = wsdl::schema(&contract, &file.path, &locate).unwrap();
        for location in served.split("schemaLocation=\"").skip(1) {
            let location = location.split('"').next().unwrap();
            let path = location.strip_prefix("?xsd=viogen/").unwrap();
            assert!(
                contract.files().iter().any(|file| *file.path == *path),
                "{location}"
            );
        }
    }
    assert_eq!(wsdl::schema(&contract, "no.xsd", &locate), None);
}
