//! Every regional force on both sides of the wire: its reference node, with a database of its own, is asked by the
//! gateway in the force's dialect, and asks and sends in it.

use std::sync::{MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use adapters::partner::Partner as Folder;
use contract::{Builder, Document, QName, Role};
use domain::Problem;
use nodes::central::{Behaviour, Central};
use nodes::client::Client;
use nodes::database::Planted;
use nodes::desk::{Desk, DeskError};
use serde_json::{Value, json};
use toml::Table;

use crate::answer::Protocol;
use crate::members::{
    ERTZAINTZA, ERTZAINTZA_SYSTEM, GALICIA, GALICIA_SYSTEM, MOSSOS_SYSTEM, Member, NAVARRA,
    NAVARRA_SYSTEM, SIAV, SYSTEMS,
};
use crate::partner::{OFFICER, fresh};
use crate::site::{
    PROMPTLY, Site, contract, dialects, now, partners, prepared, run, start_regional,
};

/// A regional force, as it asks and as it is asked.
struct Force {
    slug: &'static str,
    client: &'static Member,
    system: &'static Member,
    /// A town of its own.
    town: &'static str,
}

const MOSSOS: Force = Force {
    slug: "mossos",
    client: &SIAV,
    system: &MOSSOS_SYSTEM,
    town: "08019",
};
const EUSKADI: Force = Force {
    slug: "ertzaintza",
    client: &ERTZAINTZA,
    system: &ERTZAINTZA_SYSTEM,
    town: "48020",
};
const FORAL: Force = Force {
    slug: "foral-navarra",
    client: &NAVARRA,
    system: &NAVARRA_SYSTEM,
    town: "31201",
};
const UNIDADE: Force = Force {
    slug: "ua-galicia",
    client: &GALICIA,
    system: &GALICIA_SYSTEM,
    town: "15030",
};
const FORCES: [&Force; 4] = [&MOSSOS, &EUSKADI, &FORAL, &UNIDADE];

/// How long a question to all waits here.
const LONGEST_MS: u64 = 2_000;

struct Federation {
    site: Site,
    systems: Vec<Central>,
}

/// A federation with the systems of all four; its tests take turns.
fn federation() -> MutexGuard<'static, Federation> {
    static FEDERATION: OnceLock<std::sync::Mutex<Federation>> = OnceLock::new();
    let federation = FEDERATION.get_or_init(|| std::sync::Mutex::new(run(start())));
    let federation = federation.lock().unwrap_or_else(PoisonError::into_inner);
    for system in &federation.systems {
        system.behave(Behaviour::Honest);
    }
    run(federation.site.until(PROMPTLY, "all answer", async || {
        federation.hit("99999801X").await["sinRespuesta"].is_null()
    }));
    federation
}

async fn start() -> Federation {
    let mut systems = Vec::new();
    for force in FORCES {
        systems.push(start_regional(force.slug, force.system).await);
    }
    let asked: Vec<(&Force, String)> = FORCES
        .into_iter()
        .zip(systems.iter().map(Central::url))
        .collect();
    let site = Site::start(|config| {
        let holder = config["holder"].as_table().unwrap().clone();
        let systems = asked.iter().map(|(force, url)| {
            let mut system = holder.clone();
            system.insert("organism".into(), force.system.id.into());
            system.insert("dialect".into(), force.slug.into());
            system.insert("url".into(), url.as_str().into());
            system.insert("index_every_ms".into(), 200.into());
            if force.slug == UNIDADE.slug {
                let persons = vec![toml::Value::from("coincidencia")];
                system.insert("answers".into(), persons.into());
            }
            toml::Value::from(system)
        });
        config.insert("partners".into(), systems.collect::<Vec<_>>().into());
        config.insert("dialects".into(), dialects().into());
        let longest = i64::try_from(LONGEST_MS).unwrap();
        let waits = Table::from_iter([("longest_ms".to_owned(), longest.into())]);
        config.insert("federation".into(), waits.into());
    });
    let site = site.await;
    let pki = prepared().join("pki");
    site.register(&SYSTEMS.map(|it| it.entry(&pki, it.state)).concat());
    Federation { site, systems }
}

