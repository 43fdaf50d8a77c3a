//! A holder that is asked over REST: what is put, and what becomes of whatever it answers.

use std::time::Duration;

use contract::{Builder, Document};
use domain::Problem;

use super::server::{Deed, Server, http};
use super::site::{Site, context, nobody, now, site};
use crate::holder::{Question, Repeat};
use crate::{ConnectError, Holder, PeerFault, Protocol, Signatures, Speech, Trust};

pub(super) const JSON: &str = "application/json";
pub(super) const PROBLEM: &str = "application/problem+json";
pub(super) const NOBODY: &[u8] = br#"{"hayCoincidencia":false}"#;

pub(super) fn speaking(
    site: &Site,
    server: &Server,
    signatures: Option<Signatures>,
) -> Result<Holder, ConnectError> {
    let mut config = site.config(server.address);
    config.endpoint = format!("https://{}/base/", server.address);
    let speech = Speech {
        protocol: Protocol::Rest,
        signatures,
        ..Speech::default()
    };
    Holder::speaking(config, site.contract.clone(), speech, now())
}

async fn ask(site: &Site, holder: &Holder) -> Result<Document, PeerFault> {
    ask_trusting(site, holder, &nobody).await
}

pub(super) async fn ask_trusting(
    site: &Site,
    holder: &Holder,
    trust: &Trust<'_>,
) -> Result<Document, PeerFault> {
    let operation = site.contract.operation("consultarCoincidencia").unwrap();
    let mut builder = Builder::new(&site.contract, operation.request);
    builder.leaf("tipoDocumento", "DNI").unwrap();
    builder.leaf("numeroDocumento", "99999018D").unwrap();
    let question = Question {
        context: &context(),
        operation,
        document: &builder.finish().unwrap(),
        expected: operation.response,
        repeat: Repeat::Harmless,
        longest: Duration::from_secs(7),
        trace: None,
        trust,
    };
    holder.watched(&question).await.map(|heard| heard.document)
}

#[tokio::test]
async fn a_question_is_put_at_its_address_with_who_asks_in_the_headers() {
    let site = site();
    let server = Server::start(&site.pki, Deed::Answer(http("200 OK", JSON, NOBODY)));
    let holder = speaking(&site, &server, None).unwrap();
    let answer = ask(&site, &holder).await.unwrap();
    assert_eq!(answer.root().local(), "ConsultarCoincidenciaRespuesta");
    let asked = server.questions.lock().unwrap().pop().unwrap();
    assert_eq!(asked.line, "POST /base/coincidencias HTTP/1.1");
    assert_eq!(
        asked.body,
        r#"{"tipoDocumento":"DNI","numeroDocumento":"99999018D"}"#
    );
    for (name, value) in [
        ("content-type", JSON),
        ("accept", "application/json, application/problem+json"),
        ("pasarela-solicitante", "E00003801"),
        ("pasarela-funcionario", "pasarela"),
        ("pasarela-finalidad", "coordinacion"),
        ("idempotency-key", "indice-1"),
        ("prefer", "wait=7"),
    ] {
        let told = asked.headers.iter().filter(|(other, _)| other == name);
        let told: Vec<&str> = told.map(|(_, value)| value.as_str()).collect();
        assert_eq!(told, [value], "{name}");
    }
}

#[tokio::test]
async fn whatever_comes_back_has_a_name() {
    let site = site();
    let ours = |code: &str| format!(r#"{{"type":"urn:pasarela:problema:{code}","status":404}}"#);
    let (unknown, later) = (
        ours(Problem::NotFoundOrOutOfScope.entry().code),
        ours(Problem::Overloaded.entry().code),
    );
    let huge = vec![b' '; 65 << 10];
    let table: [(&str, &str, &[u8], Problem); 12] = [
        ("200 OK", JSON, b"{", Problem::HolderGarbage),
        ("200 OK", JSON, b"{}", Problem::HolderGarbage),
        ("200 OK", JSON, &huge, Problem::HolderGarbage),
        ("200 OK", "text/html", NOBODY, Problem::HolderGarbage),
        ("500 Oh", JSON, NOBODY, Problem::HolderGarbage),
        ("302 Elsewhere", JSON, b"", Problem::HolderGarbage),
        (
            "404 No",
            PROBLEM,
            unknown.as_bytes(),
            Problem::NotFoundOrOutOfScope,
        ),
        ("503 Later", PROBLEM, later.as_bytes(), Problem::HolderFault),
        ("400 No", PROBLEM, b"{}", Problem::HolderRefused),
        ("429 Later", PROBLEM, b"{}", Problem::HolderFault),
        ("500 Oh", PROBLEM, b"no json", Problem::HolderFault),
        ("200 OK", PROBLEM, b"{}", Problem::HolderGarbage),
    ];
    for (status, media, body, problem) in table {
        let server = Server::start(&site.pki, Deed::Answer(http(status, media, body)));
        let holder = speaking(&site, &server, None).unwrap();
        let fault = ask(&site, &holder).await.unwrap_err();
        assert_eq!(fault.problem(), problem, "{status} {media}: {fault}");
    }
}
