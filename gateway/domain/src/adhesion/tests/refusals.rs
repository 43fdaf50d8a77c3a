//! Every refusal by its name.

use std::collections::BTreeSet;

use super::support::{
    agreed, annex, approve, bare, date, done, effective, file, form, fresh, full, manager, noon,
    on, propose, ready, staff, step, user,
};
use crate::adhesion::{Act, Dossier, Draft, Entry, File, Outcome, Proposal, Refused, UsersForm};
use crate::{Agreement, AgreementState, OrganismKind, Staff};

/// A dossier, the day, what is tried, and the name of the refusal.
type Row = (Dossier, &'static str, Draft, &'static str);

/// The day on which most is tried.
const DAY: &str = "2026-05-01";
/// The day of the activation.
const FIRST: &str = "2026-03-01";

fn steps() -> Vec<Row> {
    use AgreementState as S;
    let day = "2026-01-15";
    let to = |state| step(day, state);
    let back = |state| manager("2026-02-21", Act::Back(state));
    let silent = bare("gestora", "2026-02-21", Act::Back(S::Signed));
    let paperless = bare("gestora", day, Act::Step(S::ProtocolRatified));
    let unnumbered = Draft {
        reference: None,
        ..step("2026-02-20", S::Registered)
    };
    let ratified = || done(fresh(), [to(S::ProtocolRatified)]);
    let signed = done(ready(), [back(S::Signed)]);
    vec![
        (fresh(), day, to(S::RequestSent), "paso-omitido"),
        (fresh(), day, to(S::Signed), "paso-omitido"),
        (fresh(), day, to(S::Effective), "no-es-un-paso"),
        (fresh(), day, to(S::Suspended), "no-es-un-paso"),
        (ready(), FIRST, step(FIRST, S::Effective), "no-es-un-paso"),
        (fresh(), day, paperless, "falta-documento"),
        (signed, "2026-02-21", unnumbered, "falta-referencia"),
        (
            fresh(),
            "2026-01-14",
            to(S::ProtocolRatified),
            "fecha-futura",
        ),
        (
            ratified(),
            day,
            step("2026-01-14", S::RequestSent),
            "fecha-desordenada",
        ),
        (ratified(), day, to(S::ProtocolRatified), "paso-omitido"),
        (
            ratified(),
            "2026-02-21",
            back(S::RequestSent),
            "paso-no-dado",
        ),
        (fresh(), "2026-02-21", back(S::Draft), "paso-no-dado"),
        (ready(), "2026-02-21", silent, "falta-motivo"),
    ]
}

fn before_effect() -> Vec<Row> {
    let day = "2026-01-15";
    let set = |places: &[&str]| manager(day, Act::Annex(annex(places)));
    let over = manager(day, Act::Term(date("2026-01-14")));
    let filed = |by| full(by, day, Act::Filed);
    let empty = bare("gestora", day, Act::Filed);
    let taken_back = bare("gestora", day, Act::Withdrawn);
    let propose = |by, what| propose(by, day, what);
    vec![
        (fresh(), day, set(&[]), "anexo-vacio"),
        (fresh(), day, set(&["13999"]), "territorio-no-valido"),
        (fresh(), day, over, "plazo-vencido"),
        (fresh(), day, empty, "falta-documento"),
        (
            fresh(),
            day,
            manager(day, Act::Users(Vec::new())),
            "acto-del-organismo",
        ),
        (fresh(), day, approve("gestora", day), "falta-rol"),
        (fresh(), day, approve("supervisora", day), "sin-propuesta"),
        (fresh(), day, taken_back, "sin-propuesta"),
        (fresh(), day, filed("supervisora"), "falta-rol"),
        (fresh(), day, filed("auditora"), "auditor-no-actua"),
        (
            fresh(),
            day,
            propose("auditora", Proposal::Suspend),
            "auditor-no-actua",
        ),
        (
            fresh(),
            day,
            propose("gestora", Proposal::Suspend),
            "convenio-sin-efecto",
        ),
        (
            fresh(),
            day,
            propose("gestora", Proposal::Resume),
            "no-suspendido",
        ),
        (
            fresh(),
            day,
            propose("gestora", Proposal::Activate),
            "paso-omitido",
        ),
    ]
}

