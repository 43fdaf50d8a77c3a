//! Each way in which a holder fails has its name and its problem.

use std::net::TcpListener;
use std::sync::atomic::Ordering;

use adapters::soap::SoapVersion::{V11, V12};
use domain::Problem;

use super::pages::{fault, page};
use super::server::{Deed, Server, http, soap};
use super::site::{IN_VAIN, Site, context, nobody, site};
use crate::{ConnectError, Holder, HolderConfig, PeerFault, Wait};

async fn ask(site: &Site, config: HolderConfig) -> PeerFault {
    site.holder(config)
        .index_feed(&context(), (None, 10), &nobody)
        .await
        .unwrap_err()
}

/// Asks a holder that does this, and compares what is said and what the caller is told.
async fn check(site: &Site, deed: Deed, said: &str, problem: Problem) {
    let server = Server::start(&site.pki, deed);
    let mut config = site.config(server.address);
    config.waits.head = IN_VAIN;
    config.waits.whole = 2 * IN_VAIN;
    let fault = ask(site, config).await;
    assert!(
        fault.to_string().contains(said),
        "`{fault}` where `{said}` was expected"
    );
    assert!(
        !fault.to_string().contains("PRUEBA"),
        "the holder's words in `{fault}`"
    );
    assert_eq!(fault.problem(), problem, "{fault}");
}

#[tokio::test]
async fn answers_that_are_none() {
    let site = &site();
    let garbage = Problem::HolderGarbage;
    let html = b"<html><body>502</body></html>";
    let other = page().replace("ConsultarIndiceRespuesta", "ConsultarIndice");
    let other = other.split("<entrada>").next().unwrap().to_owned() + "</ConsultarIndice>";
    let envelope = String::from_utf8(site.envelope(V12, &page())).unwrap();
    let old = site.envelope(V11, &page());
    for (bytes, said) in [
        (
            http("502 Bad Gateway", "text/html", html),
            "answered 502 with `text/html`",
        ),
        (
            http("200 OK", "text/xml", &old),
            "answered 200 with `text/xml`",
        ),
        (http("204 No Content", "", b""), "answered 204 with ``"),
        (
            http("302 Found", "text/html\r\nlocation: /", b""),
            "answered 302",
        ),
        (soap("200 OK", html), "cannot be read"),
        (soap("200 OK", b""), "cannot be read"),
        (soap("200 OK", b"\xFF\xFE\x00"), "cannot be read"),
        (
            soap("200 OK", wrap(&envelope, &other).as_bytes()),
            "cannot be read",
        ),
        (
            soap(
                "200 OK",
                envelope.replace(">activo<", ">muerto<").as_bytes(),
            ),
            "cannot be read",
        ),
        (
            soap("200 OK", format!("{envelope}<x/>").as_bytes()),
            "cannot be read",
        ),
        (
            soap("200 OK", format!("<!DOCTYPE x>{envelope}").as_bytes()),
            "cannot be read",
        ),
        (
            soap("500 Error", envelope.as_bytes()),
            "a document under the status 500",
        ),
        (
            soap("200 OK", " ".repeat(70_000).as_bytes()),
            "longer than 65536 bytes",
        ),
        (endless(), "longer than 65536 bytes"),
    ] {
        check(site, Deed::Answer(bytes), said, garbage).await;
    }
}

/// The envelope with another body.
fn wrap(envelope: &str, body: &str) -> String {
    let (head, rest) = envelope.split_once("<soap:Body>").unwrap();
    let (_, tail) = rest.split_once("</soap:Body>").unwrap();
    format!("{head}<soap:Body>{body}</soap:Body>{tail}")
}

/// An answer without announced length that goes on past the bound.
fn endless() -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/soap+xml\r\n\
         transfer-encoding: chunked\r\n\r\n";
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    format!("{head}{}0\r\n\r\n", chunk.repeat(5)).into_bytes()
}

#[tokio::test]
async fn connections_that_stall_or_break() {
    let site = &site();
    let whole = soap("200 OK", &site.envelope(V12, &page()));
    let half = whole[..whole.len() / 2].to_vec();
    for (deed, said, problem) in [
        (
            Deed::Stall(vec![]),
            "too long: no answer",
            Problem::HolderTimeout,
        ),
        (
            Deed::Stall(b"HTTP/1.1 2".to_vec()),
            "too long: no answer",
            Problem::HolderTimeout,
        ),
        (
            Deed::Stall(half.clone()),
            "too long: no end of the answer",
            Problem::HolderTimeout,
        ),
        (
            Deed::Break(vec![]),
            "connection ended",
            Problem::HolderUnreachable,
        ),
        (
            Deed::Break(half),
            "connection ended",
            Problem::HolderUnreachable,
        ),
        (
            Deed::Break(b"SSH-2.0-x\r\n".to_vec()),
            "connection ended",
            Problem::HolderUnreachable,
        ),
    ] {
        check(site, deed, said, problem).await;
    }
}

