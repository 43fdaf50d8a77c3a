//! The users form: an officer who is not on it is refused by name, whatever she asks.

use domain::adhesion::{User, UserRole, UsersForm};
use domain::registry::Forms;
use domain::{Agreement, AgreementState, Problem};
use exchange::Refusal;
use journal::Verdict;

use crate::support::{
    CASE, HERENCIA, MOSSOS, caller_with, consult, context, engine, entry, herencia, known, mossos,
    now, receive_from,
};

const HIT: &str = "<ConsultarCoincidencia><tipoDocumento>DNI</tipoDocumento>\
    <numeroDocumento>99999018D</numeroDocumento></ConsultarCoincidencia>";
const SEARCH: &str = "<BuscarCasos><limite>10</limite></BuscarCasos>";
/// A municipality that Mossos may act for.
const MEMBER: &str = "L01130016";

/// A form with one officer on it.
fn form(officer: &str, until: Option<&str>) -> UsersForm {
    UsersForm::from_iter([User {
        officer: officer.parse().unwrap(),
        role: UserRole::Officer,
        trained_on: None,
        from: "2026-01-01".parse().unwrap(),
        until: until.map(|day| day.parse().unwrap()),
    }])
}

fn ask(
    agreement: Agreement,
    forms: &[(&str, UsersForm)],
    on_behalf_of: Option<&str>,
    xml: &str,
) -> Result<(), Refusal> {
    let forms = forms.iter().cloned();
    let forms: Forms = forms
        .map(|(organism, form)| (organism.parse().unwrap(), form))
        .collect();
    let mut said = context(agreement.organism.as_str());
    said.on_behalf_of = on_behalf_of.map(|id| id.parse().unwrap());
    let index = known(&entry("13047", HERENCIA, domain::RiskLevel::Low));
    let received = receive_from(caller_with(agreement, forms), said, xml)?;
    received.permit(Some(&index), engine(), now()).map(|_| ())
}

#[track_caller]
fn assert_refused(outcome: Result<(), Refusal>, problem: Problem) {
    let refusal = outcome.unwrap_err();
    assert_eq!(refusal.report().problem, problem);
    let entry = refusal.entry();
    assert_eq!(entry.problem.as_deref(), Some(problem.entry().code));
    assert_eq!(entry.verdict, Some(Verdict::Denied));
    assert_eq!(entry.officer.as_ref().unwrap().as_str(), "PRUEBA-7");
}

#[test]
fn whoever_is_not_on_it_is_refused_by_name() {
    let yesterday = form("PRUEBA-7", Some("2026-03-01"));
    for xml in [consult().as_str(), HIT, SEARCH] {
        let own = |form: UsersForm| ask(herencia(), &[(HERENCIA, form)], None, xml);
        assert!(own(form("PRUEBA-7", None)).is_ok(), "{xml}");
        assert!(own(form("PRUEBA-7", Some("2026-03-02"))).is_ok(), "{xml}");
        assert!(own(UsersForm::default()).is_ok(), "{xml}");
        assert!(ask(herencia(), &[], None, xml).is_ok(), "{xml}");
        assert_refused(own(form("PRUEBA-8", None)), Problem::OfficerNotAuthorised);
        assert_refused(own(yesterday.clone()), Problem::OfficerNotAuthorised);
    }
}

#[test]
fn without_an_agreement_in_effect_that_is_what_is_told() {
    let mut suspended = herencia();
    suspended.state = AgreementState::Suspended;
    let forms = [(HERENCIA, form("PRUEBA-8", None))];
    let outcome = ask(suspended, &forms, None, &consult());
    assert_refused(outcome, Problem::AgreementNotEffective);
}

#[test]
fn the_form_of_the_organism_acted_for_comes_first() {
    let on = || form("PRUEBA-7", None);
    let off = || form("PRUEBA-8", None);
    let table = [
        (vec![(MEMBER, on())], true),
        (vec![(MEMBER, off())], false),
        (vec![(MEMBER, on()), (MOSSOS, off())], true),
        (vec![(MEMBER, off()), (MOSSOS, on())], false),
        (vec![(MOSSOS, on())], true),
        (vec![(MOSSOS, off())], false),
        (vec![(HERENCIA, off())], true),
    ];
    for (forms, allowed) in table {
        let outcome = ask(mossos(), &forms, Some(MEMBER), HIT);
        if allowed {
            assert!(outcome.is_ok(), "{forms:?}: {outcome:?}");
        } else {
            assert_refused(outcome, Problem::OfficerNotAuthorised);
        }
    }
}

#[test]
fn the_refusal_says_nothing_of_the_case() {
    let forms = [(HERENCIA, form("PRUEBA-8", None))];
    let refusal = ask(herencia(), &forms, None, &consult()).unwrap_err();
    assert!(!refusal.report().detail.contains(CASE));
}
