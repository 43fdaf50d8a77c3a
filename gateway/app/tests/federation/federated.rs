//! Several systems that hold cases: all are asked for a person, whoever holds a case for the case, and the silent are
//! named.

use std::sync::{MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use adapters::soap::SoapVersion;
use domain::Problem;
use nodes::central::{Behaviour, Central};
use nodes::client::Client;
use serde_json::Value;
use toml::Table;

use crate::answer::{Answer, Protocol};
use crate::members::FIRST_VERSION;
use crate::partner::{Partner, envelope, fresh, operation};
use crate::site::{PROMPTLY, Site, free_port, now, run, start_empty};

/// Who has the second and the third system. The codes have the right shape and are nobody's.
const SECOND: &str = "A99990201";
const THIRD: &str = "A99990202";
/// How long a question to all waits here.
const LONGEST_MS: u64 = 1_500;
const SLOW: Behaviour = Behaviour::Slow(Duration::from_millis(4 * LONGEST_MS));

struct Federation {
    site: Site,
    second: Central,
    third: Central,
}

/// A federation of three systems; its tests take turns.
fn federation() -> MutexGuard<'static, Federation> {
    static FEDERATION: OnceLock<std::sync::Mutex<Federation>> = OnceLock::new();
    let federation = FEDERATION.get_or_init(|| {
        std::sync::Mutex::new(run(async {
            let second = start_empty("second.sqlite", free_port()).await;
            let third = start_empty("third.sqlite", free_port()).await;
            let urls = [(SECOND, second.url()), (THIRD, third.url())];
            let site = Site::start(|config| {
                let holder = config["holder"].as_table().unwrap().clone();
                let partners: [toml::Value; 2] =
                    urls.map(|(id, url)| system(&holder, id, &url).into());
                config.insert("partners".into(), partners.to_vec().into());
                let longest = i64::try_from(LONGEST_MS).unwrap();
                let waits = Table::from_iter([("longest_ms".to_owned(), longest.into())]);
                config.insert("federation".into(), waits.into());
            });
            Federation {
                site: site.await,
                second,
                third,
            }
        }))
    });
    let federation = federation.lock().unwrap_or_else(PoisonError::into_inner);
    // What the test before did is over: everybody answers again.
    federation.second.behave(Behaviour::Honest);
    federation.third.behave(Behaviour::Honest);
    run(federation.site.behave(Behaviour::Honest));
    run(federation.site.until(PROMPTLY, "all answer", async || {
        federation.ask("99999001R").await.json()["sinRespuesta"].is_null()
    }));
    federation
}

/// A partner that is reached as the central system is.
fn system(holder: &Table, id: &str, url: &str) -> Table {
    let mut system = holder.clone();
    system.insert("organism".into(), id.into());
    system.insert("url".into(), url.into());
    system.insert("index_every_ms".into(), 200.into());
    system.insert("timeout_ms".into(), 30_000.into());
    system
}

impl Federation {
    /// Asks whether the person with that document is known.
    async fn ask(&self, document: &str) -> Answer {
        let body = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}"#);
        self.site
            .national()
            .post("/v2/coincidencias", &fresh(), &body)
            .await
    }

    /// A case that only that system has. Nobody real.
    fn case_at(&self, central: &Central, id: &str, document: &str) -> String {
        let (files, ca) = (self.site.pki.gateway(), self.site.pki.authority());
        let client = Client::new(&files.certificate, &files.key, &ca, now()).unwrap();
        let url = format!("https://localhost:{}", central.address().port());
        let direct = Partner::new(client, id, &url);
        let case = format!(
            "<caso><cabecera><estado>activo</estado></cabecera><responsabilidad><municipioResidencia>13034\
             </municipioResidencia></responsabilidad><victima><identidad><tipoDocumento>DNI</tipoDocumento>\
             <numeroDocumento>{document}</numeroDocumento></identidad></victima></caso>"
        );
        let version = SoapVersion::V12;
        let body = operation("PresentarCaso", &case);
        let message = envelope(version, &direct.context(&fresh()), &body);
        let sent = direct.soap_version(
            "/servicios/viogen/2",
            version.content_type(),
            message.as_bytes(),
        );
        let answer = run(sent);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.text("idCaso").unwrap()
    }
}

/// Those who were silent, with the cause.
fn silent(answer: &Answer) -> Vec<(String, String)> {
    let told = answer.json()["sinRespuesta"].clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let named = told.as_array().cloned().unwrap_or_default();
    named
        .iter()
        .map(|one| (text(&one["#texto"]), text(&one["@causa"])))
        .collect()
}

fn named(organism: &str, cause: &str) -> (String, String) {
    (organism.to_owned(), cause.to_owned())
}

/// To whom the questions of an exchange left.
fn recipients(site: &Site, answer: &Answer) -> Vec<String> {
    let exchange = answer.header("pasarela-transmision").unwrap().to_owned();
    let journal = site.journal();
    let entries = journal.entries().iter();
    let asked = entries.filter(|it| it["tipo"] == "pregunta" && it["intercambio"] == *exchange);
    let mut to: Vec<String> = asked
        .map(|entry| entry["destinatario"].as_str().unwrap().to_owned())
        .collect();
    to.sort();
    to
}

