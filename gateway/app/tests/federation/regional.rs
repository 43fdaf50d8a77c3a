//! A regional force with a system of its own, asked in its own dialect: its cases are found, read and decided on as
//! any other, and whoever is silent or not understood is named.

mod naming;
mod search;

use std::sync::{MutexGuard, OnceLock, PoisonError};

use adapters::soap::SoapVersion;
use adapters::wsse::{SecurityFault, Stamp, sign};
use certs::signing::{Naming, Signer};
use certs::testpki::Files;
use domain::{Alarm, Problem};
use jiff::{SignedDuration, Timestamp};
use nodes::central::{Behaviour, Central};
use nodes::client::Client;
use serde_json::{Value, json};
use toml::Table;

use crate::answer::{Answer, Protocol};
use crate::members::{ERTZAINTZA_SYSTEM, MOSSOS_SYSTEM};
use crate::partner::{Partner, envelope, fresh};
use crate::site::{PROMPTLY, Site, dialects, now, prepared, run, start_regional};

/// Whose systems they are.
const MOSSOS: &str = MOSSOS_SYSTEM.id;
const ERTZAINTZA: &str = ERTZAINTZA_SYSTEM.id;
/// How long a question to all waits here.
const LONGEST_MS: u64 = 3_000;

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
            let mossos = start_regional("mossos", &MOSSOS_SYSTEM).await;
            let ertzaintza = start_regional("ertzaintza", &ERTZAINTZA_SYSTEM).await;
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
                let longest = i64::try_from(LONGEST_MS).unwrap();
                let waits = Table::from_iter([("longest_ms".to_owned(), longest.into())]);
                config.insert("federation".into(), waits.into());
                naming::know(config);
            });
            let site = site.await;
            let pki = prepared().join("pki");
            let mossos_entry = naming::with_another_key(&MOSSOS_SYSTEM, &pki);
            let entry = ERTZAINTZA_SYSTEM.entry(&pki, ERTZAINTZA_SYSTEM.state);
            site.register(&(mossos_entry + &entry));
            Federation {
                site,
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

    /// Whoever reaches the system of Mossos as the gateway does.
    fn direct(&self) -> Partner {
        let (files, ca) = (self.site.pki.gateway(), self.site.pki.authority());
        let client = Client::new(&files.certificate, &files.key, &ca, now()).unwrap();
        let url = format!("https://localhost:{}", self.mossos.address().port());
        Partner::new(client, MOSSOS, &url)
    }

    /// The submission of a case, as their own system takes it in. Nobody real.
    fn submission(direct: &Partner, document: &str) -> Vec<u8> {
        let body = format!(
            "<TramesaExpedient xmlns=\"urn:pasarela:mossos:1\"><expedient><situacio>obert</situacio>\
             <municipiVictima>13034</municipiVictima><victima><persona><tipusDocument>dni</tipusDocument>\
             <numDocument>{document}</numDocument></persona></victima><valoracio><avaluacio>\
             <data>2025-03-02T09:50:00+01:00</data><nivellAssignat>noApreciat</nivellAssignat></avaluacio></valoracio>\
             </expedient></TramesaExpedient>"
        );
        let message = envelope(SoapVersion::V12, &direct.context(&fresh()), &body);
        let ours = [
            ("<s:", "<soap:"),
            ("</s:", "</soap:"),
            ("xmlns:s=", "xmlns:soap="),
        ];
        let prefixed = ours
            .iter()
            .fold(message, |text, (from, to)| text.replace(from, to));
        prefixed.into_bytes()
    }

    fn tell(direct: &Partner, message: &[u8]) -> Answer {
        let media = SoapVersion::V12.content_type();
        run(direct.soap_version("/servicios/mossos/1", media, message))
    }

    /// The same, signed.
    fn signed(message: &[u8], files: &Files) -> Vec<u8> {
        let signer = Signer::load(&files.certificate, &files.key, now()).unwrap();
        let created = Timestamp::now();
        let stamp = Stamp {
            created,
            expires: created + SignedDuration::from_mins(5),
            answers: None,
        };
        sign(message, SoapVersion::V12, &signer, &stamp).unwrap()
    }

    /// A case that only Mossos have, told to their system as the gateway would.
    fn case_of_mossos(&self, document: &str) -> String {
        let direct = self.direct();
        let message = Self::submission(&direct, document);
        let message = Self::signed(&message, &self.site.pki.server());
        let answer = Self::tell(&direct, &message);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.text("idFederat").unwrap()
    }

    /// The alarms that an answer to this question raised: of whom, and why.
    fn alarms(&self, answer: &Answer) -> Vec<(String, String)> {
        let exchange = answer.header("pasarela-transmision");
        let exchange = exchange.map_or_else(|| answer.incident(), str::to_owned);
        let journal = self.site.journal();
        let entries = journal.entries().iter();
        let raised = entries.filter(|it| {
            it["alarma"] == Alarm::UntrustedAnswer.as_str() && it["intercambio"] == *exchange
        });
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
        let told = raised.map(|it| (text(it, "destinatario"), text(it, "problema")));
        told.collect()
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

    /// What the evidence of an answer says was lost of what the holder said.
    fn lost(&self, answer: &Answer) -> Value {
        let exchange = answer.header("pasarela-transmision").unwrap();
        let journal = self.site.journal();
        let mut released = journal.entries().iter();
        let own = |it: &&Value| it["tipo"] == "entrega" && it["intercambio"] == *exchange;
        released.rfind(own).unwrap()["perdidas"].clone()
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
    // What SIAV says is told beside it, and is not taken for the same as their `baix`.
    let origin = json!({"escalaOrigen":"SIAV","nivelOrigen":"noApreciat"});
    assert_eq!(found["origen"], origin);

    let read = federation.read(&id);
    let case = read.json()["caso"].clone();
    assert_eq!(case["valoracion"]["evaluacion"][0]["origen"], origin);
}

/// What has no place in the common words is on record with the answer by its path in theirs, and what it was is not.
#[test]
fn what_an_answer_of_mossos_loses_is_on_record_without_its_value() {
    let federation = federation();
    let id = federation.case_of_mossos("99999709X");
    let whole = federation.read(&id);
    assert!(federation.lost(&whole).is_null());
    let table = [
        (
            "</expedient>",
            "<mesuraJudicial><tipus>allunyament</tipus><distanciaKm>271.5</distanciaKm><estat>vigent</estat></mesuraJudicial></expedient>",
            "mesuraJudicial/distanciaKm",
            "271",
        ),
        (
            "<nivellAssignat>",
            "<nivellCalculat>noApreciat</nivellCalculat><nivellAssignat>",
            "valoracio/avaluacio/nivellCalculat",
            "noApreciat",
        ),
    ];
    for (instead_of, says, path, value) in table {
        federation.mossos.behave(Behaviour::Otherwise {
            instead_of: instead_of.to_owned(),
            says: says.to_owned(),
        });
        let read = federation.read(&id);
        let lost = federation.lost(&read);
        let path = format!("/ConsultaExpedientResposta/expedient/{path}");
        assert_eq!(lost, json!([path]), "{}", read.body);
        let exchange = read.header("pasarela-transmision").unwrap();
        let journal = federation.site.journal();
        let own = journal.entries().iter();
        let own: Vec<_> = own.filter(|it| it["intercambio"] == *exchange).collect();
        let evidence = serde_json::to_string(&own).unwrap();
        assert!(!evidence.contains(value), "{value} in {evidence}");
    }
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

#[test]
fn the_question_to_mossos_is_signed_and_must_be() {
    let federation = federation();
    let id = federation.case_of_mossos("99999705Y");
    let answer = run(federation.hit("99999705Y"));
    let hit = answer.json();
    assert_eq!(hit["coincidencia"][0]["idCaso"], json!(id), "{hit}");
    assert!(hit["sinRespuesta"].is_null(), "{hit}");
    assert_eq!(federation.alarms(&answer), []);
    // It was no courtesy: what nobody signed is refused there, and so is what another signed.
    let direct = federation.direct();
    let plain = Federation::submission(&direct, "99999706F");
    let other = federation.site.pki.organism(ERTZAINTZA_SYSTEM.slug);
    let other = Federation::signed(&plain, &other);
    for (message, fault) in [
        (plain, SecurityFault::NotSigned),
        (other, SecurityFault::AnotherOrganism),
    ] {
        let answer = Federation::tell(&direct, &message);
        assert_ne!(answer.status, 200, "{}", answer.body);
        let code = format!("<codigo>{}</codigo>", fault.code());
        assert!(answer.body.contains(&code), "{}", answer.body);
    }
}

#[test]
fn an_answer_that_is_not_signed_as_agreed_is_none() {
    let federation = federation();
    let id = federation.case_of_mossos("99999707P");
    federation.read(&id);
    let other = federation.site.pki.organism(ERTZAINTZA_SYSTEM.slug);
    let alarm = [(
        MOSSOS.to_owned(),
        Problem::HolderSignature.entry().code.to_owned(),
    )];
    for (behaviour, fault) in [
        (Behaviour::Unsigned, SecurityFault::NotSigned),
        (
            Behaviour::SignedBy {
                certificate: other.certificate,
                key: other.key,
                naming: Naming::Token,
            },
            SecurityFault::AnotherOrganism,
        ),
        (Behaviour::AnotherRequest, SecurityFault::NotConfirmed),
    ] {
        federation.mossos.behave(behaviour);
        let hit = run(federation.hit("99999707P"));
        let told = hit.json();
        assert_eq!(told["hayCoincidencia"], false, "{fault:?}: {told}");
        let silent = json!([{"@causa": "error", "#texto": MOSSOS}]);
        assert_eq!(told["sinRespuesta"], silent, "{fault:?}: {told}");
        assert_eq!(federation.alarms(&hit), alarm, "{fault:?}");
        // Asked alone, it is no answer at all.
        let national = federation.site.national();
        let read = run(national.get(&format!("/v2/casos/{id}")));
        read.assert_is("unsigned", Protocol::Rest, Problem::HolderSignature);
        assert_eq!(federation.alarms(&read), alarm, "{fault:?}");
        let journal = federation.site.journal();
        journal.assert_refused("unsigned", &read.incident(), Problem::HolderSignature);
        assert!(federation.site.log().contains(fault.code()), "{fault:?}");
        federation.mossos.behave(Behaviour::Honest);
        assert_eq!(
            run(federation.hit("99999707P")).json()["hayCoincidencia"],
            true
        );
    }
}

/// Territory is decided by the index: whoever answers in the place of a system is told of, once.
#[test]
fn an_index_that_is_not_signed_raises_the_alarm_once() {
    let federation = federation();
    // A round that was good comes first.
    federation.read(&federation.case_of_mossos("99999708D"));
    let raised = || {
        let journal = federation.site.journal();
        let of_index = |it: &&Value| {
            it["alarma"] == Alarm::UntrustedAnswer.as_str()
                && it["destinatario"] == MOSSOS
                && it["funcionario"].is_null()
        };
        journal.entries().iter().filter(of_index).count()
    };
    let failed = || {
        let log = federation.site.log();
        log.matches("the case index could not be brought up to date")
            .count()
    };
    let (before, seen) = (raised(), failed());
    federation.mossos.behave(Behaviour::Unsigned);
    let until = |what, done: &dyn Fn() -> bool| {
        run(federation.site.until(PROMPTLY, what, async || done()));
    };
    until("three rounds fail", &|| failed() >= seen + 3);
    assert_eq!(raised(), before + 1);
    federation.mossos.behave(Behaviour::Honest);
}
