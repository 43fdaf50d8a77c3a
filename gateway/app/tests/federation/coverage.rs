//! Every endpoint by every kind of caller, about cases within and beyond its territory; and no value of a field in
//! front of anyone who may not see it.
//!
//! What each is answered is data (`coverage/table.txt`). The values are canaries: they occur in one leaf of one case and
//! nowhere else. Who may see which is read from the table of the canonical record, not from the program.

mod beside;
mod callers;
mod canary;
mod console;
mod endpoints;
mod first_version;
mod sight;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use adapters::soap::SoapVersion;
use nodes::client::Client;

use crate::answer::Answer;
use crate::console::visitor::Desk;
use crate::handshakes;
use crate::members::NATIONAL;
use crate::partner::{Partner, envelope, fresh};
use crate::policies;
use crate::site::{Site, free_port, now, prepared, run};
use beside::{OFFICER_OF_ANOTHER, Place};
use callers::{Caller, Who};
use canary::Canary;
use endpoints::{About, Endpoint};
use sight::Sight;

/// How long what takes effect by itself may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// The territory of every caller.
const TOWN: &str = "13047";
/// A place beyond it.
const ELSEWHERE: &str = "13034";

/// Who learns of a case beyond its territory, by which endpoint. May only shrink.
const EXCEPTIONS: &[(&str, &str)] = &[
    // A force is told of a hit wherever the victim lives.
    ("policiaAutonomica", "consultarCoincidencia"),
    ("fuerzaEstatal", "consultarCoincidencia"),
];

/// A case with canaries in it.
struct Case {
    id: String,
    town: &'static str,
    document: &'static str,
    canaries: Vec<Canary>,
}

/// One gateway for the whole table, with policies that a test may change.
struct Ground {
    desk: Desk,
    policies: tempfile::TempDir,
    cases: [Case; 2],
    callers: Vec<Caller>,
    /// By the caller's name; one connection each for the whole table.
    partners: BTreeMap<&'static str, Partner>,
    /// The same at the sandbox of that gateway.
    rehearsing: BTreeMap<&'static str, Partner>,
    /// What becomes of a connection without a certificate, whatever it would ask.
    without_certificate: String,
}

/// Tests take turns: one of them changes the policies.
fn ground() -> std::sync::MutexGuard<'static, Ground> {
    static GROUND: OnceLock<Mutex<Ground>> = OnceLock::new();
    let ground = GROUND.get_or_init(|| Mutex::new(Ground::start()));
    ground
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Ground {
    fn start() -> Self {
        let policies = policies::copy();
        let dir = format!("dir = {:?}", policies.path().display().to_string());
        let port = free_port();
        let desk = Desk::start_with(|config| {
            let mut put = |name: &str, text: &str| {
                let table = text.parse::<toml::Table>().unwrap();
                config.insert(name.into(), table.into());
            };
            put("policies", &dir);
            put(
                "sandbox",
                &format!("address = \"127.0.0.1:{port}\"\ndir = \"pruebas\""),
            );
        });
        let (site, callers) = (&desk.site, callers::all());
        register(site, callers.iter().chain(&callers::first_version()));
        let cases = [(TOWN, 'A', "99999611G"), (ELSEWHERE, 'B', "99999612M")];
        let cases = cases.map(|(town, side, document)| planted(site, side, town, document));
        let (gateway, sandbox) = (site.url.clone(), format!("https://localhost:{port}"));
        let at = |url: &str| {
            let partners = callers
                .iter()
                .filter_map(|caller| partner(site, caller, url));
            partners.collect()
        };
        let (partners, rehearsing) = (at(&gateway), at(&sandbox));
        let refused = handshakes::client(site, None).contains(" alert ");
        let without_certificate = if refused { "sin conexion" } else { "conexion" }.to_owned();
        Self {
            desk,
            policies,
            cases,
            callers,
            partners,
            rehearsing,
            without_certificate,
        }
    }

    fn site(&self) -> &Site {
        &self.desk.site
    }

    fn partner(&self, caller: &Caller, place: Place) -> Option<&Partner> {
        match place {
            Place::Gateway => self.partners.get(caller.name),
            Place::Sandbox => self.rehearsing.get(caller.name),
        }
    }
}

