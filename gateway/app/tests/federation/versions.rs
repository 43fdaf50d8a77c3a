//! Two versions of the contract at once: two organisms exchange the same case, each in its own.

use adapters::soap::SoapVersion;
use domain::Problem;
use serde_json::{Value, json};

use crate::answer::{Answer, Protocol};
use crate::members::{FIRST_VERSION, NATIONAL};
use crate::partner::{Partner, envelope, fresh};
use crate::site::{run, shared};

const VIOGEN_1: &str = "urn:pasarela:viogen:1";

fn first() -> Partner {
    shared().partner((FIRST_VERSION.slug, FIRST_VERSION.id))
}

/// A case of five levels, with advice in plain words. Nobody real.
fn case(document: &str) -> Value {
    json!({
        "cabecera":{"estado":"activo"},
        "responsabilidad":{"municipioResidencia":"13034"},
        "victima":{"identidad":{"tipoDocumento":"DNI","numeroDocumento":document,"nombre":"VICTIMA","apellido1":"PRUEBA"}},
        "valoracion":{
            "origen":{"escalaOrigen":"VIOGEN_2019","nivelOrigen":"noApreciado"},
            "evaluacion":[{"nivelCalculado":"noApreciado","nivelAsignado":"noApreciado"}]},
        "proteccion":{"autoproteccion":["Pauta de PRUEBA"]}})
}

fn soap_1(partner: &Partner, element: &str, content: &str) -> Answer {
    let version = SoapVersion::V12;
    let body = format!("<{element} xmlns=\"{VIOGEN_1}\">{content}</{element}>");
    let message = envelope(version, &partner.context(&fresh()), &body);
    run(partner.soap_version("/soap/viogen/1", version.content_type(), message.as_bytes()))
}

/// A case that the first version's organism has created.
fn created(document: &str) -> String {
    let answer = run(first().post("/v1/casos", &fresh(), &case(document).to_string()));
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["idCaso"].as_str().unwrap().to_owned()
}

#[test]
fn the_same_case_is_exchanged_between_two_versions() {
    let site = shared();
    let (first, second) = (first(), site.national());
    let id = created("99999501D");
    let read = run(second.get(&format!("/v2/casos/{id}")));
    assert_eq!(read.status, 200, "{}", read.body);
    let held = read.json()["caso"].clone();
    assert_eq!(held["valoracion"]["nivel"]["nivelActual"], "bajo");
    let origin = json!({"escalaOrigen":"VIOGEN_2019","nivelOrigen":"noApreciado"});
    assert_eq!(held["valoracion"]["origen"], origin);
    assert_eq!(
        held["proteccion"]["plan"]["area"],
        json!([{"pauta":"Pauta de PRUEBA"}])
    );

    let seen = run(first.get(&format!("/v1/casos/{id}")));
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert_eq!(seen.header("etag"), Some("\"1\""));
    let seen = seen.json();
    assert_eq!(
        seen["caso"]["valoracion"]["nivel"]["nivelActual"],
        "noApreciado"
    );
    assert_eq!(seen["caso"]["valoracion"]["origen"], origin);
    assert_eq!(
        seen["caso"]["proteccion"]["autoproteccion"],
        json!(["Pauta de PRUEBA"])
    );
}

