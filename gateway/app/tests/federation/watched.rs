//! Watched subjects: a record that nobody has a reason to ask about does not exist for anyone, and an officer who looks
//! herself up is answered as ever; both raise an alarm that nobody on the wire can tell.

use std::collections::BTreeSet;
use std::time::Duration;

use adapters::soap::SoapVersion;
use domain::Problem;
use serde_json::json;

use crate::answer::{Answer, PROTOCOLS, Protocol};
use crate::members::HERENCIA;
use crate::partner::{OFFICER, Partner, fresh};
use crate::program::{pasarela, succeed};
use crate::scope::{NOBODYS, assert_alike, change, consult};
use crate::site::{Site, run, shared};

/// How long an alarm may take on a busy machine; nothing waits for it.
const PATIENCE: Duration = Duration::from_secs(30);
const HONEY: &str = "99999613Y";
const ABSENT: &str = "99999614F";
const OWN: &str = "99999615P";

/// A case in the town of Herencia of someone with that document. Nobody real.
fn created(site: &Site, document: &str) -> String {
    let new = json!({
        "cabecera":{"estado":"activo"},
        "responsabilidad":{"municipioResidencia":"13047"},
        "victima":{"identidad":{"tipoDocumento":"DNI","numeroDocumento":document}},
        "valoracion":{"evaluacion":[{"nivelCalculado":"bajo","nivelAsignado":"bajo"}]}});
    let answer = run(site
        .national()
        .post("/v2/casos", &fresh(), &new.to_string()));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let id = answer.json()["idCaso"].as_str().unwrap().to_owned();
    let herencia = site.herencia();
    run(site.until(PATIENCE, "the index holds the case", async || {
        consult(&herencia, Protocol::Rest, &id).await.status == 200
    }));
    id
}

fn hit(partner: &Partner, document: &str, headers: &[(&str, &str)]) -> Answer {
    let body = json!({"tipoDocumento":"DNI","numeroDocumento":document}).to_string();
    run(partner.rest("POST", "/v2/coincidencias", headers, &body))
}

fn honey(site: &Site, verb: &str, subject: [&str; 2]) {
    let config = site.config();
    let by = ["--by", "SUPERVISION-0001"];
    let begin = ["honey", verb, "--config", &config];
    succeed(&[&begin[..], &by, &subject].concat());
}

/// The name of the exchange that an answer belongs to.
fn exchange(answer: &Answer) -> String {
    let told = answer.header("pasarela-transmision").map(str::to_owned);
    told.unwrap_or_else(|| answer.incident())
}

/// The exchanges that raised that alarm, by the evidence and by the supervision's list.
fn alarms(site: &Site, alarm: &str) -> [BTreeSet<String>; 2] {
    let journal = site.journal();
    let entries = journal.entries().iter();
    let entries = entries.filter(|it| it["tipo"] == "alerta" && it["alarma"] == alarm);
    let evidence = entries.map(|it| it["intercambio"].as_str().unwrap().to_owned());
    let list = succeed(&["honey", "alarms", "--config", &site.config()]);
    let listed = list.lines().filter(|line| line.contains(alarm));
    let listed = listed.map(|line| line.split(' ').next().unwrap().to_owned());
    [evidence.collect(), listed.collect()]
}

/// All of these exchanges raise it, in the evidence and on the list; none of the others does.
#[track_caller]
fn assert_raised(site: &Site, alarm: &str, raising: &[String], innocent: &[String]) {
    run(site.until(PATIENCE, alarm, async || {
        tokio::task::block_in_place(|| {
            let both = alarms(site, alarm);
            both.iter()
                .all(|found| raising.iter().all(|it| found.contains(it)))
        })
    }));
    for found in alarms(site, alarm) {
        let wrong: Vec<&String> = innocent.iter().filter(|it| found.contains(*it)).collect();
        assert!(wrong.is_empty(), "{alarm}: {wrong:?}");
    }
}

/// Exchanges that must have raised an alarm, and those that must not.
#[derive(Default)]
struct Exchanges {
    raising: Vec<String>,
    innocent: Vec<String>,
}