fn partner(site: &Site, caller: &Caller, url: &str) -> Option<(&'static str, Partner)> {
    let who = match &caller.who {
        Who::Cast(who) => *who,
        Who::Registered(member) | Who::Unregistered(member) => (member.slug, member.id),
        Who::Nobody => return None,
    };
    Some((caller.name, site.partner_at(url, who)))
}

/// Registers those callers that this table brings along.
fn register<'c>(site: &Site, callers: impl Iterator<Item = &'c Caller>) {
    let pki = prepared().join("pki");
    let mut text = String::new();
    for caller in callers {
        let Some(member) = caller.member() else {
            continue;
        };
        member.certify(&pki, now());
        let entry = member.entry(&pki, member.state);
        match &caller.who {
            Who::Registered(member) if member.state.is_empty() => {
                text += entry.split("[[organismo.convenio]]").next().unwrap();
            }
            Who::Registered(_) => text += &entry,
            Who::Unregistered(_) | Who::Cast(_) | Who::Nobody => {}
        }
    }
    let other = format!(
        "[[organismo]]\nid = \"E99990091\"\nkind = \"fuerzaEstatal\"\nname = \"PRUEBA\"\n\
         [[organismo.usuario]]\nofficer = \"{OFFICER_OF_ANOTHER}\"\nrole = \"agente\"\nfrom = \"2026-01-20\"\n"
    );
    text.push_str(&other);
    site.register(&text);
}

/// Submits a case to the central system itself, as the gateway would, and waits until the gateway knows of it.
fn planted(site: &Site, half: char, town: &'static str, document: &'static str) -> Case {
    let planted = canary::plant(half, town, document);
    let config = std::fs::read_to_string(site.config()).unwrap();
    let config: toml::Table = config.parse().unwrap();
    let holder = |name: &str| PathBuf::from(config["holder"][name].as_str().unwrap());
    let url = config["holder"]["url"].as_str().unwrap();
    let [certificate, key, ca] = ["certificate", "key", "ca"].map(holder);
    let client = Client::new(&certificate, &key, &ca, now()).unwrap();
    let gateway = Partner::new(client, NATIONAL.1, url);
    let body = String::from_utf8(planted.request).unwrap();
    let version = SoapVersion::V12;
    let message = envelope(version, &gateway.context(&fresh()), &body);
    let answer = run(gateway.soap_version("", version.content_type(), message.as_bytes()));
    let id = answer
        .text("idCaso")
        .unwrap_or_else(|| panic!("{}", answer.body));
    let national = site.national();
    let path = format!("/v2/casos/{id}");
    run(site.until(PATIENCE, "the index holds the case", async || {
        national.get(&path).await.status == 200
    }));
    Case {
        id,
        town,
        document,
        canaries: planted.canaries,
    }
}

/// The canaries of both cases that an answer shows.
fn shown<'c>(cases: &'c [Case; 2], answer: &Answer) -> Vec<(&'c Case, &'c Canary)> {
    let mut text = answer.body.clone();
    for (name, value) in &answer.headers {
        let _ = write!(text, "\n{name}: {value}");
    }
    let all = cases
        .iter()
        .flat_map(|case| case.canaries.iter().map(move |canary| (case, canary)));
    all.filter(|(_, canary)| text.contains(&canary.value))
        .collect()
}

/// A hit tells the level beyond one's territory, and with it where it comes from to whoever may see that.
const TOLD_BY_A_HIT: &[&str] = &["caso/valoracion/origen/nivelOrigen"];

