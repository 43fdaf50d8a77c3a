//! Partners that speak dialects of their own: each is understood, decided on, answered and refused in its own words.

use adapters::soap::SoapVersion;
use domain::Problem;
use jiff::Timestamp;
use serde_json::json;

use crate::answer::{Answer, Protocol};
use crate::members::{ERTZAINTZA, GALICIA, NATIONAL, NAVARRA, SIAV};
use crate::partner::{OFFICER, Partner, envelope, fresh};
use crate::site::{run, shared};

const V12: SoapVersion = SoapVersion::V12;

fn mossos() -> Partner {
    shared().partner((SIAV.slug, SIAV.id))
}

/// A message of Mossos.
fn said(partner: &Partner, element: &str, content: &str) -> Answer {
    let body = format!("<{element} xmlns=\"urn:pasarela:mossos:1\">{content}</{element}>");
    let message = envelope(V12, &partner.context(&fresh()), &body);
    run(partner.soap_version("/soap/mossos/1", V12.content_type(), message.as_bytes()))
}

/// A case in the words of Mossos. Nobody real.
fn expedient(document: &str, kilometres: &str) -> String {
    format!(
        "<expedient><referencia><sistema>SIAV</sistema><numero>PRUEBA-S-{document}</numero></referencia>\
         <situacio>obert</situacio><municipiVictima>13034</municipiVictima>\
         <victima><persona><tipusDocument>dni</tipusDocument><numDocument>{document}</numDocument><nom>VICTIMA</nom>\
         <cognom1>PRUEBA</cognom1></persona></victima>\
         <valoracio><avaluacio><data>2025-03-02T09:50:00+01:00</data><nivellCalculat>baix</nivellCalculat>\
         <nivellAssignat>moltAlt</nivellAssignat><motiuElevacio>Dada de PRUEBA</motiuElevacio></avaluacio></valoracio>\
         <mesuraJudicial><tipus>allunyament</tipus><distanciaKm>{kilometres}</distanciaKm><estat>vigent</estat></mesuraJudicial>\
         </expedient>"
    )
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} in {text}"));
    rest.split_once(after).unwrap().0
}

#[test]
fn a_case_in_the_words_of_mossos_is_read_in_the_words_of_others_and_back() {
    let (mossos, national) = (mossos(), shared().national());
    let sent = said(&mossos, "TramesaExpedient", &expedient("99999601V", "0.75"));
    assert_eq!(sent.status, 200, "{}", sent.body);
    assert!(sent.body.contains("<nou>true</nou>"), "{}", sent.body);
    let id = between(&sent.body, "<idFederat>", "</idFederat>").to_owned();

    let read = run(national.get(&format!("/v2/casos/{id}")));
    assert_eq!(read.status, 200, "{}", read.body);
    let case = read.json()["caso"].clone();
    assert_eq!(case["cabecera"]["estado"], "activo");
    assert_eq!(case["valoracion"]["nivel"]["nivelActual"], "extremo");
    let assessment = &case["valoracion"]["evaluacion"][0];
    let origin = json!({"escalaOrigen":"SIAV","nivelOrigen":"moltAlt"});
    assert_eq!(
        assessment["origen"], origin,
        "scale and level of origin travel along"
    );
    let measure = &case["proteccion"]["medidaJudicial"][0];
    assert_eq!(
        (&measure["tipo"], &measure["distancia"]),
        (&json!("prohibicionAproximacion"), &json!(750))
    );

    let seen = said(
        &mossos,
        "ConsultaExpedient",
        &format!("<idFederat>{id}</idFederat>"),
    );
    assert_eq!(seen.status, 200, "{}", seen.body);
    for words in [
        "<risc><nivell>moltAlt</nivell>",
        "<situacio>obert</situacio>",
        "<distanciaKm>0.75</distanciaKm>",
        "<escala>SIAV</escala>",
        "<tipus>allunyament</tipus>",
    ] {
        assert!(seen.body.contains(words), "{words} in {}", seen.body);
    }

    let hit =
        "<tipusDocument>dni</tipusDocument><numDocument>99999601V</numDocument><rol>victima</rol>";
    let hit = said(&mossos, "ConsultaAntecedents", hit);
    assert!(
        hit.body.contains("<teAntecedents>true</teAntecedents>"),
        "{}",
        hit.body
    );
    assert!(hit.body.contains(&id), "{}", hit.body);
    let other = "<tipusDocument>dni</tipusDocument><numDocument>99999602H</numDocument>";
    let none = said(&mossos, "ConsultaAntecedents", other);
    assert!(
        none.body.contains("<teAntecedents>false</teAntecedents>"),
        "{}",
        none.body
    );
}

