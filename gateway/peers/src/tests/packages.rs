//! Binary content beside the envelope, where a holder takes it so.

use adapters::soap::Binary::{self, Inline, Mtom};
use adapters::soap::SoapVersion::{self, V11, V12};
use adapters::soap::{RequestHeaders, request_headers};
use contract::Method;

use super::pages::page;
use super::server::{Deed, Server, http, soap};
use super::site::{Site, context, nobody, now, site};
use crate::parcel::{unwrap, wrap};
use crate::request::{Form, Request};
use crate::transport::Reply;
use crate::{Holder, PeerFault, Speech};

/// A message with a document of so many times four characters of base64.
fn message(version: SoapVersion, groups: usize) -> Vec<u8> {
    let (soap, document) = (version.namespace(), "UFJV".repeat(groups));
    let case = format!(
        "<PresentarCaso xmlns='urn:pasarela:viogen:2'><caso><proteccion><plan><documento>{document}\
         </documento></plan></proteccion></caso></PresentarCaso>"
    );
    format!("<s:Envelope xmlns:s='{soap}'><s:Body>{case}</s:Body></s:Envelope>").into_bytes()
}

fn request(version: SoapVersion, body: Vec<u8>) -> Request {
    let RequestHeaders { content_type, .. } = request_headers(version, "urn:accion");
    Request {
        form: Form::Envelope(version),
        method: Method::Post,
        target: String::new(),
        content_type,
        headers: Vec::new(),
        body,
    }
}

#[test]
fn a_question_travels_as_the_holder_takes_it() {
    let site = site();
    // The way, the size of the document, and whether it leaves in a package.
    for (binary, groups, packed) in [(Inline, 400, false), (Mtom, 400, true), (Mtom, 4, false)] {
        for version in [V11, V12] {
            let body = message(version, groups);
            let request = request(version, body.clone());
            let parcel = wrap(&request, body.clone(), binary, &site.contract);
            let is_package = parcel.content_type.starts_with("multipart/related;");
            assert_eq!(is_package, packed, "{binary:?} {}", parcel.content_type);
            assert_eq!(parcel.accept.contains("xop"), binary == Mtom);
            // What was packed is the message, as whoever gets it reads it; the action is told in both.
            let reply = Reply {
                status: 200,
                content_type: parcel.content_type,
                headers: Vec::new(),
                certificate: None,
                body: parcel.body,
            };
            let Ok(back) = unwrap(reply, Mtom, &site.contract) else {
                panic!("{binary:?} {version:?}");
            };
            assert_eq!(back.body, body);
            assert_eq!(back.media_type(), version.media_type());
            let told = back.content_type.contains("action=\"urn:accion\"");
            assert_eq!(told, version == V12, "{}", back.content_type);
        }
    }
}

fn holder(site: &Site, server: &Server, binary: Binary) -> Holder {
    let speech = Speech {
        binary,
        ..Speech::default()
    };
    let config = site.config(server.address);
    Holder::speaking(config, site.contract.clone(), speech, now()).unwrap()
}

#[tokio::test]
async fn an_answer_in_a_package_is_read_where_one_may_come() {
    let site = site();
    let page = site.envelope(V12, &page());
    let media = "multipart/related; type=\"application/xop+xml\"; boundary=limite; \
                 start-info=\"application/soap+xml\"";
    let root =
        "--limite\r\nContent-Type: application/xop+xml; type=\"application/soap+xml\"\r\n\r\n";
    let package = [root.as_bytes(), &page, b"\r\n--limite--\r\n"].concat();
    let broken = [root.as_bytes(), &page].concat();
    let plain = soap("200 OK", &page);
    let (package, broken) = (
        http("200 OK", media, &package),
        http("200 OK", media, &broken),
    );
    for (binary, answer, expected) in [
        (Mtom, &package, "read"),
        (Mtom, &plain, "read"),
        (Inline, &plain, "read"),
        (Inline, &package, "no SOAP"),
        (Mtom, &broken, "garbage"),
    ] {
        let server = Server::start(&site.pki, Deed::Answer(answer.clone()));
        let holder = holder(&site, &server, binary);
        let told = holder.index_feed(&context(), (None, 10), &nobody).await;
        let found = match &told {
            Ok(_) => "read",
            Err(PeerFault::NotSoap { .. }) => "no SOAP",
            Err(PeerFault::Garbage(_)) => "garbage",
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found, expected, "{binary:?}");
        let asked = server.questions.lock().unwrap().pop().unwrap();
        let both = asked.accept.starts_with("multipart/related");
        assert_eq!(both, binary == Mtom, "{}", asked.accept);
    }
}
