//! What may be answered, once the holder has spoken.

use domain::{Problem, RiskLevel};
use exchange::Answer;
use journal::{Digest, EntryKind, Verdict};

use crate::support::{
    CASE, HERENCIA, agreement, answer, consult, document, engine, entry, exchange, herencia, now,
    permit, text, told,
};

/// A case of another victim.
const OTHER: &str = "01JQ5Z7N2R8X4V6T0K3M9B1CDG";

/// One case of a search.
fn summary(case: &str, municipality: &str, level: &str) -> String {
    format!(
        "<caso><idCaso>{case}</idCaso><version>7</version><estado>activo</estado>\
         <nivel>{level}</nivel><municipioResidencia>{municipality}</municipioResidencia>\
         <unidad><organismo>{HERENCIA}</organismo></unidad></caso>"
    )
}

#[test]
fn a_local_force_sees_its_own_case_by_its_column() {
    let index = entry("13047", HERENCIA, RiskLevel::Medium);
    let whole = told(&[]);
    let released = exchange(herencia(), &index, answer(&[])).unwrap();
    for (path, shown) in [
        ("caso/cabecera/idCaso", true),
        ("caso/victima/identidad/nombre", true),
        ("caso/victima/contacto", true),
        ("caso/agresor/identidad", true),
        ("caso/valoracion/nivel/nivelActual", true),
        ("caso/proteccion/medidaJudicial", true),
        ("caso/victima/alojamientoProtegido", false),
        ("caso/victima/salud/atencionEspecial", true),
        ("caso/victima/salud/embarazo", false),
        ("caso/registro/acceso", false),
        ("caso/valoracion/diligencia", false),
        ("caso/cabecera/baja", false),
    ] {
        assert!(whole.root().at(path).is_some(), "{path}");
        let found = released.document().root().at(path).is_some();
        assert_eq!(found, shown, "{path}");
    }
    assert!(
        released
            .document()
            .root()
            .at("caso/cabecera/retenido")
            .is_some()
    );

    let entry = released.entry(Digest::of(b"answer"));
    assert_eq!(entry.kind, EntryKind::Released);
    assert_eq!(entry.answer_digest, Some(Digest::of(b"answer")));
    assert_eq!(entry.recipient, Some(HERENCIA.parse().unwrap()));
    assert!(entry.released.contains("victima.identidad"), "{entry:?}");
    assert!(!entry.released.contains("registro.accesos"), "{entry:?}");
    assert!(entry.withheld.contains("registro.accesos"), "{entry:?}");
    assert!(!entry.withheld.contains("victima.identidad"), "{entry:?}");
    let masked = ["hechos.denuncias"]
        .iter()
        .all(|group| entry.withheld.contains(*group));
    assert!(masked, "{entry:?}");
    let by = |group: &str| entry.withheld_by[group].iter().cloned().collect::<Vec<_>>();
    assert_eq!(by("registro.accesos"), ["reserva.accesos"]);
    assert_eq!(by("hechos.denuncias"), ["local.resumen"]);
    let header = released.document().root().at("caso/cabecera").unwrap();
    let clause = |path: &str| {
        let mut list = header
            .children()
            .filter(|child| child.local() == "retenido");
        let line = list
            .find(|child| child.text().unwrap().starts_with(path))
            .unwrap();
        line.attribute("clausula").unwrap().to_owned()
    };
    let held = "LO 7/2021 art. 33: solo para comprobar la legalidad; registro canonico, fila 40";
    assert_eq!(clause("registro"), held);
}

#[test]
fn the_withheld_list_says_nothing_of_what_there_is() {
    let index = entry("13047", HERENCIA, RiskLevel::Medium);
    let list = |released: &exchange::Released| -> Vec<String> {
        let header = released.document().root().at("caso/cabecera").unwrap();
        let withheld = header
            .children()
            .filter(|child| child.local() == "retenido");
        withheld
            .map(|child| child.text().unwrap().to_owned())
            .collect()
    };
    let full = exchange(herencia(), &index, answer(&[])).unwrap();
    let bare = format!(
        "<ConsultarCasoRespuesta><caso><cabecera><idCaso>{CASE}</idCaso><estado>activo</estado>\
         </cabecera><responsabilidad><unidad><organismo>{HERENCIA}</organismo></unidad>\
         <municipioResidencia>13047</municipioResidencia></responsabilidad><valoracion><nivel>\
         <nivelActual>medio</nivelActual></nivel></valoracion></caso></ConsultarCasoRespuesta>"
    );
    let bare = exchange(herencia(), &index, Answer::new(document(&bare))).unwrap();
    assert_eq!(list(&full), list(&bare));
    assert!(!list(&full).is_empty());
}

#[test]
fn a_case_that_is_raised_above_the_ceiling_is_out_of_reach() {
    let index = entry("13047", HERENCIA, RiskLevel::Medium);
    let missing = permit(herencia(), &consult(), None).unwrap_err();
    let raised = (
        "<nivelActual>medio</nivelActual>",
        "<nivelActual>extremo</nivelActual>",
    );
    let refusal = exchange(herencia(), &index, answer(&[raised])).unwrap_err();
    assert_eq!(refusal.report(), missing.report());
    let truth = "nivel-superior-al-convenio";
    assert_eq!(refusal.entry().problem.as_deref(), Some(truth));
    assert_eq!(refusal.entry().verdict, Some(Verdict::Denied));
    let learned = refusal.index_updates().first().unwrap();
    assert_eq!(learned.case.as_str(), CASE);
    assert_eq!(learned.level, Some(RiskLevel::Extreme));
}

