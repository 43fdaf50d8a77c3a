//! Policies take two people: proposed from a comparison, approved by another, in force on every node within five seconds
//! and never in the middle of an exchange; the folder does not count afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use nodes::central::Behaviour;
use serde_json::{Value, json};
use toml::Table;

use super::certificates::encoded;
use super::visitor::{AUDITOR, Desk, MANAGER, SUPERVISOR, Visitor};
use crate::answer::Answer;
use crate::members::HERENCIA;
use crate::partner::Partner;
use crate::policies;
use crate::program::{Guarded, fresh_folder, pasarela, succeed};
use crate::site::{PROMPTLY, free_port, run};

/// How long a second node may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);
const PAGE: &str = "/visibilidad/propuestas";
const API: &str = "/admin/v1/politicas/propuestas";
const FILE: &str = "cierre.cedar";
/// Local police consult nothing any more.
const CLOSED: &str = "@id(\"prueba.cierre\")\n@titulo(\"PRUEBA\")\n@clausula(\"PRUEBA\")\n\
    forbid (principal is Organismo in Clase::\"policiaLocal\", action == Action::\"consulta\", resource);\n";

/// A console and two nodes, on a folder of policies of their own.
struct Pair {
    desk: Desk,
    second: Guarded,
    url: String,
    folder: tempfile::TempDir,
}

impl Pair {
    fn start(source: &str, [manager, supervisor]: [&'static str; 2]) -> Self {
        let folder = policies::copy();
        let dir = folder.path().display().to_string();
        let desk = Desk::start_with(|config| {
            let table = format!("dir = {dir:?}\nsource = {source:?}").parse::<Table>();
            config.insert("policies".into(), table.unwrap().into());
        });
        desk.enlist(manager, "gestor");
        desk.enlist(supervisor, "supervisor");
        let (second, url) = second(&desk);
        Self {
            desk,
            second,
            url,
            folder,
        }
    }

    fn nodes(&self) -> [Partner; 2] {
        let site = &self.desk.site;
        [site.herencia(), site.partner_at(&self.url, HERENCIA)]
    }

    /// Waits until both nodes answer so.
    fn until(&self, longest: Duration, what: &str, status: u16) {
        let nodes = self.nodes();
        run(self.desk.site.until(longest, what, async || {
            answers(self, &nodes[0]).await == Some(status)
                && answers(self, &nodes[1]).await == Some(status)
        }));
    }

    /// The version that is in force, as the console's own node says.
    fn version(&self) -> String {
        let told = self.desk.visitor(AUDITOR).get("/admin/v1/politicas").json();
        told["version"].as_str().unwrap().to_owned()
    }
}

/// Another node on the same database and the same folder of policies.
fn second(desk: &Desk) -> (Guarded, String) {
    let (folder, port) = (fresh_folder(), free_port());
    let text = std::fs::read_to_string(desk.site.config()).unwrap();
    let mut config: Table = text.parse().unwrap();
    for section in ["console", "enrolment", "sandbox"] {
        config.remove(section);
    }
    config["node"]["id"] = "segundo".into();
    config["listen"]["address"] = format!("127.0.0.1:{port}").into();
    std::fs::write(folder.join("pasarela.toml"), config.to_string()).unwrap();
    let node = Guarded::serving(folder);
    (node, format!("https://localhost:{port}"))
}

/// What a consultation of a case of its own is answered.
async fn answers(pair: &Pair, partner: &Partner) -> Option<u16> {
    let path = format!("/v2/casos/{}", pair.desk.site.cases.own);
    partner
        .try_get(&path)
        .await
        .ok()
        .map(|answer| answer.status)
}

fn post(by: &Visitor, path: &str, body: &Value) -> Answer {
    let sent = by.try_send_as("POST", path, "application/json", &body.to_string());
    sent.unwrap()
}

fn decide(by: &Visitor, number: i64, decision: &str) -> Answer {
    let path = format!("{API}/{number}/decision");
    post(by, &path, &json!({ "decision": decision }))
}

#[track_caller]
fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{code}: {}", answer.body);
    assert!(answer.body.contains(code), "{code}: {}", answer.body);
}

