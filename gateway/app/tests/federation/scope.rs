//! What a caller may not know is told as what does not exist: the same bytes, but for the incident.

use std::time::{Duration, Instant};

use adapters::soap::SoapVersion;
use domain::Problem;

use crate::answer::{Answer, PROTOCOLS, Protocol};
use crate::members::{CEILING, EXPIRED, Member, SUSPENDED};
use crate::partner::{Partner, fresh};
use crate::site::{Site, run, shared};

/// A case identifier of the right shape that nobody has.
pub(crate) const NOBODYS: &str = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";
/// A change that says nothing.
const CHANGE: &str = r#"{"cabecera":{"idLocal":[{"sistema":"PRUEBA","identificador":"X-1"}]}}"#;

/// Reads a case.
pub(crate) async fn consult(partner: &Partner, protocol: Protocol, case: &str) -> Answer {
    match protocol {
        Protocol::Rest => partner.get(&format!("/v2/casos/{case}")).await,
        Protocol::Soap(version) => {
            partner
                .call(
                    version,
                    "ConsultarCaso",
                    &format!("<idCaso>{case}</idCaso>"),
                )
                .await
        }
    }
}

/// Changes a case.
pub(crate) async fn change(partner: &Partner, protocol: Protocol, case: &str) -> Answer {
    match protocol {
        Protocol::Rest => {
            let headers = [("Idempotency-Key", &*fresh()), ("If-Match", "\"1\"")];
            partner
                .rest("PUT", &format!("/v2/casos/{case}"), &headers, CHANGE)
                .await
        }
        Protocol::Soap(version) => {
            let content = format!(
                "<idCaso>{case}</idCaso><versionEsperada>1</versionEsperada><caso><cabecera><idLocal><sistema>PRUEBA</sistema><identificador>X-1</identificador></idLocal></cabecera></caso>"
            );
            partner.call(version, "PresentarCaso", &content).await
        }
    }
}

/// Both are refused alike; the evidence knows why each was.
#[track_caller]
pub(crate) fn assert_alike(site: &Site, case: &str, answers: [(&Answer, Problem); 2]) {
    let [(hidden, _), (absent, _)] = answers;
    assert_eq!(hidden.bland(), absent.bland(), "{case}");
    assert_eq!(hidden.bland_headers(), absent.bland_headers(), "{case}");
    assert_eq!(hidden.status, absent.status, "{case}");
    let journal = site.journal();
    for (answer, truly) in answers {
        journal.assert_refused(case, &answer.incident(), truly);
    }
}

#[test]
fn out_of_reach_and_not_existing_are_one_answer() {
    let site = shared();
    let herencia = site.herencia();
    let ceiling = site.partner((CEILING.slug, CEILING.id));
    let table = [
        (
            "out of territory",
            &herencia,
            &site.cases.outside,
            Problem::OutOfTerritory,
        ),
        (
            "above the ceiling",
            &ceiling,
            &site.cases.above,
            Problem::AboveMaxRisk,
        ),
    ];
    for (case, partner, hidden, truly) in table {
        for protocol in PROTOCOLS {
            let (a, b) = run(async {
                (
                    consult(partner, protocol, hidden).await,
                    consult(partner, protocol, NOBODYS).await,
                )
            });
            a.assert_is(case, protocol, Problem::NotFoundOrOutOfScope);
            assert_alike(site, case, [(&a, truly), (&b, Problem::UnknownCase)]);
            let (a, b) = run(async {
                (
                    change(partner, protocol, hidden).await,
                    change(partner, protocol, NOBODYS).await,
                )
            });
            a.assert_is(case, protocol, Problem::NotFoundOrOutOfScope);
            assert_alike(site, case, [(&a, truly), (&b, Problem::UnknownCase)]);
        }
    }
    site.assert_serves("what is out of reach");
}

