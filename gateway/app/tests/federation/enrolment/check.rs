//! The conformance profile in the sandbox: who passes, who fails by which name, and what is believed of whom.

use std::path::PathBuf;

use domain::{CertificateKey, Staff, StaffRole, StaffRoles};
use jiff::Timestamp;
use serde_json::{Value, json};
use store::Store;

use super::office::{Office, office, shown};
use crate::members::HERENCIA;
use crate::program::{Ended, pasarela_reading};
use crate::site::run;

const FILE: &str = "CONFORMIDAD-PRUEBA";
const SLUG: &str = HERENCIA.0;
const ID: &str = HERENCIA.1;

/// A force with a certificate and a file whose agreement has no effect yet.
struct Force {
    office: &'static Office,
    dir: tempfile::TempDir,
}

impl Force {
    fn new() -> Self {
        let force = Self {
            office: office(),
            dir: tempfile::tempdir().unwrap(),
        };
        let staff = Staff {
            id: "gestora".parse().unwrap(),
            roles: StaffRoles::new([StaffRole::Manager]).unwrap(),
        };
        let file = force.office.site.folder().join("pasarela.sqlite");
        run(async {
            let store = Store::open(&format!("sqlite://{}", file.display())).await;
            let (store, key) = (store.unwrap(), CertificateKey::from_digest([0xD0; 32]));
            let put = store.put_staff(&staff, &key, Timestamp::now());
            put.await.unwrap();
        });
        let new = format!(
            "adhesion new --by gestora {FILE} --organism {ID} --kind policiaLocal --name PRUEBA"
        );
        force.ministry(&new);
        force
    }

    fn ministry(&self, line: &str) -> Ended {
        let ended = self.office.ministry(line);
        assert_eq!(ended.status, 0, "{line}: {ended:?}");
        ended
    }

    fn annex(&self, territory: &str) {
        let file = self.dir.path().join("anexo.toml");
        let text = format!(
            "operations = [\"coincidencia\", \"consulta\", \"busqueda\", \"presentacion\"]\n\
             purposes = [\"proteccion\"]\nterritory = [\"{territory}\"]\nmax_risk = \"medio\"\n\
             mode = \"seguimiento\"\n"
        );
        std::fs::write(&file, text).unwrap();
        self.ministry(&format!(
            "adhesion annex --by gestora {FILE} {}",
            shown(&file)
        ));
    }

    fn report(&self) -> PathBuf {
        self.dir.path().join("informe.json")
    }

    fn arguments(&self) -> Vec<String> {
        let files = self.office.site.pki.organism(SLUG);
        let (cert, key) = (shown(&files.certificate), shown(&files.key));
        let (ca, report) = (self.office.ca(), shown(&self.report()));
        let words = [
            "join",
            "check",
            "--gateway",
            &self.office.sandbox,
            "--ca",
            &ca,
            "--cert",
            &cert,
            "--key",
            &key,
            "--organism",
            ID,
            "--report",
            &report,
        ];
        words.map(str::to_owned).to_vec()
    }

    fn checks(&self, more: &[&str]) -> (Ended, Value) {
        let more = more.iter().map(|it| (*it).to_owned());
        let words: Vec<String> = self.arguments().into_iter().chain(more).collect();
        let ended = pasarela_reading(&words, b"\n");
        let report = std::fs::read(self.report()).unwrap_or_default();
        (ended, serde_json::from_slice(&report).unwrap_or_default())
    }

    /// What the file says last of conformance.
    fn shown(&self) -> String {
        self.ministry(&format!("adhesion show {FILE}")).out
    }
}

fn failed(report: &Value) -> Vec<&str> {
    let findings = report["pruebas"].as_array().unwrap().iter();
    let failed = findings.filter(|it| it["resultado"] != "superada");
    failed.map(|it| it["prueba"].as_str().unwrap()).collect()
}

#[test]
fn a_run_of_the_profile() {
    let force = Force::new();
    let (without, _) = force.checks(&[]);
    assert_eq!(without.status, 1, "{without:?}");
    assert!(
        without.err.contains("el expediente no tiene anexo todavía"),
        "{without:?}"
    );
    fails_with_the_territory_of_another(&force);
    passes(&force);
    says_the_same_once(&force);
    passes_over_soap(&force);
    only_evidence_is_believed(&force);
    holds_nothing_real(&force);
}

