//! Answers, as a client reads them.

use std::path::Path;

use adapters::soap::{AnswerError, SoapVersion, Transmission, read_response, write_response};
use contract::{Document, Limits, Role};

use crate::support::{CASE, envelope, good, viogen};

fn example() -> Document {
    let contract = viogen();
    let path = "../schemas/contracts/viogen/2/ejemplos/consultarCasoRespuesta-tipica.xml";
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let root = contract.operation("consultarCaso").unwrap().response;
    contract::xml::decode(&contract, root, &bytes, &Limits::default()).unwrap()
}

fn transmission() -> Transmission {
    Transmission {
        request_id: "p-1".parse().unwrap(),
        id: "t-1".to_owned(),
        at: "2026-03-02T09:00:01Z".parse().unwrap(),
    }
}

#[test]
fn what_is_written_is_read_back() {
    let contract = viogen();
    let expected = contract.operation("consultarCaso").unwrap().response;
    for version in SoapVersion::ALL {
        let bytes = write_response(*version, &transmission(), &example());
        let response = read_response(&bytes, &contract, expected, &Limits::default()).unwrap();
        assert_eq!(response.transmission, Some(transmission()));
        assert_eq!(response.document.value_of(Role::CaseId), Some(CASE));
        let again = write_response(*version, &transmission(), &response.document);
        assert_eq!(String::from_utf8(bytes), String::from_utf8(again));
    }
}

#[test]
fn an_answer_that_is_neither_document_nor_fault_is_garbage() {
    let contract = viogen();
    let expected = contract.operation("consultarCaso").unwrap().response;
    let bytes = write_response(SoapVersion::V11, &transmission(), &example());
    let whole = String::from_utf8(bytes).unwrap();
    for garbage in [
        "",
        "<html><body>502 Bad Gateway</body></html>",
        "{\"caso\":null}",
        &envelope(SoapVersion::V11, "<s:Body/>"),
        &good(SoapVersion::V11),
        &whole.replace("<estado>activo</estado>", "<estado>dormido</estado>"),
        &whole.replace("</soap:Body>", "<x/></soap:Body>"),
        whole.get(..whole.len() / 2).unwrap(),
    ] {
        let answer = read_response(garbage.as_bytes(), &contract, expected, &Limits::default());
        assert!(matches!(answer, Err(AnswerError::Garbage(_))), "{garbage}");
    }
}

#[test]
fn a_fault_of_another_make_is_a_fault_without_problem() {
    let contract = viogen();
    let expected = contract.operation("consultarCaso").unwrap().response;
    for (version, fault, code) in [
        (
            SoapVersion::V11,
            "<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>",
            "Server",
        ),
        (
            SoapVersion::V12,
            "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>x:y</s:Value></s:Subcode>\
             </s:Code><s:Reason><s:Text xml:lang='en'>no</s:Text></s:Reason></s:Fault>",
            "Receiver",
        ),
    ] {
        let message = envelope(version, &format!("<s:Body>{fault}</s:Body>"));
        let answer = read_response(message.as_bytes(), &contract, expected, &Limits::default());
        let Err(AnswerError::Fault(fault)) = answer else {
            panic!("{message}")
        };
        assert_eq!((fault.code.as_str(), fault.reason.as_str()), (code, "no"));
        assert_eq!(fault.problem, None);
    }
}
