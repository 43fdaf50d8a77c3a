//! `/servicios/{contract}/{version}/…` · the same operations as JSON, at the addresses that the contract declares.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use adapters::ReadError;
use adapters::rest::{self, Incoming, PROBLEM_CONTENT_TYPE, problem_json};
use adapters::signatures::{self, Head, Question};
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
        return problem(&report(Problem::CertificateNotRegistered, "", None)).response(&[]);
    }
    let behaviour = state.behaviour.load_full();
    behaviour.wait().await;
    if let Some(answer) = behaviour.blind_answer() {
        return answer;
    }
    let Some(security) = &state.security else {
        let told = answer(&request, &body, &state, &behaviour).await;
        return told.unwrap_or_else(|report| problem(&report)).response(&[]);
    };
    let question = asked(&request);
    let told = match security.verify_http(&question.head, &body) {
        Ok(()) => answer(&request, &body, &state, &behaviour).await,
        Err(fault) => Err(report(fault.problem(), fault.text(), None)),
    };
    let told = told.unwrap_or_else(|report| problem(&report));
    let answer = (told.status, told.media, &told.bytes[..]);
    match security.sign_http(answer, question, &behaviour) {
        Some(signature) => told.response(&signature),
        None => HttpResponse::InternalServerError().finish(),
    }
}

/// An answer before it leaves.
struct Told {
    status: u16,
    media: &'static str,
    bytes: Vec<u8>,
}

impl Told {
    fn response(self, more: &[(&'static str, String)]) -> HttpResponse {
        let status = StatusCode::from_u16(self.status);
        let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        response.content_type(self.media);
        for (name, value) in more {
            response.insert_header((*name, value.as_str()));
        }
        response.body(self.bytes)
    }
}

/// What the answer's signature says that it answers.
fn asked(request: &HttpRequest) -> Question {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = request.headers().iter();
    let head = Head {
        method: request.method().as_str().to_owned(),
        authority: request.connection_info().host().to_owned(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        headers: headers
            .map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())))
            .collect(),
    };
    Question {
        label: signatures::label(&head),
        head,
    }
}

async fn answer(
    request: &HttpRequest,
    body: &[u8],
    state: &Data<State>,
    behaviour: &Behaviour,
) -> Result<Told, Report> {
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
    Ok(Told {
        status: matched.binding.success,
        media: rest::CONTENT_TYPE,
        bytes,
    })
}

fn problem(report: &Report) -> Told {
    Told {
        status: report.problem.entry().http,
        media: PROBLEM_CONTENT_TYPE,
        bytes: problem_json(report),
    }
}
