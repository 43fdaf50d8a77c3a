//! The case of a victim who has moved: who gains it, what the former force keeps, and for how long.

use domain::{Agreement, FormerResidence, HandOver, IndexEntry, KnownCase, Mode, RiskLevel};
use exchange::{Refusal, Released};
use jiff::{SignedDuration, Timestamp};
use journal::Digest;

use crate::support::{
    CASE, HERENCIA, agreement, answer, consult, context, engine, entry, herencia, known, now,
    receive, text,
};

/// Where she has gone.
const NEW: &str = "45168";
/// The texts of the example case that would say where she is.
const LOCATIONS: [&str; 6] = [
    NEW,
    "<domicilio>",
    "<contacto>",
    "<alojamientoProtegido>",
    "<unidad>",
    "<traspaso>",
];

/// What is left of a case that was a force's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// What the window leaves.
    Part,
    /// That it was.
    Trace,
    /// Nothing.
    Nothing,
}

fn days(number: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * number)
}

/// Places of residence, each left at an instant.
type Former<'f> = &'f [(Option<&'f str>, Timestamp)];

/// A case that was in these places before.
fn moved(entry: &IndexEntry, former: Former<'_>) -> KnownCase {
    let former = former.iter().map(|(place, left)| FormerResidence {
        municipality: place.map(|code| code.parse().unwrap()),
        left: *left,
    });
    KnownCase {
        former: former.collect(),
        ..known(entry)
    }
}

/// The case is told with the victim at `municipality`.
fn consulted(
    agreement: Agreement,
    index: &KnownCase,
    municipality: &str,
) -> Result<Released, Refusal> {
    let context = context(agreement.organism.as_str());
    let home = "<municipioResidencia>13047</municipioResidencia>";
    let there = format!("<municipioResidencia>{municipality}</municipioResidencia>");
    let received = receive(agreement, context, &consult())?;
    let permitted = received.permit(Some(index), engine(), now())?;
    permitted.reduce(answer(&[(home, &there)]), engine(), now())
}

fn with_window(days: u16) -> Agreement {
    let mut agreement = herencia();
    agreement.annex.hand_over = HandOver { days };
    agreement
}

#[track_caller]
fn assert_left(what: &str, outcome: &Result<Released, Refusal>, expected: Left) {
    let found = match outcome {
        Err(refusal) => {
            assert_eq!(
                refusal.entry().problem.as_deref(),
                Some("fuera-de-ambito"),
                "{what}"
            );
            Left::Nothing
        }
        Ok(released) if text(released, "caso/valoracion/nivel/nivelActual").is_some() => Left::Part,
        Ok(_) => Left::Trace,
    };
    assert_eq!(found, expected, "{what}");
    let Ok(released) = outcome else { return };
    assert_eq!(text(released, "caso/cabecera/idCaso"), Some(CASE), "{what}");
    let mut xml = Vec::new();
    released.document().write_xml(&mut xml);
    let xml = String::from_utf8(xml).unwrap();
    for location in LOCATIONS {
        assert!(!xml.contains(location), "{what}: `{location}` in {xml}");
    }
    let policies = released.entry(Digest::of(b"answer")).policies;
    let (named, leaf) = match expected {
        Left::Part => (
            "traspaso.completo",
            "caso/victima/identidad/numeroDocumento",
        ),
        Left::Trace => ("huella.caso", "caso/cabecera/idCaso"),
        Left::Nothing => return,
    };
    assert!(policies.contains(named), "{what}: {policies:?}");
    assert!(text(released, leaf).is_some(), "{what}: {xml}");
}

#[test]
fn the_former_force_keeps_a_part_for_the_window_and_then_a_trace() {
    let second = SignedDuration::from_secs(1);
    // How long the window, how long ago she left: what is left.
    let table = [
        (15, SignedDuration::ZERO, Left::Part),
        (15, days(1), Left::Part),
        (15, days(15) - second, Left::Part),
        (15, days(15), Left::Trace),
        (15, days(4000), Left::Trace),
        (30, days(15), Left::Part),
        (0, SignedDuration::ZERO, Left::Trace),
        (15, -second, Left::Part), // seen by a node whose clock is ahead
    ];
    for (window, ago, expected) in table {
        let index = moved(
            &entry(NEW, HERENCIA, RiskLevel::Medium),
            &[(Some("13047"), now() - ago)],
        );
        let outcome = consulted(with_window(window), &index, NEW);
        assert_left(&format!("{window} days, {ago} ago"), &outcome, expected);
    }
}

#[test]
fn whoever_never_had_it_gets_nothing() {
    let former: [(&str, Former<'_>); 3] = [
        ("never moved", &[]),
        ("moved from elsewhere", &[(Some("28079"), now())]),
        ("was abroad", &[(None, now())]),
    ];
    for (what, former) in former {
        let index = moved(&entry(NEW, HERENCIA, RiskLevel::Medium), former);
        let outcome = consulted(with_window(15), &index, NEW);
        assert_left(what, &outcome, Left::Nothing);
    }
}

#[test]
fn the_new_force_gains_it_at_once() {
    let index = moved(
        &entry(NEW, HERENCIA, RiskLevel::Medium),
        &[(Some("13047"), now())],
    );
    let toledo = agreement("L01451685", NEW, RiskLevel::Medium);
    let toledo = Agreement {
        organism: HERENCIA.parse().unwrap(), // the kind of the tests' caller hangs on it
        ..toledo
    };
    let released = consulted(toledo, &index, NEW).unwrap();
    let residence = "caso/responsabilidad/municipioResidencia";
    assert_eq!(text(&released, residence), Some(NEW));
}

#[test]
fn a_move_that_the_answer_tells_first_opens_the_window() {
    let index = known(&entry("13047", HERENCIA, RiskLevel::Medium));
    let outcome = consulted(with_window(15), &index, NEW);
    assert_left("told by the answer", &outcome, Left::Part);
    let learned = outcome.as_ref().unwrap().index_updates().first().unwrap();
    assert_eq!(learned.municipality, Some(NEW.parse().unwrap()));
    let outcome = consulted(with_window(0), &index, NEW);
    assert_left("told by the answer, no window", &outcome, Left::Trace);
}

#[test]
fn a_force_of_several_municipalities_keeps_a_case_that_moves_within_them() {
    let index = moved(
        &entry("13034", HERENCIA, RiskLevel::Medium),
        &[(Some("13047"), now() - days(400))],
    );
    for territory in ["13047 13034", "P13"] {
        let agreement = agreement(HERENCIA, territory, RiskLevel::Medium);
        let released = consulted(agreement, &index, "13034").unwrap();
        let residence = "caso/responsabilidad/municipioResidencia";
        assert_eq!(text(&released, residence), Some("13034"), "{territory}");
    }
}

#[test]
fn coming_and_going_the_last_stay_counts() {
    for (ago, expected) in [(days(14), Left::Part), (days(16), Left::Trace)] {
        let former = [
            (Some("28079"), now() - days(1)),
            (Some("13047"), now() - ago),
            (Some("28079"), now() - days(300)),
            (Some("13047"), now() - days(400)),
        ];
        let index = moved(&entry(NEW, HERENCIA, RiskLevel::Medium), &former);
        assert_left("twice", &consulted(with_window(15), &index, NEW), expected);
    }
}

#[test]
fn nothing_is_written_after_a_move() {
    let index = moved(
        &entry(NEW, HERENCIA, RiskLevel::Medium),
        &[(Some("13047"), now())],
    );
    let change = format!(
        "<PresentarCaso><idCaso>{CASE}</idCaso><versionEsperada>7</versionEsperada><caso><cabecera>\
         <idLocal><sistema>PRUEBA</sistema><identificador>X-1</identificador></idLocal></cabecera></caso></PresentarCaso>"
    );
    let received = receive(with_window(15), context(HERENCIA), &change).unwrap();
    let refusal = received.permit(Some(&index), engine(), now()).unwrap_err();
    assert_eq!(refusal.entry().problem.as_deref(), Some("fuera-de-ambito"));
}

#[test]
fn a_window_opens_no_case_above_the_ceiling() {
    let index = moved(
        &entry(NEW, HERENCIA, RiskLevel::High),
        &[(Some("13047"), now())],
    );
    assert!(consulted(with_window(15), &index, NEW).is_err());
}

/// Where a community keeps its own system, state, protocol, scale and local numbers name that system, and so the
/// community where she lives now.
#[test]
fn a_community_with_its_own_system_is_not_told() {
    let telling = [
        (
            "<estado>activo</estado>\n",
            "<estado>inactivoGestionadoPorCcaa</estado>\n",
        ),
        (
            "<motivo>Medida judicial en vigor</motivo>",
            "<motivo>Residencia en una comunidad con sistema propio</motivo>",
        ),
        (
            "<protocolo>VIOGEN_2025</protocolo>",
            "<protocolo>SIAV</protocolo>",
        ),
        (
            "<escalaOrigen>VIOGEN_2</escalaOrigen>",
            "<escalaOrigen>SIAV</escalaOrigen>",
        ),
    ];
    for (town, mode) in [("08019", Mode::FollowUp), ("48020", Mode::Consultation)] {
        let index = moved(
            &entry(town, HERENCIA, RiskLevel::Medium),
            &[(Some("13047"), now())],
        );
        let mut agreement = with_window(15);
        agreement.annex.mode = mode;
        let context = context(agreement.organism.as_str());
        let received = receive(agreement, context, &consult()).unwrap();
        let permitted = received.permit(Some(&index), engine(), now()).unwrap();
        let there = format!("<municipioResidencia>{town}</municipioResidencia>");
        let home = (
            "<municipioResidencia>13047</municipioResidencia>",
            there.as_str(),
        );
        let told: Vec<_> = telling.into_iter().chain([home]).collect();
        let released = permitted.reduce(answer(&told), engine(), now()).unwrap();
        assert!(text(&released, "caso/valoracion/nivel/nivelActual").is_some());
        let mut xml = Vec::new();
        released.document().write_xml(&mut xml);
        let xml = String::from_utf8(xml).unwrap();
        for word in [town, "SIAV", "GestionadoPorCcaa", "sistema propio"] {
            assert!(!xml.contains(word), "{mode:?}: `{word}` in {xml}");
        }
    }
}

/// An answer from before the move, as a copy that lags behind gives it.
#[test]
fn an_older_answer_does_not_bring_her_back() {
    let mut gone = entry(NEW, HERENCIA, RiskLevel::Medium);
    gone.version = 8;
    let former = [(Some("13047"), now() - days(1))];
    let outcome = consulted(with_window(15), &moved(&gone, &former), "13047");
    assert_left("version 7 after version 8", &outcome, Left::Part);
}
