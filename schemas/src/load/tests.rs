mod bombs;
mod files;
mod foreign;
mod governance;
mod identity;
mod models;
mod narrow;
mod operations;
mod refused;
mod sidecar;
mod types;
mod words;
mod wsdl;

use std::path::Path;

use crate::{Contract, Governance, LoadErrors, QName};

/// A contract folder with these files, loaded.
fn load(files: &[(&str, &str)], governance: Governance) -> Result<Contract, LoadErrors> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    super::folder(folder.path(), governance)
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// A schema for `urn:x` whose components are `inside`, all on line 2.
fn schema(inside: &str) -> String {
    format!(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns='urn:x' \
         xmlns:p='urn:pasarela:anotaciones:1' targetNamespace='urn:x' \
         elementFormDefault='qualified'>\n{inside}</xs:schema>"
    )
}

/// One file with these components, loaded without governance.
fn ungoverned(inside: &str) -> Result<Contract, LoadErrors> {
    load(&[("a.xsd", &schema(inside))], Governance::Ungoverned)
}

/// The errors, as they are shown.
fn errors(loaded: Result<Contract, LoadErrors>) -> Vec<String> {
    let errors = loaded.err().map(|errors| errors.0).unwrap_or_default();
    errors.iter().map(ToString::to_string).collect()
}

/// The name in `urn:x`.
fn name(local: &str) -> QName {
    QName::new(Some("urn:x"), local)
}

#[test]
fn the_shipped_contracts_load() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts");
    for (name, version, operations) in
        [("viogen", "2", 6), ("contexto", "1", 0), ("padron", "1", 1)]
    {
        let contract = Contract::load(&contracts.join(name).join(version), Governance::Required);
        let contract = contract.unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!((contract.name(), contract.version()), (name, version));
        assert_eq!(contract.id(), format!("{name}/{version}"));
        assert_eq!(contract.operations().len(), operations, "{name}");
    }
}