/// What an answer shows that its reader may not see, by the table of the canonical record; of the sandbox nothing real.
fn leaks(
    ground: &Ground,
    (caller, place): (&Caller, Place),
    (answer, anywhere): (&Answer, &[&str]),
) -> BTreeSet<String> {
    let sight = Sight::new();
    let shown = shown(&ground.cases, answer).into_iter();
    let leaked = shown
        .filter(|(case, canary)| {
            let everywhere = caller.everywhere || anywhere.contains(&&*canary.path);
            let reached = everywhere || case.town == TOWN;
            place == Place::Sandbox || !sight.may_read(caller, canary, reached)
        })
        .map(|(case, canary)| format!("{}: {} ({})", case.town, canary.path, canary.group));
    let officer = answer.body.contains(OFFICER_OF_ANOTHER);
    leaked
        .chain(officer.then(|| "an officer of another".to_owned()))
        .collect()
}

/// What came of one request, and what was wrong with the answer.
fn asked(ground: &Ground, caller: &Caller, endpoint: &Endpoint, case: &Case) -> (String, String) {
    let place = endpoint.place();
    let Some(partner) = ground.partner(caller, place) else {
        return (ground.without_certificate.clone(), String::new());
    };
    let about = About {
        case: &case.id,
        document: case.document,
        town: case.town,
    };
    let answer = run(endpoint.ask(caller, partner, about));
    let anywhere = endpoint.tells_anywhere();
    let leaks = leaks(ground, (caller, place), (&answer, anywhere));
    let wrong = leaks
        .into_iter()
        .map(|leak| format!("{}, {}: {leak}\n", caller.name, endpoint.name));
    (endpoint.outcome(&answer), wrong.collect())
}

/// Outcomes by endpoint: within the territory and beyond it.
type Row = BTreeMap<String, [BTreeSet<String>; 2]>;

fn row(ground: &Ground, caller: &Caller, wrong: &mut String) -> Row {
    let mut row = Row::new();
    for endpoint in endpoints::all() {
        for (side, case) in ground.cases.iter().enumerate() {
            let (outcome, leaked) = asked(ground, caller, &endpoint, case);
            let cell = row.entry(endpoint.name.clone()).or_default();
            cell[side].insert(outcome);
            *wrong += &leaked;
        }
    }
    row
}

#[test]
fn every_endpoint_by_every_caller_is_answered_as_the_table_says() {
    let ground = ground();
    let mut text =
        "# Caller, then endpoint: within its territory, beyond it. All protocols alike.\n\
                    # Rewritten by: UPDATE_GOLDEN=1 cargo test -p app --test federation coverage\n"
            .to_owned();
    let (mut wrong, mut beyond) = (String::new(), Vec::new());
    for caller in &ground.callers {
        let _ = write!(text, "\n{}\n", caller.name);
        for (endpoint, cells) in row(&ground, caller, &mut wrong) {
            let [within, outside] = cells.map(|cell| {
                let words: Vec<String> = cell.into_iter().collect();
                assert_eq!(words.len(), 1, "{}, {endpoint}: {words:?}", caller.name);
                words.concat()
            });
            let _ = writeln!(text, "  {endpoint:<28} {within:<38} {outside}");
            let tells = [
                "coincide",
                "caso",
                "casos",
                "presentado",
                "conflicto-de-version",
            ];
            if !caller.everywhere && tells.contains(&outside.as_str()) {
                beyond.push((caller.name.to_owned(), endpoint));
            }
        }
    }
    assert_eq!(wrong, "", "shown to who may not see it");
    let beyond: Vec<(&str, &str)> = beyond.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert_eq!(beyond, EXCEPTIONS, "the exceptions, exactly");
    golden(&text);
    nothing_elsewhere(&ground);
}

fn golden(text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/federation/coverage/table.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, text).unwrap();
        return;
    }
    assert_eq!(text, std::fs::read_to_string(path).unwrap());
}

/// No canary in the log, the evidence, or what the supervision is told; the console has a test of its own.
#[track_caller]
fn nothing_elsewhere(ground: &Ground) {
    let config = ground.site().config();
    let listed = crate::program::pasarela(&["exceptional", "list", "--all", "--config", &config]);
    let places = [
        ("log", ground.site().log()),
        ("evidence", ground.site().journal().text()),
        ("supervision", listed.out + &listed.err),
    ];
    for (place, text) in places {
        assert!(!text.is_empty(), "{place} is empty");
        let all = ground.cases.iter().flat_map(|case| &case.canaries);
        let told: Vec<&str> = all
            .filter(|canary| text.contains(&canary.value))
            .map(|canary| canary.path.as_str())
            .collect();
        assert!(told.is_empty(), "{place}: {told:?}");
        let officer = place != "evidence" && text.contains(OFFICER_OF_ANOTHER);
        assert!(!officer, "{place} names an officer of another");
    }
}

