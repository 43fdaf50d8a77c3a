//! One answer of several: whose word counts, and who was silent.

use domain::{Problem, Silence, Source};
use exchange::{Answer, Released, Told};
use journal::{Digest, EntryKind};

use crate::support::{HERENCIA, MOSSOS, document, engine, herencia, now, permit, text};

const FIRST: &str = "01JQ5Z7N2R8X4V6T0K3M9B1CDF";
const SECOND: &str = "01JQ5Z7N2R8X4V6T0K3M9B1CDG";
const CENTRAL: &str = "E00003801";
const ERTZAINTZA: &str = "A16003011";

/// A hit on a case as a system tells it: the responsible organism, the level, where she lives.
fn hit(case: &str, responsible: &str, level: &str, municipality: &str) -> String {
    format!(
        "<coincidencia><idCaso>{case}</idCaso><nivel>{level}</nivel><unidad><organismo>{responsible}</organismo>\
         </unidad><municipioResidencia>{municipality}</municipioResidencia></coincidencia>"
    )
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "what a system says is an answer or its silence"
)]
fn hits(hits: &[String]) -> Result<Answer, Silence> {
    let (any, hits) = (!hits.is_empty(), hits.concat());
    let xml = format!(
        "<ConsultarCoincidenciaRespuesta><hayCoincidencia>{any}</hayCoincidencia>{hits}</ConsultarCoincidenciaRespuesta>"
    );
    Ok(Answer::new(document(&xml)))
}

fn told(organism: &str, answer: Result<Answer, Silence>) -> Told {
    let id: domain::OrganismId = organism.parse().unwrap();
    let source = if organism == CENTRAL {
        Source::Central
    } else {
        Source::Partner(id.clone())
    };
    Told {
        organism: id,
        source,
        answer,
    }
}

fn merged(told: Vec<Told>) -> Result<Released, Problem> {
    let question = "<ConsultarCoincidencia><tipoDocumento>DNI</tipoDocumento>\
                    <numeroDocumento>99999018D</numeroDocumento></ConsultarCoincidencia>";
    let permitted = permit(herencia(), question, None).unwrap();
    let answer = permitted.merge(told)?;
    Ok(permitted.reduce(answer, engine(), now()).unwrap())
}

type Pairs = Vec<(String, String)>;

/// The cases of an answer with their levels, and who was silent.
fn shown(released: &Released) -> (Pairs, Pairs) {
    let own = |node: contract::NodeRef<'_>, name: &str| {
        let text = node.child(name).and_then(contract::NodeRef::text);
        text.unwrap_or_default().to_owned()
    };
    let (mut cases, mut silent) = (Vec::new(), Vec::new());
    for child in released.document().root().children() {
        match child.local() {
            "coincidencia" => cases.push((own(child, "idCaso"), own(child, "nivel"))),
            "sinRespuesta" => silent.push((
                child.text().unwrap().to_owned(),
                child.attribute("causa").unwrap().to_owned(),
            )),
            _ => {}
        }
    }
    (cases, silent)
}

type Row = (
    &'static str,
    Vec<Told>,
    &'static [(&'static str, &'static str)],
);

