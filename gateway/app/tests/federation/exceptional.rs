//! Quotas, and exceptional access for an imminent danger: granted, told, reviewed and counted.

use domain::Problem;
use serde_json::{Value, json};

use crate::answer::{Answer, PROTOCOLS, Protocol};
use crate::members::{FRUGAL, HERENCIA, VIGILANT};
use crate::partner::{OFFICER, Partner, envelope, fresh, operation};
use crate::program::{pasarela, succeed};
use crate::site::{Site, run, shared};

/// Percent-encoded, as the header carries it.
const DANGER: (&str, &str) = (
    "Pasarela-Peligro-Inminente",
    "PRUEBA%20de%20peligro%20inminente",
);

/// Asks by document, under these headers.
fn hit(partner: &Partner, document: &str, headers: &[(&str, &str)]) -> Answer {
    let body = json!({"tipoDocumento":"DNI","numeroDocumento":document}).to_string();
    run(partner.rest("POST", "/v2/coincidencias", headers, &body))
}

/// The case of a victim of the capital, with that document. Nobody real.
pub(crate) fn created(site: &Site, document: &str) -> String {
    let new = json!({
        "cabecera":{"estado":"activo"},
        "responsabilidad":{"municipioResidencia":"13034"},
        "victima":{"identidad":{"tipoDocumento":"DNI","numeroDocumento":document,"nombre":"CANARIAPELIGRO"}},
        "valoracion":{"evaluacion":[{"nivelCalculado":"medio","nivelAsignado":"medio"}]}});
    let national = site.national();
    let answer = run(national.post("/v2/casos", &fresh(), &new.to_string()));
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["idCaso"].as_str().unwrap().to_owned()
}

#[test]
fn beyond_the_quota_of_an_officer_is_refused_by_name_and_the_next_officer_is_served() {
    let site = shared();
    let partner = site.partner((FRUGAL.slug, FRUGAL.id));
    let asking = [("Pasarela-Funcionario", "AGENTE-0003")];
    for _ in 0..2 {
        assert_eq!(hit(&partner, "99999601V", &asking).status, 200);
    }
    let refused = hit(&partner, "99999601V", &asking);
    refused.assert_is("rest", Protocol::Rest, Problem::QuotaExceeded);
    assert_eq!(refused.status, 429);
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    let left = i64::from(domain::quota::until_tomorrow(jiff::Timestamp::now()));
    assert!((left..=left + 60).contains(&wait), "{wait} s, {left} s");
    let journal = site.journal();
    journal.assert_refused("rest", &refused.incident(), Problem::QuotaExceeded);
    let soap = PROTOCOLS.into_iter().filter_map(|protocol| match protocol {
        Protocol::Rest => None,
        Protocol::Soap(version) => Some(version),
    });
    for version in soap {
        let content =
            "<tipoDocumento>DNI</tipoDocumento><numeroDocumento>99999601V</numeroDocumento>";
        let header = partner.context(&fresh()).replace(OFFICER, "AGENTE-0003");
        let body = operation("ConsultarCoincidencia", content);
        let refused = run(partner.soap(version, &envelope(version, &header, &body)));
        refused.assert_is("soap", Protocol::Soap(version), Problem::QuotaExceeded);
    }
    let next = [("Pasarela-Funcionario", "AGENTE-0002")];
    assert_eq!(hit(&partner, "99999601V", &next).status, 200);
}