fn wanted(base: &str, file: &str, text: &str) -> Value {
    json!({"base": base, "ficheros": {file: text}, "motivo": "PRUEBA: se cierra la consulta"})
}

/// What nobody may propose, and who may propose nothing.
fn what_is_not_taken(pair: &Pair, version: &str) {
    let (manager, auditor) = (pair.desk.visitor(MANAGER), pair.desk.visitor(AUDITOR));
    let good = wanted(version, FILE, CLOSED);
    is(&post(&auditor, API, &good), 403, "auditor-no-actua");
    let stale = wanted("0000", FILE, CLOSED);
    is(&post(&manager, API, &stale), 409, "politicas-cambiadas");
    let mut silent = good.clone();
    silent["motivo"] = " x ".into();
    is(&post(&manager, API, &silent), 422, "motivo-no-admitido");
    let sum = "1".to_owned() + &"+1".repeat(4_000);
    let chain = format!(
        "@id(\"p.p\")\n@titulo(\"P\")\n@clausula(\"P\")\nforbid (principal, action, resource) when {{ {sum} == 2 }};"
    );
    let present = std::fs::read_to_string(pair.folder.path().join("convenio.cedar")).unwrap();
    let table = [
        ("../pasarela.cedar", CLOSED.to_owned(), "no es el nombre"),
        ("convenio.cedar", present, "ningún cambio"),
        (FILE, "permit (".to_owned(), FILE),
        ("prueba.cedarschema", "entity A;".to_owned(), "cedarschema"),
        ("prueba.cedar", "(".repeat(40), "paréntesis"),
        ("prueba.cedar", chain, "nested more deeply"),
    ];
    for (file, text, told) in table {
        let refused = post(&manager, API, &wanted(version, file, &text));
        is(&refused, 422, told);
        assert!(refused.body.contains("politicas-no-admitidas"), "{told}");
    }
    let pages = pair.desk.signed_in(AUDITOR);
    assert!(
        pages.get(PAGE).body.contains("carpeta"),
        "the folder counts still"
    );
}

/// Proposes from the comparison page, as a browser without scripts does; gives the number.
fn proposed_from_the_page(pair: &Pair, manager: &Visitor) -> i64 {
    let compared = manager.upload_as(
        "/visibilidad/diferencias",
        &[],
        ("politicas", FILE, CLOSED.as_bytes()),
    );
    assert_eq!(compared.status, 200, "{}", compared.body);
    let hidden = |name: &str| {
        let mark = format!("name=\"{name}\" value=\"");
        let (_, rest) = compared.body.split_once(&mark).unwrap();
        let value = rest.split('"').next().unwrap();
        let value = value.replace("&#34;", "\"").replace("&#39;", "'");
        value
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
    };
    let (base, changed) = (hidden("base"), hidden("cambios"));
    assert_eq!(base, pair.version());
    let form = format!(
        "base={base}&motivo=PRUEBA+de+cierre&cambios={}",
        encoded(&changed)
    );
    let entered = manager.send(PAGE, &form);
    assert_eq!(entered.status, 303, "{}", entered.body);
    let page = entered.header("location").unwrap().to_owned();
    let told = pair.desk.signed_in(SUPERVISOR).get(&page).body;
    for words in [
        "PRUEBA de cierre",
        FILE,
        "Decisiones que cambian",
        "operacion-no-permitida",
        "Aprobar",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!manager.get(&page).body.contains("Aprobar"), "her own");
    page.rsplit('/').next().unwrap().parse().unwrap()
}

