//! A regional force with a system of its own, asked in its own dialect: its cases are found, read and decided on as
//! any other, and whoever is silent or not understood is named.

use std::sync::{MutexGuard, OnceLock, PoisonError};

use adapters::soap::SoapVersion;
use domain::Problem;
use nodes::central::{Behaviour, Central};
use nodes::client::Client;
use serde_json::json;
use toml::Table;

use crate::answer::{Answer, Protocol};
use crate::partner::{Partner, envelope, fresh};
use crate::site::{PROMPTLY, Site, dialects, now, run, start_regional};

/// Whose systems they are. The codes have the right shape and are nobody's.
const MOSSOS: &str = "A99990301";
const ERTZAINTZA: &str = "A99990302";

struct Federation {
    site: Site,
    mossos: Central,
    ertzaintza: Central,
}

/// A federation with two regional systems; its tests take turns.
fn federation() -> MutexGuard<'static, Federation> {
    static FEDERATION: OnceLock<std::sync::Mutex<Federation>> = OnceLock::new();
    let federation = FEDERATION.get_or_init(|| {
        std::sync::Mutex::new(run(async {
            let mossos = start_regional("mossos").await;
            let ertzaintza = start_regional("ertzaintza").await;
            let systems = [
                ("mossos", MOSSOS, mossos.url()),
                ("ertzaintza", ERTZAINTZA, ertzaintza.url()),
            ];
            let site = Site::start(|config| {
                let holder = config["holder"].as_table().unwrap().clone();
                let systems = systems.map(|(slug, id, url)| {
                    let mut system = holder.clone();
                    system.insert("organism".into(), id.into());
                    system.insert("dialect".into(), slug.into());
                    system.insert("url".into(), url.into());
                    system.insert("index_every_ms".into(), 200.into());
                    toml::Value::from(system)
                });
                config.insert("partners".into(), systems.to_vec().into());
                config.insert("dialects".into(), dialects().into());
                let waits = Table::from_iter([("longest_ms".to_owned(), 3_000.into())]);
                config.insert("federation".into(), waits.into());
            });
            Federation {
                site: site.await,
                mossos,
                ertzaintza,
            }
        }))
    });
    let federation = federation.lock().unwrap_or_else(PoisonError::into_inner);
    federation.mossos.behave(Behaviour::Honest);
    federation.ertzaintza.behave(Behaviour::Honest);
    run(federation.site.until(PROMPTLY, "all answer", async || {
        federation.hit("99999701W").await.json()["sinRespuesta"].is_null()
    }));
    federation
}

impl Federation {
    /// Asks whether the person with that document is known.
    async fn hit(&self, document: &str) -> Answer {
        let body = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}"#);
        let national = self.site.national();
        national.post("/v2/coincidencias", &fresh(), &body).await
    }

    /// A case that only Mossos have, as their own system takes it in. Nobody real.
    fn case_of_mossos(&self, document: &str) -> String {
        let (files, ca) = (self.site.pki.gateway(), self.site.pki.authority());
        let client = Client::new(&files.certificate, &files.key, &ca, now()).unwrap();
        let url = format!("https://localhost:{}", self.mossos.address().port());
        let direct = Partner::new(client, MOSSOS, &url);
        let body = format!(
            "<TramesaExpedient xmlns=\"urn:pasarela:mossos:1\"><expedient><situacio>obert</situacio>\
             <municipiVictima>13034</municipiVictima><victima><persona><tipusDocument>dni</tipusDocument>\
             <numDocument>{document}</numDocument></persona></victima><valoracio><avaluacio>\
             <data>2025-03-02T09:50:00+01:00</data><nivellAssignat>noApreciat</nivellAssignat></avaluacio></valoracio>\
             </expedient></TramesaExpedient>"
        );
        let version = SoapVersion::V12;
        let message = envelope(version, &direct.context(&fresh()), &body);
        let path = "/servicios/mossos/1";
        let answer = run(direct.soap_version(path, version.content_type(), message.as_bytes()));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.text("idFederat").unwrap()
    }
}

impl Federation {
    /// The case, once the index says where it is.
    fn read(&self, id: &str) -> Answer {
        let path = format!("/v2/casos/{id}");
        run(self
            .site
            .until(PROMPTLY, "the index holds the case", async || {
                self.site.national().get(&path).await.status == 200
            }));
        run(self.site.national().get(&path))
    }
}

#[test]
fn a_case_that_mossos_hold_is_found_and_read_in_the_common_words() {
    let federation = federation();
    let id = federation.case_of_mossos("99999702A");
    let hit = run(federation.hit("99999702A")).json();
    assert_eq!(hit["hayCoincidencia"], true, "{hit}");
    let found = &hit["coincidencia"][0];
    assert_eq!(
        (&found["idCaso"], &found["nivel"]),
        (&json!(id), &json!("bajo"))
    );

    let read = federation.read(&id);
    let case = read.json()["caso"].clone();
    let origin = json!({"escalaOrigen":"SIAV","nivelOrigen":"noApreciat"});
    assert_eq!(case["valoracion"]["evaluacion"][0]["origen"], origin);
}

#[test]
fn a_regional_system_that_fails_is_named() {
    let federation = federation();
    federation.mossos.behave(Behaviour::Failing);
    let answer = run(federation.hit("99999703G")).json();
    let silent = &answer["sinRespuesta"][0];
    assert_eq!(
        (&silent["#texto"], &silent["@causa"]),
        (&json!(MOSSOS), &json!("error")),
        "{answer}"
    );
    federation.mossos.behave(Behaviour::Garbage);
    let answer = run(federation.hit("99999703G")).json();
    assert_eq!(answer["sinRespuesta"][0]["#texto"], MOSSOS, "{answer}");
}

#[test]
fn what_a_dialect_has_no_words_for_is_not_asked_of_it() {
    let federation = federation();
    let id = federation.case_of_mossos("99999704M");
    federation.read(&id);
    let change = json!({"hechos":{"incidente":[{"tipo":"otro","fecha":"2025-03-02"}]}}).to_string();
    let headers = [
        ("If-Match", "\"1\""),
        ("Idempotency-Key", "CAMBIO-PRUEBA-1"),
    ];
    let answer =
        run(federation
            .site
            .national()
            .rest("PUT", &format!("/v2/casos/{id}"), &headers, &change));
    answer.assert_is("a change", Protocol::Rest, Problem::HolderRefused);
}
