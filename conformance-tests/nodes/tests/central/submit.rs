use adapters::soap::SoapVersion;

use crate::site::{Failure, Site, texts};

const NEW: &str = "<caso><cabecera><idLocal><sistema>SIAV</sistema><identificador>PRUEBA-1</identificador></idLocal>\
    <estado>activo</estado></cabecera>\
    <responsabilidad><municipioResidencia>13034</municipioResidencia></responsabilidad>\
    <victima><identidad><tipoDocumento>DNI</tipoDocumento><numeroDocumento>99999019X</numeroDocumento>\
    <nombre>VICTIMA</nombre><apellido1>PRUEBA</apellido1></identidad></victima>\
    <valoracion><evaluacion><fecha>2025-09-11T18:10:00+02:00</fecha><nivelAsignado>alto</nivelAsignado></evaluacion>\
    <evaluacion><fecha>2024-09-11T18:10:00+02:00</fecha><nivelAsignado>bajo</nivelAsignado></evaluacion></valoracion></caso>";

/// The XML of a case's only section of that name, without the rest.
async fn section(site: &Site, id: &str, name: &str) -> String {
    let answer = site
        .ask("ConsultarCaso", &format!("<idCaso>{id}</idCaso>"))
        .await
        .unwrap();
    let mut xml = Vec::new();
    if let Some(section) = answer.root().child("caso").unwrap().child(name) {
        section.write_xml(&mut xml);
    }
    String::from_utf8(xml).unwrap()
}

async fn some_id(site: &Site) -> String {
    let content = "<estado>activo</estado><limite>1</limite><ambito>13047</ambito>";
    texts(&site.ask("BuscarCasos", content).await.unwrap(), "idCaso").remove(0)
}

#[tokio::test]
async fn a_new_case_belongs_to_whoever_submits_it() {
    let site = Site::start().await;
    let done = site.ask("PresentarCaso", NEW).await.unwrap();
    assert_eq!(texts(&done, "version"), ["1"]);
    assert_eq!(texts(&done, "creado"), ["true"]);
    let id = texts(&done, "idCaso").remove(0);
    let case = site
        .ask("ConsultarCaso", &format!("<idCaso>{id}</idCaso>"))
        .await
        .unwrap();
    for (leaf, expected) in [
        ("idCaso", vec![id.as_str()]),
        ("identificador", vec!["PRUEBA-1"]),
        ("organismo", vec!["L01130473"]),
        ("municipioResidencia", vec!["13034"]),
        ("nivelActual", vec!["alto"]),
        ("nombre", vec!["Policía Local de Ciudad Real", "VICTIMA"]),
    ] {
        assert_eq!(texts(&case, leaf), expected, "{leaf}");
    }
    let hit = "<tipoDocumento>DNI</tipoDocumento><numeroDocumento>99999019X</numeroDocumento>";
    let hit = site.ask("ConsultarCoincidencia", hit).await.unwrap();
    assert_eq!(texts(&hit, "idCaso"), [id]);
    site.central.stop().await;
}

