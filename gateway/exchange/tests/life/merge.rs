//! One answer of several: whose word counts, and who was silent.

use std::collections::BTreeMap;

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
    let answer = permitted.merge(told, &BTreeMap::new())?;
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

/// Cases that the central system does not know, and two partners do.
fn disputed() -> Vec<Row> {
    let case = |id, responsible, level| hit(id, responsible, level, "13047");
    vec![
        (
            "a disputed case: what each says, the highest level first",
            vec![
                told(CENTRAL, hits(&[case(SECOND, HERENCIA, "medio")])),
                told(MOSSOS, hits(&[case(FIRST, MOSSOS, "bajo")])),
                told(ERTZAINTZA, hits(&[case(FIRST, ERTZAINTZA, "medio")])),
            ],
            &[(FIRST, "medio"), (FIRST, "bajo"), (SECOND, "medio")],
        ),
        (
            "a partner cannot hide a disputed case by moving it elsewhere",
            vec![
                told(CENTRAL, hits(&[])),
                told(MOSSOS, hits(&[hit(FIRST, MOSSOS, "extremo", "08019")])),
                told(ERTZAINTZA, hits(&[case(FIRST, ERTZAINTZA, "medio")])),
            ],
            &[(FIRST, "medio")],
        ),
        (
            "what only one calls its own is not disputed",
            vec![
                told(CENTRAL, hits(&[])),
                told(MOSSOS, hits(&[case(FIRST, ERTZAINTZA, "medio")])),
                told(ERTZAINTZA, hits(&[case(FIRST, ERTZAINTZA, "bajo")])),
            ],
            &[(FIRST, "bajo")],
        ),
    ]
}

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
    for (name, answers, expected) in rows().into_iter().chain(disputed()) {
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

/// Cases that nobody else has, from the first one on.
fn many(count: u64, first: u64, responsible: &str) -> Vec<String> {
    let id = |number| domain::CaseId::new(number, 7).to_string();
    let case = |number| hit(&id(number), responsible, "medio", "13047");
    (first..first + count).map(case).collect()
}

/// Of answers that are too many together, whoever says most is left out and named; the others are heard.
#[test]
fn nobody_turns_the_answers_of_others_into_an_error() {
    let table: [(&str, [u64; 3], usize, &[&str]); 4] = [
        ("as many as fit", [40, 30, 30], 100, &[]),
        ("one says too much", [5, 96, 3], 8, &[MOSSOS]),
        ("each too much", [60, 80, 70], 60, &[MOSSOS, ERTZAINTZA]),
        ("never the central system", [100, 1, 0], 100, &[MOSSOS]),
    ];
    for (name, [central, mossos, ertzaintza], expected, faulty) in table {
        let released = merged(vec![
            told(CENTRAL, hits(&many(central, 1, HERENCIA))),
            told(MOSSOS, hits(&many(mossos, 1_001, MOSSOS))),
            told(ERTZAINTZA, hits(&many(ertzaintza, 2_001, ERTZAINTZA))),
        ]);
        let (cases, silent) = shown(&released.unwrap());
        assert_eq!(cases.len(), expected, "{name}");
        let named: Vec<(&str, &str)> = faulty.iter().map(|it| (*it, "error")).collect();
        let silent: Vec<(&str, &str)> = silent
            .iter()
            .map(|(organism, cause)| (organism.as_str(), cause.as_str()))
            .collect();
        assert_eq!(silent, named, "{name}");
    }
}

/// What a partner says of others takes no place from who was silent here, nor makes the answer too long.
#[test]
fn a_partner_cannot_fill_the_answer_with_the_silence_of_others() {
    let others =
        (0..100).map(|at| format!("<sinRespuesta causa='error'>A9999{at:04}</sinRespuesta>"));
    let others = others.collect::<Vec<_>>().concat();
    let xml = format!(
        "<ConsultarCoincidenciaRespuesta><hayCoincidencia>false</hayCoincidencia>{others}</ConsultarCoincidenciaRespuesta>"
    );
    let released = merged(vec![
        told(CENTRAL, hits(&many(1, 1, HERENCIA))),
        told(MOSSOS, Ok(Answer::new(document(&xml)))),
        told("E99990001", Err(Silence::Late)),
    ]);
    let (cases, silent) = shown(&released.unwrap());
    assert_eq!((cases.len(), silent.len()), (1, 100));
    let late = ("E99990001".to_owned(), "fuera-de-plazo".to_owned());
    assert!(silent.contains(&late));
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

/// A yes that names nobody is no answer: it would leave as a no.
#[test]
fn a_yes_without_a_case_is_not_a_no() {
    let bare = || {
        let xml = "<ConsultarCoincidenciaRespuesta><hayCoincidencia>true</hayCoincidencia></ConsultarCoincidenciaRespuesta>";
        Ok(Answer::new(document(xml)))
    };
    let released = merged(vec![told(CENTRAL, hits(&[])), told(MOSSOS, bare())]).unwrap();
    let (cases, silent) = shown(&released);
    assert!(cases.is_empty(), "{cases:?}");
    assert_eq!(silent, [(MOSSOS.to_owned(), "error".to_owned())]);
    let only = merged(vec![told(MOSSOS, bare())]);
    assert_eq!(only.unwrap_err(), Problem::HolderUnreachable);
}