fn activation() -> Vec<Row> {
    let activate = |day| propose("gestora", day, Proposal::Activate);
    let known_as = |reference: Option<&str>| Draft {
        reference: reference.map(|text| text.parse().unwrap()),
        ..activate(FIRST)
    };
    let until = |last| done(ready(), [manager("2026-02-20", Act::Term(date(last)))]);
    let failed = manager("2026-02-21", Act::Conformance(Outcome::Failed));
    let failed = done(ready(), [failed]);
    let short = until("2026-03-02");
    let proposed_short = done(short.clone(), [activate(FIRST)]);
    let late = "2026-03-03";
    vec![
        (ready(), FIRST, known_as(None), "falta-referencia"),
        (
            ready(),
            FIRST,
            known_as(Some("REOICO-1")),
            "referencia-no-boe",
        ),
        (
            ready(),
            FIRST,
            known_as(Some("BOE-A-26-1")),
            "referencia-no-boe",
        ),
        (
            ready(),
            FIRST,
            known_as(Some("BOE-A-2026-01")),
            "referencia-no-boe",
        ),
        (ready(), FIRST, activate("2026-02-19"), "fecha-desordenada"),
        (ready(), FIRST, activate("2026-03-02"), "fecha-futura"),
        (
            until("2030-03-02"),
            FIRST,
            activate(FIRST),
            "plazo-excesivo",
        ),
        (short, late, activate(FIRST), "plazo-vencido"),
        (
            proposed_short,
            late,
            approve("supervisora", FIRST),
            "plazo-vencido",
        ),
        (failed, FIRST, activate(FIRST), "conformidad-no-superada"),
    ]
}

fn four_eyes() -> Vec<Row> {
    let activate = |by| propose(by, FIRST, Proposal::Activate);
    let proposed = || done(ready(), [activate("gestora")]);
    let own = || done(ready(), [activate("ambas")]);
    let term = manager(FIRST, Act::Term(date("2028-01-01")));
    let reject = |by| full(by, FIRST, Act::Rejected);
    let silent = bare("supervisora", FIRST, Act::Rejected);
    let taken_back = bare("otra-gestora", FIRST, Act::Withdrawn);
    let early = approve("supervisora", "2026-02-28");
    vec![
        (proposed(), FIRST, approve("gestora", FIRST), "falta-rol"),
        (proposed(), FIRST, early, "fecha-desordenada"),
        (
            proposed(),
            FIRST,
            activate("otra-gestora"),
            "propuesta-pendiente",
        ),
        (proposed(), FIRST, term, "propuesta-pendiente"),
        (proposed(), FIRST, taken_back, "propuesta-ajena"),
        (proposed(), FIRST, silent, "falta-motivo"),
        (own(), FIRST, approve("ambas", FIRST), "propuesta-propia"),
        (own(), FIRST, reject("ambas"), "propuesta-propia"),
    ]
}

/// Steps taken, but an annex, a term or a run of conformance is missing.
fn unprepared() -> Vec<Row> {
    let without = |left_out: fn(&Act) -> bool| {
        let entries = ready().entries().to_vec().into_iter();
        let kept = entries.filter(|entry| !left_out(&entry.act));
        Dossier::replay(file(OrganismKind::LocalPolice), kept)
    };
    let activate = || propose("gestora", FIRST, Proposal::Activate);
    let annex = without(|act| matches!(act, Act::Annex(_)));
    let term = without(|act| matches!(act, Act::Term(_)));
    let tested = without(|act| matches!(act, Act::Conformance(_)));
    vec![
        (annex, FIRST, activate(), "falta-anexo"),
        (term, FIRST, activate(), "falta-plazo"),
        (tested, FIRST, activate(), "falta-conformidad"),
    ]
}