impl Federation {
    fn system(&self, force: &Force) -> &Central {
        let at = FORCES.iter().position(|it| it.slug == force.slug).unwrap();
        &self.systems[at]
    }

    /// Puts a case into the database of a force. Nobody real.
    fn plant(&self, force: &Force, id: &str, (document, town): (&str, &str)) {
        let planted = Planted {
            id: id.parse().unwrap(),
            municipality: town.parse().unwrap(),
            victim: document.to_owned(),
            responsible: force.system.id.parse().unwrap(),
            at: 1_700_000_000,
        };
        run(self.system(force).database().plant(&planted)).unwrap();
    }

    /// Asks as a state force whether the person with that document is known.
    async fn hit(&self, document: &str) -> Value {
        let body = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}"#);
        let national = self.site.national();
        let answer = national.post("/v2/coincidencias", &fresh(), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Where that force speaks to the gateway.
    fn desk(&self, force: &Force) -> Desk {
        let (files, ca) = (
            self.site.pki.organism(force.client.slug),
            self.site.pki.authority(),
        );
        let dir = partners().join(force.slug);
        Desk {
            client: Client::new(&files.certificate, &files.key, &ca, now()).unwrap(),
            gateway: self.site.url.clone(),
            organism: force.client.id.parse().unwrap(),
            officer: OFFICER.parse().unwrap(),
            partner: Folder::load(&dir, &contract()).unwrap(),
        }
    }

    /// The force's case is found by another, and only the force is asked to have said so.
    fn answers(&self, force: &Force, (id, document): (&str, &str)) {
        self.plant(force, id, (document, force.town));
        let told = run(self.hit(document));
        assert_eq!(told["hayCoincidencia"], true, "{told}");
        assert!(told["sinRespuesta"].is_null(), "{told}");
        let found = told["coincidencia"].as_array().unwrap();
        assert_eq!(found.len(), 1, "{told}");
        assert_eq!(
            (&found[0]["idCaso"], &found[0]["nivel"]),
            (&json!(id), &json!("bajo")),
            "{told}"
        );
        // Where she lives nobody is told by a hit, be it that the force said so.
        let kept = found[0]["retenido"].to_string();
        assert!(kept.contains("municipioResidencia"), "{told}");
        assert!(found[0]["municipioResidencia"].is_null(), "{told}");
        // Of a case of another place a local police learns nothing, whoever holds it.
        let body = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}"#);
        let herencia = self.site.herencia();
        let outside = run(herencia.post("/v2/coincidencias", &fresh(), &body));
        assert_eq!(outside.json()["hayCoincidencia"], false, "{}", outside.body);
        assert!(!outside.body.contains(id), "{}", outside.body);
    }

    /// The force finds a case of another system, in its own words.
    fn asks(&self, force: &Force, document: &str) -> Document {
        let root = QName::new(Some(contract().namespace()), "ConsultarCoincidencia");
        let mut question = Builder::new(&contract(), contract().root(&root).unwrap());
        question.leaf("tipoDocumento", "DNI").unwrap();
        question.leaf("numeroDocumento", document).unwrap();
        let question = question.finish().unwrap();
        let name = fresh().parse().unwrap();
        let answer = run(self.desk(force).ask(&question, name));
        answer.unwrap_or_else(|error| panic!("{}: {error}", force.slug))
    }

    /// The force sends a case of its own database, in its own words; gives the identifier that it got.
    fn submits(&self, force: &Force, (id, document): (&str, &str)) -> String {
        // Where its agreement lets it write.
        self.plant(force, id, (document, "13034"));
        let case = run(self.system(force).submission(id)).unwrap().unwrap();
        let desk = self.desk(force);
        let name = fresh();
        let send = || run(desk.ask(&case, name.parse().unwrap()));
        let answer = send().unwrap_or_else(|error| panic!("{}: {error}", force.slug));
        let given = answer.value_of(Role::CaseId).unwrap().to_owned();
        assert_ne!(given, id);
        // The same request again is the same case.
        let again = send().unwrap();
        assert_eq!(again.value_of(Role::CaseId), Some(given.as_str()));
        given
    }
}

