//! A system of others that takes documents beside the envelope and signs: what is asked of it is signed, then packed; what
//! it answers is unpacked, then verified. And a gateway that answers with packages, or never does.

use std::sync::{MutexGuard, OnceLock, PoisonError};

use adapters::soap::SoapVersion;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use certs::signing::Naming;
use domain::{Alarm, Problem};
use nodes::central::{Behaviour, Central};
use nodes::database::Planted;
use serde_json::{Value, json};
use toml::Table;

use crate::answer::Protocol;
use crate::documents::{PACKAGE, asked, document, pdf, plain};
use crate::members::{ERTZAINTZA_SYSTEM, MOSSOS_SYSTEM, NATIONAL, SYSTEMS};
use crate::partner::{fresh, operation};
use crate::site::{PROMPTLY, Site, prepared, run, start_signing};

const V12: SoapVersion = SoapVersion::V12;
/// The case that the other system has. Nobody real.
const CASE: &str = "01JQ5Z7N2R8X4V6T0K3M9B1D01";
/// Two more, to be changed together.
const OTHERS: [(&str, &str); 2] = [
    ("01JQ5Z7N2R8X4V6T0K3M9B1D02", "99999822P"),
    ("01JQ5Z7N2R8X4V6T0K3M9B1D03", "99999823D"),
];

struct Federation {
    site: Site,
    other: Central,
}

/// A federation whose gateway always answers with packages; its tests take turns.
fn federation() -> MutexGuard<'static, Federation> {
    static FEDERATION: OnceLock<std::sync::Mutex<Federation>> = OnceLock::new();
    let federation = FEDERATION.get_or_init(|| std::sync::Mutex::new(run(start())));
    let federation = federation.lock().unwrap_or_else(PoisonError::into_inner);
    federation.other.behave(Behaviour::Honest);
    federation
}

async fn start() -> Federation {
    let other = start_signing(&MOSSOS_SYSTEM).await;
    for (id, victim) in [(CASE, "99999821F")].into_iter().chain(OTHERS) {
        let planted = Planted {
            id: id.parse().unwrap(),
            municipality: "13034".parse().unwrap(),
            victim: victim.to_owned(),
            // Who answers for a case may change its plan, wherever it is held.
            responsible: NATIONAL.1.parse().unwrap(),
            at: 1_700_000_000,
        };
        other.database().plant(&planted).await.unwrap();
    }
    let url = other.url();
    let site = Site::start(|config| {
        let mut system = config["holder"].as_table().unwrap().clone();
        let more = "binary = 'mtom'\nsecurity = { requests = 'exigida', answers = 'exigida' }\n\
                    answers = ['coincidencia', 'consulta', 'presentacion']\nindex_every_ms = 200";
        system.extend(more.parse::<Table>().unwrap());
        system.insert("organism".into(), MOSSOS_SYSTEM.id.into());
        system.insert("url".into(), url.into());
        config.insert("partners".into(), vec![toml::Value::from(system)].into());
        let answers = "mtom = 'always'".parse::<Table>().unwrap();
        config.insert("answers".into(), answers.into());
    });
    let site = site.await;
    let pki = prepared().join("pki");
    site.register(&SYSTEMS.map(|it| it.entry(&pki, it.state)).concat());
    let path = format!("/v2/casos/{CASE}");
    site.until(PROMPTLY, "the index holds the case", async || {
        site.national().get(&path).await.status == 200
    })
    .await;
    Federation { site, other }
}

#[test]
fn a_document_goes_to_a_system_that_signs_and_comes_back_from_it() {
    let federation = federation();
    let national = federation.site.national();
    let case = run(national.get(&format!("/v2/casos/{CASE}"))).json();
    let version = case["caso"]["cabecera"]["edicion"]["version"].clone();
    let before = federation.other.packages();
    let plan = BASE64.encode(pdf());
    let change = operation(
        "PresentarCaso",
        &format!(
            "<idCaso>{CASE}</idCaso><versionEsperada>{version}</versionEsperada><caso><proteccion><plan><area>\
             <ambito>vivienda</ambito><pauta>Pauta de PRUEBA</pauta></area><documento>{plan}</documento></plan>\
             </proteccion></caso>"
        ),
    );
    let context = national.context(&crate::partner::fresh());
    let message = crate::partner::envelope(V12, &context, &change);
    let answer = run(national.soap(V12, &message));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        federation.other.packages(),
        before + 1,
        "it left in a package"
    );

    // Its answer came in a package, signed, and so does ours, for the configuration says so.
    for accept in [PACKAGE, "*/*"] {
        let reply = asked(&national, V12, CASE, accept);
        assert!(
            reply.content_type.starts_with(PACKAGE),
            "{accept}: {}",
            reply.content_type
        );
        assert_eq!(document(&plain(&reply)), pdf(), "{accept}");
    }
    // Whoever rules packages out gets none.
    let reply = asked(&national, V12, CASE, V12.media_type());
    assert_eq!(reply.content_type, V12.content_type());
    assert_eq!(document(&String::from_utf8(reply.body).unwrap()), pdf());
}