fn consult() -> Endpoint {
    let mut all = endpoints::all().into_iter();
    all.find(|endpoint| endpoint.name == "consultarCaso")
        .unwrap()
}

#[test]
fn whoever_may_see_a_field_sees_its_canary() {
    let ground = ground();
    let (sight, endpoint) = (Sight::new(), consult());
    let mut missing = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for caller in ground.callers.iter().filter(|it| it.column.is_some()) {
        let case = &ground.cases[0];
        let about = About {
            case: &case.id,
            document: case.document,
            town: case.town,
        };
        let partner = ground.partner(caller, Place::Gateway).unwrap();
        let answer = run(endpoint.ask(caller, partner, about));
        let found: BTreeSet<&str> = shown(&ground.cases, &answer)
            .into_iter()
            .map(|(_, canary)| canary.value.as_str())
            .collect();
        for canary in &case.canaries {
            if found.contains(canary.value.as_str()) {
                seen.insert(canary.path.clone());
            } else if sight.may_read(caller, canary, true) {
                missing.insert(format!("{}: {} {}", caller.name, canary.path, canary.value));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    let never = ground.cases[0].canaries.iter();
    let never: BTreeSet<&str> = never
        .filter(|canary| !seen.contains(&canary.path))
        .map(|canary| canary.group.as_str())
        .collect();
    assert_eq!(
        Vec::from_iter(never),
        ["registro.accesos"],
        "seen by nobody"
    );
}

#[test]
fn a_planted_leak_is_caught() {
    const LEAK: &str = "\n@id(\"prueba.fuga\")\n@titulo(\"PRUEBA\")\n@clausula(\"PRUEBA\")\n\
        permit (principal is Lector in Clase::\"policiaLocal\", action == Action::\"verCompleto\", resource == Grupo::\"victima.contacto\");\n";
    let ground = ground();
    let caller = ground
        .callers
        .iter()
        .find(|caller| caller.name == "policiaLocal, consulta")
        .unwrap();
    let file = ground.policies.path().join("lectura-policia-local.cedar");
    let sound = std::fs::read_to_string(&file).unwrap();
    let leaking = || asked(&ground, caller, &consult(), &ground.cases[0]).1;
    assert_eq!(leaking(), "");
    std::fs::write(&file, sound.clone() + LEAK).unwrap();
    run(ground.site().until(PATIENCE, "the leak", async || {
        tokio::task::block_in_place(|| leaking().contains("victima/contacto/telefono"))
    }));
    std::fs::write(&file, sound).unwrap();
    run(ground
        .site()
        .until(PATIENCE, "the leak is mended", async || {
            tokio::task::block_in_place(|| leaking().is_empty())
        }));
}

#[test]
fn no_field_no_kind_and_no_endpoint_is_forgotten() {
    endpoints::assert_none_forgotten();
    let planted = canary::plant('A', TOWN, "99999611G").canaries;
    let carrying: BTreeSet<&str> = planted.iter().map(|canary| &*canary.path).collect();
    let due = canary::carriers();
    let forgotten: Vec<&String> = due
        .iter()
        .filter(|path| !carrying.contains(path.as_str()))
        .collect();
    assert!(forgotten.is_empty(), "no canary in {forgotten:#?}");
    for path in canary::said_by_the_holder() {
        let needed = canary::fields().contains_key(*path) && !carrying.contains(path);
        assert!(needed, "`{path}` is no exception any more");
    }
    for kind in domain::OrganismKind::ALL {
        assert!(callers::kinds().contains(kind), "{kind}");
    }
    for mode in domain::Mode::ALL {
        assert!(callers::modes().contains(mode), "{mode}");
    }
}