/// A floor and no speed: later is no fault, sooner would tell that there was less to do.
#[test]
fn what_must_be_one_answer_waits_for_its_beat() {
    const BEAT: Duration = Duration::from_millis(25);
    const NOBODY: &str = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999028L"}"#;
    let (site, herencia) = (shared(), shared().herencia());
    for protocol in PROTOCOLS {
        for case in [site.cases.outside.as_str(), NOBODYS, NOBODYS, NOBODYS] {
            let begun = Instant::now();
            let answer = run(consult(&herencia, protocol, case));
            assert!(begun.elapsed() >= BEAT, "{protocol:?}: {}", answer.body);
            answer.assert_is(case, protocol, Problem::NotFoundOrOutOfScope);
            let begun = Instant::now();
            let hit = run(herencia.post("/v2/coincidencias", &fresh(), NOBODY));
            assert!(begun.elapsed() >= BEAT, "{}", hit.body);
            assert_eq!(hit.json()["hayCoincidencia"], false);
        }
    }
}

#[test]
fn a_hit_out_of_reach_is_no_hit() {
    let site = shared();
    let (national, herencia) = (site.national(), site.herencia());
    let body = |number: &str| format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{number}"}}"#);
    let document = "99999026V";
    let new = format!(
        r#"{{"cabecera":{{"estado":"activo"}},"responsabilidad":{{"municipioResidencia":"13034"}},"victima":{{"identidad":{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}}}}}"#
    );
    let created = run(national.post("/v2/casos", &fresh(), &new));
    assert_eq!(created.status, 201, "{}", created.body);
    let ask = |partner: &Partner, number: &str| {
        run(partner.rest("POST", "/v2/coincidencias", &[], &body(number)))
    };
    assert_eq!(ask(&national, document).json()["hayCoincidencia"], true);
    let (hidden, absent) = (ask(&herencia, document), ask(&herencia, "99999027H"));
    assert_eq!(hidden.status, 200, "{}", hidden.body);
    assert_eq!(hidden.json()["hayCoincidencia"], false);
    assert_eq!((hidden.status, &hidden.body), (absent.status, &absent.body));
    assert_eq!(hidden.bland_headers(), absent.bland_headers());
}

#[test]
fn a_search_stays_within_the_territory() {
    let site = shared();
    let herencia = site.herencia();
    let all = run(herencia.get("/v2/casos?limite=100")).json();
    let found = all["caso"].as_array().map_or(0, Vec::len);
    assert!(found > 0, "{all}");
    let ids = all["caso"].as_array().into_iter().flatten();
    assert!(
        ids.into_iter()
            .all(|case| case["idCaso"] != site.cases.outside.as_str()),
        "{all}"
    );
    let elsewhere = run(herencia.get("/v2/casos?municipio=13034&limite=100"));
    let nowhere = run(herencia.get("/v2/casos?municipio=13901&limite=100"));
    assert_eq!(
        (elsewhere.status, &elsewhere.body),
        (nowhere.status, &nowhere.body)
    );
    for version in SoapVersion::ALL {
        let soap = run(herencia.call(*version, "BuscarCasos", "<municipio>13034</municipio>"));
        assert_eq!(soap.status, 200, "{}", soap.body);
        assert_eq!(soap.text("idCaso"), None, "{}", soap.body);
    }
}

#[test]
fn without_agreement_in_effect_nothing_is_told() {
    let site = shared();
    for Member { slug, id, .. } in [EXPIRED, SUSPENDED] {
        let partner = site.partner((slug, id));
        for protocol in PROTOCOLS {
            let (known, unknown) = run(async {
                let case = &site.cases.own;
                (
                    consult(&partner, protocol, case).await,
                    consult(&partner, protocol, NOBODYS).await,
                )
            });
            let problem = Problem::AgreementNotEffective;
            known.assert_is(slug, protocol, problem);
            assert_alike(site, slug, [(&known, problem), (&unknown, problem)]);
        }
    }
    site.assert_serves("organisms without agreement");
}