#[test]
fn a_declared_danger_shows_the_minimum_once_told_and_reviewed() {
    let site = run(Site::start(|_| ()));
    let document = "99999602H";
    let case = created(&site, document);
    let partner = site.partner((VIGILANT.slug, VIGILANT.id));
    assert_eq!(
        hit(&partner, document, &[]).json()["hayCoincidencia"],
        false
    );
    let shown = hit(&partner, document, &[DANGER]);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let told = shown.json();
    assert_eq!(told["hayCoincidencia"], true, "{told}");
    let text = told.to_string();
    assert!(text.contains(&case) && text.contains("medio"), "{told}");
    assert!(!text.contains("CANARIAPELIGRO"), "{told}");

    let national = site.national();
    let notices = run(national.get("/avisos")).json();
    let notice = &notices["avisos"][0];
    assert_eq!(
        (
            &notice["idCaso"],
            &notice["organismo"],
            &notice["funcionario"]
        ),
        (&json!(case), &json!(VIGILANT.id), &json!(OFFICER)),
        "{notices}"
    );
    assert_eq!(run(partner.get("/avisos")).json(), json!({"avisos":[]}));
    for (query, status) in [
        ("limite=1", 200),
        ("limite=0", 400),
        ("cursor=x", 400),
        ("otro=1", 400),
    ] {
        let answer = run(national.get(&format!("/avisos?{query}")));
        assert_eq!(answer.status, status, "{query}: {}", answer.body);
        assert!(
            !answer.body.contains("cursor\":"),
            "{query}: {}",
            answer.body
        );
    }
    reviewed(&site, notice["intercambio"].as_str().unwrap());
    let closed = run(national.get("/avisos")).json();
    assert_eq!(closed["avisos"][0]["revision"], "justificado", "{closed}");

    let entries = site.journal();
    let alarm = |entry: &&Value| entry["tipo"] == "alerta" && entry["organismo"] == VIGILANT.id;
    assert_eq!(entries.entries().iter().filter(alarm).count(), 1);
    let listed = succeed(&["honey", "alarms", "--config", &site.config()]);
    assert!(listed.contains("acceso-excepcional"), "{listed}");
    assert!(!entries.text().contains("PRUEBA de peligro"));

    // The second is the officer's last of the day.
    assert_eq!(hit(&partner, document, &[DANGER]).status, 200);
    let third = hit(&partner, document, &[DANGER]);
    third.assert_is("third", Protocol::Rest, Problem::QuotaExceeded);
}

/// The officer may not review herself; somebody else reads the reason and closes.
fn reviewed(site: &Site, exchange: &str) {
    let config = site.config();
    let review = |verb: &str, by: &str, more: &[&str]| {
        let begin = [
            "exceptional",
            verb,
            exchange,
            "--config",
            &config,
            "--by",
            by,
        ];
        pasarela(&[&begin[..], more].concat())
    };
    let verdict = ["--verdict", "justificado"];
    let own = review("close", OFFICER, &verdict);
    assert_ne!(own.status, 0, "{own:?}");
    let read = review("show", "SUPERVISION-0001", &[]);
    assert!(read.out.contains("PRUEBA de peligro inminente"), "{read:?}");
    let closed = review("close", "SUPERVISION-0001", &verdict);
    assert_eq!(closed.status, 0, "{closed:?}");
    let again = review("close", "SUPERVISION-0002", &verdict);
    assert_ne!(again.status, 0, "{again:?}");
    let list = pasarela(&["exceptional", "list", "--config", &config]);
    assert!(list.status == 0 && !list.out.contains(exchange), "{list:?}");
}

#[test]
fn a_danger_is_declared_by_whose_agreement_opens_it_and_to_protect() {
    let site = shared();
    let vigilant = site.partner((VIGILANT.slug, VIGILANT.id));
    let other_purpose = [DANGER, ("Pasarela-Finalidad", "valoracion")];
    let cases = [
        (site.partner(HERENCIA), &[DANGER][..], "no quota for it"),
        (
            site.partner((FRUGAL.slug, FRUGAL.id)),
            &[DANGER],
            "no quota for it",
        ),
        (vigilant, &other_purpose, "another purpose"),
    ];
    for (partner, headers, why) in cases {
        let refused = hit(&partner, "99999603L", headers);
        assert_eq!(refused.status, 403, "{why}: {}", refused.body);
    }
    // Only a hit may be asked for in danger.
    let vigilant = site.partner((VIGILANT.slug, VIGILANT.id));
    let path = format!("/v2/casos/{}", site.cases.own);
    let refused = run(vigilant.rest("GET", &path, &[DANGER], ""));
    refused.assert_is("consult", Protocol::Rest, Problem::ExceptionalNotAllowed);
    // By SOAP the declaration is a block of the context.
    let header = vigilant.context(&fresh());
    let declared = header.replace(
        "</Contexto>",
        "<PeligroInminente>corto</PeligroInminente></Contexto>",
    );
    let content = "<tipoDocumento>DNI</tipoDocumento><numeroDocumento>99999603L</numeroDocumento>";
    let version = adapters::soap::SoapVersion::V12;
    let message = envelope(
        version,
        &declared,
        &operation("ConsultarCoincidencia", content),
    );
    let refused = run(vigilant.soap(version, &message));
    assert_ne!(
        refused.status, 200,
        "a reason of five characters: {}",
        refused.body
    );
}