#[test]
fn a_package_does_not_stand_for_a_signature() {
    let federation = federation();
    let national = federation.site.national();
    let other = federation.site.pki.organism(ERTZAINTZA_SYSTEM.slug);
    for behaviour in [
        Behaviour::Unsigned,
        Behaviour::SignedBy {
            certificate: other.certificate,
            key: other.key,
            naming: Naming::Token,
        },
        Behaviour::AnotherRequest,
    ] {
        federation.other.behave(behaviour);
        let read = run(national.get(&format!("/v2/casos/{CASE}")));
        read.assert_is("in a package", Protocol::Rest, Problem::HolderSignature);
    }
}

/// A lot is one message, and its answer raises one alarm that says for how many; each case has its own evidence.
#[test]
fn the_answer_to_a_lot_that_is_not_signed_raises_one_alarm_for_all() {
    let federation = federation();
    let national = federation.site.national();
    let changes = OTHERS.map(|(id, _)| {
        json!({"idCaso": id, "versionEsperada": 1, "caso": {"proteccion": {"plan": {
            "area": [{"ambito": "vivienda", "pauta": "Pauta de PRUEBA"}]}}}})
    });
    let lot = json!({ "presentacion": changes }).to_string();
    let before = federation.other.lots();
    federation.other.behave(Behaviour::Unsigned);
    let number = fresh();
    let answer = run(national.post("/v2/casos/lote", &number, &lot));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(federation.other.lots(), before + 1, "in one message");
    let code = Problem::HolderSignature.entry().code;
    let told = answer.json()["resultado"].clone();
    for at in 0..2 {
        assert_eq!(told[at]["rechazada"]["codigo"], code, "{told}");
    }

    let journal = federation.site.journal();
    let of_lot = |entry: &&Value| {
        let name = entry["peticion"].as_str().unwrap_or_default();
        name.starts_with(&format!("{number}."))
    };
    let of_lot: Vec<&Value> = journal.entries().iter().filter(of_lot).collect();
    let of_kind = |kind: &str| -> Vec<&Value> {
        let own = of_lot.iter().filter(|it| it["tipo"] == kind);
        own.copied().collect()
    };
    let alarms = of_kind("alerta");
    assert_eq!(alarms.len(), 1, "{alarms:?}");
    let alarm = alarms[0];
    assert_eq!(alarm["alarma"], Alarm::UntrustedAnswer.as_str());
    assert_eq!(alarm["destinatario"], MOSSOS_SYSTEM.id);
    assert_eq!(alarm["peticion"], format!("{number}.1"));
    assert_eq!(alarm["peticiones"], 2, "{alarm}");
    for (at, (id, _)) in OTHERS.iter().enumerate() {
        let name = format!("{number}.{}", at + 1);
        for (kind, problem) in [("pregunta", Value::Null), ("denegacion", json!(code))] {
            let own = of_kind(kind);
            let mut own = own.iter().filter(|it| it["peticion"] == *name);
            let entry = own.next().unwrap_or_else(|| panic!("{kind} of {name}"));
            assert_eq!(entry["casos"], json!([id]), "{kind} of {name}");
            assert_eq!(entry["problema"], problem, "{kind} of {name}");
        }
    }
    // One that came alone says no number.
    let read = run(national.get(&format!("/v2/casos/{CASE}")));
    read.assert_is("alone", Protocol::Rest, Problem::HolderSignature);
    let exchange = read.incident();
    let journal = federation.site.journal();
    let mut alarms = journal.entries().iter();
    let alarm = alarms.find(|it| it["tipo"] == "alerta" && it["intercambio"] == *exchange);
    assert!(alarm.unwrap()["peticiones"].is_null());
}
