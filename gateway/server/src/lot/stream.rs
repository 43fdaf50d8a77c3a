//! `POST /v2/casos/lote`, `application/x-ndjson` · a lot of any length: one request a line in, one result a line out.
//!
//! Lines are read no faster than they are served, and results are written as they come: the memory of a stream is that of
//! a few lines. `desde` in the query is the position of the first line, so that a stream that broke goes on where it
//! broke, under the same number.

use std::collections::VecDeque;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use adapters::rest::{self, RestError};
use contract::Operation;
use domain::{Context, Problem};
use exchange::{Caller, Seen};
use futures_util::StreamExt;
use futures_util::stream;
use journal::Digest;

use super::{Item, Outcome, Sender, WINDOW, answer, served};
use crate::call::{Call, Refused};
use crate::connection::identify;
use crate::gateway::Gateway;
use crate::{rest as endpoint, security, tracing_context};

const NDJSON: &str = "application/x-ndjson";
const FROM: &str = "desde";

/// Whether the request is a lot that comes line by line.
pub(crate) fn is_stream(gateway: &Gateway, request: &HttpRequest) -> bool {
    let media = request.headers().get(CONTENT_TYPE);
    let media = media.and_then(|value| value.to_str().ok());
    let media = media.unwrap_or_default().split(';').next();
    media.is_some_and(|media| media.trim().eq_ignore_ascii_case(NDJSON))
        && operation(gateway, request).is_some()
}

/// The lot's operation at that address.
fn operation<'g>(gateway: &'g Gateway, request: &HttpRequest) -> Option<&'g Operation> {
    let path = request.match_info().unprocessed();
    let matched = gateway.router.find(request.method().as_str(), path).ok()?;
    Some(matched.operation).filter(|operation| operation.lot.is_some())
}

/// Serves one stream.
pub(crate) async fn serve(
    gateway: Data<Gateway>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let call = Call::begin(&gateway, request.headers());
    let trace = call.trace;
    let mut response = match begin(&gateway, &call, &request) {
        Ok((caller, context, position)) => {
            let lines = Lines {
                payload,
                buffer: BytesMut::new(),
                ended: false,
            };
            let flow = Flow {
                gateway,
                call,
                request,
                caller,
                context,
                lines,
                position,
                over: false,
            };
            // In a task of its own: a sender who hangs up must not leave a line half served, with a claim that nobody
            // gives back.
            let body = stream::unfold(flow, |flow| async {
                let step = actix_web::rt::spawn(flow.next()).await;
                step.ok().flatten()
            });
            let body = Box::pin(body);
            HttpResponse::Ok().content_type(NDJSON).streaming(body)
        }
        Err(refused) => endpoint::problem(&refused.journalled(&gateway).await),
    };
    tracing_context::put(response.headers_mut(), trace);
    response
}

/// Who sends, and the position of the first line.
fn begin(
    gateway: &Gateway,
    call: &Call,
    request: &HttpRequest,
) -> Result<(Caller, Context, u64), Refused> {
    let now = call.moment.now;
    let caller = identify(request, &call.standing, now).map_err(|nobody| call.nobody(nobody))?;
    security::unsigned_protocol(call, &caller)?;
    let seen = Seen {
        contract: Some(&gateway.contract),
        operation: operation(gateway, request),
        ..Seen::default()
    };
    let unread = |error: adapters::ReadError| {
        let report = error.report(call.moment.exchange.clone(), None);
        call.unread(&caller, seen, report)
    };
    // One that is no text is blank, and not absent.
    let said = |name: &str| {
        let value = request.headers().get(name)?;
        Some(value.to_str().unwrap_or_default())
    };
    let context = rest::context(&said, None, now).map_err(|error| unread(error.into()))?;
    let position = from(request.query_string()).map_err(|error| unread(error.into()))?;
    Ok((caller.clone(), context, position))
}

/// The position of the first line.
fn from(query: &str) -> Result<u64, RestError> {
    let Some((name, value)) = query.split_once('=').filter(|_| !query.contains('&')) else {
        return if query.is_empty() {
            Ok(1)
        } else {
            Err(unknown(query))
        };
    };
    let position = value.parse().ok().filter(|position| *position > 0);
    position
        .filter(|_| name == FROM)
        .ok_or_else(|| unknown(name))
}

fn unknown(query: &str) -> RestError {
    let name = query.split(['=', '&']).next().unwrap_or_default();
    RestError::UnknownParameter {
        name: name.to_owned(),
    }
}

/// A stream under way.
struct Flow {
    gateway: Data<Gateway>,
    call: Call,
    request: HttpRequest,
    caller: Caller,
    context: Context,
    lines: Lines,
    position: u64,
    over: bool,
}

