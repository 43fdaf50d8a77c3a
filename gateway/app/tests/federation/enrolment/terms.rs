//! Which of two agreements a run is decided by: the one that it is about, whatever ran before.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::office::{Office, office, shown};
use crate::answer::Answer;
use crate::members::{Member, READER, WITHOUT_KEY};
use crate::partner::{OFFICER, Partner, fresh};
use crate::site::run;

fn begins(partner: &Partner) -> Value {
    let asked = json!({"hora": Timestamp::now().to_string(), "funcionario": OFFICER});
    let begun = run(partner.post("/conformidad", "x", &asked.to_string()));
    assert_eq!(begun.status, 201, "{}", begun.body);
    begun.json()
}

fn ends(partner: &Partner, begun: &Value) -> Answer {
    let path = format!("/conformidad/{}", begun["ejecucion"].as_str().unwrap());
    run(partner.post(&path, "x", "{}"))
}

/// Whether the sandbox answers a question of an operation that one annex opens and the other does not.
fn asks(partner: &Partner) -> u16 {
    let body = r#"{"tipoDocumento":"OTRO","numeroDocumento":"PRUEBA00000000"}"#;
    run(partner.post("/v2/coincidencias", &fresh(), body)).status
}

/// Opens a file of that name whose annex opens these operations.
fn files(office: &Office, (file, member): (&str, &Member), operations: &str) {
    let dir = tempfile::tempdir().unwrap();
    let annex = dir.path().join("anexo.toml");
    let text = format!(
        "operations = [{operations}]\npurposes = [\"proteccion\"]\nterritory = [\"P13\"]\n\
         max_risk = \"extremo\"\nmode = \"seguimiento\"\n"
    );
    std::fs::write(&annex, text).unwrap();
    let lines = [
        format!(
            "adhesion new --by GESTORA-1 {file} --organism {} --kind {} --name PRUEBA",
            member.id, member.kind
        ),
        format!("adhesion annex --by GESTORA-1 {file} {}", shown(&annex)),
    ];
    for line in lines {
        let ended = office.ministry(&line);
        assert_eq!(ended.status, 0, "{line}: {ended:?}");
    }
}

#[test]
fn a_run_is_decided_by_the_agreement_that_it_is_about() {
    let office = office();
    // The file's name before and after that of the agreement in force, `PRUEBA-…`: neither order counts.
    let table = [
        // What is in force opens consultations only; the file opens hits.
        (&READER, "A-PRUEBA-LECTOR", "\"coincidencia\"", (403, 200)),
        // What is in force opens hits; the file does not.
        (&WITHOUT_KEY, "Z-PRUEBA-OTRO", "\"consulta\"", (200, 403)),
    ];
    for (member, file, operations, (before, after)) in table {
        let partner = office.rehearses((member.slug, member.id));
        let first = begins(&partner);
        assert_eq!(asks(&partner), before, "{file}");
        files(office, (file, member), operations);
        // Two at once: the second is about the file, and from then on so is every answer.
        let second = begins(&partner);
        assert_eq!(asks(&partner), after, "{file}");
        let spoiled = ends(&partner, &first);
        assert_eq!(spoiled.status, 409, "{}", spoiled.body);
        assert!(spoiled.body.contains("anexo-cambiado"), "{}", spoiled.body);
        assert_eq!(asks(&partner), after, "{file}");
        let report = ends(&partner, &second);
        assert_eq!(report.status, 200, "{}", report.body);
        assert_eq!(report.json()["convenio"], file, "{}", report.body);
        // It asked nothing under its own names: no evidence, no pass.
        assert_eq!(report.json()["resultado"], "noSuperada", "{}", report.body);
    }
}
