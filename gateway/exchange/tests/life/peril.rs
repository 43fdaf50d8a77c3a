//! Exceptional access: the minimal answer about a case beyond the territory, and what it leaves behind.

use contract::Document;
use domain::quota::Usage;
use domain::{Agreement, Alarm, Context, Problem, RiskLevel};
use exchange::{Answer, Permitted, Refusal};
use journal::{Digest, EntryKind};

use crate::support::{
    CASE, CENTRAL, HERENCIA, consult, context, document, engine, herencia, now, receive, text,
};

const REASON: &str = "gritos en el domicilio, PRUEBA";
const HIT: &str = "<ConsultarCoincidencia><tipoDocumento>DNI</tipoDocumento>\
    <numeroDocumento>99999018D</numeroDocumento></ConsultarCoincidencia>";

/// The agreement of Herencia, opened for imminent danger.
fn opening() -> Agreement {
    let mut agreement = herencia();
    agreement.annex.quotas.officer.exceptional = Some(2);
    agreement.annex.quotas.organism.exceptional = Some(9);
    agreement
}

fn in_peril() -> Context {
    Context {
        peril: Some(REASON.parse().unwrap()),
        ..context(HERENCIA)
    }
}

fn ask(agreement: Agreement, context: Context, xml: &str) -> Result<Permitted, Refusal> {
    let received = receive(agreement, context, xml)?;
    received
        .reasoned(Digest::of(b"keyed"))
        .counted(Usage::default())
        .permit(None, engine(), now())
}

/// A case of someone in that municipality, and of the grade.
fn found(municipality: &str, level: RiskLevel) -> Document {
    document(&format!(
        "<ConsultarCoincidenciaRespuesta><hayCoincidencia>true</hayCoincidencia><coincidencia>\
         <idCaso>{CASE}</idCaso><nivel>{level}</nivel><unidad><organismo>L01451685</organismo>\
         <telefono>+34900000001</telefono></unidad>\
         <municipioResidencia>{municipality}</municipioResidencia></coincidencia>\
         </ConsultarCoincidenciaRespuesta>"
    ))
}

#[test]
fn a_declared_danger_opens_the_minimal_answer() {
    for (municipality, level, context, found_one, opened) in [
        ("45168", RiskLevel::Low, in_peril(), true, 1),
        ("45168", RiskLevel::Low, context(HERENCIA), false, 0),
        // Of the own territory: nothing exceptional about it.
        ("13047", RiskLevel::Low, in_peril(), true, 0),
        // Above the ceiling of the agreement.
        ("45168", RiskLevel::Extreme, in_peril(), false, 0),
    ] {
        let permitted = ask(opening(), context, HIT).unwrap();
        let answer = Answer::new(found(municipality, level));
        let released = permitted.reduce(answer, engine(), now()).unwrap();
        let told = text(&released, "hayCoincidencia") == Some("true");
        assert_eq!(told, found_one, "{municipality} {level}");
        assert_eq!(released.opened().len(), opened, "{municipality} {level}");
        if opened == 1 {
            let unit = text(&released, "coincidencia/unidad/telefono");
            assert_eq!(unit, Some("+34900000001"));
            assert_eq!(text(&released, "coincidencia/municipioResidencia"), None);
        }
    }
}

#[test]
fn what_it_leaves_behind_names_the_policy_and_not_the_reason() {
    let permitted = ask(opening(), in_peril(), HIT).unwrap();
    let (reason, asked) = (
        Digest::of(b"keyed"),
        permitted.asked(&CENTRAL.parse().unwrap()),
    );
    assert_eq!(asked.reason, Some(reason));
    assert_eq!(permitted.peril().unwrap().expose(), REASON);
    let alarm = permitted.exceptional_alarm(now());
    assert_eq!(alarm.kind, EntryKind::Alert);
    assert_eq!(alarm.alarm, Some(Alarm::Exceptional));
    let answer = Answer::new(found("45168", RiskLevel::Low));
    let released = permitted.reduce(answer, engine(), now()).unwrap();
    let entry = released.entry(Digest::of(b"sent"));
    assert!(entry.policies.contains("excepcional.minimo"), "{entry:?}");
    assert_eq!(entry.reason, Some(reason));
    let notices = released.notified(now());
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].kind, EntryKind::Notified);
    assert_eq!(notices[0].recipient, Some("L01451685".parse().unwrap()));
    assert_eq!(notices[0].cases, [CASE.parse().unwrap()].into());
    for entry in [asked, alarm, entry].into_iter().chain(notices) {
        assert!(!format!("{entry:?}").contains("gritos"), "{entry:?}");
    }
}

#[test]
fn it_is_refused_by_name_where_it_is_not_admitted() {
    for (agreement, xml) in [(herencia(), HIT.to_owned()), (opening(), consult())] {
        let refusal = ask(agreement, in_peril(), &xml).unwrap_err();
        let problem = Problem::ExceptionalNotAllowed;
        assert_eq!(refusal.report().problem, problem);
    }
}

#[test]
fn it_counts_against_quotas_of_its_own() {
    let uses = |context| {
        let received = receive(opening(), context, HIT).unwrap();
        received.uses(now()).unwrap().amount.exceptional
    };
    assert_eq!((uses(in_peril()), uses(context(HERENCIA))), (1, 0));
    let mut usage = Usage::default();
    usage.officer.total.exceptional = 3;
    usage.officer.added.exceptional = 1;
    let received = receive(opening(), in_peril(), HIT).unwrap().counted(usage);
    let refusal = received.permit(None, engine(), now()).unwrap_err();
    assert_eq!(refusal.report().problem, Problem::QuotaExceeded);
    let limit = refusal.entry().limit.map(|limit| limit.to_string());
    assert_eq!(limit.as_deref(), Some("funcionario.accesosExcepcionales"));
}
