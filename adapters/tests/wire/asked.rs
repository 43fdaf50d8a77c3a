//! Requests and contexts as a client puts them: whoever reads them reads what was meant.

use std::path::Path;

use adapters::rest::{Incoming, Outgoing, Router, Unaskable, ask, bind, context, read_problem};
use adapters::{context_of, put_context};
use contract::{
    Builder, ContextSource, Contract, Document, Governance, Limits, Operation, QName, xml,
};
use domain::{Context, Problem};

use crate::support::{CASE, viogen};

fn said() -> Context {
    Context {
        requester: "L01130473".parse().unwrap(),
        on_behalf_of: Some("A99990301".parse().unwrap()),
        officer: "PRUEBA-7".parse().unwrap(),
        purpose: domain::Purpose::Protection,
        file: Some("EXP 1/26".to_owned()),
        peril: Some("peligro de PRUEBA".parse().unwrap()),
        request_id: "p-1".parse().unwrap(),
        timestamp: "2026-03-02T09:00:00Z".parse().unwrap(),
    }
}

fn json(document: &Document) -> String {
    let mut bytes = Vec::new();
    document.write_json(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

/// What the other side reads of a request.
fn read(asked: &Outgoing) -> (Document, Context) {
    let contract = viogen();
    let router = Router::new(&contract).unwrap();
    let header = |name: &str| {
        let mut headers = asked.headers.iter();
        let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    };
    let (path, query) = match asked.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (asked.target.as_str(), None),
    };
    let incoming = Incoming {
        query,
        if_match: header("if-match"),
        content_type: header("content-type"),
        body: &asked.body,
    };
    let matched = router.find(asked.method.as_str(), path).unwrap();
    let document = bind(&contract, &matched, &incoming, &Limits::default()).unwrap();
    let context = context(&header, None, said().timestamp).unwrap();
    (document, context)
}

fn operation(document: &Document) -> Operation {
    let contract = document.contract();
    let mut known = contract.operations().iter();
    let found = known.find(|it| it.request == document.root().element());
    found.unwrap().clone()
}

fn example(name: &str) -> Document {
    let contract = viogen();
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/contracts/viogen/2/ejemplos");
    let text = std::fs::read(folder.join(name)).unwrap();
    let text = String::from_utf8(text).unwrap();
    let local = text[text.rfind("</").unwrap() + 2..]
        .trim_end()
        .trim_end_matches('>');
    let root = contract.root(&QName::new(Some(contract.namespace()), local));
    xml::decode(
        &contract,
        root.unwrap(),
        text.as_bytes(),
        &Limits::default(),
    )
    .unwrap()
}

#[test]
fn what_is_put_is_what_is_read() {
    for (name, line) in [
        ("consultarCaso.xml", format!("GET /casos/{CASE}")),
        (
            "consultarCoincidencia.xml",
            "POST /coincidencias".to_owned(),
        ),
        ("presentarCaso-alta.xml", "POST /casos".to_owned()),
        ("presentarCaso-version.xml", format!("PUT /casos/{CASE}")),
    ] {
        let document = example(name);
        let asked = ask(&operation(&document), &document, &said()).unwrap();
        let address = format!("{} {}", asked.method.as_str(), asked.target);
        assert_eq!(address, line, "{name}");
        let (back, who) = read(&asked);
        assert_eq!(json(&back), json(&document), "{name}");
        // Why a danger was declared stays with whoever reviews it.
        let told = Context {
            peril: None,
            ..said()
        };
        assert_eq!(who, told, "{name}");
    }
}

#[test]
fn what_has_no_place_is_not_put() {
    let contract = viogen();
    let search = contract.operation("buscarCasos").unwrap();
    let mut plain = Builder::new(&contract, search.request);
    plain.leaf("municipio", "13047").unwrap();
    let plain = plain.finish().unwrap();
    let asked = ask(search, &plain, &said()).unwrap();
    assert_eq!(asked.target, "/casos?municipio=13047");
    assert!(asked.body.is_empty());
    let odd = Context {
        file: Some("EXPEDIENTE Ñ".to_owned()),
        ..said()
    };
    let header = "Pasarela-Expediente";
    assert_eq!(ask(search, &plain, &odd), Err(Unaskable::Header { header }));
    let mut limited = Builder::new(&contract, search.request);
    limited.leaf("municipio", "13047").unwrap();
    limited.leaf("nivelMaximo", "alto").unwrap();
    let limited = limited.finish().unwrap();
    let element = "nivelMaximo".to_owned();
    assert_eq!(
        ask(search, &limited, &said()),
        Err(Unaskable::NoPlace { element })
    );
}

#[test]
fn a_problem_says_what_its_status_says_where_it_has_no_name_of_ours() {
    let ours = Problem::NotFoundOrOutOfScope.entry().code;
    let typed = format!(r#"{{"type":"urn:pasarela:problema:{ours}","detail":" no  hay "}}"#);
    let coded = format!(r#"{{"type":"about:blank","codigo":"{ours}"}}"#);
    for (status, body, code, problem) in [
        (
            404,
            typed.as_str(),
            "Client",
            Some(Problem::NotFoundOrOutOfScope),
        ),
        (
            404,
            coded.as_str(),
            "Client",
            Some(Problem::NotFoundOrOutOfScope),
        ),
        (404, r#"{"type":"urn:otra:cosa"}"#, "Client", None),
        (503, "{}", "Server", None),
        (429, "[]", "Server", None),
        (400, "esto no es JSON", "Client", None),
    ] {
        let report = read_problem(status, body.as_bytes());
        assert_eq!(
            (report.code.as_str(), report.problem),
            (code, problem),
            "{body}"
        );
    }
    assert_eq!(
        read_problem(404, typed.as_bytes()).detail.as_deref(),
        Some("no hay")
    );
}

#[test]
fn a_message_that_says_who_asks_says_it_as_the_context_does() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("partners/ua-galicia");
    let contract = Contract::load(&dir.join("1"), Governance::Ungoverned).unwrap();
    let operation = contract.operation("peticionSincrona").unwrap();
    let terms = operation.terms.as_ref().unwrap();
    let ContextSource::Body(told) = &terms.context else {
        panic!("its messages say who asks");
    };
    let text = std::fs::read(dir.join("fixtures/ida/Peticion/mensaje.xml")).unwrap();
    let message = xml::decode(&contract, operation.request, &text, &Limits::default()).unwrap();
    let put = put_context(&message, told, &said()).unwrap();
    let back = context_of(&put, told).unwrap();
    let expected = Context {
        on_behalf_of: None,
        peril: None,
        ..said()
    };
    assert_eq!(back, expected);
    // Nothing else of it has changed.
    let own = context_of(&message, told).unwrap();
    let again = put_context(&message, told, &own).unwrap();
    assert_eq!(json(&again), json(&message));
    let long = Context {
        request_id: "p".repeat(60).parse().unwrap(),
        ..said()
    };
    let short = |context: &Context| {
        let put = put_context(&message, told, context).unwrap();
        context_of(&put, told).unwrap().request_id.to_string()
    };
    assert_eq!(short(&long).len(), 26);
    assert_eq!(short(&long), short(&long));
    let other = Context {
        request_id: "q".repeat(60).parse().unwrap(),
        ..said()
    };
    assert_ne!(short(&long), short(&other));
    let elsewhere = Context {
        purpose: domain::Purpose::Coordination,
        ..said()
    };
    let refused = put_context(&message, told, &elsewhere).unwrap_err();
    assert!(refused.to_string().contains("coordinacion"), "{refused}");
}
