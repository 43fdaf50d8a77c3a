//! Requests that are refused, each by its name.

use adapters::soap::{FaultCode, Incoming, SoapVersion, read_request};
use contract::Limits;
use domain::Problem;
use domain::problem::Blame;

use crate::support::{CASE, FIELDS, body, codes, envelope, good, header, read, report, viogen};

/// Checks one message: the problem, and the codes of its violations.
fn check(message: &str, problem: &str, expected: &[&str]) {
    let Err(rejection) = read(SoapVersion::V11, message.as_bytes()) else {
        panic!("read: {message}");
    };
    let report = report(&rejection);
    let entry = report.problem.entry();
    assert_eq!(entry.code, problem, "{message}: {}", report.detail);
    assert_eq!(codes(&report), expected, "{message}");
    assert!(!report.detail.is_empty(), "{message}");
    assert_eq!(entry.blame, Blame::Caller, "{message}");
}

/// The message of a line of the table.
fn message(line: &str) -> String {
    let filled = |text: &str| {
        text.replace("{H}", &header(FIELDS))
            .replace("{B}", &body())
            .replace("{F}", FIELDS)
    };
    if let Some(inside) = line.strip_prefix('=') {
        return envelope(SoapVersion::V11, &filled(inside.trim()));
    }
    let (from, to) = line.split_once(" =>").unwrap();
    let good = good(SoapVersion::V11);
    let from = filled(from);
    assert!(good.contains(&from), "{from}");
    good.replace(&from, &filled(to.trim()))
}

#[test]
fn every_line_of_the_table() {
    let lines = include_str!("hostile.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (problem, rest) = line.split_once(' ').unwrap();
        let (codes, rest) = rest.trim_start().split_once(' ').unwrap();
        let codes: Vec<&str> = codes.split(',').collect();
        check(&message(rest.trim_start()), problem, &codes);
    }
}

#[test]
fn too_much_of_anything() {
    let deep = format!(
        "<s:Header>{}{}</s:Header>",
        "<a>".repeat(100),
        "</a>".repeat(100)
    );
    let attribute = |number: u32| format!(" a{number}='x'");
    let attributes: Vec<String> = (0..100).map(attribute).collect();
    let wide = format!("<s:Header{}/>", attributes.concat());
    let long = format!("<s:Header>{}</s:Header>", "x".repeat(2 << 20));
    for (inside, code) in [
        (deep, "demasiado-profundo"),
        (wide, "demasiados-atributos"),
        (long, "texto-demasiado-largo"),
    ] {
        let message = envelope(SoapVersion::V11, &inside);
        check(&message, "mensaje-demasiado-complejo", &[code]);
    }
    let large = format!("{}{}", good(SoapVersion::V11), " ".repeat(9 << 20));
    check(&large, "mensaje-demasiado-grande", &["demasiado-grande"]);
    check("", "xml-mal-formado", &["xml-mal-formado"]);
}

#[test]
fn headers_of_http_that_do_not_fit() {
    let other = "urn:pasarela:viogen:2:buscarCasos";
    let newer = good(SoapVersion::V12);
    let older = good(SoapVersion::V11);
    for (content_type, soap_action, message, problem) in [
        (None, None, &older, Problem::UnsupportedMediaType),
        (
            Some("application/json"),
            None,
            &older,
            Problem::UnsupportedMediaType,
        ),
        (
            Some("text/xml; charset=utf-7"),
            None,
            &older,
            Problem::UnsupportedMediaType,
        ),
        (
            Some("text/xml"),
            None,
            &newer,
            Problem::UnsupportedMediaType,
        ),
        (
            Some("application/soap+xml"),
            None,
            &older,
            Problem::UnsupportedMediaType,
        ),
        (
            Some("text/xml"),
            Some(other),
            &older,
            Problem::SchemaViolation,
        ),
    ] {
        let message = Incoming {
            content_type,
            soap_action,
            bytes: message.as_bytes(),
        };
        let rejection = read_request(&message, &viogen(), &Limits::default()).unwrap_err();
        let found = report(&rejection).problem;
        assert_eq!(found, problem, "{content_type:?} {soap_action:?}");
    }
}

#[test]
fn the_rejection_is_in_the_envelopes_version_and_names_who_asked() {
    let message = good(SoapVersion::V12).replace(CASE, "x");
    let rejection = read(SoapVersion::V12, message.as_bytes()).unwrap_err();
    assert_eq!(rejection.version, SoapVersion::V12);
    assert_eq!(rejection.context.unwrap().officer.as_str(), "PRUEBA-7");

    let message = good(SoapVersion::V12);
    let rejection = read(SoapVersion::V11, message.as_bytes()).unwrap_err();
    assert_eq!(rejection.version, SoapVersion::V12);

    let rejection = read(SoapVersion::V12, b"<Envelope xmlns='urn:x'/>").unwrap_err();
    assert_eq!(rejection.version, SoapVersion::V12);
    assert_eq!(FaultCode::of(&rejection.error), FaultCode::VersionMismatch);
}

#[test]
fn a_violation_says_where() {
    let case = format!("<idCaso>{CASE}");
    let message = good(SoapVersion::V11).replace(&case, "\n\n<idCaso>x");
    let rejection = read(SoapVersion::V11, message.as_bytes()).unwrap_err();
    let report = report(&rejection);
    let violation = report.violations.first().unwrap();
    assert_eq!(violation.path, "/ConsultarCaso/idCaso");
    assert_eq!(violation.line, Some(3));
}
