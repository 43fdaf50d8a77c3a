//! `POST /soap/{contract}/{version}` · SOAP 1.1 and 1.2, document/literal wrapped.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use adapters::soap::{
    self, FaultCode, Incoming, SoapRequest, SoapVersion, Transmission, fault_status, write_fault,
    write_plain, write_response, write_typed_fault,
};
use domain::problem::Report;
use exchange::{Caller, Message, Received, Refusal, Seen};
use journal::Digest;

use crate::call::{Call, Refused};
use crate::connection::identify;
use crate::gateway::Gateway;
use crate::life::{self, RequestName};
use crate::{body, clock};

/// A refusal with the shape in which SOAP wants it.
struct Fault {
    version: SoapVersion,
    code: FaultCode,
    refused: Refused,
}

/// Serves one message.
pub(crate) async fn serve(
    gateway: Data<Gateway>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let call = Call::begin(&gateway);
    match answer(&gateway, &call, &request, payload).await {
        Ok(response) => response,
        Err(fault) => {
            let report = fault.refused.journalled(&gateway).await;
            refusal(&gateway, fault.version, &fault.code, &report)
        }
    }
}

async fn answer(
    gateway: &Gateway,
    call: &Call,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let guessed = guess(request.headers());
    let plain = |refused| Fault {
        version: guessed,
        code: FaultCode::Table,
        refused,
    };
    let caller = identify(request, &call.standing, call.moment.now)
        .map_err(|nobody| plain(call.nobody(nobody)))?;
    let bytes = body::collect(payload, gateway.body)
        .await
        .map_err(|problem| plain(call.unread(&caller, Seen::default(), call.report(problem))))?;
    let (version, received) = read(gateway, call, caller, request.headers(), &bytes)?;
    let sent = life::exchange(
        gateway,
        &call.standing.engine,
        received,
        RequestName::Given,
        |released| {
            let transmission = Transmission {
                request_id: released.context().request_id.clone(),
                id: released.exchange().to_owned(),
                at: released.at(),
            };
            match released.operation().wire {
                None => write_response(version, &transmission, released.document()),
                Some(_) => write_plain(version, released.document()),
            }
        },
    );
    let sent = sent.await.map_err(|refused| Fault {
        version,
        code: FaultCode::Table,
        refused,
    })?;
    let mut response = HttpResponse::Ok();
    response.content_type(version.content_type());
    life::mark(&mut response, &sent.released);
    Ok(response.body(sent.bytes))
}

fn read(
    gateway: &Gateway,
    call: &Call,
    caller: Caller,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<(SoapVersion, Received), Fault> {
    let incoming = Incoming {
        content_type: text(headers, CONTENT_TYPE.as_str()),
        soap_action: text(headers, "soapaction"),
        bytes,
    };
    let digest = Digest::of(bytes);
    match soap::read_request(&incoming, &gateway.contract, &gateway.limits) {
        Ok(SoapRequest {
            version,
            operation,
            context,
            document,
        }) => {
            let message = Message {
                context,
                operation,
                document,
                digest,
            };
            let received = Received::new(caller, message, &call.moment);
            let faulty = |refusal: Refusal| Fault {
                version,
                code: FaultCode::Table,
                refused: refusal.into(),
            };
            Ok((version, received.map_err(faulty)?))
        }
        Err(rejection) => {
            let context = rejection.context.as_deref();
            let request_id = context.map(|context| context.request_id.clone());
            let report = rejection
                .error
                .report(call.moment.exchange.clone(), request_id);
            let contract = Some(&*gateway.contract);
            let seen = Seen {
                contract,
                operation: None,
                context,
                digest: Some(digest),
            };
            let refused = call.unread(&caller, seen, report);
            Err(Fault {
                version: rejection.version,
                code: FaultCode::of(&rejection.error),
                refused,
            })
        }
    }
}

/// The version to answer in before the envelope has been seen.
fn guess(headers: &HeaderMap) -> SoapVersion {
    match text(headers, CONTENT_TYPE.as_str()) {
        Some(media) if media.starts_with("application/soap+xml") => SoapVersion::V12,
        Some(_) | None => SoapVersion::V11,
    }
}

fn refusal(
    gateway: &Gateway,
    version: SoapVersion,
    code: &FaultCode,
    report: &Report,
) -> HttpResponse {
    let bytes = match soap::typed_fault(&gateway.contract, report, clock::now()) {
        Some(typed) => write_typed_fault(version, code, report, &typed),
        None => write_fault(version, code, report),
    };
    let status = StatusCode::from_u16(fault_status(version, code, report))
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status)
        .content_type(version.content_type())
        .body(bytes)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
