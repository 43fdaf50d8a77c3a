//! `/v2/…` · the contract's operations as REST.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, LOCATION, RETRY_AFTER,
};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use adapters::rest::{self, Incoming, Match, PROBLEM_CONTENT_TYPE, RestError, problem_json};
use adapters::{ReadError, context_of};
use contract::{BodyContext, ContextSource, Document, Role};
use domain::problem::Report;
use domain::{Context, OperationKind};
use exchange::{Caller, Message, Seen};
use journal::Digest;

use crate::call::{Call, Refused};
use crate::connection::identify;
use crate::gateway::Gateway;
use crate::http_security::{self, Answering};
use crate::life::{self, RequestName, Sent};
use crate::withheld;
use crate::{body, lot, spoken, tracing_context};

/// The number of the request, as the caller gave it or as it was made here.
const REQUEST: HeaderName = HeaderName::from_static("pasarela-peticion");

/// Serves one request below the version's prefix.
pub(crate) async fn serve(
    gateway: Data<Gateway>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    if lot::is_stream(&gateway, &request) {
        return lot::serve(gateway, request, payload).await;
    }
    let call = Call::begin(&gateway, request.headers());
    let mut answering = Answering::default();
    let mut response =
        match Box::pin(answer(&gateway, &call, &request, payload, &mut answering)).await {
            Ok(response) => response,
            Err(refused) => problem(&refused.journalled(&gateway, &call).await),
        };
    if let Some(Ok(methods)) = allowed(&gateway, &request).map(HeaderValue::try_from) {
        response.headers_mut().insert(ALLOW, methods);
    }
    tracing_context::put(response.headers_mut(), call.trace);
    answering.sign(&gateway, &call, response).await
}

async fn answer(
    gateway: &Gateway,
    call: &Call,
    request: &HttpRequest,
    payload: Payload,
    answering: &mut Answering,
) -> Result<HttpResponse, Refused> {
    let caller =
        identify(request, &call.standing, call.moment.now).map_err(|nobody| call.nobody(nobody))?;
    answering.begin(request, &caller);
    let mut seen = Seen {
        contract: Some(&gateway.contract),
        ..Seen::default()
    };
    let matched = gateway
        .router
        .find(
            request.method().as_str(),
            request.match_info().unprocessed(),
        )
        .map_err(|error| unread(call, &caller, seen, &error.into()))?;
    seen.operation = Some(matched.operation);
    let told = told(&matched, request.headers(), call)
        .map_err(|error| unread(call, &caller, seen, &error))?;
    seen.context = told.by_headers();
    let bytes = body::collect(request.headers(), payload, gateway.body)
        .await
        .map_err(|problem| call.unread(&caller, seen, call.report(problem)))?;
    call.is_whole();
    let digest = Digest::of(&bytes);
    seen.digest = Some(digest);
    let from = (caller, bytes.as_ref());
    let secured = http_security::verify(gateway, (call, request), from, seen, answering).await?;
    let document = rest::bind(
        &gateway.contract,
        &matched,
        &incoming(request, &bytes),
        &gateway.limits,
    )
    .map_err(|error| unread(call, secured.caller(), seen, &error))?;
    let (context, name) = told
        .settle(&document)
        .map_err(|error| unread(call, secured.caller(), seen, &error))?;
    let caller = secured.named(call, seen, &context)?;
    let asked = Asked {
        matched: &matched,
        context,
        name,
        document,
        digest,
    };
    match lot::operation(matched.operation) {
        Some(of) => Box::pin(many((gateway, call), &caller, of, &asked)).await,
        None => Box::pin(one((gateway, call), caller, seen, asked)).await,
    }
}

/// A request that was read.
struct Asked<'m> {
    matched: &'m Match<'m>,
    context: Context,
    name: RequestName,
    document: Document,
    digest: Digest,
}

/// Serves a request for one thing.
async fn one(
    (gateway, call): (&Gateway, &Call),
    caller: Caller,
    mut seen: Seen<'_>,
    asked: Asked<'_>,
) -> Result<HttpResponse, Refused> {
    let Asked {
        matched,
        context,
        name,
        document,
        digest,
    } = asked;
    let context_seen = context.clone();
    seen.context = Some(&context_seen);
    let question = (matched.operation.name.clone(), document);
    let understood = spoken::understand(gateway, question, &caller, call)
        .map_err(|report| call.unread(&caller, seen, report))?;
    let message = Message {
        context,
        operation: understood.operation,
        document: understood.document,
        digest,
    };
    let received = spoken::received(gateway, caller, message, &call.moment)?;
    let sent = life::exchange(gateway, call, received, name, async |released| {
        let mut bytes = Vec::new();
        let told = spoken::tell(gateway, released, &understood.losses)?;
        told.write_json(&mut bytes);
        Ok(bytes)
    });
    let sent = sent
        .await
        .map_err(|refused| spoken::retold(gateway, refused))?;
    Ok(success(matched, sent))
}

