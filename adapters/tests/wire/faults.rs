//! Faults and problem documents, as they are written.

use adapters::rest::problem_json;
use adapters::soap::{
    AnswerError, CONTEXT_NAMESPACE, FaultCode, SoapVersion, fault_status, read_response,
    write_fault,
};
use contract::xml::{Event, Source};
use contract::{Limits, QName};
use domain::Problem;
use domain::problem::{Report, Violation};

use crate::support::{contexto, read, report, viogen};

fn problem(problem: Problem) -> Report {
    Report {
        problem,
        detail: "detalle <de> \"prueba\" & más\u{1}".to_owned(),
        violations: vec![Violation {
            path: "/A/b[2]".to_owned(),
            line: Some(7),
            code: "elemento-inesperado".to_owned(),
            message: String::new(),
        }],
        incident: "i-1".to_owned(),
        request_id: None,
        wait: None,
    }
}

#[test]
fn every_problem_in_both_versions_is_read_back_by_a_client() {
    let contract = viogen();
    let expected = contract.operation("consultarCaso").unwrap().response;
    for version in SoapVersion::ALL {
        for known in Problem::ALL {
            let bytes = write_fault(*version, &FaultCode::Table, &problem(*known));
            let answer = read_response(&bytes, &contract, expected, &Limits::default());
            let AnswerError::Fault(fault) = answer.unwrap_err() else {
                panic!("{known:?} is no fault: {}", String::from_utf8_lossy(&bytes));
            };
            assert_eq!(fault.problem, Some(known.shown()));
            assert_eq!(fault.incident.as_deref(), Some("i-1"));
            let sender = ["Client", "Sender"].contains(&fault.code.as_str());
            assert_eq!(sender, known.entry().http < 500, "{known:?} {}", fault.code);
        }
    }
}

#[test]
fn the_detail_keeps_to_its_contract() {
    let contract = contexto();
    let root = contract
        .root(&QName::new(Some(CONTEXT_NAMESPACE), "Error"))
        .unwrap();
    let limits = Limits::default();
    for version in SoapVersion::ALL {
        for known in Problem::ALL {
            let mut report = problem(*known);
            report.violations = vec![report.violations.remove(0); 30];
            report.detail = "x".repeat(5000);
            let bytes = write_fault(*version, &FaultCode::Table, &report);
            let mut source = Source::new(&bytes, &limits).unwrap();
            let start = loop {
                match source.next().unwrap() {
                    Event::Start(start) if start.local() == "Error" => break start,
                    Event::Eof => panic!("no detail"),
                    Event::Start(_) | Event::End | Event::Text(_) => {}
                }
            };
            let detail = contract::xml::decode_at(&contract, root, &mut source, &start, &limits);
            let detail = detail.unwrap_or_else(|error| panic!("{known:?}: {error}"));
            let code = detail.root().child("codigo").unwrap().text();
            assert_eq!(code, Some(known.shown().entry().code));
        }
    }
}

#[test]
fn what_only_the_operator_may_know_is_told_to_nobody() {
    for known in Problem::ALL
        .iter()
        .filter(|problem| problem.shown() != **problem)
    {
        for bytes in [
            write_fault(SoapVersion::V11, &FaultCode::Table, &problem(*known)),
            write_fault(SoapVersion::V12, &FaultCode::Table, &problem(*known)),
            problem_json(&problem(*known)),
        ] {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(known.shown().entry().code), "{text}");
            for secret in [known.entry().code, "prueba", "elemento-inesperado"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    }
}

#[test]
fn soap_has_codes_of_its_own() {
    let mismatch = read(SoapVersion::V12, b"<Envelope xmlns='urn:x'/>").unwrap_err();
    let told = report(&mismatch);
    let code = FaultCode::of(&mismatch.error);
    let text = String::from_utf8(write_fault(SoapVersion::V12, &code, &told)).unwrap();
    assert!(
        text.contains("<soap:Value>soap:VersionMismatch</soap:Value>"),
        "{text}"
    );
    assert!(text.contains("<soap:SupportedEnvelope qname=\"v:Envelope\" xmlns:v=\"http://www.w3.org/2003/05/soap-envelope\"/>"));
    assert_eq!(fault_status(SoapVersion::V12, &code, &told), 500);

    let code = FaultCode::MustUnderstand(QName::new(Some("urn:w"), "Security"));
    let text = String::from_utf8(write_fault(SoapVersion::V12, &code, &told)).unwrap();
    assert!(
        text.contains("<soap:NotUnderstood qname=\"v:Security\" xmlns:v=\"urn:w\"/>"),
        "{text}"
    );
    let text = String::from_utf8(write_fault(SoapVersion::V11, &code, &told)).unwrap();
    assert!(
        text.contains("<faultcode>soap:MustUnderstand</faultcode>"),
        "{text}"
    );
}

#[test]
fn the_status_of_a_fault_is_as_soap_wants_it() {
    for (version, known, status) in [
        (SoapVersion::V11, Problem::SchemaViolation, 500),
        (SoapVersion::V11, Problem::Internal, 500),
        (SoapVersion::V12, Problem::SchemaViolation, 400),
        (SoapVersion::V12, Problem::HolderTimeout, 500),
    ] {
        assert_eq!(
            fault_status(version, &FaultCode::Table, &problem(known)),
            status
        );
    }
}

#[test]
fn a_problem_document_says_all_that_the_table_says() {
    let text = String::from_utf8(problem_json(&problem(Problem::HolderUnreachable))).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let entry = Problem::HolderUnreachable.entry();
    for (member, value) in [
        ("type", "urn:pasarela:problema:cedente-inaccesible"),
        ("title", entry.title),
        ("instance", "urn:pasarela:incidencia:i-1"),
        ("codigo", entry.code),
        ("codigoScsp", "0101"),
        ("culpa", "cedente"),
        ("reintento", "masTarde"),
    ] {
        assert_eq!(json[member], value, "{member}");
    }
    assert_eq!(json["status"], 503);
    assert_eq!(json["segundos"], 30);
    assert_eq!(json["violaciones"][0]["linea"], 7);
}
