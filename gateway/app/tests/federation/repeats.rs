//! The same request twice has one effect, whichever way it comes.

use adapters::soap::SoapVersion;
use domain::Problem;
use serde_json::Value;

use crate::answer::{Answer, Protocol};
use crate::partner::{Partner, envelope, fresh, operation};
use crate::site::{run, shared};

/// The case as JSON; its victim has this document. Nobody real.
fn json(document: &str) -> String {
    format!(
        r#"{{"cabecera":{{"estado":"activo"}},"responsabilidad":{{"municipioResidencia":"13034"}},"victima":{{"identidad":{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}}}}}"#
    )
}

/// The same case in an envelope, spelled with blanks that mean nothing.
fn message(partner: &Partner, version: SoapVersion, id: &str, document: &str) -> String {
    let content = format!(
        "<caso>
        <cabecera><estado> activo </estado></cabecera>
        <responsabilidad><municipioResidencia>13034</municipioResidencia></responsabilidad>
        <victima><identidad><tipoDocumento>DNI</tipoDocumento><numeroDocumento>{document}</numeroDocumento></identidad></victima>
        </caso>"
    );
    envelope(
        version,
        &partner.context(id),
        &operation("PresentarCaso", &content),
    )
}

/// How many cases have a victim with that document.
fn cases_of(partner: &Partner, document: &str) -> usize {
    let body = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}"#);
    let answer = run(partner.post("/v2/coincidencias", &fresh(), &body)).json();
    answer
        .get("coincidencia")
        .and_then(Value::as_array)
        .map_or(0, Vec::len)
}

#[track_caller]
fn case_of(answer: &Answer) -> String {
    answer
        .text("idCaso")
        .unwrap_or_else(|| panic!("no case: {}", answer.body))
}

#[test]
fn a_repeated_submission_is_answered_again_and_done_once() {
    let site = shared();
    let national = site.national();
    let (id, document) = (fresh(), "99999022J");
    let first = run(national.post("/v2/casos", &id, &json(document)));
    assert_eq!(first.status, 201, "{}", first.body);
    let again = run(national.post("/v2/casos", &id, &json(document)));
    assert_eq!((again.status, &again.body), (201, &first.body));
    for version in SoapVersion::ALL {
        let message = message(&national, *version, &id, document);
        let soap = run(national.soap(*version, &message));
        assert_eq!(
            (soap.status, case_of(&soap)),
            (200, case_of(&first)),
            "{}",
            soap.body
        );
    }
    assert_eq!(cases_of(&national, document), 1);
    site.assert_serves("repeats");
}

#[test]
fn the_same_name_for_other_content_is_refused() {
    let site = shared();
    let national = site.national();
    let (id, document, other) = (fresh(), "99999023Z", "99999024S");
    let first = run(national.post("/v2/casos", &id, &json(document)));
    assert_eq!(first.status, 201, "{}", first.body);
    let mut refusals = vec![(
        Protocol::Rest,
        run(national.post("/v2/casos", &id, &json(other))),
    )];
    for version in SoapVersion::ALL {
        let message = message(&national, *version, &id, other);
        refusals.push((
            Protocol::Soap(*version),
            run(national.soap(*version, &message)),
        ));
    }
    // A question under the name of a submission is other content, too.
    let hit = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{other}"}}"#);
    refusals.push((
        Protocol::Rest,
        run(national.post("/v2/coincidencias", &id, &hit)),
    ));
    let journal = site.journal();
    for (protocol, refusal) in refusals {
        refusal.assert_is("repeated", protocol, Problem::RequestRepeated);
        journal.assert_refused("repeated", &refusal.incident(), Problem::RequestRepeated);
    }
    assert_eq!(cases_of(&national, other), 0);
    // Names are each organism's own.
    let herencia = site.herencia();
    assert_eq!(
        run(herencia.post("/v2/coincidencias", &id, &hit)).status,
        200
    );
}

#[test]
fn the_same_submission_many_times_at_once_has_one_effect() {
    let site = shared();
    let national = site.national();
    let (id, document) = (fresh(), "99999025Q");
    let body = json(document);
    let one = || national.post("/v2/casos", &id, &body);
    let (a, b, c, d) = run(async { tokio::join!(one(), one(), one(), one()) });
    let (done, waiting): (Vec<_>, Vec<_>) = [a, b, c, d]
        .into_iter()
        .partition(|answer| answer.status == 201);
    assert!(!done.is_empty());
    for answer in &waiting {
        answer.assert_is("at once", Protocol::Rest, Problem::RequestInProgress);
    }
    let cases: std::collections::BTreeSet<String> = done.iter().map(case_of).collect();
    assert_eq!(cases.len(), 1, "{cases:?}");
    assert_eq!(cases_of(&national, document), 1);
}
