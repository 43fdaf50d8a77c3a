//! `POST /v2/casos/lote`, `application/x-ndjson` · a lot of any length: one request a line in, one result a line out.
//!
//! Lines are read no faster than they are served, and results are written as they come: the memory of a stream is that of
//! a few lines. `desde` in the query is the position of the first line, so that a stream that broke goes on where it
//! broke, under the same number.
//!
//! INVARIANT: what is to be verified, or whose results are to be signed, is no stream but a [`piece`].

mod lines;
mod piece;

use std::collections::VecDeque;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use adapters::rest::{self, RestError};
use contract::Operation;
use domain::Context;
use exchange::{Caller, Seen};
use futures_util::future::{Either, select};
use futures_util::stream;
use journal::Digest;

use self::lines::Lines;
use super::{Item, LAST, Outcome, Sender, answer, served};
use crate::call::{Call, Refused};
use crate::connection::identify;
use crate::gateway::Gateway;
use crate::http_security::Answering;
use crate::standing::LotUnderWay;
use crate::{body, rest as endpoint, security, tracing_context};

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

/// Serves one stream, or one piece.
pub(crate) async fn serve(
    gateway: Data<Gateway>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let call = Call::begin(&gateway, request.headers());
    let trace = call.trace;
    let mut answering = Answering::default();
    let mut response = match begin(&gateway, &call, &request, &mut answering) {
        Ok((caller, context, position)) => {
            let serving = Serving {
                gateway,
                call,
                request,
                caller,
                context,
            };
            if answering.needs_whole() {
                piece::serve(serving, payload, position, &answering).await
            } else {
                streamed(serving, payload, position)
            }
        }
        Err(refused) => {
            let response = endpoint::problem(&refused.journalled(&gateway, &call).await);
            answering.sign(&gateway, &call, response).await
        }
    };
    tracing_context::put(response.headers_mut(), trace);
    response
}

fn streamed(serving: Serving, payload: Payload, position: u64) -> HttpResponse {
    let flow = Flow {
        lines: Lines::new(payload, serving.gateway.body),
        _under_way: serving.gateway.current.lot(),
        serving,
        position,
        over: false,
    };
    // In a task of its own: a sender who hangs up must not leave a line half served, with a claim that nobody gives back.
    let body = stream::unfold(flow, |flow| async {
        let step = actix_web::rt::spawn(flow.next()).await;
        step.ok().flatten()
    });
    let body = Box::pin(body);
    HttpResponse::Ok().content_type(NDJSON).streaming(body)
}

/// Who sends, and the position of the first line.
fn begin(
    gateway: &Gateway,
    call: &Call,
    request: &HttpRequest,
    answering: &mut Answering,
) -> Result<(Caller, Context, u64), Refused> {
    let now = call.moment.now;
    let caller = identify(request, &call.standing, now).map_err(|nobody| call.nobody(nobody))?;
    answering.begin(request, &caller);
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
    let coded = body::uncoded(request.headers());
    coded.map_err(|problem| call.unread(&caller, seen, call.report(problem)))?;
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
    let position = value.parse().ok();
    let position = position.filter(|position| (1..=LAST).contains(position));
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
    serving: Serving,
    lines: Lines<Payload>,
    position: u64,
    over: bool,
    _under_way: LotUnderWay,
}

/// What its lines are served by.
struct Serving {
    gateway: Data<Gateway>,
    call: Call,
    request: HttpRequest,
    caller: Caller,
    context: Context,
}

impl Flow {
    /// The results of the next lines, and the rest of the stream.
    async fn next(mut self) -> Option<(Result<Bytes, std::convert::Infallible>, Self)> {
        if self.over {
            return None;
        }
        let (lines, fault) = self.lines.some().await;
        if lines.is_empty() && fault.is_none() {
            return None;
        }
        // Who may no longer connect, or must sign from now on, is served no further, however long the stream.
        let refused = self.serving.renew().err();
        let shut_out = refused.is_some();
        let ended = shut_out || fault.is_some();
        let mut outcomes = match refused {
            Some(refused) => vec![self.serving.refuse(self.position, refused).await],
            None => self.serve(lines).await,
        };
        if let Some(problem) = fault.filter(|_| !shut_out) {
            let Serving { call, caller, .. } = &self.serving;
            let refused = call.unread(caller, Seen::default(), call.report(problem));
            outcomes.push(self.serving.refuse(self.position, refused).await);
        }
        // What would be done beyond could not be told; nor is anything done after a result that could not.
        let (bytes, unwritten) = self.serving.written(&outcomes);
        self.over = ended || unwritten || self.position > LAST;
        Some((Ok(bytes), self))
    }