fn in_effect() -> Vec<Row> {
    let direct = |act| manager(DAY, act);
    let proposing = |what| propose("gestora", DAY, what);
    let extend = |last| proposing(Proposal::Extend(date(last)));
    let suspended = agreed(effective(), DAY, Proposal::Suspend);
    let extended = agreed(effective(), DAY, Proposal::Extend(date("2032-03-01")));
    let silent = bare("gestora", DAY, Act::Proposed(Proposal::Suspend));
    let later = Act::Proposed(Proposal::Extend(date("2032-03-01")));
    let paperless = bare("gestora", DAY, later);
    let nowhere = Proposal::Annex(annex(&["13999"]));
    let widened = direct(Act::Annex(annex(&["P13"])));
    let back = direct(Act::Back(AgreementState::Signed));
    vec![
        (effective(), DAY, widened, "convenio-en-vigor"),
        (
            effective(),
            DAY,
            direct(Act::Term(date("2031-01-01"))),
            "convenio-en-vigor",
        ),
        (
            effective(),
            DAY,
            step(DAY, AgreementState::Signed),
            "convenio-en-vigor",
        ),
        (effective(), DAY, back, "convenio-en-vigor"),
        (
            effective(),
            DAY,
            proposing(Proposal::Activate),
            "convenio-en-vigor",
        ),
        (
            effective(),
            DAY,
            proposing(Proposal::Resume),
            "no-suspendido",
        ),
        (effective(), DAY, proposing(nowhere), "territorio-no-valido"),
        (effective(), DAY, silent, "falta-motivo"),
        (effective(), DAY, paperless, "falta-documento"),
        (
            effective(),
            DAY,
            extend("2030-03-01"),
            "prorroga-sin-efecto",
        ),
        (effective(), DAY, extend("2034-03-02"), "prorroga-excesiva"),
        (extended, DAY, extend("2033-03-01"), "segunda-prorroga"),
        (
            suspended,
            DAY,
            proposing(Proposal::Suspend),
            "convenio-sin-efecto",
        ),
    ]
}

fn ended() -> Vec<Row> {
    let (last, late) = ("2030-03-01", "2030-03-02");
    let extend = |day| propose("gestora", day, Proposal::Extend(date("2032-03-01")));
    let proposed = done(effective(), [extend(last)]);
    let resolved = || agreed(effective(), DAY, Proposal::Resolve);
    let suspend = propose("gestora", late, Proposal::Suspend);
    let resume = propose("gestora", late, Proposal::Resume);
    let tested = manager(late, Act::Conformance(Outcome::Passed));
    vec![
        (effective(), late, extend(last), "prorroga-tardia"),
        (
            proposed,
            late,
            approve("supervisora", late),
            "prorroga-tardia",
        ),
        (effective(), late, suspend, "expediente-terminado"),
        (effective(), late, tested, "expediente-terminado"),
        (resolved(), late, resume, "expediente-terminado"),
        (
            resolved(),
            "2026-05-02",
            extend(DAY),
            "expediente-terminado",
        ),
    ]
}

#[test]
fn each_by_its_name() {
    let parts = [
        steps(),
        before_effect(),
        activation(),
        four_eyes(),
        unprepared(),
        in_effect(),
        ended(),
    ];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (dossier, day, draft, expected) in parts.into_iter().flatten() {
        let told = format!("{:?} of {} on {day}", draft.act, draft.date);
        let refused = on(&dossier, day, draft).err();
        let code = refused.as_ref().map(Refused::code);
        assert_eq!(code, Some(expected), "{told}");
        seen.insert(expected);
    }
    // Told by the tests below.
    seen.extend(["expediente-cambiado", "sin-usuarios", "sin-formacion"]);
    seen.extend(["nombre-no-valido", "otro-convenio-en-vigor"]);
    seen.extend(["digito-de-control-erroneo", "municipio-inexistente"]);
    let all: BTreeSet<&str> = Refused::CODES.iter().copied().collect();
    assert_eq!(seen, all);
    assert_eq!(all.len(), Refused::CODES.len());
}

#[test]
fn a_file_is_opened_by_a_manager_about_someone_with_a_name() {
    let long = "x".repeat(201);
    let table = [
        ("gestora", "Policía Local de PRUEBA", None),
        ("gestora", "<script>alert(1)</script>", None), // text, shown as text
        ("supervisora", "Policía Local de PRUEBA", Some("falta-rol")),
        (
            "auditora",
            "Policía Local de PRUEBA",
            Some("auditor-no-actua"),
        ),
        ("gestora", " x ", Some("nombre-no-valido")),
        ("gestora", "una\nlínea", Some("nombre-no-valido")),
        ("gestora", &long, Some("nombre-no-valido")),
    ];
    for (by, name, expected) in table {
        let File {
            id, mut organism, ..
        } = file(OrganismKind::LocalPolice);
        organism.name = name.to_owned();
        let opened = File::open(id, organism, &staff(by), noon(FIRST));
        let code = opened.err().map(|refused| refused.code());
        assert_eq!(code, expected, "{by} {name}");
    }
}

