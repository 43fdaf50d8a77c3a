//! `/admin/v1/…` · files of adhesion, their papers and users forms, and sets of policies, for programs of the ministry.
//!
//! Who is there is said by the client certificate at every request; no session counts and no cookie, nor the identity
//! provider. What
//! is sent is JSON or PDF: media types that no page of another site can send without asking first, and it is never answered.

mod answer;
mod dossiers;
mod papers;
mod policies;
mod users;

use std::pin::Pin;

use actix_web::http::Method;
use actix_web::web::{self, Bytes, Data, Payload, ServiceConfig};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use domain::adhesion::pdf;
use domain::{Staff, StaffRole};
use serde::de::DeserializeOwned;
use store::adhesion::acts::Occasion;

use crate::body::{self, BodyLimits};
use crate::clock;

use super::desk::Desk;
use super::door;
use super::pages::{ConsoleAddress, EVERYONE};
use super::refusal::Refusal;
use super::visit::Known;
use answer::Fault;

/// What a request is answered.
type Reply = Result<HttpResponse, Fault>;
type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Reply>>>;

/// What is sent with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Nothing,
    Json,
    Pdf,
}

/// One operation of the interface; `openapi.json` describes each, and a test holds both together.
struct Operation {
    path: &'static str,
    method: fn() -> Method,
    /// Whoever may: the rules of adhesion see to it, act by act, and the tests try everyone.
    by: &'static [StaffRole],
    sent: Sent,
    handler: Handler,
}

const fn operation(
    path: &'static str,
    method: fn() -> Method,
    by: &'static [StaffRole],
    sent: Sent,
    handler: Handler,
) -> Operation {
    Operation {
        path,
        method,
        by,
        sent,
        handler,
    }
}

/// Whoever keeps files.
const KEEPERS: &[StaffRole] = &[StaffRole::Manager];
/// Whoever acts in them.
const ACTORS: &[StaffRole] = &[StaffRole::Manager, StaffRole::Supervisor];

const fn get() -> Method {
    Method::GET
}

const fn post() -> Method {
    Method::POST
}

const fn put() -> Method {
    Method::PUT
}

const FILES: &str = "/admin/v1/expedientes";
const FILE: &str = "/admin/v1/expedientes/{id}";
const ENTRIES: &str = "/admin/v1/expedientes/{id}/asientos";
const USERS: &str = "/admin/v1/organismos/{id}/usuarios";
const PAPERS: &str = "/admin/v1/documentos";
const PAPER: &str = "/admin/v1/documentos/{id}";
const POLICIES: &str = "/admin/v1/politicas";
const POLICY_TEXTS: &str = "/admin/v1/politicas/versiones/{id}";
const PROPOSALS: &str = "/admin/v1/politicas/propuestas";
const PROPOSAL: &str = "/admin/v1/politicas/propuestas/{id}";
const DECISION: &str = "/admin/v1/politicas/propuestas/{id}/decision";
const DESCRIPTION: &str = "/admin/v1/openapi.json";

/// Every operation.
const OPERATIONS: &[Operation] = &[
    operation(DESCRIPTION, get, EVERYONE, Sent::Nothing, |_| {
        Box::pin(async { Ok(description()) })
    }),
    operation(FILES, get, EVERYONE, Sent::Nothing, |call| {
        Box::pin(dossiers::list(call))
    }),
    operation(FILES, post, KEEPERS, Sent::Json, |call| {
        Box::pin(dossiers::open(call))
    }),
    operation(FILE, get, EVERYONE, Sent::Nothing, |call| {
        Box::pin(dossiers::show(call))
    }),
    operation(ENTRIES, post, ACTORS, Sent::Json, |call| {
        Box::pin(dossiers::enter(call))
    }),
    operation(USERS, get, EVERYONE, Sent::Nothing, |call| {
        Box::pin(users::show(call))
    }),
    operation(USERS, put, KEEPERS, Sent::Json, |call| {
        Box::pin(users::keep(call))
    }),
    operation(PAPERS, post, ACTORS, Sent::Pdf, |call| {
        Box::pin(papers::store(call))
    }),
    operation(PAPER, get, EVERYONE, Sent::Nothing, |call| {
        Box::pin(papers::show(call))
    }),
    operation(POLICIES, get, EVERYONE, Sent::Nothing, |call| {
        Box::pin(policies::show(call))
    }),
    operation(POLICY_TEXTS, get, EVERYONE, Sent::Nothing, |call| {
        Box::pin(policies::texts(call))
    }),
    operation(PROPOSALS, post, ACTORS, Sent::Json, |call| {
        Box::pin(policies::propose(call))
    }),
    operation(PROPOSAL, get, EVERYONE, Sent::Nothing, |call| {
        Box::pin(policies::read(call))
    }),
    operation(DECISION, post, ACTORS, Sent::Json, |call| {
        Box::pin(policies::decide(call))
    }),
];

