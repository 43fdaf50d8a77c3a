//! The text of a registry reads back, and says what an import would change.

use std::collections::BTreeSet;

use super::super::diff;
use super::{Enrolment, FileError, Named, RegistryFile};
use domain::Registry;
use domain::adhesion::UsersForm;
use domain::registry::Forms;
use std::path::Path;

const TEXT: &str = r#"
[[organismo]]
id = "L01130473"
kind = "policiaLocal"
name = "Policía Local de \"PRUEBA\" <b>"
claves = ["abababababababababababababababababababababababababababababababab"]

[[organismo.convenio]]
id = "CONV-1"
state = "prorrogado"
effective_from = "2026-01-01"
expires_on = "2029-12-31"

[organismo.convenio.annex]
operations = ["coincidencia", "consulta"]
purposes = ["proteccion"]
territory = ["P45", "13047"]
max_risk = "medio"
mode = "seguimiento"
on_behalf_of = ["L01280796"]
services = ["padron/1"]
contract = "viogen/1"
hand_over = 30

[organismo.convenio.annex.quotas]
alarm_percent = 70
hours = { from = "07:00", until = "22:30" }
organism = { requests = 500 }
officer = { requests = 50, exceptional = 2 }

[organismo.convenio.annex.security]
requests = "exigida"
answers = "opcional"

[[organismo.usuario]]
officer = "PRUEBA-1"
role = "agente"
trained_on = "2026-01-01"
from = "2026-01-02"

[[organismo.usuario]]
officer = "PRUEBA-2"
role = "responsable"
from = "2026-01-02"
until = "2026-05-01"

[[organismo]]
id = "E99990001"
kind = "fuerzaEstatal"
name = "Cuerpo de PRUEBA"
"#;

fn read(text: &str) -> RegistryFile {
    RegistryFile::of_text(Path::new("prueba.toml"), text, Named::Read).unwrap()
}

/// The registry after importing a file into an empty one.
fn imported(file: &RegistryFile) -> Registry {
    let all = || file.enrolments().iter();
    let keys = |it: &Enrolment| {
        let owner = it.organism.id.clone();
        let keys = it.keys.clone().into_iter();
        keys.map(move |key| (key, owner.clone()))
    };
    let form = |it: &Enrolment| {
        let form: UsersForm = it.users.iter().cloned().collect();
        (it.organism.id.clone(), form)
    };
    let forms: Forms = all().map(form).collect();
    let registry = Registry::new(
        1,
        all().map(|it| it.organism.clone()),
        all().flat_map(|it| it.agreements.clone()),
        all().flat_map(keys),
    );
    registry.with_forms(forms)
}

#[test]
fn what_is_exported_is_imported_as_the_same() {
    let first = imported(&read(TEXT));
    let text = RegistryFile::of(&first).text().unwrap();
    let second = imported(&read(&text));
    assert_eq!(second, first);
    assert_eq!(RegistryFile::of(&second).text().unwrap(), text);
    assert_eq!(first.forms().iter().count(), 2);
    let empty = RegistryFile::of(&Registry::default()).text().unwrap();
    assert_eq!(read(&empty).enrolments().len(), 0);
}

#[test]
fn differences_are_told() {
    let present = read(TEXT);
    let told = |wanted: &str| diff::lines(&present, &read(wanted), &BTreeSet::new());
    assert_eq!(told(TEXT), ["sin diferencias"]);
    let longer = TEXT.replace("2029-12-31", "2030-12-31");
    assert_eq!(
        told(&longer),
        [
            "~ convenio CONV-1",
            "    - expires_on = \"2029-12-31\"",
            "    + expires_on = \"2030-12-31\"",
        ]
    );
    let other_officer = TEXT.replace("PRUEBA-2", "PRUEBA-3");
    assert_eq!(
        told(&other_officer),
        [
            "+ usuario L01130473 PRUEBA-3",
            "= usuario L01130473 PRUEBA-2: solo en el registro, se queda",
        ]
    );
    let kept = BTreeSet::from(["CONV-1".parse().unwrap()]);
    let first = diff::lines(&present, &read(&longer), &kept).remove(0);
    assert_eq!(
        first,
        "~ convenio CONV-1: tiene expediente, la importación lo rechaza"
    );
}

#[test]
fn a_signed_file_names_no_certificates() {
    let of = |text: &str| RegistryFile::of_text(Path::new("prueba.toml"), text, Named::Refused);
    assert!(of(TEXT).is_ok());
    let named = TEXT.replacen("claves = [", "certificados = [\"x.pem\"]\nclaves = [", 1);
    let refused = of(&named).err();
    assert!(matches!(refused, Some(FileError::Unsigned(..))));
}

/// Whatever is misspelt would be left out, and an agreement that was to be suspended would stay in force.
#[test]
fn what_is_misspelt_is_refused() {
    let read = |text: &str| RegistryFile::of_text(Path::new("registro.toml"), text, Named::Read);
    assert!(read(TEXT).is_ok());
    for (right, wrong) in [
        ("[[organismo.usuario]]", "[[organismo.usuarios]]"),
        ("claves = ", "llaves = "),
        ("hand_over = 30", "handover = 30"),
    ] {
        let text = TEXT.replace(right, wrong);
        assert_ne!(text, TEXT);
        assert!(
            matches!(read(&text), Err(FileError::Invalid(..))),
            "{wrong}"
        );
    }
}
