//! Questions that are answered.

use std::sync::atomic::Ordering;

use adapters::soap::SoapVersion::V12;
use contract::Builder;
use domain::{IndexEntry, RiskLevel};

use super::pages::{CASE, page};
use super::server::{Deed, Server, soap};
use super::site::{context, nobody, site};
use crate::holder::{Question, Repeat};
use crate::{HolderConfig, IndexPage};

#[tokio::test]
async fn a_page_of_the_index_is_read() {
    let site = site();
    let deed = Deed::Answer(soap("200 OK", &site.envelope(V12, &page())));
    let server = Server::start(&site.pki, deed);
    let holder = site.holder(site.config(server.address));
    let page = holder
        .index_feed(&context(), (Some("p.1"), 1000), &nobody)
        .await
        .unwrap();
    let IndexPage { entries, next } = page;
    assert_eq!(next.as_deref(), Some("p.2"));
    assert_eq!(entries.len(), 2);
    let expected = IndexEntry {
        source: domain::Source::Central,
        case: CASE.parse().unwrap(),
        version: 3,
        municipality: Some("13047".parse().unwrap()),
        responsible: "L01130473".parse().unwrap(),
        level: Some(RiskLevel::High),
        state: "activo".to_owned(),
        stays: None,
    };
    assert_eq!(entries[0], expected);
    assert_eq!((entries[1].municipality, entries[1].level), (None, None));

    let asked = server.questions.lock().unwrap().pop().unwrap();
    assert_eq!(
        asked.content_type,
        "application/soap+xml; charset=utf-8; action=\"urn:pasarela:viogen:2:consultarIndice\""
    );
    for part in [
        "<cursor>p.1</cursor>",
        "<limite>1000</limite>",
        "<Solicitante>E00003801<",
    ] {
        assert!(asked.body.contains(part), "{}", asked.body);
    }
}

#[tokio::test]
async fn one_connection_serves_many_questions() {
    let site = site();
    let deed = Deed::Answer(soap("200 OK", &site.envelope(V12, &page())));
    let server = Server::start(&site.pki, deed);
    let holder = site.holder(site.config(server.address));
    for _ in 0..5 {
        holder
            .index_feed(&context(), (None, 10), &nobody)
            .await
            .unwrap();
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
    holder.reload(super::site::now()).unwrap();
    holder
        .index_feed(&context(), (None, 10), &nobody)
        .await
        .unwrap();
    assert_eq!(
        server.connections.load(Ordering::SeqCst),
        2,
        "new certificates, new connection"
    );
}

#[tokio::test]
async fn a_kept_connection_that_ends_is_replaced() {
    let site = site();
    let deed = Deed::AnswerOnce(soap("200 OK", &site.envelope(V12, &page())));
    let server = Server::start(&site.pki, deed);
    let holder = site.holder(site.config(server.address));
    for questions in 1..=3 {
        holder
            .index_feed(&context(), (None, 10), &nobody)
            .await
            .unwrap();
        assert_eq!(server.connections.load(Ordering::SeqCst), questions);
    }
}

#[tokio::test]
async fn an_answer_of_exactly_the_bound_is_taken() {
    let site = site();
    let envelope = site.envelope(V12, &page());
    let server = Server::start(&site.pki, Deed::Answer(soap("200 OK", &envelope)));
    for (answer_bytes, taken) in [(envelope.len(), true), (envelope.len() - 1, false)] {
        let mut config: HolderConfig = site.config(server.address);
        config.bounds.answer_bytes = answer_bytes;
        let answer = site
            .holder(config)
            .index_feed(&context(), (None, 10), &nobody)
            .await;
        assert_eq!(answer.is_ok(), taken);
    }
}

#[tokio::test]
async fn the_holder_is_told_the_trace() {
    let site = site();
    let deed = Deed::Answer(soap("200 OK", &site.envelope(V12, &page())));
    let server = Server::start(&site.pki, deed);
    let holder = site.holder(site.config(server.address));
    let operation = holder.contract().operation("consultarIndice").unwrap();
    let document = Builder::new(holder.contract(), operation.request)
        .finish()
        .unwrap();
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for told in [Some(trace), None] {
        let question = Question {
            context: &context(),
            operation,
            document: &document,
            expected: operation.response,
            repeat: Repeat::Harmless,
            longest: std::time::Duration::MAX,
            trace: told.map(|trace| trace.parse().unwrap()),
            trust: &nobody,
        };
        holder.document(&question).await.unwrap();
        let asked = server.questions.lock().unwrap().pop().unwrap();
        assert_eq!(asked.trace.as_deref(), told);
    }
}