#[test]
fn a_search_in_the_words_of_mossos_is_answered_in_them() {
    let mossos = mossos();
    let asked = "<municipi>13047</municipi><situacio>obert</situacio><limit>3</limit>";
    let page = said(&mossos, "CercaExpedients", asked);
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(page.body.matches("<idFederat>").count(), 3, "{}", page.body);
    let next = between(&page.body, "<seguent>", "</seguent>").to_owned();
    for words in [
        "<situacio>obert</situacio>",
        // A supervised case is open to them, and is not what "obert" searches for: they are told.
        "<perdua sentido=\"peticion\"",
        "los casos supervisados no se buscan",
    ] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    let more = format!("{asked}<cursor>{next}</cursor>");
    let more = said(&mossos, "CercaExpedients", &more);
    assert_eq!(more.status, 200, "{}", more.body);
    let first = between(&more.body, "<idFederat>", "</idFederat>");
    assert!(!page.body.contains(first), "{first} in {}", page.body);
    let wider = said(&mossos, "CercaExpedients", "<ambit>ES</ambit>");
    wider.assert_is(
        "the gateway's own",
        Protocol::Soap(V12),
        Problem::SchemaViolation,
    );
}

#[test]
fn what_has_no_place_in_the_common_contract_is_told_or_refused_in_the_senders_words() {
    let mossos = mossos();
    let answer = said(&mossos, "TramesaExpedient", &expedient("99999603L", "250"));
    // Too far for the common words: the case is taken, and what is lost of it is told.
    assert_eq!(answer.status, 200, "{}", answer.body);
    for words in [
        "<perdua sentido=\"peticion\"",
        "/mesuraJudicial/distanciaKm</perdua>",
    ] {
        assert!(answer.body.contains(words), "{words} in {}", answer.body);
    }

    let unknown = "<tipusDocument>dni</tipusDocument><numDocument>99999603L</numDocument><rol>testimoni</rol>";
    let answer = said(&mossos, "ConsultaAntecedents", unknown);
    answer.assert_is(
        "no such word",
        Protocol::Soap(V12),
        Problem::SchemaViolation,
    );
    assert!(
        answer.body.contains("/ConsultaAntecedents/rol"),
        "{}",
        answer.body
    );
}

#[test]
fn a_rule_of_the_common_contract_is_told_in_the_senders_words() {
    let answer = said(&mossos(), "TramesaExpedient", &expedient("99999603A", "1"));
    answer.assert_is("a wrong letter", Protocol::Soap(V12), Problem::RulesBroken);
    let path = "/TramesaExpedient/expedient/victima/persona/numDocument";
    assert!(answer.body.contains(path), "{path} in {}", answer.body);
}

#[test]
fn a_dialect_is_for_whose_agreement_names_it() {
    let national = shared().partner(NATIONAL);
    let answer = said(
        &national,
        "ConsultaExpedient",
        "<idFederat>01JQ5Z7N2R8X4V6T0K3M9B1CDF</idFederat>",
    );
    answer.assert_is(
        "another's dialect",
        Protocol::Soap(V12),
        Problem::VersionNotAgreed,
    );
    let wsdl = run(mossos().get("/soap/mossos/1?wsdl"));
    assert!(
        wsdl.status == 200 && wsdl.body.contains("TramesaExpedient"),
        "{}",
        wsdl.body
    );
}

/// A case that the whole federation may read, in the words of Mossos.
fn case(document: &str) -> String {
    let sent = said(&mossos(), "TramesaExpedient", &expedient(document, "0.5"));
    assert_eq!(sent.status, 200, "{}", sent.body);
    between(&sent.body, "<idFederat>", "</idFederat>").to_owned()
}

#[test]
fn a_case_of_mossos_is_a_hit_of_the_ertzaintza_who_asks_for_a_town() {
    let id = case("99999604C");
    let asking = shared().partner((ERTZAINTZA.slug, ERTZAINTZA.id));
    let version = SoapVersion::V11;
    let ask = |town: &str| {
        let body = "<BuscarPersona xmlns=\"urn:pasarela:ertzaintza:1\"><documento clase=\"D\">99999604C</documento></BuscarPersona>";
        let other = format!("<EnNombreDe>{town}</EnNombreDe></Contexto>");
        let context = asking.context(&fresh()).replace("</Contexto>", &other);
        let headers = [
            ("Content-Type", version.content_type()),
            ("SOAPAction", "\"urn:pasarela:ertzaintza:1:buscarPersona\""),
        ];
        run(asking.soap_at(
            "/soap/ertzaintza/1",
            &headers,
            &envelope(version, &context, body),
        ))
    };
    let answer = ask("L01480201");
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer.body.contains("<resultado>CONSTA</resultado>"),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("<grado>especial</grado>"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains(&id), "{}", answer.body);
    let refused = ask("L01130473");
    refused.assert_is(
        "another's town",
        Protocol::Soap(version),
        Problem::RequesterNotCertificate,
    );
}