/// Asks about a honey record and about nobody, in every way: the answers are alike.
fn nobody_finds(site: &Site, partner: &Partner, case: &str, told: &mut Exchanges) {
    for protocol in PROTOCOLS {
        let (hidden, absent) = run(async {
            (
                consult(partner, protocol, case).await,
                consult(partner, protocol, NOBODYS).await,
            )
        });
        hidden.assert_is("honey", protocol, Problem::NotFoundOrOutOfScope);
        let unknown = Problem::UnknownCase;
        assert_alike(site, "honey", [(&hidden, unknown), (&absent, unknown)]);
        told.raising.push(exchange(&hidden));
        told.innocent.push(exchange(&absent));
        let (hidden, absent) = run(async {
            (
                change(partner, protocol, case).await,
                change(partner, protocol, NOBODYS).await,
            )
        });
        assert_alike(site, "honey", [(&hidden, unknown), (&absent, unknown)]);
        told.raising.push(exchange(&hidden));
        told.innocent.push(exchange(&absent));
    }
    let (hidden, absent) = (hit(partner, HONEY, &[]), hit(partner, ABSENT, &[]));
    told.raising.push(exchange(&hidden));
    told.innocent.push(exchange(&absent));
    assert_eq!((hidden.status, &hidden.body), (absent.status, &absent.body));
    assert_eq!(hidden.bland_headers(), absent.bland_headers());
    let content = |document| {
        format!("<tipoDocumento>DNI</tipoDocumento><numeroDocumento>{document}</numeroDocumento>")
    };
    let soap = |document| {
        run(partner.call(
            SoapVersion::V12,
            "ConsultarCoincidencia",
            &content(document),
        ))
    };
    assert_eq!(soap(HONEY).text("idCaso"), None);
    // Nobody asks about it who lists cases.
    let all = run(partner.get("/v2/casos?municipio=13047&limite=100"));
    assert!(all.status == 200 && !all.body.contains(case));
    told.innocent.push(exchange(&all));
}

#[test]
fn a_honey_record_exists_for_nobody_and_raises_an_alarm() {
    let site = shared();
    let (herencia, national) = (site.herencia(), site.national());
    let case = created(site, HONEY);
    assert_eq!(hit(&herencia, HONEY, &[]).json()["hayCoincidencia"], true);
    let mut told = Exchanges::default();
    // The document first: where the mark of the case is in force, so is that of the document.
    honey(site, "add", ["--document", HONEY]);
    honey(site, "add", ["--case", &case]);
    run(site.until(PATIENCE, "the mark", async || {
        consult(&national, Protocol::Rest, &case).await.status == 404
    }));
    for partner in [&herencia, &national] {
        nobody_finds(site, partner, &case, &mut told);
    }
    assert_raised(site, "registro-trampa", &told.raising, &told.innocent);
    let listed = succeed(&["honey", "list", "--config", &site.config()]);
    assert!(
        !listed.contains(&case) && !listed.contains(HONEY),
        "{listed}"
    );
    honey(site, "remove", ["--document", HONEY]);
    honey(site, "remove", ["--case", &case]);
    run(site.until(PATIENCE, "the mark is off", async || {
        consult(&herencia, Protocol::Rest, &case).await.status == 200
    }));
}

#[test]
fn whoever_looks_herself_up_is_answered_as_ever_and_raises_an_alarm() {
    let site = shared();
    let herencia = site.herencia();
    let case = created(site, OWN);
    let config = site.config();
    let register = |verb: &str| {
        let whose = ["--organism", HERENCIA.1, "--officer", OFFICER];
        let begin = [
            "officer-self",
            verb,
            "--config",
            &config,
            "--by",
            "SUPERVISION-0001",
        ];
        pasarela(&[&begin[..], &whose, &["--document", OWN]].concat())
    };
    let plain = hit(&herencia, OWN, &[]);
    assert_eq!(register("add").status, 0);
    run(site.until(PATIENCE, "the list", async || {
        tokio::task::block_in_place(|| {
            let asked = exchange(&hit(&herencia, OWN, &[]));
            std::thread::sleep(Duration::from_millis(100));
            alarms(site, "consulta-propia")[0].contains(&asked)
        })
    }));
    let own = hit(&herencia, OWN, &[]);
    assert_eq!((own.status, &own.body), (plain.status, &plain.body));
    assert_eq!(own.bland_headers(), plain.bland_headers());
    // By the case it is found out from the answer; another officer may.
    let read = run(consult(&herencia, Protocol::Rest, &case));
    assert_eq!(read.status, 200);
    let other = hit(&herencia, OWN, &[("Pasarela-Funcionario", "AGENTE-0099")]);
    let innocent = [plain, other, hit(&herencia, ABSENT, &[])];
    let raising = [own, read];
    assert_raised(
        site,
        "consulta-propia",
        &raising.each_ref().map(exchange),
        &innocent.each_ref().map(exchange),
    );
    assert_eq!(register("remove").status, 0);
    assert_ne!(register("remove").status, 0, "it is not there any more");
}
