//! The two versions of the VioGén contract, into each other.

use std::fs;
use std::sync::Arc;

use contract::{Contract, Document, Loss};
use serde_json::{Value, json};

use crate::{contract, contracts, conversions, from_json, from_xml, to_json};

/// The examples of a version, each with its root's name.
fn examples(contract: &Arc<Contract>) -> Vec<(String, Document)> {
    let folder = contracts().join(format!("viogen/{}/ejemplos", contract.version()));
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let start = text.rfind("<").unwrap();
            let name = text[start..].trim_matches(['<', '/', '>', '\n']).to_owned();
            (path.display().to_string(), from_xml(contract, &name, &text))
        })
        .collect()
}

fn paths(losses: &[Loss]) -> Vec<&str> {
    losses.iter().map(|loss| &*loss.path).collect()
}

#[test]
fn every_example_has_a_form_in_the_other_version() {
    let (one, two) = (contract("viogen/1"), contract("viogen/2"));
    let conversions = conversions(&two, &one);
    for (name, document) in examples(&one) {
        let there = conversions.forth.convert(&document, &[]);
        let there = there.unwrap_or_else(|fault| panic!("{name}: {fault} {fault:?}"));
        let back = conversions.back.convert(&there.document, &[]).unwrap();
        let (mut before, mut after) = (to_json(&document), to_json(&back.document));
        for value in [&mut before, &mut after] {
            value.as_object_mut().unwrap().remove("perdida");
        }
        keep_origins_of(&mut before, &after);
        assert_eq!(before, after, "{name} comes back as it went");
    }
    for (name, document) in examples(&two) {
        if name.contains("Indice") || name.contains("Lote") {
            assert!(conversions.back.convert(&document, &[]).is_err());
            continue;
        }
        let there = conversions.back.convert(&document, &[]);
        let there = there.unwrap_or_else(|fault| panic!("{name}: {fault} {fault:?}"));
        assert!(
            conversions.forth.convert(&there.document, &[]).is_ok(),
            "{name}"
        );
    }
}

/// The way there gives a level its origin; it stays on the way back.
fn keep_origins_of(before: &mut Value, after: &Value) {
    let Some(case) = before.get_mut("caso").filter(|case| case.is_object()) else {
        return;
    };
    let Some(valued) = case.get_mut("valoracion") else {
        return;
    };
    let now = &after["caso"]["valoracion"];
    if valued.get("origen").is_none() && now.get("origen").is_some() {
        valued["origen"] = now["origen"].clone();
    }
    let assessed = valued.get_mut("evaluacion").and_then(Value::as_array_mut);
    for (at, one) in assessed.into_iter().flatten().enumerate() {
        if one.get("origen").is_none() && now["evaluacion"][at].get("origen").is_some() {
            one["origen"] = now["evaluacion"][at]["origen"].clone();
        }
    }
}

#[test]
fn a_level_that_the_other_scale_has_not_travels_as_its_origin_and_comes_back() {
    let (one, two) = (contract("viogen/1"), contract("viogen/2"));
    let conversions = conversions(&two, &one);
    let sent = from_json(
        &one,
        "PresentarCaso",
        r#"{"caso":{"valoracion":{"nivel":{"nivelActual":"noApreciado"}}}}"#,
    );
    let there = conversions.forth.convert(&sent, &[]).unwrap();
    assert_eq!(
        to_json(&there.document),
        json!({"caso":{"valoracion":{
            "nivel":{"nivelActual":"bajo"},
            "origen":{"escalaOrigen":"VIOGEN_2019","nivelOrigen":"noApreciado"}}}})
    );
    assert_eq!(paths(&there.losses), Vec::<&str>::new());
    let back = conversions.back.convert(&there.document, &[]).unwrap();
    assert_eq!(
        to_json(&back.document)["caso"]["valoracion"]["nivel"]["nivelActual"],
        "noApreciado"
    );
}