#[tokio::test]
async fn nobody_listens() {
    let site = site();
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let fault = ask(&site, site.config(closed)).await;
    assert!(matches!(fault, PeerFault::Unreachable(_)), "{fault}");
    assert_eq!(fault.problem(), Problem::HolderUnreachable);

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = site.config(silent.local_addr().unwrap());
    config.waits.connection = IN_VAIN;
    let fault = ask(&site, config).await;
    assert!(
        matches!(fault, PeerFault::Timeout(Wait::Connection)),
        "{fault}"
    );

    let mut config = site.config(closed);
    config.endpoint = "https://nadie.invalid/soap".to_owned();
    let fault = ask(&site, config).await;
    assert!(matches!(fault, PeerFault::Unreachable(_)), "{fault}");
}

#[tokio::test]
async fn too_many_open_questions_wait_for_a_turn() {
    let site = site();
    let server = Server::start(&site.pki, Deed::Stall(vec![]));
    let mut config = site.config(server.address);
    config.bounds.open_questions = 0;
    config.waits.whole = IN_VAIN;
    let fault = ask(&site, config).await;
    assert!(matches!(fault, PeerFault::Timeout(Wait::Turn)), "{fault}");
    assert_eq!(fault.problem(), Problem::Overloaded);
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn faults_of_the_holder() {
    let site = &site();
    for (theirs, ours) in [
        (Problem::NotFoundOrOutOfScope, Problem::NotFoundOrOutOfScope),
        (Problem::VersionConflict, Problem::VersionConflict),
        (Problem::RequestRepeated, Problem::RequestRepeated),
        (Problem::SchemaViolation, Problem::SchemaViolation),
        (Problem::CertificateNotRegistered, Problem::HolderRefused),
        (Problem::Internal, Problem::HolderFault),
        (Problem::Overloaded, Problem::HolderFault),
    ] {
        let bytes = soap("500 Internal Server Error", &fault(theirs));
        check(site, Deed::Answer(bytes), "answered with the fault", ours).await;
    }
    for (code, ours) in [
        ("Sender", Problem::HolderRefused),
        ("Receiver", Problem::HolderFault),
    ] {
        let foreign = format!(
            "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body><e:Fault>\
             <e:Code><e:Value>e:{code}</e:Value></e:Code>\
             <e:Reason><e:Text xml:lang='es'>de PRUEBA</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>"
        );
        let bytes = soap("500 Internal Server Error", foreign.as_bytes());
        check(
            site,
            Deed::Answer(bytes),
            &format!("the fault `{code}`"),
            ours,
        )
        .await;
    }
}

#[tokio::test]
async fn questions_that_break_the_contract_are_not_sent() {
    let site = site();
    let server = Server::start(&site.pki, Deed::Stall(vec![]));
    let holder = site.holder(site.config(server.address));
    for (cursor, limit) in [(Some("con espacios y ñ"), 10), (None, 0), (None, 10_001)] {
        let fault = holder
            .index_feed(&context(), (cursor, limit), &nobody)
            .await
            .unwrap_err();
        assert!(matches!(fault, PeerFault::Question(_)), "{fault}");
        assert_eq!(fault.problem(), Problem::Internal);
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn settings_that_cannot_work() {
    let site = site();
    let good = site.config("127.0.0.1:1".parse().unwrap());
    let refused = |config: HolderConfig| {
        Holder::connect(config, site.contract.clone(), super::site::now())
            .err()
            .unwrap()
    };
    for endpoint in ["http://127.0.0.1/", "127.0.0.1:443", "https://", ""] {
        let error = refused(HolderConfig {
            endpoint: endpoint.to_owned(),
            ..good.clone()
        });
        assert!(
            matches!(error, ConnectError::Endpoint(_)),
            "{endpoint}: {error}"
        );
    }
    let expired = site.pki.bad(certs::testpki::Bad::Expired);
    let error = refused(HolderConfig {
        certificate: expired.certificate,
        key: expired.key,
        ..good
    });
    assert!(matches!(error, ConnectError::Certificates(_)), "{error}");
}