    /// Serves lines, and reads the next ones while it does.
    async fn serve(&mut self, lines: VecDeque<Bytes>) -> Vec<Outcome> {
        let items = self.serving.items(lines, self.position);
        self.position += u64::try_from(items.len()).unwrap_or(u64::MAX);
        let serving = std::pin::pin!(self.serving.serve(items));
        let reading = std::pin::pin!(self.lines.fill());
        match select(serving, reading).await {
            Either::Left((outcomes, _)) => outcomes,
            Either::Right(((), serving)) => serving.await,
        }
    }
}

impl Serving {
    fn renew(&mut self) -> Result<(), Refused> {
        self.call.standing = self.gateway.current.get();
        let now = crate::clock::now();
        let caller = identify(&self.request, &self.call.standing, now);
        self.caller = caller.map_err(|nobody| self.call.nobody(nobody))?;
        // What was agreed may have changed since: a stream has no signature to show.
        security::unsigned_stream(&self.call, &self.caller)
    }

    fn items(&self, lines: impl IntoIterator<Item = Bytes>, from: u64) -> Vec<Item> {
        let lot = operation(&self.gateway, &self.request).and_then(|it| it.lot.as_ref());
        let single = lot.and_then(|lot| self.gateway.contract.operation(&lot.of));
        let items = lines.into_iter().zip(from..=LAST);
        let item = |(line, position): (Bytes, u64)| {
            let (contract, limits) = (&self.gateway.contract, &self.gateway.limits);
            Some(Item {
                position,
                read: rest::line(contract, single?, &line, limits),
                digest: Digest::of(&line),
            })
        };
        items.filter_map(item).collect()
    }

    async fn serve(&self, items: Vec<Item>) -> Vec<Outcome> {
        let Some(lot) = operation(&self.gateway, &self.request).and_then(|it| it.lot.as_ref())
        else {
            return Vec::new();
        };
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
    async fn refuse(&self, position: u64, refused: Refused) -> Outcome {
        Outcome {
            position,
            result: Err(refused.journalled(&self.gateway, &self.call).await),
        }
    }

    /// One line a result, and whether one could not be written: then none after it is.
    fn written(&self, outcomes: &[Outcome]) -> (Bytes, bool) {
        let mut out = Vec::new();
        let Some(operation) = operation(&self.gateway, &self.request) else {
            return (Bytes::new(), true);
        };
        let Some(lot) = &operation.lot else {
            return (Bytes::new(), true);
        };
        let told = (operation.response, &lot.results);
        for outcome in outcomes {
            let one = std::slice::from_ref(outcome);
            match answer::document(&self.gateway.contract, told, one) {
                Ok(document) => {
                    document
                        .root()
                        .children()
                        .for_each(|result| result.write_json(&mut out));
                    out.push(b'\n');
                }
                Err(violations) => {
                    tracing::error!(?violations, "a result of a lot could not be written");
                    return (Bytes::from(out), true);
                }
            }
        }
        (Bytes::from(out), false)
    }
}

#[cfg(test)]
mod tests {
    use super::from;

    #[test]
    fn positions_are_those_that_results_can_say() {
        let table = [
            ("", Some(1)),
            ("desde=1", Some(1)),
            ("desde=2147483647", Some(2_147_483_647)),
            ("desde=2147483648", None),
            ("desde=18446744073709551615", None),
            ("desde=0", None),
            ("desde=-1", None),
            ("desde=1&desde=2", None),
            ("hasta=1", None),
        ];
        for (query, expected) in table {
            assert_eq!(from(query).ok(), expected, "{query}");
        }
    }
}