#[test]
fn the_level_of_a_hit_says_where_it_comes_from_as_far_as_the_version_can() {
    let (one, two) = (contract("viogen/1"), contract("viogen/2"));
    let conversions = conversions(&two, &one);
    let name = "ConsultarCoincidenciaRespuesta";
    let hit = |level: &str| json!({"hayCoincidencia":true,"coincidencia":[{"nivel":level}]});
    let with = |level: &str, scale: &str, origin: &str| {
        let origin = json!({"escalaOrigen":scale,"nivelOrigen":origin});
        json!({"hayCoincidencia":true,"coincidencia":[{"nivel":level,"origen":origin}]})
    };
    for level in ["noApreciado", "bajo", "extremo"] {
        let sent = from_json(&one, name, &hit(level).to_string());
        let there = conversions.forth.convert(&sent, &[]).unwrap();
        let here = if level == "noApreciado" {
            "bajo"
        } else {
            level
        };
        assert_eq!(to_json(&there.document), with(here, "VIOGEN_2019", level));
        assert_eq!(paths(&there.losses), Vec::<&str>::new());
        let back = conversions.back.convert(&there.document, &[]).unwrap();
        assert_eq!(
            to_json(&back.document)["coincidencia"],
            hit(level)["coincidencia"]
        );
    }
    // Of another scale it is told that there was more.
    let sent = from_json(&two, name, &with("bajo", "SIAV", "noApreciat").to_string());
    let there = conversions.back.convert(&sent, &[]).unwrap();
    assert_eq!(
        to_json(&there.document)["coincidencia"],
        hit("bajo")["coincidencia"]
    );
    let lost = ["/ConsultarCoincidenciaRespuesta/coincidencia/origen"];
    assert_eq!(paths(&there.losses), lost);
}

#[test]
fn an_origin_of_a_third_system_is_never_written_over() {
    let (one, two) = (contract("viogen/1"), contract("viogen/2"));
    let conversions = conversions(&two, &one);
    let text = r#"{"caso":{"valoracion":{"nivel":{"nivelActual":"bajo"},
        "origen":{"escalaOrigen":"SIAV","nivelOrigen":"no_apreciat"}}}}"#;
    for (way, from) in [(&conversions.forth, &one), (&conversions.back, &two)] {
        let made = way
            .convert(&from_json(from, "PresentarCaso", text), &[])
            .unwrap();
        let origin = &to_json(&made.document)["caso"]["valoracion"]["origen"];
        assert_eq!(
            *origin,
            json!({"escalaOrigen":"SIAV","nivelOrigen":"no_apreciat"})
        );
    }
}

#[test]
fn what_is_lost_is_told_without_its_value_and_listed_for_the_caller() {
    let (one, two) = (contract("viogen/1"), contract("viogen/2"));
    let conversions = conversions(&two, &one);
    let held = r#"{"caso":{"cabecera":{"estado":"supervisado","protocolo":"VIOGEN_2025"},
        "relacion":{"menor":[{"seudonimo":"MENOR-1","plan":"SECRETO DE PRUEBA"}]},
        "hechos":{"ciberviolencia":[{"tipo":"suplantacion"}]},
        "valoracion":{"nivel":{"nivelActual":"bajo","subnivelBajo":"conMedidas"},
            "evaluacion":[{"nivelAsignado":"bajo","fuente":["victima","datosDigitales"],"estado":"provisional"}]},
        "proteccion":{"plan":{"area":[{"ambito":"trabajo","pauta":"Pauta de PRUEBA"}],"palabraClave":["SECRETO DE PRUEBA"]}}}}"#;
    let carried = [Loss {
        path: "/ConsultarCaso/idCaso".into(),
        reason: "Motivo de PRUEBA".into(),
    }];
    let answer = from_json(&two, "ConsultarCasoRespuesta", held);
    let made = conversions.back.convert(&answer, &carried).unwrap();
    let value = to_json(&made.document);
    let root = "/ConsultarCasoRespuesta/caso";
    let expected = [
        "cabecera/estado",
        "cabecera/protocolo",
        "hechos/ciberviolencia",
        "proteccion/plan/area/ambito",
        "proteccion/plan/palabraClave",
        "relacion/menor/plan",
        "valoracion/evaluacion/estado",
        "valoracion/evaluacion/fuente",
        "valoracion/nivel/subnivelBajo",
    ];
    let expected: Vec<String> = expected
        .iter()
        .map(|path| format!("{root}/{path}"))
        .collect();
    assert_eq!(paths(&made.losses), expected);
    let listed = value["perdida"].as_array().unwrap();
    assert_eq!(listed.len(), expected.len() + 1);
    assert_eq!(listed[0]["@sentido"], "peticion");
    assert_eq!(listed[0]["#texto"], "/ConsultarCaso/idCaso");
    assert!(
        listed[1..]
            .iter()
            .all(|loss| loss["@sentido"] == "respuesta")
    );
    assert!(!value.to_string().contains("SECRETO"), "{value}");
    let case = &value["caso"];
    assert_eq!(case["cabecera"], json!({"estado":"activo"}));
    assert_eq!(case["relacion"]["menor"], json!([{"seudonimo":"MENOR-1"}]));
    assert_eq!(
        case["proteccion"]["autoproteccion"],
        json!(["Pauta de PRUEBA"])
    );
    let assessment = &case["valoracion"]["evaluacion"][0];
    assert_eq!(assessment["fuente"], json!(["victima", "otras"]));
}