#[test]
fn an_answer_about_another_case_is_not_given() {
    let index = entry("13047", HERENCIA, RiskLevel::Medium);
    let refusal = exchange(herencia(), &index, answer(&[(CASE, OTHER)])).unwrap_err();
    assert_eq!(refusal.report().problem, Problem::HolderWrongCase);
    assert_eq!(refusal.entry().verdict, Some(Verdict::Allowed));

    let nameless = format!("<idCaso>{CASE}</idCaso>");
    let refusal = exchange(herencia(), &index, answer(&[(&nameless, "")])).unwrap_err();
    assert_eq!(refusal.report().problem, Problem::HolderWrongCase);

    let search = Answer::new(document("<BuscarCasosRespuesta/>"));
    let refusal = exchange(herencia(), &index, search).unwrap_err();
    assert_eq!(refusal.report().problem, Problem::HolderGarbage);
}

#[test]
fn a_search_loses_the_cases_that_the_caller_may_not_know() {
    let found = format!(
        "<BuscarCasosRespuesta>{}{}{}</BuscarCasosRespuesta>",
        summary(OTHER, "45168", "bajo"),
        summary(CASE, "13047", "medio"),
        summary(OTHER, "13047", "alto"),
    );
    let permitted = permit(herencia(), "<BuscarCasos/>", None).unwrap();
    let answer = Answer::new(document(&found));
    let released = permitted.reduce(answer, engine(), now()).unwrap();
    let units = released.document().case_units();
    let cases: Vec<_> = units
        .iter()
        .filter_map(|unit| unit.child("idCaso")?.text())
        .collect();
    assert_eq!(cases, [CASE]);
    let entry = released.entry(Digest::of(b""));
    assert_eq!(
        entry.cases,
        std::iter::once(CASE.parse().unwrap()).collect()
    );
    assert_eq!(released.index_updates().len(), 3);
}

#[test]
fn a_hit_that_the_caller_may_not_know_is_no_hit() {
    let asked = "<ConsultarCoincidencia><tipoDocumento>DNI</tipoDocumento>\
        <numeroDocumento>99999018D</numeroDocumento></ConsultarCoincidencia>";
    let hit = |municipality: &str| {
        Answer::new(document(&format!(
            "<ConsultarCoincidenciaRespuesta><hayCoincidencia>true</hayCoincidencia><coincidencia>\
             <idCaso>{CASE}</idCaso><nivel>bajo</nivel><unidad><organismo>{HERENCIA}</organismo>\
             <telefono>+34900000001</telefono></unidad>\
             <municipioResidencia>{municipality}</municipioResidencia></coincidencia>\
             </ConsultarCoincidenciaRespuesta>"
        )))
    };
    for (municipality, known) in [("13047", "true"), ("45168", "false")] {
        let permitted = permit(herencia(), asked, None).unwrap();
        let released = permitted
            .reduce(hit(municipality), engine(), now())
            .unwrap();
        assert_eq!(text(&released, "hayCoincidencia"), Some(known));
        assert_eq!(
            text(&released, "coincidencia/unidad/telefono").is_some(),
            known == "true"
        );
        assert_eq!(text(&released, "coincidencia/municipioResidencia"), None);
    }
    let nobody = "<ConsultarCoincidenciaRespuesta><hayCoincidencia>false</hayCoincidencia>\
        </ConsultarCoincidenciaRespuesta>";
    let bytes = |answer: Answer| {
        let permitted = permit(herencia(), asked, None).unwrap();
        let mut xml = Vec::new();
        permitted
            .reduce(answer, engine(), now())
            .unwrap()
            .document()
            .write_xml(&mut xml);
        String::from_utf8(xml).unwrap()
    };
    assert_eq!(bytes(hit("45168")), bytes(Answer::new(document(nobody))));
}

#[test]
fn a_case_of_unknown_residence_is_the_nations() {
    let home = ("<municipioResidencia>13047</municipioResidencia>", "");
    let index = domain::IndexEntry {
        source: domain::Source::Central,
        municipality: None,
        ..entry("13047", HERENCIA, RiskLevel::Medium)
    };
    for (territory, seen) in [("13047", false), ("CA08", false), ("ES", true)] {
        let agreement = agreement(HERENCIA, territory, RiskLevel::Extreme);
        let released = exchange(agreement, &index, answer(&[home]));
        assert_eq!(released.is_ok(), seen, "{territory}");
    }
}

#[test]
fn an_answer_that_could_not_be_told_has_released_nothing() {
    let index = entry("13047", HERENCIA, RiskLevel::Medium);
    let released = exchange(herencia(), &index, answer(&[])).unwrap();
    assert!(!released.entry(Digest::of(b"answer")).released.is_empty());
    let refusal = released.fail(Problem::Internal, now());
    assert!(refusal.entry().released.is_empty() && refusal.entry().withheld.is_empty());
}