fn rows() -> Vec<Row> {
    let case = |id, responsible, level| hit(id, responsible, level, "13047");
    vec![
        (
            "cases of both, in the order of their identifiers",
            vec![
                told(CENTRAL, hits(&[case(SECOND, HERENCIA, "medio")])),
                told(MOSSOS, hits(&[case(FIRST, MOSSOS, "bajo")])),
            ],
            &[(FIRST, "bajo"), (SECOND, "medio")],
        ),
        (
            "the same case: the central system's word",
            vec![
                told(MOSSOS, hits(&[case(FIRST, MOSSOS, "bajo")])),
                told(CENTRAL, hits(&[case(FIRST, HERENCIA, "medio")])),
            ],
            &[(FIRST, "medio")],
        ),
        (
            "the same case: whom the central system names",
            vec![
                told(CENTRAL, hits(&[case(FIRST, MOSSOS, "medio")])),
                told(MOSSOS, hits(&[case(FIRST, MOSSOS, "bajo")])),
            ],
            &[(FIRST, "bajo")],
        ),
        (
            "a partner cannot bring a case of others into the caller's territory",
            vec![
                told(CENTRAL, hits(&[hit(FIRST, "L01130016", "medio", "13034")])),
                told(MOSSOS, hits(&[case(FIRST, MOSSOS, "bajo")])),
            ],
            &[],
        ),
        (
            "the same case twice from one",
            vec![
                told(CENTRAL, hits(&[])),
                told(
                    MOSSOS,
                    hits(&[case(FIRST, MOSSOS, "bajo"), case(FIRST, MOSSOS, "bajo")]),
                ),
            ],
            &[(FIRST, "bajo")],
        ),
    ]
}

#[test]
fn one_entry_a_case_by_the_word_that_counts() {
    for (name, answers, expected) in rows() {
        let released = merged(answers).unwrap();
        let (cases, silent) = shown(&released);
        let cases: Vec<(&str, &str)> = cases
            .iter()
            .map(|(case, level)| (case.as_str(), level.as_str()))
            .collect();
        assert_eq!(cases, expected, "{name}");
        assert!(silent.is_empty(), "{name}");
        let any = if expected.is_empty() { "false" } else { "true" };
        assert_eq!(text(&released, "hayCoincidencia"), Some(any), "{name}");
    }
}

#[test]
fn the_silent_are_named_in_answer_and_evidence() {
    let wrong = Answer::new(document(
        "<PresentarCasoRespuesta><idCaso>01JQ5Z7N2R8X4V6T0K3M9B1CDF</idCaso><version>1</version><creado>true</creado>\
         <fecha>2026-03-01T10:00:00Z</fecha></PresentarCasoRespuesta>",
    ));
    let released = merged(vec![
        told(CENTRAL, hits(&[])),
        told(MOSSOS, Err(Silence::Late)),
        told(ERTZAINTZA, Ok(wrong)),
    ])
    .unwrap();
    let (cases, silent) = shown(&released);
    assert!(cases.is_empty());
    let expected = [(MOSSOS, "fuera-de-plazo"), (ERTZAINTZA, "error")];
    let expected = expected.map(|(organism, cause)| (organism.to_owned(), cause.to_owned()));
    assert_eq!(silent, expected);
    assert_eq!(text(&released, "hayCoincidencia"), Some("false"));
    let entry = released.entry(Digest::of(b"answer"));
    assert_eq!(entry.kind, EntryKind::Released);
    let named: Vec<&str> = entry
        .silent
        .iter()
        .map(domain::OrganismId::as_str)
        .collect();
    assert_eq!(named, [MOSSOS, ERTZAINTZA]);
}

#[test]
fn what_a_partner_says_of_others_is_passed_on() {
    let xml = format!(
        "<ConsultarCoincidenciaRespuesta><hayCoincidencia>false</hayCoincidencia>\
         <sinRespuesta causa='suspendido'>{ERTZAINTZA}</sinRespuesta></ConsultarCoincidenciaRespuesta>"
    );
    let released = merged(vec![
        told(CENTRAL, hits(&[])),
        told(MOSSOS, Ok(Answer::new(document(&xml)))),
    ])
    .unwrap();
    let expected = (ERTZAINTZA.to_owned(), "suspendido".to_owned());
    assert_eq!(shown(&released).1, [expected]);
}

#[test]
fn when_all_are_silent_there_is_no_answer() {
    for told in [
        vec![],
        vec![
            told(CENTRAL, Err(Silence::Late)),
            told(MOSSOS, Err(Silence::Faulty)),
        ],
    ] {
        assert_eq!(merged(told).err(), Some(Problem::HolderUnreachable));
    }
}
