//! `POST /certificados` · the next certificate of whoever calls by a good one: a PKCS #10 request in PEM, no code.
//!
//! The present certificate goes on: both are good until the old one expires or is revoked. Evidence and registry say by
//! which one the next was obtained, so that what came of a stolen key is found.

use std::time::Duration;

use actix_web::http::header::HeaderMap;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use certs::request::Request;
use domain::{CertificateKey, CertificateOrigin};
use exchange::Caller;
use journal::{Digest, Entry};
use serde_json::Value;
use store::certificates::Renewal;

use super::Shop;
use super::desk::{Attempt, Desk, unregistered};
use super::message::answer;
use super::refusal::Refusal;
use crate::body::{self, BodyLimits};
use crate::connection::identify;

/// The address.
pub(super) const PATH: &str = "/certificados";
/// What the evidence calls it.
const OPERATION: &str = "renovarCertificado";
/// So many keys that are still good may an organism have renewed to: enough for one a machine, too few to hoard.
const MOST: u8 = 8;
const LIMITS: BodyLimits = BodyLimits {
    bytes: 16 << 10,
    time: Duration::from_secs(5),
};

/// Renews.
pub(super) async fn serve(desk: Shop, request: HttpRequest, payload: Payload) -> HttpResponse {
    let attempt = Attempt::begin(OPERATION);
    let standing = desk.shared.current.get();
    let caller = match identify(&request, &standing, attempt.now) {
        Ok(caller) => caller,
        Err(nobody) => {
            let refusal = Refusal {
                key: nobody.key,
                ..nobody.problem.into()
            };
            return desk.refuse(&attempt, refusal).await;
        }
    };
    match renew(&desk, &attempt, &caller, (request.headers(), payload)).await {
        Ok(told) => HttpResponse::Created().json(told),
        Err(refusal) => {
            let refusal = refusal.about(&caller.organism().id);
            desk.refuse(&attempt, refusal).await
        }
    }
}

async fn renew(
    desk: &Desk,
    attempt: &Attempt,
    caller: &Caller,
    (headers, payload): (&HeaderMap, Payload),
) -> Result<Value, Refusal> {
    let presented: CertificateKey = *caller.certificate();
    let body = body::collect(headers, payload, LIMITS).await?;
    let organism = caller.organism();
    let request = Request::judge(&body, organism.id.as_str())
        .map_err(|fault| Refusal::from(fault).on(presented))?;
    let issued = desk.issue(organism, &request, attempt.now, CertificateOrigin::Renewed)?;
    let evidence = Entry {
        // As that of the first names the code.
        file: Some(presented.to_string()),
        answer_digest: Some(Digest::of(issued.pem.as_bytes())),
        ..attempt.entry(organism, &issued.held, &body)
    };
    desk.record(evidence).await?;
    let renewal = Renewal {
        by: presented,
        most: MOST,
        now: attempt.now,
    };
    let store = &desk.shared.store;
    let put = store.renew_certificate(&issued.held, &organism.id, renewal);
    put.await
        .map_err(|error| unregistered(&error).on(presented))?;
    let told = Some((issued.pem.as_str(), desk.chain.as_str()));
    Ok(answer(&organism.id, &issued.peer, told))
}