#[test]
fn town_halls_are_of_towns() {
    let table = [
        ("L01130473", None),
        ("E00003801", None),
        ("L01130474", Some("digito-de-control-erroneo")),
        ("L01139992", Some("municipio-inexistente")),
    ];
    for (organism, expected) in table {
        let mut file = file(OrganismKind::LocalPolice);
        file.organism.id = organism.parse().unwrap();
        let opened = File::open(file.id, file.organism, &staff("gestora"), noon(FIRST));
        let code = opened.err().map(|refused| refused.code());
        assert_eq!(code, expected, "{organism}");
    }
}

#[test]
fn of_two_who_act_on_the_same_version_one_succeeds() {
    let proposed = done(ready(), [propose("gestora", FIRST, Proposal::Activate)]);
    let (seen, now) = (proposed.version(), noon(FIRST));
    let first = approve("supervisora", FIRST);
    let entry = proposed.accept(first, seen, &form(), now).unwrap();
    let after = proposed.with(entry);
    let second = after.accept(approve("ambas", FIRST), seen, &form(), now);
    assert_eq!(second, Err(Refused::Stale(seen, seen + 1)));
}

#[test]
fn a_form_that_the_organism_sends_keeps_nobody_from_acting() {
    let (file, now) = (effective(), noon("2026-05-01"));
    let sent = |dossier: Dossier| {
        let (seq, own) = (dossier.version() + 1, dossier.file().organism.id.clone());
        dossier.with(Entry::of_users(
            seq,
            own,
            vec![user("2026-01-20", None)],
            now,
        ))
    };
    let suspend = || propose("gestora", "2026-05-01", Proposal::Suspend);
    let seen = file.version();
    let after = sent(sent(file));
    let entry = after.accept(suspend(), seen, &form(), now).unwrap();
    assert_eq!(entry.seq, seen + 3);
    // What staff do still counts, before a form or after it.
    let acted = sent(after.with(entry));
    let stale = acted.accept(suspend(), seen, &form(), now);
    assert_eq!(stale, Err(Refused::Stale(seen, seen + 4)));
    let ahead = acted.accept(suspend(), seen + 5, &form(), now);
    assert_eq!(ahead, Err(Refused::Stale(seen + 5, seen + 4)));
    let approved = acted.accept(approve("supervisora", "2026-05-01"), seen + 3, &form(), now);
    assert_eq!(approved.map(|it| it.seq), Ok(seen + 5));
}

#[test]
fn a_run_that_the_organism_makes_keeps_nobody_from_acting() {
    let conformance = || manager(FIRST, Act::Conformance(Outcome::Passed));
    let of_gateway = Draft {
        by: Staff::gateway(),
        ..conformance()
    };
    let table = [
        (of_gateway, Ok(())),
        (conformance(), Err("expediente-cambiado")),
    ];
    for (draft, expected) in table {
        let seen = ready().version();
        let after = done(ready(), [draft]);
        let term = manager(FIRST, Act::Term(date("2030-02-01")));
        let acted = after.accept(term, seen, &form(), noon(FIRST));
        let acted = acted.map(drop).map_err(|it| it.code());
        assert_eq!(acted, expected);
    }
}

