//! Cases that are kept out of sight: as if they did not exist, whoever asks.

use std::sync::Arc;

use domain::{Alarm, CaseId, Problem, RiskLevel, Watched};
use exchange::Answer;
use exchange::screen::Screen;
use journal::EntryKind;

use crate::support::{
    CASE, HERENCIA, answer, consult, context, document, engine, entry, herencia, known, now,
    receive, text,
};

const HIT: &str = "<ConsultarCoincidencia><tipoDocumento>DNI</tipoDocumento>\
    <numeroDocumento>99999018D</numeroDocumento></ConsultarCoincidencia>";
const SEARCH: &str = "<BuscarCasos><estado>activo</estado></BuscarCasos>";

#[test]
fn a_hidden_case_is_one_that_does_not_exist() {
    let index = known(&entry("13047", HERENCIA, RiskLevel::Medium));
    let permit = |screen, index| {
        let received = receive(herencia(), context(HERENCIA), &consult()).unwrap();
        received.screened(screen).permit(index, engine(), now())
    };
    let hidden = permit(Screen::Everything, Some(&index)).unwrap_err();
    let absent = permit(Screen::Nothing, None).unwrap_err();
    assert_eq!(hidden.report(), absent.report());
    assert_eq!(hidden.entry(), absent.entry());
    let problem = hidden.entry().problem.as_deref();
    assert_eq!(problem, Some(Problem::UnknownCase.entry().code));
    assert!(permit(Screen::Nothing, Some(&index)).is_ok());
}

#[test]
fn a_hidden_case_is_no_hit_and_in_no_list() {
    let one = format!(
        "<idCaso>{CASE}</idCaso><nivel>bajo</nivel><unidad><organismo>{HERENCIA}</organismo></unidad>\
         <municipioResidencia>13047</municipioResidencia>"
    );
    let hit = format!(
        "<ConsultarCoincidenciaRespuesta><hayCoincidencia>true</hayCoincidencia>\
         <coincidencia>{one}</coincidencia></ConsultarCoincidenciaRespuesta>"
    );
    let list = format!(
        "<BuscarCasosRespuesta><caso><idCaso>{CASE}</idCaso><estado>activo</estado>\
         <nivel>bajo</nivel><municipioResidencia>13047</municipioResidencia></caso></BuscarCasosRespuesta>"
    );
    let this: CaseId = CASE.parse().unwrap();
    let screens = [
        (Screen::Nothing, true),
        (Screen::Everything, false),
        (Screen::Some(Arc::new(move |case| *case == this)), false),
        (Screen::Some(Arc::new(|_| false)), true),
    ];
    for (screen, shown) in screens {
        for (question, told) in [(HIT, &hit), (SEARCH, &list)] {
            let received = receive(herencia(), context(HERENCIA), question).unwrap();
            let permitted = received.screened(screen.clone());
            let permitted = permitted.permit(None, engine(), now()).unwrap();
            let answer = Answer::new(document(told));
            let released = permitted.reduce(answer, engine(), now()).unwrap();
            assert_eq!(released.cases().count() == 1, shown, "{question}");
            if question == HIT {
                assert_eq!(text(&released, "hayCoincidencia") == Some("true"), shown);
            }
        }
    }
}

#[test]
fn whom_a_question_and_an_answer_are_about_is_known_by_word() {
    let index = known(&entry("13047", HERENCIA, RiskLevel::Medium));
    let hit = receive(herencia(), context(HERENCIA), HIT).unwrap();
    assert_eq!(hit.subject_word().as_deref(), Some("documento:99999018D"));
    let alarm = hit.watched_alarm(Watched::Honey, now());
    assert_eq!(
        (alarm.kind, alarm.alarm),
        (EntryKind::Alert, Some(Alarm::HoneyRecord))
    );
    assert!(alarm.cases.is_empty());
    let read = receive(herencia(), context(HERENCIA), &consult()).unwrap();
    assert_eq!(read.subject_word(), Some(format!("caso:{CASE}")));
    let permitted = read.permit(Some(&index), engine(), now()).unwrap();
    let released = permitted.reduce(answer(&[]), engine(), now()).unwrap();
    let words = released.subject_words();
    assert!(
        words.contains(&"documento:99999018D".to_owned()),
        "{words:?}"
    );
    let alarm = released.watched_alarm(Watched::Own, now());
    assert_eq!(alarm.alarm, Some(Alarm::OwnLookup));
}
