//! The table of levels of a partner: one word of it moved, and every place that says a level follows.

use adapters::partner::{Dialect, Partner};
use contract::{Conversion, Limits, QName, json};
use serde_json::{Value, json};

use crate::refused::copy;
use crate::{CANONICAL, house};

/// The Mossos with one line of their mapping put in place of another.
fn mossos(from: &str, to: &str) -> Dialect {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("mossos");
    copy(&house().join("adapters/partners/mossos"), &dir);
    let path = dir.join("mapping.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    std::fs::write(&path, text.replace(from, to)).unwrap();
    let loaded = Partner::load(&dir, &CANONICAL).unwrap_or_else(|e| panic!("{e}"));
    loaded.dialect.unwrap()
}

/// What becomes of a message, and what it lost.
fn said(way: &Conversion, name: &str, message: &Value) -> (Value, Vec<String>) {
    let contract = way.from();
    let root = contract
        .root(&QName::new(Some(contract.namespace()), name))
        .unwrap();
    let text = message.to_string();
    let read = json::decode(contract, root, text.as_bytes(), &Limits::default());
    let made = way.convert(&read.unwrap_or_else(|e| panic!("{text}: {e}")), &[]);
    let made = made.unwrap_or_else(|e| panic!("{text}: {e:?}"));
    let mut bytes = Vec::new();
    made.document.write_json(&mut bytes);
    let lost = made.losses.iter();
    let lost = lost.map(|loss| format!("{}: {}", loss.path, loss.reason));
    (serde_json::from_slice(&bytes).unwrap(), lost.collect())
}

/// A level of a case that the canonical contract knows, in every message that says one.
const ID: &str = "01JQ5Z7N2R8X4V6T0K3M9B1CDF";

fn forth(dialect: &Dialect, level: &str) -> (Vec<Value>, Vec<String>) {
    let way = &dialect.conversions.forth;
    let hit = json!({"teAntecedents":true,"antecedent":[{"idFederat":ID,"nivell":level}]});
    let (hit, none) = said(way, "ConsultaAntecedentsResposta", &hit);
    assert_eq!(none, [""; 0]);
    let line = json!({"entrada":[{"idFederat":ID,"versio":1,"cos":"S0811001G","nivell":level,"situacio":"obert"}]});
    let (line, none) = said(way, "LlistaExpedientsResposta", &line);
    assert_eq!(none, [""; 0]);
    let case = json!({"expedient":{"idFederat":ID,"valoracio":{"risc":{"nivell":level},"avaluacio":[
        {"nivellCalculat":level,"nivellAssignat":level}]},"mesuraPolicial":[{"nivell":level}]}});
    let (case, lost) = said(way, "ConsultaExpedientResposta", &case);
    let origin = json!({"escalaOrigen":"SIAV","nivelOrigen":level});
    let assessment = &case["caso"]["valoracion"];
    for found in [
        &hit["coincidencia"][0]["origen"],
        &line["entrada"][0]["origen"],
        &assessment["origen"],
        &assessment["evaluacion"][0]["origen"],
    ] {
        assert_eq!(*found, origin);
    }
    let levels = [
        &hit["coincidencia"][0]["nivel"],
        &line["entrada"][0]["nivel"],
        &assessment["nivel"]["nivelActual"],
        &assessment["evaluacion"][0]["nivelAsignado"],
        &assessment["evaluacion"][0]["nivelCalculado"],
        &case["caso"]["proteccion"]["medidaPolicial"][0]["nivel"],
    ];
    (levels.into_iter().cloned().collect(), lost)
}

fn back(dialect: &Dialect, level: &str, origin: &Value) -> Vec<Value> {
    let way = &dialect.conversions.back;
    let found = json!({"idCaso":ID,"nivel":level,"origen":origin});
    let hit = json!({"hayCoincidencia":true,"coincidencia":[found]});
    let (hit, _) = said(way, "ConsultarCoincidenciaRespuesta", &hit);
    let line = json!({"entrada":[{"idCaso":ID,"version":1,"responsable":"S0811001G","nivel":level,"origen":origin,
        "estado":"activo"}]});
    let (line, _) = said(way, "ConsultarIndiceRespuesta", &line);
    let case = json!({"caso":{"cabecera":{"idCaso":ID},"valoracion":{"nivel":{"nivelActual":level},"origen":origin,
        "evaluacion":[{"origen":origin,"nivelAsignado":level}]}}});
    let (case, _) = said(way, "ConsultarCasoRespuesta", &case);
    let assessment = &case["expedient"]["valoracio"];
    let levels = [
        &hit["antecedent"][0]["nivell"],
        &line["entrada"][0]["nivell"],
        &assessment["risc"]["nivell"],
        &assessment["avaluacio"][0]["nivellAssignat"],
    ];
    levels.into_iter().cloned().collect()
}

#[test]
fn one_level_moved_in_the_table_moves_everywhere() {
    let lowest = json!({"escalaOrigen":"SIAV","nivelOrigen":"noApreciat"});
    let own = json!({"escalaOrigen":"VIOGEN_2","nivelOrigen":"medio"});
    // The line of the table; what noApreciat is; what each canonical level with that origin goes back as.
    let table = [
        ("noApreciat = \"bajo\"", "bajo", ["noApreciat", "mitja"]),
        ("noApreciat = \"medio\"", "medio", ["baix", "noApreciat"]),
    ];
    for (line, level, returns) in table {
        let dialect = mossos("noApreciat = \"bajo\"", line);
        let (levels, lost) = forth(&dialect, "noApreciat");
        assert_eq!(levels, vec![json!(level); 6], "{line}");
        let reason = format!("no tiene el nivel noApreciat; va como {level}");
        assert_eq!(lost.len(), 2, "{lost:?}");
        assert!(lost.iter().all(|told| told.ends_with(&reason)), "{lost:?}");
        for (level, expected) in ["bajo", "medio"].into_iter().zip(returns) {
            let levels = back(&dialect, level, &lowest);
            assert_eq!(levels, vec![json!(expected); 4], "{line}, {level}");
        }
        assert_eq!(back(&dialect, "medio", &own), vec![json!("mitja"); 4]);
        assert_eq!(forth(&dialect, "moltAlt").0, vec![json!("extremo"); 6]);
    }
}