#[test]
fn what_a_version_cannot_say_is_told_as_lost() {
    let (first, second) = (first(), shared().national());
    let new = json!({
        "cabecera":{"estado":"activo"},
        "responsabilidad":{"municipioResidencia":"13034"},
        "victima":{"identidad":{"tipoDocumento":"DNI","numeroDocumento":"99999504N"}},
        "hechos":{"ciberviolencia":[{"tipo":"suplantacion","activa":true}]},
        "proteccion":{"plan":{"palabraClave":["PRUEBA"]}}});
    let created = run(second.post("/v2/casos", &fresh(), &new.to_string()));
    assert_eq!(created.status, 201, "{}", created.body);
    let id = created.json()["idCaso"].as_str().unwrap().to_owned();

    let seen = run(first.get(&format!("/v1/casos/{id}"))).json();
    let lost: Vec<&str> = seen["perdida"]
        .as_array()
        .unwrap()
        .iter()
        .map(|loss| loss["#texto"].as_str().unwrap())
        .collect();
    for path in ["hechos/ciberviolencia", "proteccion/plan/palabraClave"] {
        let path = format!("/ConsultarCasoRespuesta/caso/{path}");
        assert!(lost.contains(&path.as_str()), "{path} in {lost:?}");
    }
    let answer = soap_1(&first, "ConsultarCaso", &format!("<idCaso>{id}</idCaso>"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer.body.contains(&format!("xmlns=\"{VIOGEN_1}\"")),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("<perdida sentido=\"respuesta\""),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("suplantacion"), "{}", answer.body);
}

#[test]
fn a_search_of_five_levels_is_answered_in_five_levels() {
    let (first, id) = (first(), created("99999502X"));
    let answer = run(first.get("/v1/casos?municipio=13034&nivel=noApreciado&limite=1"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let lost = &answer.json()["perdida"][0];
    assert_eq!(
        (&lost["@sentido"], &lost["#texto"]),
        (&json!("peticion"), &json!("/BuscarCasos/nivel"))
    );
    let body = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999502X"}"#;
    let hit = run(first.post("/v1/coincidencias", &fresh(), body)).json();
    assert_eq!(hit["hayCoincidencia"], true);
    assert!(
        hit["coincidencia"]
            .as_array()
            .unwrap()
            .iter()
            .any(|hit| hit["idCaso"] == id.as_str())
    );
}

#[test]
fn a_version_that_the_agreement_does_not_name_is_refused_by_name() {
    let site = shared();
    let (first, second) = (first(), site.partner(NATIONAL));
    let path = |version: u8| format!("/v{version}/casos/{}", site.cases.own);
    let answers = [
        ("rest 2", Protocol::Rest, run(first.get(&path(2)))),
        ("rest 1", Protocol::Rest, run(second.get(&path(1)))),
        (
            "soap 1",
            Protocol::Soap(SoapVersion::V12),
            soap_1(
                &second,
                "ConsultarCaso",
                &format!("<idCaso>{}</idCaso>", site.cases.own),
            ),
        ),
    ];
    let journal = site.journal();
    for (case, protocol, answer) in answers {
        answer.assert_is(case, protocol, Problem::VersionNotAgreed);
        journal.assert_refused(case, &answer.incident(), Problem::VersionNotAgreed);
        site.assert_serves(case);
    }
}

#[test]
fn all_broken_rules_are_told_at_once_in_the_callers_names() {
    let site = shared();
    let first = first();
    let mut bad = case("99999503A");
    bad["valoracion"]["evaluacion"] = json!([{"nivelCalculado":"alto","nivelAsignado":"medio"}]);
    let expected = [
        (
            "/PresentarCaso/caso/valoracion/evaluacion[1]/nivelAsignado",
            "nivel-no-inferior-al-calculado",
        ),
        (
            "/PresentarCaso/caso/victima/identidad/numeroDocumento",
            "letra-de-dni",
        ),
    ];
    let answer = run(first.post("/v1/casos", &fresh(), &bad.to_string()));
    answer.assert_is("rest", Protocol::Rest, Problem::RulesBroken);
    let told = &answer.json()["violaciones"];
    for (at, (path, code)) in expected.iter().enumerate() {
        assert_eq!(
            (&told[at]["ruta"], &told[at]["codigo"]),
            (&json!(path), &json!(code)),
            "{told}"
        );
    }
    assert_eq!(told.as_array().unwrap().len(), 2, "{told}");
    let content = "<caso><cabecera><estado>activo</estado></cabecera>\
        <responsabilidad><municipioResidencia>13034</municipioResidencia></responsabilidad><victima><identidad><tipoDocumento>DNI</tipoDocumento><numeroDocumento>99999503A</numeroDocumento>\
        </identidad></victima><valoracion><evaluacion><nivelCalculado>alto</nivelCalculado><nivelAsignado>medio</nivelAsignado>\
        </evaluacion></valoracion></caso>";
    let answer = soap_1(&first, "PresentarCaso", content);
    answer.assert_is(
        "soap",
        Protocol::Soap(SoapVersion::V12),
        Problem::RulesBroken,
    );
    for (path, code) in expected {
        assert!(
            answer.body.contains(path) && answer.body.contains(code),
            "{}",
            answer.body
        );
    }
    site.journal()
        .assert_refused("soap", &answer.incident(), Problem::RulesBroken);
}

#[test]
fn each_version_describes_itself() {
    let first = first();
    let wsdl = run(first.get("/soap/viogen/1?wsdl"));
    assert!(
        wsdl.status == 200 && wsdl.body.contains(VIOGEN_1),
        "{}",
        wsdl.body
    );
    let schema = run(first.get("/soap/viogen/1?xsd=viogen/1/tipos.xsd"));
    assert!(schema.status == 200 && schema.body.contains("noApreciado"));
    let openapi = run(first.get("/v1/openapi.json")).json();
    assert!(
        openapi["paths"]["/casos/{idCaso}"].is_object()
            || openapi["paths"]["/v1/casos/{idCaso}"].is_object(),
        "{}",
        openapi["paths"]
    );
}

#[test]
fn of_very_many_broken_rules_the_first_are_told_and_how_many_there_are() {
    let mut bad = case("99999504G");
    let evaluation = json!({"nivelCalculado":"alto","nivelAsignado":"medio"});
    bad["valoracion"]["evaluacion"] = vec![evaluation; 70].into();
    let answer = run(first().post("/v1/casos", &fresh(), &bad.to_string()));
    answer.assert_is("rest", Protocol::Rest, Problem::RulesBroken);
    let answer = answer.json();
    assert_eq!(answer["violaciones"].as_array().unwrap().len(), 20);
    let detail = answer["detail"].as_str().unwrap();
    assert!(detail.contains(": 7"), "{detail}");
}

#[test]
fn a_refusal_is_on_record_under_the_version_that_was_spoken() {
    let (site, first) = (shared(), first());
    let content = "<idCaso>01JQ5Z7N2R8X4V6T0K3M9B1CDF</idCaso>";
    let body = format!("<ConsultarCaso xmlns=\"{VIOGEN_1}\">{content}</ConsultarCaso>");
    let stranger = first
        .context(&fresh())
        .replace(FIRST_VERSION.id, NATIONAL.1);
    let version = SoapVersion::V12;
    let message = envelope(version, &stranger, &body);
    let answer =
        run(first.soap_version("/soap/viogen/1", version.content_type(), message.as_bytes()));
    let protocol = Protocol::Soap(version);
    answer.assert_is("soap", protocol, Problem::RequesterNotCertificate);
    let journal = site.journal();
    let entry =
        journal.assert_refused("soap", &answer.incident(), Problem::RequesterNotCertificate);
    assert_eq!(entry["contrato"], "viogen/1");
}
