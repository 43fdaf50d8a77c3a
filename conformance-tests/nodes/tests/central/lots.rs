//! Lots, as the gateway hands them on.

use adapters::soap::SoapVersion;
use nodes::central::Behaviour;

use crate::site::{Site, texts};

/// A new case of the victim with that document.
fn new(document: &str) -> String {
    format!(
        "<presentacion><caso><cabecera><estado>activo</estado></cabecera>\
         <responsabilidad><municipioResidencia>13034</municipioResidencia></responsabilidad>\
         <victima><identidad><tipoDocumento>DNI</tipoDocumento><numeroDocumento>{document}</numeroDocumento></identidad></victima>\
         <valoracion><evaluacion><nivelAsignado>alto</nivelAsignado></evaluacion></valoracion></caso></presentacion>"
    )
}

/// A new version of a case.
fn step(id: &str, version: u32, state: &str) -> String {
    format!(
        "<presentacion><idCaso>{id}</idCaso><versionEsperada>{version}</versionEsperada>\
         <caso><cabecera><estado>{state}</estado></cabecera></caso></presentacion>"
    )
}

async fn cases_of(site: &Site, document: &str) -> usize {
    let content =
        format!("<tipoDocumento>DNI</tipoDocumento><numeroDocumento>{document}</numeroDocumento>");
    let hit = site.ask("ConsultarCoincidencia", &content).await.unwrap();
    texts(&hit, "idCaso").len()
}

#[tokio::test]
async fn one_that_is_refused_refuses_no_other_and_nothing_is_done_twice() {
    let site = Site::start().await;
    let created = site.ask("PresentarCaso", strip(&new("99999031E"))).await;
    let id = texts(&created.unwrap(), "idCaso").remove(0);
    let whole = format!("<idCaso>{id}</idCaso>");
    // In the server's cache before the lot changes it.
    site.ask("ConsultarCaso", &whole).await.unwrap();
    let items = [
        new("99999032T"),
        step(&id, 7, "inactivo"),
        step(&id, 1, "inactivo"),
        new("99999033R"),
        step(&id, 2, "activo"),
        // The same woman as of the first.
        new("99999032T"),
    ]
    .concat();
    let context = site.context();
    let lot = site.request("RemitirLote", &items);
    let done = site.send(SoapVersion::V12, &context, &lot).await.unwrap();
    assert_eq!(texts(&done, "posicion"), ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(texts(&done, "codigo"), ["conflicto-de-version"]);
    assert_eq!(texts(&done, "version"), ["1", "2", "1", "3", "1"]);
    assert_eq!(cases_of(&site, "99999032T").await, 2);
    assert_eq!(cases_of(&site, "99999033R").await, 1);
    let after = site.ask("ConsultarCaso", &whole).await.unwrap();
    assert_eq!(texts(&after, "estado"), ["activo"]);
    let new = format!("<idCaso>{}</idCaso>", texts(&done, "idCaso")[0]);
    let new = site.ask("ConsultarCaso", &new).await.unwrap();
    assert_eq!(texts(&new, "nivelActual"), ["alto"]);
    assert_eq!(texts(&new, "organismo"), ["L01130473"]);
    // All of it again, and part of it alone: by the same numbers the same answers.
    let again = site.send(SoapVersion::V12, &context, &lot).await.unwrap();
    assert_eq!(texts(&again, "idCaso"), texts(&done, "idCaso"));
    assert_eq!(texts(&again, "codigo"), texts(&done, "codigo"));
    assert_eq!(cases_of(&site, "99999032T").await, 2);
    site.central.stop().await;
}

#[tokio::test]
async fn items_are_numbered_from_where_the_message_begins() {
    let site = Site::start().await;
    let context = site.context();
    let lot = site.request_from(
        "RemitirLote",
        41,
        &[new("99999034W"), new("99999035A")].concat(),
    );
    let done = site.send(SoapVersion::V12, &context, &lot).await.unwrap();
    assert_eq!(texts(&done, "posicion"), ["41", "42"]);
    // The second alone, as it would have come by itself.
    let mut single = context.clone();
    single.request_id = format!("{}.42", context.request_id).parse().unwrap();
    let alone = site.request("PresentarCaso", strip(&new("99999035A")));
    let alone = site.send(SoapVersion::V12, &single, &alone).await.unwrap();
    assert_eq!(texts(&alone, "idCaso")[0], texts(&done, "idCaso")[1]);
    // Another one under a number that was used.
    let other = site.request_from("RemitirLote", 42, &new("99999034W"));
    let other = site.send(SoapVersion::V12, &context, &other).await.unwrap();
    assert_eq!(texts(&other, "codigo"), ["peticion-repetida"]);
    let beyond = site.request_from(
        "RemitirLote",
        2_147_483_647,
        &[new("99999036G"), new("99999036G")].concat(),
    );
    let beyond = site.send(SoapVersion::V12, &site.context(), &beyond).await;
    assert_eq!(beyond.unwrap_err().code(), "esquema-incumplido");
    assert_eq!(cases_of(&site, "99999036G").await, 0);
    site.central.stop().await;
}

#[tokio::test]
async fn a_system_of_an_earlier_day_knows_no_lots() {
    let site = Site::start().await;
    site.central.behave(Behaviour::WithoutLots);
    let refused = site.ask("RemitirLote", &new("99999037M")).await;
    assert_eq!(refused.unwrap_err().code(), "operacion-desconocida");
    site.central.stop().await;
}

/// What an item holds.
fn strip(item: &str) -> &str {
    let inner = item.strip_prefix("<presentacion>").unwrap();
    inner.strip_suffix("</presentacion>").unwrap()
}
