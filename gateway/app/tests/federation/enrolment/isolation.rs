//! Who spoils the run of another, or prepares her own, does not; and what was rehearsed is not found among what was real.

use adapters::soap::SoapVersion;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::office::{Office, office};
use crate::answer::Answer;
use crate::console::visitor::AUDITOR;
use crate::members::{VIGILANT, WITHOUT_KEY};
use crate::partner::{OFFICER, Partner, fresh};
use crate::site::{PROMPTLY, run};

/// A run that has begun: who runs, its name, and its requests.
struct Run {
    partner: Partner,
    id: String,
    requests: Vec<Value>,
}

impl Run {
    fn begin(office: &Office, member: (&str, &str)) -> Self {
        let partner = office.rehearses(member);
        let asked = json!({"hora": Timestamp::now().to_string(), "funcionario": OFFICER});
        let begun = run(partner.post("/conformidad", "x", &asked.to_string()));
        assert_eq!(begun.status, 201, "{}", begun.body);
        let told = begun.json();
        Self {
            partner,
            id: told["ejecucion"].as_str().unwrap().to_owned(),
            requests: told["peticiones"].as_array().unwrap().clone(),
        }
    }

    fn request(&self, check: &str) -> &Value {
        let found = self.requests.iter().find(|it| it["prueba"] == check);
        found.unwrap()
    }

    /// The document that a check asks about.
    fn document(&self, check: &str) -> String {
        let body = self.request(check)["cuerpo"].as_str().unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        body["numeroDocumento"].as_str().unwrap().to_owned()
    }

    fn case(&self) -> &str {
        let path = self.request("consulta-en-territorio")["ruta"].as_str();
        path.unwrap().rsplit('/').next().unwrap()
    }

    /// Sends everything as it was told.
    fn send(&self) {
        for request in &self.requests {
            let text = |name: &str| request[name].as_str().unwrap_or_default();
            let headers = request["cabeceras"].as_object().unwrap().iter();
            let headers: Vec<(&str, &str)> = headers
                .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
                .collect();
            let sent = self
                .partner
                .rest(text("metodo"), text("ruta"), &headers, text("cuerpo"));
            run(sent);
        }
    }

    fn end(&self) -> Answer {
        run(self
            .partner
            .post(&format!("/conformidad/{}", self.id), "x", "{}"))
    }
}

fn opens_a_case(partner: &Partner, document: &str) -> Answer {
    let case = format!(
        "<caso><cabecera><estado>activo</estado></cabecera>\
         <responsabilidad><municipioResidencia>13047</municipioResidencia></responsabilidad>\
         <victima><identidad><tipoDocumento>OTRO</tipoDocumento><numeroDocumento>{document}</numeroDocumento>\
         </identidad></victima></caso>"
    );
    run(partner.call(SoapVersion::V12, "PresentarCaso", &case))
}

