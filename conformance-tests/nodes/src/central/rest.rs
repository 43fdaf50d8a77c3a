//! `/servicios/{contract}/{version}/…` · the same operations as JSON, at the addresses that the contract declares.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use adapters::ReadError;
use adapters::rest::{self, Incoming, PROBLEM_CONTENT_TYPE, problem_json};
use adapters::soap::{SoapRequest, SoapVersion};
use domain::Problem;
use domain::problem::Report;
use jiff::Timestamp;

use crate::central::admission;
use crate::central::behaviour::Behaviour;
use crate::central::service::{State, incident, refused, report, run};

/// Serves one request.
pub(super) async fn serve(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    if !admission::is_admitted(&request) {
        return problem(&report(Problem::CertificateNotRegistered, "", None));
    }
    let behaviour = state.behaviour.load_full();
    behaviour.wait().await;
    if let Some(answer) = behaviour.blind_answer() {
        return answer;
    }
    match answer(&request, &body, &state, &behaviour).await {
        Ok(answer) => answer,
        Err(report) => problem(&report),
    }
}

async fn answer(
    request: &HttpRequest,
    body: &[u8],
    state: &Data<State>,
    behaviour: &Behaviour,
) -> Result<HttpResponse, Report> {
    let now = Timestamp::now();
    let unread = |error: ReadError| error.report(incident(), None);
    let (path, method) = (request.match_info().get("below"), request.method().as_str());
    let matched = state.router.find(method, path.unwrap_or_default());
    let matched = matched.map_err(|error| unread(error.into()))?;
    let header = |name: &str| request.headers().get(name)?.to_str().ok();
    let context = rest::context(&header, None, now).map_err(|error| unread(error.into()))?;
    let incoming = Incoming {
        query: request.uri().query(),
        if_match: header("if-match"),
        content_type: header("content-type"),
        body,
    };
    let spoken = state.dialect.as_ref();
    let contract = spoken.map_or(&state.form.contract, |it| &it.contract);
    let document = rest::bind(contract, &matched, &incoming, &state.limits).map_err(unread)?;
    let request_id = context.request_id.clone();
    let asked = SoapRequest {
        version: SoapVersion::V12,
        operation: matched.operation.name.clone(),
        context,
        document,
    };
    let told = run(state, asked, behaviour, now).await;
    let told = told.map_err(|refusal| refused(&refusal, request_id))?;
    let mut bytes = Vec::new();
    told.write_json(&mut bytes);
    let status = StatusCode::from_u16(matched.binding.success).unwrap_or(StatusCode::OK);
    Ok(HttpResponse::build(status)
        .content_type(rest::CONTENT_TYPE)
        .body(bytes))
}

fn problem(report: &Report) -> HttpResponse {
    let status = StatusCode::from_u16(report.problem.entry().http);
    HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .content_type(PROBLEM_CONTENT_TYPE)
        .body(problem_json(report))
}