/// Who may not decide how.
fn who_may_not_decide(pair: &Pair, number: i64) {
    for (slug, decision, status, code) in [
        (AUDITOR, "aprobar", 403, "auditor-no-actua"),
        (MANAGER, "aprobar", 403, "propuesta-propia"),
        (MANAGER, "rechazar", 403, "propuesta-propia"),
        ("gestora-4", "aprobar", 403, "falta-rol"),
        ("gestora-4", "retirar", 403, "propuesta-ajena"),
        (SUPERVISOR, "retirar", 403, "propuesta-ajena"),
        (SUPERVISOR, "olvidar", 400, "campo-invalido"),
    ] {
        is(
            &decide(&pair.desk.visitor(slug), number, decision),
            status,
            code,
        );
    }
    let supervisor = pair.desk.visitor(SUPERVISOR);
    is(
        &decide(&supervisor, 999, "aprobar"),
        404,
        "propuesta-inexistente",
    );
    // On the page the same; and nobody without a session or a token.
    let path = format!("{PAGE}/{number}/decision");
    let manager = pair.desk.signed_in(MANAGER);
    is(
        &manager.send(&path, "decision=aprobar"),
        409,
        "lo hace otra persona",
    );
    is(
        &pair
            .desk
            .signed_in(SUPERVISOR)
            .post(&path, "decision=aprobar"),
        403,
        "formulario-ajeno",
    );
    assert_eq!(
        pair.desk
            .visitor(SUPERVISOR)
            .post(&path, "decision=aprobar")
            .status,
        303
    );
}

/// No exchange has met two versions; gives the versions there were.
fn versions(pair: &Pair) -> BTreeSet<String> {
    let journal = pair.desk.site.journal();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in journal.entries() {
        if entry["tipo"] == "gestion" {
            continue;
        }
        let version = entry["versionPoliticas"].as_str();
        if let (Some(exchange), Some(version)) = (entry["intercambio"].as_str(), version) {
            versions.entry(exchange).or_default().insert(version);
        }
    }
    assert!(versions.values().all(|it| it.len() == 1), "{versions:?}");
    versions
        .into_values()
        .flatten()
        .map(str::to_owned)
        .collect()
}

#[track_caller]
fn entered(pair: &Pair, who: &str, operation: &str, version: &str) {
    let journal = pair.desk.site.journal();
    let found = journal.entries().iter().any(|it| {
        it["personal"] == who && it["operacion"] == operation && it["versionPoliticas"] == version
    });
    assert!(found, "{who} {operation} {version}");
}

#[test]
fn a_set_takes_two_people_and_is_in_force_on_every_node() {
    let pair = Pair::start("folder", ["gestora-4", "supervisora-4"]);
    let first = pair.version();
    pair.until(PATIENCE, "both nodes answer", 200);
    what_is_not_taken(&pair, &first);
    let manager = pair.desk.signed_in(MANAGER);
    let number = proposed_from_the_page(&pair, &manager);
    who_may_not_decide(&pair, number);
    assert_eq!(pair.version(), first);

    // One that is under way when it comes into force ends as it began.
    let site = &pair.desk.site;
    run(site.behave(Behaviour::Slow(Duration::from_secs(3))));
    let partner = site.herencia();
    let path = format!("/v2/casos/{}", site.cases.own);
    let under_way = std::thread::spawn(move || run(partner.get(&path)));
    std::thread::sleep(Duration::from_millis(300));
    run(site.behave(Behaviour::Honest));
    let page = format!("{PAGE}/{number}");
    let supervisor = pair.desk.signed_in(SUPERVISOR);
    let approved = supervisor.send(&format!("{page}/decision"), "decision=aprobar");
    assert_eq!(approved.status, 303, "{}", approved.body);
    pair.until(PROMPTLY, "the approved set", 403);
    let under_way = under_way.join().unwrap();
    assert_eq!(under_way.status, 200, "{}", under_way.body);

    let second = pair.version();
    assert_eq!(
        versions(&pair),
        BTreeSet::from([first.clone(), second.clone()])
    );
    entered(&pair, "GESTORA-1", "proponerPoliticas", &second);
    entered(&pair, "SUPERVISORA-1", "aprobarPoliticas", &second);
    entered(&pair, "pasarela", "ponerPoliticasAprobadas", &second);
    is(
        &decide(&pair.desk.visitor("supervisora-4"), number, "aprobar"),
        409,
        "propuesta-decidida",
    );
    afterwards(&pair, &first, &second);
}