/// Every address of the interface.
pub fn addresses() -> Vec<ConsoleAddress> {
    let all = OPERATIONS.iter().map(|it| ConsoleAddress {
        path: it.path,
        method: (it.method)().to_string(),
        by: it.by,
    });
    all.collect()
}

/// The interface, described.
const OPENAPI: &str = include_str!("admin/openapi.json");

/// A request of someone of the staff.
pub(crate) struct Call {
    desk: Data<Desk>,
    staff: Staff,
    http: HttpRequest,
    body: Bytes,
}

impl Call {
    /// The part of the address that names what it is about.
    fn id<T: std::str::FromStr>(&self) -> Result<T, Fault> {
        let text = self.http.match_info().query("id");
        text.parse().map_err(|_| Fault::Refused(Refusal::Nothing))
    }

    fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|error| Fault::Unreadable(error.to_string()))
    }

    fn occasion() -> Occasion {
        Occasion {
            now: clock::now(),
            exchange: clock::fresh_id(),
        }
    }
}

/// Serves every operation.
pub(crate) fn serve(services: &mut ServiceConfig) {
    for known in OPERATIONS {
        let to = move |desk: Data<Desk>, http: HttpRequest, payload: Payload| {
            answer(known, desk, http, payload)
        };
        services.route(known.path, web::method((known.method)()).to(to));
    }
}

async fn answer(
    operation: &'static Operation,
    desk: Data<Desk>,
    http: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let mut known = Known::default();
    let reply = match call(operation, &desk, &http, payload, &mut known).await {
        Ok(call) => (operation.handler)(call).await,
        Err(refusal) => Err(Fault::Refused(refusal)),
    };
    match reply {
        Ok(response) => answer::hardened(response),
        Err(fault) => answer::told(&desk, &http, fault, &known).await,
    }
}

/// Who is there, and what she has sent.
async fn call(
    operation: &Operation,
    desk: &Data<Desk>,
    http: &HttpRequest,
    payload: Payload,
    known: &mut Known,
) -> Result<Call, Refusal> {
    let staff = door::certified(desk, http, clock::now(), known).await?;
    Ok(Call {
        desk: desk.clone(),
        staff,
        http: http.clone(),
        body: sent(operation.sent, desk, http, payload).await?,
    })
}

async fn sent(
    sent: Sent,
    desk: &Desk,
    http: &HttpRequest,
    payload: Payload,
) -> Result<Bytes, Refusal> {
    let (media, bytes) = match sent {
        Sent::Nothing => return Ok(Bytes::new()),
        Sent::Json => ("application/json", desk.body.bytes),
        Sent::Pdf => (pdf::MEDIA_TYPE, pdf::MOST_BYTES),
    };
    if http.content_type() != media {
        return Err(Refusal::field("Content-Type", http.content_type()));
    }
    let limits = BodyLimits { bytes, ..desk.body };
    let body = body::collect(http.headers(), payload, limits).await;
    body.map_err(Refusal::of_body)
}

fn description() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(OPENAPI)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_description_describes_what_is_served() {
        let text: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        assert_eq!(text["openapi"], "3.1.0");
        let served: BTreeSet<(String, String)> = OPERATIONS
            .iter()
            .map(|it| {
                let method = (it.method)().as_str().to_lowercase();
                (it.path.to_owned(), method)
            })
            .collect();
        let paths = text["paths"].as_object().unwrap();
        let described = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            let methods = methods.filter(|name| *name != "parameters");
            methods.map(move |method| (path.clone(), method.clone()))
        });
        assert_eq!(described.collect::<BTreeSet<_>>(), served);
    }

    #[test]
    fn every_reference_of_the_description_leads_somewhere() {
        fn references(value: &serde_json::Value, found: &mut Vec<String>) {
            for (name, member) in value.as_object().into_iter().flatten() {
                if name == "$ref" {
                    found.extend(member.as_str().map(str::to_owned));
                }
                references(member, found);
            }
            for item in value.as_array().into_iter().flatten() {
                references(item, found);
            }
        }
        let text: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        let mut found = Vec::new();
        references(&text, &mut found);
        assert!(found.len() > 5);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(text.pointer(pointer).is_some(), "{reference}");
        }
    }
}
