//! Addresses and methods that the gateway does not have.

use actix_web::http::StatusCode;
use actix_web::http::header::ALLOW;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use adapters::rest::{PROBLEM_CONTENT_TYPE, problem_json};
use domain::Problem;
use exchange::Seen;

use crate::call::Call;
use crate::connection::identify;
use crate::gateway::Gateway;

/// An address that names nothing.
pub(crate) async fn address(gateway: Data<Gateway>, request: HttpRequest) -> HttpResponse {
    refuse(&gateway, &request, Problem::NoSuchResource).await
}

/// A method that the SOAP address does not take.
pub(crate) async fn method(gateway: Data<Gateway>, request: HttpRequest) -> HttpResponse {
    let mut response = refuse(&gateway, &request, Problem::MethodNotAllowed).await;
    response.headers_mut().insert(
        ALLOW,
        actix_web::http::header::HeaderValue::from_static("GET, POST"),
    );
    response
}

async fn refuse(gateway: &Gateway, request: &HttpRequest, problem: Problem) -> HttpResponse {
    let call = Call::begin(gateway, request.headers());
    let refused = match identify(request, &call.standing, call.moment.now) {
        Ok(caller) => call.unread(&caller, Seen::default(), call.report(problem)),
        Err(nobody) => call.nobody(nobody),
    };
    let report = refused.journalled(gateway, &call).await;
    let status = StatusCode::from_u16(report.problem.shown().entry().http)
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status)
        .content_type(PROBLEM_CONTENT_TYPE)
        .body(problem_json(&report))
}

/// Whether a registered organism is on the other end.
pub(crate) fn is_known(gateway: &Gateway, request: &HttpRequest) -> bool {
    let call = Call::begin(gateway, request.headers());
    identify(request, &call.standing, call.moment.now).is_ok()
}