#[test]
fn one_agreement_of_an_organism_is_open_at_a_time() {
    let other = |state| Agreement {
        id: "PRUEBA-OTRO".parse().unwrap(),
        state,
        ..effective().agreement().unwrap()
    };
    let suspended = agreed(effective(), FIRST, Proposal::Suspend);
    let proposed = |dossier, proposal| done(dossier, [propose("gestora", FIRST, proposal)]);
    let table = [
        (ready(), Act::Proposed(Proposal::Activate), false),
        (proposed(ready(), Proposal::Activate), Act::Approved, false),
        (suspended.clone(), Act::Proposed(Proposal::Resume), false),
        (proposed(suspended, Proposal::Resume), Act::Approved, false),
        (effective(), Act::Proposed(Proposal::Suspend), true),
        (
            proposed(effective(), Proposal::Resolve),
            Act::Approved,
            true,
        ),
        (ready(), Act::Filed, true),
    ];
    for (dossier, act, allowed) in table {
        for (state, open) in [
            (AgreementState::Effective, true),
            (AgreementState::ExtensionAgreed, true),
            (AgreementState::Suspended, false),
            (AgreementState::Resolved, false),
        ] {
            let told = format!("{act:?} beside one that is {state}");
            let outcome = dossier.alone(&act, &[other(state)], noon(FIRST));
            assert_eq!(outcome.is_ok(), allowed || !open, "{told}");
            // Nothing stands beside itself.
            let own = effective().agreement().unwrap();
            assert_eq!(dossier.alone(&act, &[own], noon(FIRST)), Ok(()), "{told}");
        }
    }
    let later = Agreement {
        effective_from: "2027-01-01".parse().unwrap(),
        ..other(AgreementState::Effective)
    };
    let over = Agreement {
        expires_on: "2026-02-01".parse().unwrap(),
        ..other(AgreementState::Effective)
    };
    let activation = Act::Proposed(Proposal::Activate);
    for (other, expected) in [(later, Some("otro-convenio-en-vigor")), (over, None)] {
        let outcome = ready().alone(&activation, &[other], noon(FIRST));
        assert_eq!(outcome.err().map(|refused| refused.code()), expected);
    }
}

#[test]
fn conformance_is_on_paper_and_of_what_is_spoken() {
    let tested = |outcome| bare("gestora", FIRST, Act::Conformance(outcome));
    for (outcome, expected) in [
        (Outcome::Passed, Some("falta-documento")),
        (Outcome::Failed, None),
    ] {
        let refused = on(&ready(), FIRST, tested(outcome)).err();
        assert_eq!(refused.map(|it| it.code()), expected, "{outcome}");
    }
    let mut other = annex(&["13047"]);
    other.contract = Some("viogen/1".parse().unwrap());
    let mut signed = annex(&["13047"]);
    signed.security.requests = crate::Signing::Required;
    let mut lower = annex(&["13005"]);
    lower.max_risk = crate::RiskLevel::Low;
    let table = [
        (Act::Annex(other), None),
        (Act::Annex(signed), None),
        (Act::Annex(lower), Some(Outcome::Passed)),
        (Act::Back(AgreementState::Signed), None),
    ];
    for (act, expected) in table {
        let told = format!("{act:?}");
        let after = done(ready(), [manager(FIRST, act)]);
        assert_eq!(after.conformance(), expected, "{told}");
    }
}

/// The dossier just before that step.
fn before(to: AgreementState) -> Dossier {
    let entries = ready().entries().to_vec().into_iter();
    let kept = entries.take_while(|entry| entry.act != Act::Step(to));
    Dossier::replay(file(OrganismKind::LocalPolice), kept)
}

#[test]
fn steps_about_users_look_at_the_form() {
    let nobody = (Err("sin-usuarios"), Err("sin-formacion"));
    let untrained = (Ok(()), Err("sin-formacion"));
    let table = [
        (vec![], nobody),
        (vec![user("2026-12-01", Some("2026-01-01"))], nobody),
        (vec![user("2026-01-01", None)], untrained),
        (vec![user("2026-01-01", Some("2026-12-01"))], untrained),
        (
            vec![user("2026-01-01", Some("2026-01-20"))],
            (Ok(()), Ok(())),
        ),
    ];
    for (users, (on_form, trained)) in table {
        let form = UsersForm::from_iter(users.clone());
        for (to, expected) in [
            (AgreementState::UsersFormReceived, on_form),
            (AgreementState::TrainingDone, trained),
        ] {
            let dossier = before(to);
            let draft = step("2026-02-01", to);
            let outcome = dossier.accept(draft, dossier.version(), &form, noon("2026-02-01"));
            let outcome = outcome.map(|_| ()).map_err(|refused| refused.code());
            assert_eq!(outcome, expected, "{to} {users:?}");
        }
    }
}
