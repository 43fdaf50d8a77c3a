//! The check of a folder, and the catalogue.

use std::collections::BTreeSet;
use std::fs;

use contract::{Governance, catalogue, check};

use crate::{contract, contracts};

#[test]
fn the_check_gives_one_verdict_a_root_file() {
    let report = check::check(&contracts(), Governance::Required).unwrap();
    assert!(report.ok, "{report:#?}");
    let files: Vec<&str> = report
        .files
        .iter()
        .map(|verdict| verdict.file.as_str())
        .collect();
    assert_eq!(
        files,
        [
            "contexto/1/contexto.xsd",
            "padron/1/padron.wsdl",
            "viogen/1/operaciones.xsd",
            "viogen/2/operaciones.xsd",
            "viogen/2/conversiones/viogen-1.toml",
            "viogen/2/reglas"
        ]
    );
}

#[test]
fn the_check_takes_for_a_root_what_nobody_refers_to() {
    let including = |target: &str| {
        format!(
            r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
               <xs:include schemaLocation="{target}"/></xs:schema>"#
        )
    };
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("x")).unwrap();
    for (path, text) in [
        ("a.xsd", including("x/part.xsd")),
        ("x/part.xsd", including("../common.xsd")),
        ("common.xsd", including("common.xsd")),
        ("one.xsd", including("other.xsd")),
        ("other.xsd", including("one.xsd")),
        ("broken.xsd", "<xs:schema".to_owned()),
        ("far.xsd", including("https://example.org/b.xsd")),
        ("README.md", String::new()),
    ] {
        fs::write(folder.path().join(path), text).unwrap();
    }
    let report = check::check(folder.path(), Governance::Required).unwrap();
    let verdicts: Vec<(&str, bool)> = report
        .files
        .iter()
        .map(|verdict| (verdict.file.as_str(), verdict.ok))
        .collect();
    let expected = [
        ("a.xsd", true),
        ("broken.xsd", false),
        ("far.xsd", false),
        ("one.xsd", true),
    ];
    assert_eq!(verdicts, expected, "{report:#?}");
    assert!(!report.ok);
    for verdict in report.files.iter().filter(|verdict| !verdict.ok) {
        assert_eq!(verdict.reasons[0].file, verdict.file, "{report:#?}");
    }
}

#[test]
fn the_check_takes_the_governance_file_nearest_to_a_service() {
    let padron = contracts().join("padron/1");
    let folder = tempfile::tempdir().unwrap();
    let copy = |inside: &str, with: &[&str]| {
        let target = folder.path().join(inside);
        fs::create_dir_all(&target).unwrap();
        for name in with {
            fs::copy(padron.join(name), target.join(name)).unwrap();
        }
    };
    let service = ["padron.wsdl", "comunes.xsd", "datos-especificos.xsd"];
    copy("beside", &service);
    copy("beside", &["governance.toml"]);
    copy("around/deep/er", &service);
    copy("around", &["governance.toml"]);
    copy("broken/deep", &service);
    copy("none", &service);
    copy("stray", &["datos-especificos.xsd", "comunes.xsd"]);
    copy("stray", &["governance.toml"]);
    let good = fs::read_to_string(padron.join("governance.toml")).unwrap();
    let idle = format!("{good}\n[[campo]]\nruta = \"/Nada\"\nfuncion = \"sujeto\"\n");
    fs::write(folder.path().join("broken/governance.toml"), idle).unwrap();

    let report = check::check(folder.path(), Governance::Required).unwrap();
    let verdict = |file: &str| {
        let found = report.files.iter().find(|verdict| verdict.file == file);
        found.unwrap_or_else(|| panic!("no {file} in {report:#?}"))
    };
    assert!(verdict("beside/padron.wsdl").ok, "{report:#?}");
    assert!(verdict("around/deep/er/padron.wsdl").ok, "{report:#?}");
    for (file, place, message) in [
        (
            "broken/deep/padron.wsdl",
            "broken/governance.toml",
            "`/Nada` matches nothing",
        ),
        (
            "stray/datos-especificos.xsd",
            "stray/governance.toml",
            "the folder has no WSDL",
        ),
    ] {
        let reasons = &verdict(file).reasons;
        let found = reasons
            .iter()
            .any(|it| it.file == place && it.message == message);
        assert!(found, "{reasons:#?}");
    }
    let unclassified = &verdict("none/padron.wsdl").reasons;
    assert!(
        unclassified.iter().any(|it| it.path.is_some()),
        "{unclassified:#?}"
    );
}

#[test]
fn the_check_of_nothing_is_not_a_success() {
    let empty = tempfile::tempdir().unwrap();
    assert!(!check::check(empty.path(), Governance::Required).unwrap().ok);
    assert!(check::check(&empty.path().join("no"), Governance::Required).is_err());
}

#[test]
fn the_catalogue_names_every_leaf_and_who_decides() {
    let contract = contract("viogen/2");
    let root = contract.operation("consultarCaso").unwrap().response;
    let fields = catalogue::fields(&contract, root);
    assert!(fields.len() > 100, "{}", fields.len());
    assert!(
        fields
            .iter()
            .all(|field| field.group.is_some() && field.sensitivity.is_some())
    );
    let paths: BTreeSet<&str> = fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths.len(), fields.len(), "each leaf once");
    let text = catalogue::markdown(&contract);
    assert!(
        fields
            .iter()
            .all(|field| text.contains(&format!("| `{}` |", field.path)))
    );
}

/// Puts something beside the schema, which is told of in that file by that text.
type Beside<'t> = (&'t dyn Fn(&std::path::Path), &'t str, &'t str);

#[test]
fn what_cannot_be_read_beside_the_schemas_is_told() {
    let schema = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>";
    let long = " ".repeat((1 << 20) + 1);
    let table: [Beside<'_>; 5] = [
        (
            &|folder| std::os::unix::fs::symlink("/", folder.join("reglas")).unwrap(),
            "a/1/reglas",
            "leads out of the contract folder",
        ),
        (
            &|folder| fs::write(folder.join("reglas"), "").unwrap(),
            "a/1/reglas",
            "Not a directory",
        ),
        (
            &|folder| std::os::unix::fs::symlink("nada", folder.join("conversiones")).unwrap(),
            "a/1/conversiones",
            "No such file",
        ),
        (
            &|folder| {
                fs::create_dir(folder.join("formularios")).unwrap();
                fs::write(folder.join("formularios/f.toml"), "").unwrap();
            },
            "a/1/reglas",
            "formularios/indice.toml:: there is no such file",
        ),
        (
            &|folder| {
                fs::create_dir(folder.join("reglas")).unwrap();
                fs::write(folder.join("reglas/r.toml"), &long).unwrap();
            },
            "a/1/reglas",
            "longer than 1048576 bytes",
        ),
    ];
    for (beside, file, expected) in table {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("a/1");
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("a.xsd"), schema).unwrap();
        beside(&own);
        let report = check::check(folder.path(), Governance::Required).unwrap();
        assert!(!report.ok, "{expected}");
        let verdict = report.files.iter().find(|verdict| !verdict.ok).unwrap();
        assert_eq!(verdict.file, file, "{report:#?}");
        let message = &verdict.reasons[0].message;
        assert!(message.contains(expected), "{expected}: {message}");
    }
}