#[test]
fn navarra_asks_over_its_own_paths_in_its_own_json() {
    let id = case("99999605K");
    let asking = shared().partner((NAVARRA.slug, NAVARRA.id));
    let body = r#"{"documento":"99999605K","tipo":"dni","como":"v"}"#;
    let hit = run(asking.post("/foral-navarra/v1/personas/busqueda", &fresh(), body));
    assert_eq!(hit.status, 200, "{}", hit.body);
    let hit = hit.json();
    assert_eq!(hit["encontrada"], true);
    assert_eq!(
        (&hit["asuntos"][0]["clave"], &hit["asuntos"][0]["riesgo"]),
        (&json!(id), &json!("4"))
    );
    let read = run(asking.get(&format!("/foral-navarra/v1/asuntos/{id}")));
    assert_eq!(read.status, 200, "{}", read.body);
    let data = read.json()["datos"].clone();
    assert_eq!(
        (&data["riesgo"], &data["medidas"][0]["km"]),
        (&json!("4"), &json!("0.5"))
    );
    let far = json!({"abierto":"si","localidad":"13034","victimaTipo":"dni","victimaDocumento":"99999608R",
        "medidas":[{"tipo":"prohibicionAproximacion","estado":"vigente","km":"1000"}]});
    let far = run(asking.post("/foral-navarra/v1/asuntos", &fresh(), &far.to_string()));
    assert_eq!(far.status, 201, "{}", far.body);
    let lost = far.json()["perdida"][0]["#texto"].clone();
    assert_eq!(lost, "/Alta/datos/medidas/km", "{}", far.body);
    let openapi = run(asking.get("/foral-navarra/v1/openapi.json")).json();
    assert!(
        openapi["paths"].to_string().contains("/asuntos/{clave}"),
        "{}",
        openapi["paths"]
    );
}

#[test]
fn galicia_asks_in_an_envelope_that_says_itself_who_asks() {
    let id = case("99999606E");
    let asking = shared().partner((GALICIA.slug, GALICIA.id));
    let (version, now) = (SoapVersion::V11, Timestamp::now());
    let ask = |organism: &str, name: &str| {
        let body = format!(
            "<p:Peticion xmlns:p=\"urn:pasarela:ua-galicia:1:peticion\" xmlns=\"urn:pasarela:ua-galicia:1:comunes\">\
             <p:Atributos><IdPeticion>{name}</IdPeticion><NumElementos>1</NumElementos><TimeStamp>{now}</TimeStamp>\
             <CodigoCertificado>PASARELA-COINCIDENCIAS</CodigoCertificado></p:Atributos><p:Solicitudes><p:SolicitudTransmision>\
             <DatosGenericos><Emisor><NifEmisor>S2800000A</NifEmisor><NombreEmisor>PRUEBA</NombreEmisor></Emisor><Solicitante>\
             <IdentificadorSolicitante>{organism}</IdentificadorSolicitante><NombreSolicitante>PRUEBA</NombreSolicitante>\
             <Finalidad>Proteccion de vitimas</Finalidad><Consentimiento>Ley</Consentimiento>\
             <Funcionario><Seudonimo>{OFFICER}</Seudonimo></Funcionario></Solicitante>\
             <Titular><TipoDocumentacion>DNI</TipoDocumentacion><Documentacion>99999606E</Documentacion></Titular>\
             <Transmision><CodigoCertificado>PASARELA-COINCIDENCIAS</CodigoCertificado><IdSolicitud>1</IdSolicitud></Transmision>\
             </DatosGenericos></p:SolicitudTransmision></p:Solicitudes></p:Peticion>"
        );
        let headers = [
            ("Content-Type", version.content_type()),
            ("SOAPAction", "\"peticionSincrona\""),
        ];
        run(asking.soap_at(
            "/soap/ua-galicia/1",
            &headers,
            &envelope(version, "", &body),
        ))
    };
    let answer = ask(GALICIA.id, &fresh());
    assert_eq!(answer.status, 200, "{}", answer.body);
    for words in ["SI<", "EXTREMO<", &id, "0003<"] {
        assert!(answer.body.contains(words), "{words} in {}", answer.body);
    }
    let refused = ask(NATIONAL.1, &fresh());
    assert!(
        refused.status >= 400 && refused.body.contains("Atributos"),
        "{}",
        refused.body
    );
    let wsdl = run(asking.get("/soap/ua-galicia/1?wsdl"));
    assert!(
        wsdl.body
            .contains(&format!("{}/soap/ua-galicia/1", shared().url)),
        "{}",
        wsdl.body
    );
}
