//! `traceparent` of a request, taken up or begun here, and handed back · W3C Trace Context.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use adapters::trace::Trace;
use uuid::Uuid;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The caller's trace one step further, else one that begins here.
pub(crate) fn of(headers: &HeaderMap) -> Option<Trace> {
    let given = headers
        .get(&TRACEPARENT)
        .and_then(|value| value.to_str().ok()?.parse::<Trace>().ok());
    let (trace_id, span) = (Uuid::now_v7().into_bytes(), span());
    given.map_or_else(
        || Trace::begin(trace_id, span),
        |trace| Some(trace.step(span)),
    )
}

/// Tells the caller which trace its request belongs to.
pub(crate) fn put(headers: &mut HeaderMap, trace: Option<Trace>) {
    let value = trace.and_then(|trace| HeaderValue::try_from(trace.to_string()).ok());
    if let Some(value) = value {
        headers.insert(TRACEPARENT, value);
    }
}

/// The random half of a fresh UUID.
fn span() -> [u8; 8] {
    Uuid::now_v7()
        .into_bytes()
        .last_chunk()
        .copied()
        .unwrap_or_default()
}
