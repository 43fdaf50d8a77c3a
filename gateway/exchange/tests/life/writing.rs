//! What may be submitted, and what the index learns of it.

use domain::{Problem, RiskLevel};
use exchange::{Answer, Permitted, Refusal};
use journal::Digest;

use crate::support::{
    CASE, CENTRAL, HERENCIA, MOSSOS, document, engine, entry, herencia, mossos, now, permit,
};

const CONTACT: &str = "<victima><contacto><idioma>es</idioma></contacto></victima>";
const IDENTITY: &str =
    "<victima><identidad><tipoDocumento>DNI</tipoDocumento></identidad></victima>";

fn change(inside: &str) -> String {
    format!(
        "<PresentarCaso><idCaso>{CASE}</idCaso><versionEsperada>7</versionEsperada>\
         <caso>{inside}</caso></PresentarCaso>"
    )
}

fn creation(municipality: &str, inside: &str) -> String {
    format!(
        "<PresentarCaso><caso><cabecera><estado>activo</estado></cabecera><responsabilidad>\
         <municipioResidencia>{municipality}</municipioResidencia></responsabilidad>{inside}</caso>\
         </PresentarCaso>"
    )
}

fn problem(outcome: Result<Permitted, Refusal>) -> Option<Problem> {
    outcome.err().map(|refusal| refusal.report().problem)
}

#[test]
fn a_local_force_writes_some_groups_of_the_cases_it_answers_for() {
    let own = entry("13047", HERENCIA, RiskLevel::Medium);
    let others = entry("13047", CENTRAL, RiskLevel::Medium);
    for (what, index, inside, expected) in [
        ("own contact", &own, CONTACT, None),
        (
            "own identity",
            &own,
            IDENTITY,
            Some(Problem::GroupNotWritable),
        ),
        (
            "another's contact",
            &others,
            CONTACT,
            Some(Problem::GroupNotWritable),
        ),
    ] {
        assert_eq!(
            problem(permit(herencia(), &change(inside), Some(index))),
            expected,
            "{what}"
        );
    }
}

#[test]
fn the_refusal_names_the_groups_and_where_they_are() {
    let own = entry("13047", HERENCIA, RiskLevel::Medium);
    let header = format!("<cabecera><idCaso>{CASE}</idCaso></cabecera>");
    let inside = format!(
        "{header}{}",
        IDENTITY.replace("</victima>", "<apoyo/></victima>")
    );
    let refusal = permit(herencia(), &change(&inside), Some(&own)).unwrap_err();
    let report = refusal.report();
    assert!(
        report
            .detail
            .contains("cabecera.identificacion, victima.identidad"),
        "{report:?}"
    );
    let paths: Vec<&str> = report
        .violations
        .iter()
        .map(|found| found.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "/PresentarCaso/caso/cabecera/idCaso",
            "/PresentarCaso/caso/victima/identidad/tipoDocumento"
        ]
    );
}

#[test]
fn a_change_names_the_version_it_starts_from() {
    let own = entry("13047", HERENCIA, RiskLevel::Medium);
    let unversioned = change(CONTACT).replace("<versionEsperada>7</versionEsperada>", "");
    let with = permit(herencia(), &unversioned, Some(&own)).unwrap_err();
    let without = permit(herencia(), &unversioned, None).unwrap_err();
    assert_eq!(with.report().problem, Problem::PreconditionRequired);
    assert_eq!(with.report(), without.report());
}

#[test]
fn a_change_of_a_case_out_of_reach_is_as_of_none() {
    let missing = permit(herencia(), &change(CONTACT), None).unwrap_err();
    assert_eq!(missing.report().problem, Problem::NotFoundOrOutOfScope);
    let toledo = entry("45168", HERENCIA, RiskLevel::Medium);
    for inside in [CONTACT, IDENTITY] {
        let refusal = permit(herencia(), &change(inside), Some(&toledo)).unwrap_err();
        assert_eq!(refusal.report(), missing.report());
    }
}

#[test]
fn a_new_case_belongs_where_the_victim_lives() {
    for (municipality, expected) in [
        ("08019", None),
        ("17079", None),
        ("28079", Some(Problem::NotFoundOrOutOfScope)),
    ] {
        let outcome = permit(mossos(), &creation(municipality, IDENTITY), None);
        assert_eq!(problem(outcome), expected, "{municipality}");
    }
    let versioned =
        creation("08019", IDENTITY).replace("<caso>", "<versionEsperada>1</versionEsperada><caso>");
    assert_eq!(
        problem(permit(mossos(), &versioned, None)),
        Some(Problem::SchemaViolation)
    );
}

#[test]
fn the_index_learns_of_a_new_case() {
    let permitted = permit(mossos(), &creation("08019", IDENTITY), None).unwrap();
    let asked = permitted.asked(&CENTRAL.parse().unwrap());
    assert!(asked.released.contains("victima.identidad"), "{asked:?}");
    let answer = format!(
        "<PresentarCasoRespuesta><idCaso>{CASE}</idCaso><version>1</version><creado>true</creado>\
         <fecha>2026-03-02T09:00:00Z</fecha></PresentarCasoRespuesta>"
    );
    let answer = Answer::new(document(&answer));
    let released = permitted.reduce(answer, engine(), now()).unwrap();
    let learned = released.index_updates().first().unwrap();
    assert_eq!(learned.case.as_str(), CASE);
    assert_eq!((learned.version, learned.responsible.as_str()), (1, MOSSOS));
    assert_eq!(learned.municipality, Some("08019".parse().unwrap()));
    let entry = released.entry(Digest::of(b""));
    assert_eq!(
        entry.cases,
        std::iter::once(CASE.parse().unwrap()).collect()
    );
}

#[test]
fn a_change_keeps_what_the_index_knew() {
    let mut own = entry("13047", HERENCIA, RiskLevel::Medium);
    own.stays = Some(["45168".parse().unwrap()].into());
    let permitted = permit(herencia(), &change(CONTACT), Some(&own)).unwrap();
    let answer = |case: &str| {
        Answer::new(document(&format!(
            "<PresentarCasoRespuesta><idCaso>{case}</idCaso><version>8</version>\
             <creado>false</creado><fecha>2026-03-02T09:00:00Z</fecha></PresentarCasoRespuesta>"
        )))
    };
    let released = permitted.reduce(answer(CASE), engine(), now()).unwrap();
    let expected = domain::IndexEntry {
        source: domain::Source::Central,
        version: 8,
        ..own.clone()
    };
    assert_eq!(released.index_updates(), [expected]);

    let permitted = permit(herencia(), &change(CONTACT), Some(&own)).unwrap();
    let other = answer("01JQ5Z7N2R8X4V6T0K3M9B1CDG");
    let refusal = permitted.reduce(other, engine(), now()).unwrap_err();
    assert_eq!(refusal.report().problem, Problem::HolderWrongCase);
    assert!(refusal.index_updates().is_empty());
}