#[test]
fn a_person_whom_only_another_system_knows_is_found() {
    let federation = federation();
    let case = federation.case_at(&federation.second, SECOND, "99999601V");
    let answer = run(federation.ask("99999601V"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = answer.json();
    assert_eq!(told["hayCoincidencia"], true, "{told}");
    assert_eq!(told["coincidencia"][0]["idCaso"], case, "{told}");
    assert!(silent(&answer).is_empty(), "{told}");
    let to = recipients(&federation.site, &answer);
    assert_eq!(to.len(), 3, "{to:?}");
    assert_eq!(to[..2], [SECOND, THIRD]);
}

#[test]
fn a_case_is_asked_of_whoever_holds_it() {
    let federation = federation();
    let case = federation.case_at(&federation.third, THIRD, "99999602H");
    let (site, national) = (&federation.site, federation.site.national());
    let path = format!("/v2/casos/{case}");
    run(
        site.until(PROMPTLY, "the index knows who holds it", async || {
            national.get(&path).await.status == 200
        }),
    );
    let answer = run(national.get(&path));
    assert_eq!(answer.json()["caso"]["cabecera"]["idCaso"], case);
    assert_eq!(recipients(site, &answer), [THIRD]);
    // A local police of another place learns nothing of it.
    let outside = run(site.herencia().get(&path));
    outside.assert_is("outside", Protocol::Rest, Problem::NotFoundOrOutOfScope);
    // It does not take what others write.
    let change = run(national.rest(
        "PUT",
        &path,
        &[("If-Match", "\"1\""), ("Idempotency-Key", &fresh())],
        r#"{"hechos":{"incidente":[{"tipo":"amenaza","fecha":"2026-03-01"}]}}"#,
    ));
    change.assert_is("change", Protocol::Rest, Problem::HolderRefused);
}

#[test]
fn a_system_that_fails_or_is_late_is_named() {
    let federation = federation();
    federation.case_at(&federation.second, SECOND, "99999603L");
    let table = [
        ("failing", Behaviour::Failing, "error"),
        ("garbage", Behaviour::Garbage, "error"),
        ("late", SLOW, "fuera-de-plazo"),
    ];
    for (name, behaviour, cause) in table {
        federation.third.behave(behaviour);
        let begun = Instant::now();
        let answer = run(federation.ask("99999603L"));
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        assert_eq!(answer.json()["hayCoincidencia"], true, "{name}");
        assert_eq!(silent(&answer), [named(THIRD, cause)], "{name}");
        // Nobody waited for it longer than was said.
        assert!(
            begun.elapsed() < Duration::from_millis(2 * LONGEST_MS),
            "{name}"
        );
        let journal = federation.site.journal();
        let exchange = answer.header("pasarela-transmision").unwrap();
        let released = journal.entries().iter();
        let mut released = released.filter(|it| it["tipo"] == "entrega");
        let entry = released.next_back().unwrap();
        assert_eq!(entry["intercambio"], exchange, "{name}");
        assert_eq!(entry["sinRespuesta"], serde_json::json!([THIRD]), "{name}");
    }
}

#[test]
fn who_speaks_the_first_version_learns_that_somebody_was_silent() {
    let federation = federation();
    federation.third.behave(Behaviour::Failing);
    let first = federation
        .site
        .partner((FIRST_VERSION.slug, FIRST_VERSION.id));
    let body = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999604C"}"#;
    let answer = run(first.post("/v1/coincidencias", &fresh(), body));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = answer.json();
    assert_eq!(told["hayCoincidencia"], false);
    let lost = told["perdida"][0]["#texto"].as_str().unwrap();
    assert_eq!(
        lost, "/ConsultarCoincidenciaRespuesta/sinRespuesta",
        "{told}"
    );
    assert!(!answer.body.contains(THIRD), "{told}");
}

#[test]
fn a_system_that_keeps_failing_is_left_alone_and_tried_again() {
    let federation = federation();
    federation.third.behave(Behaviour::Failing);
    let answer = run(async {
        // The index feed of a system that fails on purpose does not prove that it works.
        for _ in 0..20 {
            let answer = federation.ask("99999605K").await;
            if silent(&answer) == [named(THIRD, "suspendido")] {
                return answer;
            }
        }
        panic!("it is asked again and again");
    });
    let to = recipients(&federation.site, &answer);
    assert!(!to.contains(&THIRD.to_owned()), "{to:?}");
    assert_eq!(to.len(), 2);
    federation.third.behave(Behaviour::Honest);
    run(federation
        .site
        .until(PROMPTLY, "it is asked again", async || {
            silent(&federation.ask("99999605K").await).is_empty()
        }));
}

#[test]
fn when_all_fail_there_is_no_answer() {
    let federation = federation();
    federation.second.behave(Behaviour::Failing);
    federation.third.behave(Behaviour::Failing);
    run(federation.site.behave(Behaviour::Failing));
    let answer = run(federation.ask("99999606E"));
    answer.assert_is("all fail", Protocol::Rest, Problem::HolderFault);
    run(federation.site.behave(Behaviour::Honest));
    let answer = run(federation.ask("99999606E"));
    assert_eq!(
        silent(&answer),
        [named(SECOND, "error"), named(THIRD, "error")]
    );
}