impl Flow {
    /// The results of the next lines, and the rest of the stream.
    async fn next(mut self) -> Option<(Result<Bytes, std::convert::Infallible>, Self)> {
        if self.over {
            return None;
        }
        let (lines, fault) = self.lines.some(&self.gateway).await;
        if lines.is_empty() && fault.is_none() {
            return None;
        }
        // Who may no longer connect is served no further, however long the stream.
        let refused = self.renew().err();
        let ended = refused.is_some() || fault.is_some();
        let mut outcomes = match refused {
            Some(refused) => vec![self.refuse(refused).await],
            None => self.serve(lines).await,
        };
        if let Some(problem) = fault.filter(|_| outcomes.iter().all(|it| it.position > 0)) {
            let report = self.call.report(problem);
            let refused = self.call.unread(&self.caller, Seen::default(), report);
            outcomes.push(self.refuse(refused).await);
        }
        self.over = ended;
        let bytes = self.written(&outcomes);
        Some((Ok(bytes), self))
    }

    fn renew(&mut self) -> Result<(), Refused> {
        self.call.standing = self.gateway.current.get();
        let now = crate::clock::now();
        let caller = identify(&self.request, &self.call.standing, now);
        self.caller = caller.map_err(|nobody| self.call.nobody(nobody))?;
        Ok(())
    }

    async fn serve(&mut self, lines: VecDeque<Bytes>) -> Vec<Outcome> {
        let Some(lot) = operation(&self.gateway, &self.request).and_then(|it| it.lot.as_ref())
        else {
            return Vec::new();
        };
        let single = self.gateway.contract.operation(&lot.of);
        let items = lines.into_iter().zip(self.position..);
        let items: Vec<Item> = items
            .filter_map(|(line, position)| {
                let (contract, limits) = (&self.gateway.contract, &self.gateway.limits);
                Some(Item {
                    position,
                    read: rest::line(contract, single?, &line, limits),
                    digest: Digest::of(&line),
                })
            })
            .collect();
        self.position += u64::try_from(items.len()).unwrap_or(u64::MAX);
        let sender = Sender {
            gateway: &self.gateway,
            call: &self.call,
            caller: &self.caller,
            context: &self.context,
            operation: &lot.of,
        };
        served(sender, items).await
    }

    /// The result of the line that ends the stream.
    async fn refuse(&self, refused: Refused) -> Outcome {
        Outcome {
            position: self.position,
            result: Err(refused.journalled(&self.gateway).await),
        }
    }

    /// One line a result.
    fn written(&self, outcomes: &[Outcome]) -> Bytes {
        let mut out = Vec::new();
        let Some(operation) = operation(&self.gateway, &self.request) else {
            return Bytes::new();
        };
        for outcome in outcomes {
            let one = std::slice::from_ref(outcome);
            match answer::document(&self.gateway.contract, operation.response, one) {
                Ok(document) => {
                    document
                        .root()
                        .children()
                        .for_each(|result| result.write_json(&mut out));
                    out.push(b'\n');
                }
                Err(violations) => {
                    tracing::error!(?violations, "a result of a lot could not be written");
                }
            }
        }
        Bytes::from(out)
    }
}

/// The lines of a body.
struct Lines {
    payload: Payload,
    buffer: BytesMut,
    ended: bool,
}

impl Lines {
    /// The next lines, as many as are there, one at least; none at the end. A line that is too long or too slow is named,
    /// after those before it.
    async fn some(&mut self, gateway: &Gateway) -> (VecDeque<Bytes>, Option<Problem>) {
        let mut lines = VecDeque::new();
        loop {
            self.take(&mut lines);
            if !lines.is_empty() || (self.ended && self.buffer.is_empty()) {
                return (lines, None);
            }
            if self.buffer.len() > gateway.body.bytes {
                return (lines, Some(Problem::BodyTooLarge));
            }
            match tokio::time::timeout(gateway.body.time, self.payload.next()).await {
                Ok(Some(Ok(chunk))) => self.buffer.extend_from_slice(&chunk),
                Ok(None) => {
                    self.ended = true;
                    self.buffer.extend_from_slice(b"\n");
                }
                Ok(Some(Err(_))) | Err(_) => return (lines, Some(Problem::SlowBody)),
            }
        }
    }

    /// Takes the lines that are whole, up to a window of them; blank ones are nothing.
    fn take(&mut self, lines: &mut VecDeque<Bytes>) {
        while lines.len() < WINDOW {
            let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') else {
                break;
            };
            let line = self.buffer.split_to(end + 1).freeze();
            let text = line.trim_ascii();
            if !text.is_empty() {
                lines.push_back(line.slice_ref(text));
            }
        }
    }
}
