//! `POST /servicios/padron/1` · SOAP 1.1, `soapAction="peticionSincrona"`.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use adapters::soap::{Incoming, SoapVersion, read_request, write_plain};
use arc_swap::ArcSwap;
use contract::{Contract, Limits};
use jiff::Timestamp;

use super::answer::{Fault, answer};
use super::{Conduct, Resident};
use crate::central::admission;

/// What every request is served with.
pub(super) struct State {
    pub(super) contract: Arc<Contract>,
    pub(super) conduct: ArcSwap<Conduct>,
}

/// Serves one request.
pub(super) async fn serve(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    if !admission::is_admitted(&request) {
        return HttpResponse::Forbidden().finish();
    }
    let now = Timestamp::now();
    match respond(&request, &body, &state, now) {
        Ok(bytes) => message(StatusCode::OK, bytes),
        Err(fault) => message(StatusCode::INTERNAL_SERVER_ERROR, fault.message(now)),
    }
}

fn respond(
    request: &HttpRequest,
    body: &[u8],
    state: &State,
    now: Timestamp,
) -> Result<Vec<u8>, Fault> {
    let header = |name: &str| request.headers().get(name)?.to_str().ok();
    let incoming = Incoming {
        content_type: header("content-type"),
        soap_action: header("soapaction"),
        bytes: body,
    };
    let asked = read_request(&incoming, &state.contract, &Limits::default())
        .map_err(|rejection| Fault::new("", "0401", &rejection.error.to_string()))?;
    let name = asked.context.request_id.to_string();
    if asked.version != SoapVersion::V11 {
        return Err(Fault::new(&name, "0401", "solo se atiende SOAP 1.1"));
    }
    let subject = asked.document.root().role(contract::Role::Subject);
    let resident = match **state.conduct.load() {
        Conduct::Honest => subject.and_then(Resident::with_document),
        Conduct::AnotherPerson => Resident::of("13047"),
        Conduct::Failing => return Err(Fault::new(&name, "0502", "fallo puesto a proposito")),
        Conduct::Garbage => return Ok(write_plain(SoapVersion::V11, &asked.document)),
    };
    let resident = resident.ok_or_else(|| Fault::new(&name, "0233", "titular no identificado"))?;
    let document = answer(&asked.document, &resident, now)
        .ok_or_else(|| Fault::new(&name, "0227", "la respuesta no se puede formar"))?;
    Ok(write_plain(SoapVersion::V11, &document))
}

fn message(status: StatusCode, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, SoapVersion::V11.content_type()))
        .body(bytes)
}