#[tokio::test]
async fn what_is_absent_is_kept_and_what_is_present_replaces() {
    let site = Site::start().await;
    let id = some_id(&site).await;
    let names = [
        "responsabilidad",
        "agresor",
        "relacion",
        "hechos",
        "proteccion",
        "registro",
    ];
    let mut before = Vec::new();
    for name in names {
        before.push(section(&site, &id, name).await);
    }
    let victim = section(&site, &id, "victima").await;
    let head = format!("<idCaso>{id}</idCaso>");
    let first = format!(
        "{head}<versionEsperada>1</versionEsperada><caso><victima><contacto>\
         <telefono seguro=\"true\">+34900000020</telefono><telefono>+34900000021</telefono></contacto></victima>\
         <valoracion><nivel><nivelActual>alto</nivelActual></nivel></valoracion></caso>"
    );
    site.ask("PresentarCaso", &first).await.unwrap();
    let second = format!(
        "{head}<versionEsperada>2</versionEsperada><caso><victima><contacto><idioma>fr</idioma></contacto></victima></caso>"
    );
    let done = site.ask("PresentarCaso", &second).await.unwrap();
    assert_eq!(texts(&done, "version"), ["3"]);
    for (name, before) in names.iter().zip(before) {
        assert_eq!(section(&site, &id, name).await, before, "{name}");
    }
    let after = section(&site, &id, "victima").await;
    assert!(
        after.contains("+34900000020") && after.contains("+34900000021"),
        "{after}"
    );
    assert!(after.contains("<idioma>fr</idioma>"), "{after}");
    let name = victim
        .split("<apellido2>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert!(after.contains(name), "the identity is kept");
    let assessment = section(&site, &id, "valoracion").await;
    assert!(
        assessment.contains("<nivelActual>alto</nivelActual>"),
        "{assessment}"
    );
    assert!(assessment.contains("<evaluacion>"), "the history is kept");
    site.central.stop().await;
}

#[tokio::test]
async fn a_change_needs_the_last_version_and_writes_nothing_otherwise() {
    let site = Site::start().await;
    let id = some_id(&site).await;
    let change = |version: &str| {
        format!(
            "<idCaso>{id}</idCaso>{version}<caso><cabecera><estado>inactivo</estado></cabecera></caso>"
        )
    };
    for (version, code) in [
        ("", "falta-version"),
        (
            "<versionEsperada>2</versionEsperada>",
            "conflicto-de-version",
        ),
    ] {
        let refusal = site
            .ask("PresentarCaso", &change(version))
            .await
            .unwrap_err();
        assert_eq!(refusal.code(), code);
    }
    assert!(
        section(&site, &id, "cabecera")
            .await
            .contains("<estado>activo</estado>")
    );
    site.ask(
        "PresentarCaso",
        &change("<versionEsperada>1</versionEsperada>"),
    )
    .await
    .unwrap();
    assert!(
        section(&site, &id, "cabecera")
            .await
            .contains("<estado>inactivo</estado>")
    );
    let unknown =
        "<idCaso>01JQ5Z7N2R8X4V6T0K3M9B1CDF</idCaso><versionEsperada>1</versionEsperada><caso/>";
    assert_eq!(
        site.ask("PresentarCaso", unknown).await.unwrap_err().code(),
        "no-encontrado"
    );
    site.central.stop().await;
}

#[tokio::test]
async fn the_same_request_sent_again_is_answered_as_it_was() {
    let site = Site::start().await;
    let context = site.context();
    let request = site.request("PresentarCaso", NEW);
    let first = site
        .send(SoapVersion::V11, &context, &request)
        .await
        .unwrap();
    let again = site
        .send(SoapVersion::V12, &context, &request)
        .await
        .unwrap();
    assert_eq!(texts(&first, "idCaso"), texts(&again, "idCaso"));
    assert_eq!(texts(&again, "version"), ["1"]);
    let other = site.request("PresentarCaso", "<caso/>");
    let refusal = site
        .send(SoapVersion::V11, &context, &other)
        .await
        .unwrap_err();
    assert_eq!(refusal.code(), "peticion-repetida");
    site.central.stop().await;
}

#[tokio::test]
async fn of_two_changes_at_once_one_wins() {
    let site = Site::start().await;
    let id = some_id(&site).await;
    let change = format!(
        "<idCaso>{id}</idCaso><versionEsperada>1</versionEsperada><caso><cabecera><protocolo>VIOGEN_2025</protocolo></cabecera></caso>"
    );
    let both = tokio::join!(
        site.ask("PresentarCaso", &change),
        site.ask("PresentarCaso", &change)
    );
    let codes: Vec<&str> = [both.0, both.1]
        .iter()
        .filter_map(|r| r.as_ref().err())
        .map(Failure::code)
        .collect();
    assert_eq!(codes, ["conflicto-de-version"]);
    site.central.stop().await;
}