fn text(document: &Document) -> String {
    let mut bytes = Vec::new();
    document.write_json(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn mossos_ask_answer_and_send() {
    let federation = federation();
    federation.answers(&MOSSOS, ("01JQ5Z7N2R8X4V6T0K3M9B1C01", "99999802B"));
    federation.plant(
        &FORAL,
        "01JQ5Z7N2R8X4V6T0K3M9B1C02",
        ("99999803N", FORAL.town),
    );
    let heard = text(&federation.asks(&MOSSOS, "99999803N"));
    assert!(heard.contains("01JQ5Z7N2R8X4V6T0K3M9B1C02"), "{heard}");
    let given = federation.submits(&MOSSOS, ("01JQ5Z7N2R8X4V6T0K3M9B1C03", "99999804J"));
    let path = format!("/v2/casos/{given}");
    let read = run(federation.site.national().get(&path));
    assert_eq!(read.status, 200, "{}", read.body);
}

#[test]
fn the_ertzaintza_asks_and_answers() {
    let federation = federation();
    federation.answers(&EUSKADI, ("01JQ5Z7N2R8X4V6T0K3M9B1C04", "99999805Z"));
    federation.plant(
        &MOSSOS,
        "01JQ5Z7N2R8X4V6T0K3M9B1C05",
        ("99999806S", MOSSOS.town),
    );
    let heard = text(&federation.asks(&EUSKADI, "99999806S"));
    assert!(heard.contains("01JQ5Z7N2R8X4V6T0K3M9B1C05"), "{heard}");
}

#[test]
fn navarra_asks_answers_and_sends_in_json() {
    let federation = federation();
    let id = "01JQ5Z7N2R8X4V6T0K3M9B1C06";
    federation.answers(&FORAL, (id, "99999807Q"));
    // Its index was read, and it is asked for the case.
    let national = federation.site.national();
    let path = format!("/v2/casos/{id}");
    run(federation
        .site
        .until(PROMPTLY, "the index holds the case", async || {
            national.get(&path).await.status == 200
        }));
    let case = run(national.get(&path)).json()["caso"].clone();
    assert_eq!(case["cabecera"]["idCaso"], id);
    assert_eq!(case["responsabilidad"]["municipioResidencia"], FORAL.town);
    federation.plant(
        &UNIDADE,
        "01JQ5Z7N2R8X4V6T0K3M9B1C07",
        ("99999808V", UNIDADE.town),
    );
    let heard = text(&federation.asks(&FORAL, "99999808V"));
    assert!(heard.contains("01JQ5Z7N2R8X4V6T0K3M9B1C07"), "{heard}");
    federation.submits(&FORAL, ("01JQ5Z7N2R8X4V6T0K3M9B1C08", "99999809H"));
}

#[test]
fn galicia_asks_and_answers_in_envelopes_that_say_who_asks() {
    let federation = federation();
    federation.answers(&UNIDADE, ("01JQ5Z7N2R8X4V6T0K3M9B1C09", "99999810L"));
    federation.plant(
        &EUSKADI,
        "01JQ5Z7N2R8X4V6T0K3M9B1C0A",
        ("99999811C", EUSKADI.town),
    );
    let heard = text(&federation.asks(&UNIDADE, "99999811C"));
    assert!(heard.contains("01JQ5Z7N2R8X4V6T0K3M9B1C0A"), "{heard}");
    // A name that its envelope has no room for is put shorter, and asked all the same.
    let body = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999810L"}"#;
    let long = format!("{}-PETICION-DE-NOMBRE-MUY-LARGO", fresh());
    let national = federation.site.national();
    let told = run(national.post("/v2/coincidencias", &long, body)).json();
    assert_eq!(told["hayCoincidencia"], true, "{told}");
    assert!(told["sinRespuesta"].is_null(), "{told}");
}

#[test]
fn a_person_in_cases_of_several_systems_is_told_of_all_of_them() {
    let federation = federation();
    let known = [
        (&MOSSOS, "01JQ5Z7N2R8X4V6T0K3M9B1C0B"),
        (&FORAL, "01JQ5Z7N2R8X4V6T0K3M9B1C0C"),
        (&UNIDADE, "01JQ5Z7N2R8X4V6T0K3M9B1C0D"),
    ];
    for (force, id) in known {
        federation.plant(force, id, ("99999812K", force.town));
    }
    let told = run(federation.hit("99999812K"));
    let found = told["coincidencia"].as_array().unwrap();
    let found: Vec<&str> = found
        .iter()
        .map(|it| it["idCaso"].as_str().unwrap())
        .collect();
    assert_eq!(found, known.map(|(_, id)| id), "{told}");
}

/// Whoever is asked over REST is named when it says nothing of use, left alone when it goes on so, and asked again.
#[test]
fn a_system_of_rest_that_fails_or_is_late_is_named_and_left_alone() {
    let federation = federation();
    let table = [
        ("failing", Behaviour::Failing, "error"),
        ("garbage", Behaviour::Garbage, "error"),
        ("broken", Behaviour::CloseConnection, "error"),
        (
            "late",
            Behaviour::Slow(Duration::from_millis(2 * LONGEST_MS)),
            "fuera-de-plazo",
        ),
    ];
    let silent = |cause: &str| json!([{"@causa": cause, "#texto": NAVARRA_SYSTEM.id}]);
    for (name, behaviour, cause) in table {
        federation.system(&FORAL).behave(behaviour);
        let told = run(federation.hit("99999813E"));
        assert_eq!(told["hayCoincidencia"], false, "{name}: {told}");
        assert_eq!(told["sinRespuesta"], silent(cause), "{name}: {told}");
        federation.system(&FORAL).behave(Behaviour::Honest);
        let told = run(federation.hit("99999813E"));
        assert!(told["sinRespuesta"].is_null(), "{name}: {told}");
    }
    federation.system(&FORAL).behave(Behaviour::Failing);
    run(async {
        for _ in 0..20 {
            let told = federation.hit("99999813E").await;
            if told["sinRespuesta"] == silent("suspendido") {
                return;
            }
        }
        panic!("it is asked again and again");
    });
    federation.system(&FORAL).behave(Behaviour::Honest);
    run(federation
        .site
        .until(PROMPTLY, "it is asked again", async || {
            federation.hit("99999813E").await["sinRespuesta"].is_null()
        }));
}

/// What a force is refused it is told in its own protocol, by the same name.
#[test]
fn a_refusal_comes_back_in_the_words_of_whoever_asked() {
    let federation = federation();
    let nobody = QName::new(Some(contract().namespace()), "ConsultarCaso");
    let mut question = Builder::new(&contract(), contract().root(&nobody).unwrap());
    question
        .leaf("idCaso", "01JQ5Z7N2R8X4V6T0K3M9B1CZZ")
        .unwrap();
    let question = question.finish().unwrap();
    for force in [&MOSSOS, &EUSKADI, &FORAL] {
        let name = fresh().parse().unwrap();
        match run(federation.desk(force).ask(&question, name)) {
            Err(DeskError::Refused(report)) => {
                assert_eq!(report.problem, Some(Problem::NotFoundOrOutOfScope));
            }
            other => panic!("{}: {other:?}", force.slug),
        }
    }
    let read = run(federation
        .site
        .national()
        .get("/v2/casos/01JQ5Z7N2R8X4V6T0K3M9B1CZZ"));
    read.assert_is("nobody", Protocol::Rest, Problem::NotFoundOrOutOfScope);
}