/// The folder does not count, and back is a proposal like any other.
fn afterwards(pair: &Pair, first: &str, second: &str) {
    std::fs::write(pair.folder.path().join("prueba.cedar"), "// PRUEBA\n").unwrap();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(pair.version(), second, "the folder counts");
    let supervisor = pair.desk.signed_in(SUPERVISOR);
    for (page, words) in [(PAGE, "En vigor"), (PAGE, "Inicial"), ("/salud", second)] {
        assert!(supervisor.get(page).body.contains(words), "{page}: {words}");
    }
    let back = format!("{PAGE}/volver");
    assert_eq!(
        supervisor.send(&back, "version=0000&motivo=PRUEBA").status,
        404
    );
    let entered = supervisor.send(&back, &format!("version={first}&motivo=PRUEBA"));
    assert_eq!(entered.status, 303, "{}", entered.body);
    let number = entered
        .header("location")
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap();
    let number: i64 = number.parse().unwrap();
    is(
        &decide(&pair.desk.visitor(SUPERVISOR), number, "aprobar"),
        403,
        "propuesta-propia",
    );
    assert_eq!(
        decide(&pair.desk.visitor("supervisora-4"), number, "aprobar").status,
        200
    );
    pair.until(PROMPTLY, "the first set again", 200);
    assert_eq!(pair.version(), first);
    exported(pair, first, second);
}

/// What is in force, and what was, can be had as a folder.
fn exported(pair: &Pair, first: &str, second: &str) {
    let config = pair.desk.site.config();
    let folder = tempfile::tempdir().unwrap();
    for (name, version) in [("primera", first), ("segunda", second)] {
        let dir = folder.path().join(name).display().to_string();
        let begin = [
            "policy",
            "export",
            "--config",
            config.as_str(),
            "--of",
            version,
        ];
        let told = succeed(&[&begin[..], &[&dir]].concat());
        assert!(told.starts_with(version), "{told}");
        assert!(succeed(&["policy", "check", &dir]).contains(version));
        let again = pasarela(&[&begin[..], &[&dir]].concat());
        assert_eq!(again.status, 2, "{again:?}");
    }
    assert!(!folder.path().join("primera").join(FILE).exists());
    let closed = std::fs::read_to_string(folder.path().join("segunda").join(FILE));
    assert_eq!(closed.unwrap(), CLOSED);
    let dir = folder.path().join("nada").display().to_string();
    let begin = [
        "policy",
        "export",
        "--config",
        config.as_str(),
        "--of",
        "0000",
    ];
    assert_eq!(pasarela(&[&begin[..], &[&dir]].concat()).status, 1);
}

#[test]
fn of_two_who_approve_at_once_one_is_told_and_a_folder_may_never_count() {
    let pair = Pair::start("approved", ["gestora-5", "supervisora-5"]);
    let first = pair.version();
    std::fs::write(pair.folder.path().join("prueba.cedar"), "// PRUEBA\n").unwrap();
    let manager = pair.desk.visitor(MANAGER);
    let numbers = ["// una\n", "// otra\n"].map(|text| {
        let entered = post(&manager, API, &wanted(&first, "prueba-2.cedar", text));
        assert_eq!(entered.status, 201, "{}", entered.body);
        entered.json()["propuesta"].as_i64().unwrap()
    });
    let approving = [(SUPERVISOR, numbers[0]), ("supervisora-5", numbers[1])];
    let told = std::thread::scope(|scope| {
        let approving = approving.map(|(slug, number)| {
            let by = pair.desk.visitor(slug);
            scope.spawn(move || decide(&by, number, "aprobar"))
        });
        approving.map(|it| it.join().unwrap())
    });
    let mut statuses = told.each_ref().map(|it| it.status);
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{}\n{}", told[0].body, told[1].body);
    let refused = told.iter().find(|it| it.status == 409).unwrap();
    is(refused, 409, "politicas-cambiadas");
    let history = pair.desk.visitor(AUDITOR).get("/admin/v1/politicas").json();
    let history = history["historia"].as_array().unwrap();
    assert_eq!(history.len(), 2, "{history:?}");
    assert_eq!(history[1]["version"], first.as_str(), "the founding set");
    entered(&pair, "pasarela", "fundarPoliticas", &first);
    let journal = pair.desk.site.journal();
    let mut put = journal.entries().iter();
    assert!(
        put.all(|it| it["operacion"] != "ponerPoliticasDeCarpeta"),
        "the folder counts: {}",
        pair.second.log()
    );
}