fn fails_with_the_territory_of_another(force: &Force) {
    force.annex("13034");
    let (ended, report) = force.checks(&[]);
    assert_eq!(ended.status, 1, "{ended:?}");
    assert!(report.is_object(), "{ended:?}\n{}", force.office.site.log());
    let names = [
        "coincidencia-si",
        "consulta-en-territorio",
        "presentacion",
        "presentacion-repetida",
    ];
    assert_eq!(failed(&report), names, "{ended:?}");
    assert!(
        ended.out.contains("[FALLA] consulta-en-territorio"),
        "{ended:?}"
    );
    assert!(
        ended
            .out
            .contains("el territorio o el nivel máximo del anexo"),
        "{ended:?}"
    );
    assert!(force.shown().contains("noSuperada"), "{}", force.shown());
}

fn passes(force: &Force) {
    force.annex("13047");
    let (ended, report) = force.checks(&[]);
    assert_eq!(
        (ended.status, failed(&report)),
        (0, vec![]),
        "{ended:?} {report:#}"
    );
    assert!(ended.out.contains("Resultado: superada"), "{ended:?}");
    assert!(ended.out.contains("constan en el expediente"), "{ended:?}");
    assert_eq!(report["resultado"], "superada");
    // The file names the report by its digest, and the report the evidence.
    let digest = journal::Digest::of(&std::fs::read(force.report()).unwrap()).to_string();
    let shown = force.shown();
    assert!(shown.contains(&digest), "{digest}: {shown}");
    assert!(shown.contains("pasarela"), "{shown}");
    let node = report["registro"]["nodo"].as_str().unwrap();
    assert!(node.ends_with(".pruebas"), "{node}");
    let acts = force.office.site.journal();
    let entered =
        |it: &&Value| it["operacion"] == "adhesion.conformidad" && it["personal"] == "pasarela";
    assert_eq!(acts.entries().iter().filter(entered).count(), 2);
}

/// What the file says already is not entered again.
fn says_the_same_once(force: &Force) {
    let before = force.shown();
    let (again, _) = force.checks(&[]);
    assert!(again.out.contains("ya consta ese resultado"), "{again:?}");
    assert_eq!(force.shown(), before);
}

/// The same steps as SOAP messages, but for what is no JSON.
fn passes_over_soap(force: &Force) {
    let (ended, report) = force.checks(&["--protocol", "soap"]);
    assert_eq!(failed(&report), Vec::<&str>::new(), "{ended:?} {report:#}");
    assert_eq!((ended.status, &report["protocolo"]), (0, &json!("soap")));
    let names: Vec<&str> = report["pruebas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["prueba"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"presentacion-repetida"), "{names:?}");
    assert!(!names.contains(&"mensaje-mal-formado"), "{names:?}");
}

/// Whoever sends nothing has passed nothing, whatever she says.
fn only_evidence_is_believed(force: &Force) {
    let requests = force.dir.path().join("peticiones.json");
    let (ended, report) = force.checks(&["--own-client", &shown(&requests)]);
    assert_eq!(ended.status, 1, "{ended:?}");
    let asked: Value = serde_json::from_slice(&std::fs::read(&requests).unwrap()).unwrap();
    assert_eq!(
        failed(&report).len(),
        asked.as_array().unwrap().len(),
        "{report:#}"
    );
    assert!(force.shown().contains("noSuperada"));
}

/// No case of the gateway is known to its sandbox, and every answer says where it is from.
fn holds_nothing_real(force: &Force) {
    let site = &force.office.site;
    let path = format!("/v2/casos/{}", site.cases.own);
    let there = run(site.partner_at(&force.office.sandbox, HERENCIA).get(&path));
    assert_eq!(
        (there.status, there.header("pasarela-entorno")),
        (404, Some("pruebas"))
    );
    let here = run(site.herencia().get(&path));
    assert_eq!((here.status, here.header("pasarela-entorno")), (200, None));
    // The gateway itself takes no run.
    let run_here = run(site
        .herencia()
        .post("/conformidad", "x", &json!({}).to_string()));
    assert_eq!(run_here.status, 404, "{}", run_here.body);
    // Another organism knows nothing of the synthetic cases either: it has not begun a run.
    let stranger = run(site
        .partner_at(&force.office.sandbox, crate::members::NATIONAL)
        .get(&path));
    assert_eq!(stranger.status, 403, "{}", stranger.body);
}