fn asks_about(partner: &Partner, document: &str) -> Answer {
    let body = format!(r#"{{"tipoDocumento":"OTRO","numeroDocumento":"{document}"}}"#);
    run(partner.post("/v2/coincidencias", &fresh(), &body))
}

#[test]
fn nobody_games_a_run() {
    let office = office();
    // A force whose territory holds the town of the other.
    let attacker = Run::begin(office, (WITHOUT_KEY.slug, WITHOUT_KEY.id));
    let victim = Run::begin(office, (VIGILANT.slug, VIGILANT.id));
    for run in [&attacker, &victim] {
        for check in ["coincidencia-no", "coincidencia-si"] {
            let document = run.document(check);
            let others = [&attacker, &victim].map(|it| it.document(check));
            let same = others.iter().filter(|it| **it == document).count();
            assert_eq!(same, 1, "a document of one run: {others:?}");
        }
    }
    let only = "solo-caso-de-prueba";
    cannot_open(&attacker.partner, &victim.document("coincidencia-no"), only);
    cannot_open(&attacker.partner, "99999999R", only);
    // Nor the victim herself, who would fail by it: a local police may not say where somebody lives.
    let own = victim.document("coincidencia-no");
    cannot_open(&victim.partner, &own, "grupo-no-modificable");
    cannot_touch(&attacker, &victim);

    victim.send();
    let report = victim.end();
    assert_eq!(report.status, 200, "{}", report.body);
    assert_eq!(report.json()["resultado"], "superada", "{}", report.body);
    is_found_apart(office, &victim);
}

fn cannot_open(partner: &Partner, document: &str, code: &str) {
    let refused = opens_a_case(partner, document);
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert_eq!(
        refused.text("codigo").as_deref(),
        Some(code),
        "{}",
        refused.body
    );
}

/// What belongs to another's run does not exist, in a territory that is one's own too.
fn cannot_touch(attacker: &Run, victim: &Run) {
    let path = |run: &Run| format!("/v2/casos/{}", run.case());
    let (own, other) = (path(attacker), path(victim));
    let seen = run(attacker.partner.get(&own));
    assert_eq!(seen.status, 200, "{}", seen.body);
    let hidden = run(attacker.partner.get(&other));
    assert_eq!(hidden.status, 404, "{}", hidden.body);
    let elsewhere = r#"{"responsabilidad":{"municipioResidencia":"13034"}}"#;
    let headers = [("Idempotency-Key", "x-mover"), ("If-Match", "\"1\"")];
    let moved = run(attacker.partner.rest("PUT", &other, &headers, elsewhere));
    assert_eq!(moved.status, 404, "{}", moved.body);
    for (document, expected) in [
        (victim.document("coincidencia-si"), false),
        (attacker.document("coincidencia-si"), true),
    ] {
        let hit = asks_about(&attacker.partner, &document);
        assert_eq!(hit.status, 200, "{}", hit.body);
        assert_eq!(hit.json()["hayCoincidencia"], expected, "{}", hit.body);
    }
    let listed = run(attacker.partner.get("/v2/casos?limite=50"));
    assert_eq!(listed.status, 200, "{}", listed.body);
    assert!(!listed.body.contains(victim.case()), "{}", listed.body);
}

/// The console finds what was rehearsed where that is asked for, and nowhere else; both journals are verified.
fn is_found_apart(office: &Office, victim: &Run) {
    let auditor = office.visitor(AUDITOR);
    let (id, case) = (VIGILANT.id, victim.case());
    let searches = [
        format!("organismo={id}"),
        format!("organismo={id}&tipo=denegacion"),
        format!("caso={case}"),
    ];
    for search in searches {
        let real = auditor.get(&format!("/evidencias?buscar=1&{search}"));
        let rehearsed = auditor.get(&format!("/evidencias?buscar=1&entorno=pruebas&{search}"));
        assert_eq!((real.status, rehearsed.status), (200, 200), "{search}");
        assert!(!real.body.contains(".pruebas "), "{search}: {}", real.body);
        assert!(rehearsed.body.contains(".pruebas "), "{search}");
        let told = "Nada de esto cuenta como acceso a un caso real";
        assert!(rehearsed.body.contains(told), "{search}");
        assert!(!real.body.contains(told), "{search}");
        // The refusals that the profile asks for are in no count of real ones.
        assert!(!real.body.contains("version-no-convenida"), "{search}");
    }
    let counted = auditor.get(&format!(
        "/evidencias?buscar=1&entorno=pruebas&organismo={id}&motivo=version-no-convenida"
    ));
    let refused = "<th scope=\"row\">version-no-convenida</th>";
    assert!(counted.body.contains(refused), "{}", counted.body);
    let neither = auditor.get("/evidencias?buscar=1&entorno=todos");
    assert_eq!(neither.status, 400, "{}", neither.body);
    // Looking at rehearsals is evidence too, and by its own name.
    let journal = office.site.journal();
    let entered = |name: &str| {
        let entries = journal.entries().iter();
        entries.filter(|it| it["operacion"] == name).count()
    };
    assert_eq!(entered("buscarEvidencia"), 3);
    assert_eq!(entered("buscarEvidenciaDePruebas"), 4);
    run(office
        .site
        .until(PROMPTLY, "seals of both journals", async || {
            let page = auditor.body("/evidencias/verificacion").await;
            let whole = page.matches("Íntegro y sellado").count();
            page.contains("De pruebas</span>") && whole >= 2 && !page.contains("No se sostiene")
        }));
}