/// Serves a request for many of the same.
async fn many(
    (gateway, call): (&Gateway, &Call),
    caller: &Caller,
    of: &Arc<str>,
    asked: &Asked<'_>,
) -> Result<HttpResponse, Refused> {
    let sender = lot::Sender {
        gateway,
        call,
        caller,
        context: &asked.context,
        operation: of,
    };
    let operation = asked.matched.operation;
    let answer = lot::whole(sender, operation, &asked.document, asked.digest).await?;
    let mut bytes = Vec::new();
    answer.write_json(&mut bytes);
    Ok(whole(asked.matched, &asked.context, call).body(bytes))
}

/// Who asks, or where the request itself will say so.
enum Told<'c> {
    Headers(Context, RequestName),
    Inside(&'c BodyContext),
}

fn told<'c>(matched: &Match<'c>, headers: &HeaderMap, call: &Call) -> Result<Told<'c>, ReadError> {
    let terms = matched.operation.terms.as_ref().map(|terms| &terms.context);
    match terms {
        Some(ContextSource::Body(inside)) => Ok(Told::Inside(inside)),
        Some(ContextSource::Header) | None => {
            let (context, name) = context(matched, headers, call)?;
            Ok(Told::Headers(context, name))
        }
    }
}

impl Told<'_> {
    fn by_headers(&self) -> Option<&Context> {
        match self {
            Self::Headers(context, _) => Some(context),
            Self::Inside(_) => None,
        }
    }

    /// Who asks, and whether the request's name was given or made here.
    fn settle(&self, document: &Document) -> Result<(Context, RequestName), ReadError> {
        match self {
            Self::Headers(context, name) => Ok((context.clone(), *name)),
            Self::Inside(told) => Ok((context_of(document, told)?, RequestName::Given)),
        }
    }
}

fn unread(call: &Call, caller: &Caller, seen: Seen<'_>, error: &ReadError) -> Refused {
    let request_id = seen.context.map(|context| context.request_id.clone());
    call.unread(
        caller,
        seen,
        error.report(call.moment.exchange.clone(), request_id),
    )
}

fn incoming<'r>(request: &'r HttpRequest, body: &'r [u8]) -> Incoming<'r> {
    let headers = request.headers();
    Incoming {
        query: request.uri().query(),
        if_match: text(headers, IF_MATCH.as_str()),
        content_type: text(headers, CONTENT_TYPE.as_str()),
        body,
    }
}

/// The context, and whether the request's name was given or made here.
fn context(
    matched: &Match<'_>,
    headers: &HeaderMap,
    call: &Call,
) -> Result<(Context, RequestName), ReadError> {
    let made = if changes(matched) {
        None
    } else {
        call.moment.exchange.parse().ok()
    };
    // One that is no text is blank, and not absent.
    let said = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    let context = rest::context(&said, made, call.moment.now)?;
    let name = if headers.contains_key("idempotency-key") {
        RequestName::Given
    } else {
        RequestName::Made
    };
    Ok((context, name))
}

/// Whether the operation changes anything: then its request must have a name.
fn changes(matched: &Match<'_>) -> bool {
    matched.operation.class.parse() == Ok(OperationKind::Submit)
}

fn success(matched: &Match<'_>, sent: Sent) -> HttpResponse {
    let document = sent.released.document();
    let status = StatusCode::from_u16(matched.binding.success).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    response.content_type(rest::CONTENT_TYPE);
    if matched.operation.wire.is_some() {
        withheld::mark(&mut response, &sent.released);
    }
    response.insert_header((REQUEST, sent.released.context().request_id.as_str()));
    response.insert_header((life::TRANSMISSION, sent.released.exchange()));
    if let Some(etag) = rest::etag(matched.operation, document) {
        response.insert_header((ETAG, etag));
    }
    if let (StatusCode::CREATED, Some(case)) = (status, document.value_of(Role::CaseId)) {
        response.insert_header((LOCATION, format!("casos/{case}")));
    }
    response.body(sent.bytes)
}

/// The head of the answer to a lot.
fn whole(matched: &Match<'_>, context: &Context, call: &Call) -> HttpResponseBuilder {
    let status = StatusCode::from_u16(matched.binding.success).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    response.content_type(rest::CONTENT_TYPE);
    response.insert_header((REQUEST, context.request_id.as_str()));
    response.insert_header((life::TRANSMISSION, call.moment.exchange.as_str()));
    response
}

pub(crate) fn problem(report: &Report) -> HttpResponse {
    let entry = report.problem.shown().entry();
    let status = StatusCode::from_u16(entry.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.content_type(PROBLEM_CONTENT_TYPE);
    if let Some(seconds) = report.retry_seconds() {
        response.insert_header((RETRY_AFTER, seconds));
    }
    response.body(problem_json(report))
}

/// The methods of an address that does not take this one · RFC 9110 section 15.5.6.
fn allowed(gateway: &Gateway, request: &HttpRequest) -> Option<String> {
    let found = gateway.router.find(
        request.method().as_str(),
        request.match_info().unprocessed(),
    );
    let Err(RestError::MethodNotAllowed { allowed }) = found else {
        return None;
    };
    let methods: Vec<&str> = allowed.into_iter().map(contract::Method::as_str).collect();
    Some(methods.join(", "))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