#[test]
fn what_was_withheld_is_told_in_the_callers_names_and_not_made_up() {
    let (one, two) = (contract("viogen/1"), contract("viogen/2"));
    let conversions = conversions(&two, &one);
    let withheld = |path: &str| json!({"@tratamiento":"retenido","#texto":path});
    let masked = |path: &str| json!({"@tratamiento":"enmascarado","#texto":path});
    let held = json!({"caso":{
        "cabecera":{"retenido":[
            withheld("valoracion/origen"), withheld("proteccion/plan"), withheld("hechos/ciberviolencia"),
            withheld("valoracion/circunstancias/menoresEnRiesgo/@desde"), masked("responsabilidad/municipioResidencia"),
            withheld("proteccion/plan/area/ambito")]},
        "valoracion":{"nivel":{"nivelActual":"bajo"}}}});
    let answer = from_json(&two, "ConsultarCasoRespuesta", &held.to_string());
    let made = conversions.back.convert(&answer, &[]).unwrap();
    let value = to_json(&made.document);
    assert_eq!(
        value["caso"]["cabecera"]["retenido"],
        json!([
            withheld("valoracion/origen"),
            withheld("proteccion/autoproteccion"),
            withheld("valoracion/circunstancias/menoresEnRiesgo/@desde"),
            masked("responsabilidad/municipioResidencia"),
        ])
    );
    assert_eq!(
        value["caso"]["valoracion"],
        json!({"nivel":{"nivelActual":"bajo"}}),
        "an origin that is kept back is not replaced by another"
    );
}

#[test]
fn paths_found_after_the_conversion_are_told_in_the_senders_names() {
    let (one, two) = (contract("viogen/1"), contract("viogen/2"));
    let conversions = conversions(&two, &one);
    let table = [
        (
            "/PresentarCaso/caso/valoracion/evaluacion[2]/nivelAsignado",
            "/PresentarCaso/caso/valoracion/evaluacion[2]/nivelAsignado",
        ),
        (
            "/PresentarCaso/caso/proteccion/plan/area[3]/pauta",
            "/PresentarCaso/caso/proteccion/autoproteccion[3]",
        ),
        (
            "/PresentarCaso/caso/proteccion/plan/palabraClave",
            "/PresentarCaso/caso/proteccion",
        ),
        (
            "/PresentarCaso/caso/hechos/ciberviolencia[1]/tipo",
            "/PresentarCaso/caso/hechos",
        ),
        ("/Otro/cosa", "/Otro/cosa"),
    ];
    for (path, expected) in table {
        assert_eq!(conversions.forth.origin(path), expected, "{path}");
    }
}

#[test]
fn what_a_coarser_version_writes_over_is_told() {
    let (one, two) = (contract("viogen/1"), contract("viogen/2"));
    let conversions = conversions(&two, &one);
    let held = r#"{"caso":{"cabecera":{"estado":"supervisado","protocolo":"VIOGEN_2025"},
        "victima":{"contacto":{"idioma":"es"}},
        "valoracion":{"nivel":{"nivelActual":"bajo","subnivelBajo":"conMedidas"},
            "evaluacion":[{"nivelAsignado":"bajo","fuente":["victima","datosDigitales"]}]},
        "proteccion":{"plan":{"area":[{"ambito":"trabajo","pauta":"Pauta de PRUEBA"}]}}}}"#;
    let read = from_json(&two, "ConsultarCasoRespuesta", held);
    let read = to_json(&conversions.back.convert(&read, &[]).unwrap().document);
    let whole = json!({"caso": read["caso"]});
    let changed = json!({"caso": {"victima": read["caso"]["victima"]}});
    let inactive = json!({"caso": {"cabecera": {"estado": "inactivo"}}});
    let finer = [
        "/PresentarCaso/caso/cabecera/estado",
        "/PresentarCaso/caso/proteccion/autoproteccion",
        "/PresentarCaso/caso/valoracion/evaluacion/fuente",
    ];
    for (sent, expected) in [(whole, &finer[..]), (changed, &[]), (inactive, &[])] {
        let sent = from_json(&one, "PresentarCaso", &sent.to_string());
        let made = conversions.forth.convert(&sent, &[]).unwrap();
        assert_eq!(paths(&made.losses), expected);
        let case = &to_json(&made.document)["caso"];
        // What version 1 cannot say is not written at all.
        assert!(case["cabecera"].get("protocolo").is_none(), "{case}");
        assert!(
            case["valoracion"]["nivel"].get("subnivelBajo").is_none(),
            "{case}"
        );
    }
}
