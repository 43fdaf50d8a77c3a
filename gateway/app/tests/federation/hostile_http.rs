//! Requests of `adapters/tests/wire/http`: bodies whose end cannot be told, bodies that would grow, and heads that do not say
//! what follows. Each is refused as its row says before anything in it is done, and nothing that hides behind it is served.

mod corpus;
mod raw;

use adapters::soap::SoapVersion;
use domain::Problem;

use self::corpus::{Row, Sent, Told};
use crate::answer::{Answer, Protocol};
use crate::members::HERENCIA;
use crate::site::{Site, shared};

/// The corpus has at least so many rows.
const LEAST: usize = 31;

#[test]
fn every_request_is_refused_as_its_row_says() {
    let site = shared();
    let rows = corpus::rows();
    assert!(rows.len() >= LEAST);
    let (mut hidden, mut incidents) = (Vec::new(), Vec::new());
    for row in &rows {
        for protocol in &row.protocols {
            let sent = Sent::read(site, &format!("hostile/{}", row.name), *protocol);
            let answer = raw::exchange(site, &sent.bytes);
            let case = format!("{} {protocol:?}: {answer}", row.name);
            let refusals = raw::statuses(&answer);
            assert!(refusals.iter().all(|it| *it >= 400), "{case}");
            assert!(!answer.contains(&site.cases.own), "{case}");
            hidden.extend(sent.requests);
            if let Some((answer, problem)) = judged(row, &case, &answer, *protocol) {
                incidents.push((case, answer.incident(), problem));
            }
        }
    }
    site.assert_serves("hostile requests");
    let journal = site.journal();
    for entry in journal.entries() {
        let name = entry["peticion"].as_str().unwrap_or_default();
        let served = entry["tipo"] != "denegacion" && hidden.iter().any(|it| it == name);
        assert!(!served, "{entry}");
    }
    for (case, incident, problem) in incidents {
        journal.assert_refused(&case, &incident, problem);
    }
}

/// What our own refusal says, held to the row; nothing where none of ours was told.
#[track_caller]
fn judged(row: &Row, case: &str, answer: &str, protocol: Protocol) -> Option<(Answer, Problem)> {
    let ours = answer.contains("Envelope") || answer.contains("\"codigo\"");
    let problem = match row.told {
        // No message was there yet: what HTTP itself says is all that is said.
        Told::Http => {
            assert!(!ours && raw::statuses(answer).contains(&400), "{case}");
            return None;
        }
        Told::Perhaps(_) if !ours => return None,
        Told::Perhaps(problem) | Told::Surely(problem) => problem,
    };
    let told = raw::parsed(answer);
    let text = |name| told.text(name);
    assert_eq!(text("culpa").as_deref(), Some(&*row.blame), "{case}");
    assert_eq!(text("reintento").as_deref(), Some(&*row.retry), "{case}");
    match (&row.code, protocol) {
        (Some(code), Protocol::Soap(version)) => {
            assert_eq!(text("codigo").as_deref(), Some(problem.entry().code));
            assert!(told.body.contains(&format!("soap:{code}<")), "{case}");
            assert!(told.body.contains(version.namespace()), "{case}");
            assert_eq!(told.status, 500, "{case}");
        }
        (Some(_), Protocol::Rest) => panic!("{case}: REST has no such code"),
        (None, _) => told.assert_is(case, protocol, problem),
    }
    for violation in &row.violations {
        let named = format!("<codigo>{violation}</codigo>");
        assert!(told.body.contains(&named), "{case}: no `{violation}`");
    }
    Some((told, problem))
}

/// That the same is served when nothing is wrong is what makes the others a test.
#[test]
fn what_is_good_is_answered() {
    let site = shared();
    let (old, new) = (
        Protocol::Soap(SoapVersion::V11),
        Protocol::Soap(SoapVersion::V12),
    );
    let table = [
        ("plain", vec![old, new]),
        ("coding-identity", vec![old, new]),
        ("action-1.1", vec![old]),
        ("action-1.2", vec![new]),
        ("hidden", vec![Protocol::Rest]),
    ];
    corpus::assert_kept("good", table.iter().map(|(name, _)| *name));
    for (name, protocols) in table {
        for protocol in protocols {
            let sent = Sent::read(site, &format!("good/{name}"), protocol);
            let answer = raw::exchange(site, &sent.bytes);
            assert_eq!(raw::statuses(&answer), [200], "{name}: {answer}");
            assert!(answer.contains(&site.cases.own), "{name}: {answer}");
            assert_served(site, &sent);
        }
    }
}

#[track_caller]
fn assert_served(site: &Site, sent: &Sent) {
    let journal = site.journal();
    for request in &sent.requests {
        let mut entries = journal.entries().iter();
        let served = entries.any(|it| it["peticion"] == **request && it["tipo"] == "entrega");
        assert!(served, "{} of {}", request, HERENCIA.0);
    }
}
