//! Ways to misbehave, for the tests of whoever has to cope with them.

use std::path::PathBuf;
use std::time::Duration;

use super::addressing::Related;
use super::gate::Gate;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use certs::signing::Naming;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How the central system behaves. Everything but [`Behaviour::Honest`] is a fault put in on purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// As it should.
    #[default]
    Honest,
    /// Right, but late.
    Slow(Duration),
    /// Right, once the gate lets it.
    Held(Gate),
    /// Answers bytes that are no XML.
    Garbage,
    /// Answers a consultation with another case than the one asked for.
    AnotherCase,
    /// Closes the connection in the middle of an answer.
    CloseConnection,
    /// Answers well-formed XML of at least so many bytes that never gets to the point.
    Huge(usize),
    /// Answers a fault of its own.
    Failing,
    /// Knows no lots, as a system of an earlier day.
    WithoutLots,
    /// Takes no message of more bytes than that.
    Narrow(usize),
    /// Signs nothing, whatever was agreed.
    Unsigned,
    /// Signs with that key, of its own or of another.
    SignedBy {
        /// Its certificate, PEM.
        certificate: PathBuf,
        /// The key, PEM.
        key: PathBuf,
        /// Whether the answer brings the certificate, or how it names it.
        naming: Naming,
    },
    /// Signs, and confirms another request than the one it answers.
    AnotherRequest,
    /// Refuses questions over SOAP that are not addressed.
    OnlyAddressed,
    /// Does not say well, in answers over SOAP, which message they are to.
    Related(Related),
    /// Writes something in its answers otherwise, as a system that knows what the common contract has no place for.
    Otherwise {
        /// What it would have written.
        instead_of: String,
        /// What it writes.
        says: String,
    },
}

impl Behaviour {
    /// Waits before a question is looked at, as this behaviour has it.
    pub(super) async fn wait(&self) {
        if let Behaviour::Slow(delay) = self {
            tokio::time::sleep(*delay).await;
        } else if let Behaviour::Held(gate) = self {
            gate.pass().await;
        }
    }

    /// The answer that needs no look at the question, if this behaviour has one.
    pub(super) fn blind_answer(&self) -> Option<HttpResponse> {
        if let Behaviour::Huge(bytes) = self {
            return Some(xml(huge(*bytes)));
        }
        if *self == Behaviour::CloseConnection {
            return Some(HttpResponse::Ok().body(Broken { sent: false }));
        }
        (*self == Behaviour::Garbage).then(|| xml("\u{FFFD}esto no es XML <"))
    }

    /// What its answers say of their questions, if they do not say it well.
    pub(super) fn related(&self) -> Option<Related> {
        if let Behaviour::Related(related) = self {
            return Some(*related);
        }
        None
    }

    /// An answer as this behaviour writes it.
    pub(super) fn written(&self, answer: Vec<u8>) -> Vec<u8> {
        if let Behaviour::Otherwise { instead_of, says } = self {
            let answer = String::from_utf8_lossy(&answer);
            return answer.replace(instead_of, says).into_bytes();
        }
        answer
    }
}

fn xml(body: impl Into<String>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/xml; charset=utf-8")
        .body(body.into())
}

/// An envelope with a great many header blocks that nobody asked for.
fn huge(bytes: usize) -> String {
    const OPEN: &str =
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header>";
    const BLOCK: &str = "<relleno xmlns=\"urn:pasarela:prueba\">PRUEBA PRUEBA PRUEBA</relleno>";
    let mut text = String::with_capacity(bytes + OPEN.len() + 128);
    text.push_str(OPEN);
    while text.len() < bytes {
        text.push_str(BLOCK);
    }
    text.push_str("</s:Header><s:Body/></s:Envelope>");
    text
}

/// A body that promises more than it sends.
struct Broken {
    sent: bool,
}

impl MessageBody for Broken {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(4096)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, std::io::Error>>> {
        if std::mem::replace(&mut self.sent, true) {
            return Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionAborted.into())));
        }
        Poll::Ready(Some(Ok(Bytes::from_static(b"<?xml version=\"1.0\"?>"))))
    }
}
