//! `POST /altas` · an organism's certificate, against its one-time code.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use actix_web::http::header::{ALLOW, HeaderMap, HeaderValue};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use certs::possession;
use certs::request::Request;
use domain::{CertificateKey, CertificateOrigin, EnrolmentCode, Organism, Problem};
use journal::{Digest, Entry};
use serde_json::Value;
use store::certificates::Held;
use store::enrolment::Enrolled;

use super::Shop;
use super::attempts::Admission;
use super::desk::{Attempt, Desk, held, unregistered};
use super::message::{Asked, Wish, answer};
use super::refusal::Refusal;
use crate::body::{self, BodyLimits};

/// The address.
pub(super) const PATH: &str = "/altas";
/// What the evidence calls it.
pub(crate) const OPERATION: &str = "alta";
pub(crate) const LIMITS: BodyLimits = BodyLimits {
    bytes: 32 << 10,
    time: Duration::from_secs(5),
};

/// Enrols.
pub(super) async fn serve(desk: Shop, request: HttpRequest, payload: Payload) -> HttpResponse {
    let attempt = Attempt::begin(OPERATION);
    if let Err(refusal) = admitted(&desk, &attempt, &request).await {
        return refusal.response(&attempt.exchange);
    }
    match enrol(&desk, &attempt, (request.headers(), payload)).await {
        Ok(told) => HttpResponse::Created().json(told),
        Err(refusal) => desk.refuse(&attempt, refusal).await,
    }
}

/// Counts an attempt; one too many is refused, and the first of those in a minute is evidence.
pub(crate) async fn admitted(
    desk: &Desk,
    attempt: &Attempt,
    request: &HttpRequest,
) -> Result<(), Refusal> {
    let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let address = request.peer_addr().map_or(unknown, |peer| peer.ip());
    match desk.attempts.admit(address, attempt.now.as_second()) {
        Admission::Admitted => Ok(()),
        Admission::RefusedNow => {
            let refusal = Problem::TooManyAttempts.into();
            Err(desk.journalled(attempt, refusal).await)
        }
        Admission::RefusedAgain => Err(Problem::TooManyAttempts.into()),
    }
}

/// A method that the address does not take.
pub(super) async fn other_method() -> HttpResponse {
    let mut response = refused(Problem::MethodNotAllowed);
    let allowed = HeaderValue::from_static("POST");
    response.headers_mut().insert(ALLOW, allowed);
    response
}

/// Any other address: this listener has only one.
pub(super) async fn other_address() -> HttpResponse {
    refused(Problem::NoSuchResource)
}

fn refused(problem: Problem) -> HttpResponse {
    Refusal::from(problem).response(&Attempt::begin(OPERATION).exchange)
}

async fn enrol(
    desk: &Desk,
    attempt: &Attempt,
    (headers, payload): (&HeaderMap, Payload),
) -> Result<Value, Refusal> {
    let body = body::collect(headers, payload, LIMITS).await?;
    let asked = Asked::read(&body)?;
    granted(desk, attempt, &asked, &body).await
}

/// Grants what is asked for, in a message of these bytes.
pub(crate) async fn granted(
    desk: &Desk,
    attempt: &Attempt,
    asked: &Asked,
    body: &[u8],
) -> Result<Value, Refusal> {
    let told = match &asked.wish {
        Wish::Issue(request) => issue(desk, attempt, asked, (request, body)).await,
        Wish::Register { certificate, proof } => {
            register(desk, attempt, asked, (certificate, proof, body)).await
        }
    };
    told.map_err(|refusal| refusal.about(&asked.organism))
}

/// A certificate of the federation's authority.
async fn issue(
    desk: &Desk,
    attempt: &Attempt,
    asked: &Asked,
    (request, body): (&str, &[u8]),
) -> Result<Value, Refusal> {
    // What needs no secret is checked first: whoever guesses codes must send a good request each time.
    let request = Request::judge(request.as_bytes(), asked.organism.as_str())?;
    let on_key = |refusal: Refusal| match request.key().parse::<CertificateKey>() {
        Ok(key) => refusal.on(key),
        Err(_) => refusal,
    };
    let (organism, name) = code_of(desk, attempt, asked).await.map_err(on_key)?;
    let issued = desk.issue(&organism, &request, attempt.now, CertificateOrigin::Issued)?;
    let evidence = Entry {
        file: Some(name),
        answer_digest: Some(Digest::of(issued.pem.as_bytes())),
        ..attempt.entry(&organism, &issued.held, body)
    };
    desk.record(evidence).await?;
    use_code(desk, attempt, asked, &issued.held).await?;
    let told = Some((issued.pem.as_str(), desk.chain.as_str()));
    Ok(answer(&organism.id, &issued.peer, told))
}

/// A certificate of another authority.
async fn register(
    desk: &Desk,
    attempt: &Attempt,
    asked: &Asked,
    (certificate, proof, body): (&str, &str, &[u8]),
) -> Result<Value, Refusal> {
    let acceptor = &desk.shared.acceptor;
    let pem = certificate.as_bytes();
    let (trust, revocations) = (acceptor.signing_trust(), acceptor.revocations());
    let now = attempt.now.as_second();
    let organism = asked.organism.as_str();
    let peer = certs::existing::judge(pem, organism, (&trust, &revocations), now)?;
    let statement = possession::statement(organism, asked.code.canonical(), &peer.fingerprint);
    if !possession::proves(pem, &statement, proof) {
        return Err(Refusal::of(Problem::CertificateNotEnrollable, UNPROVEN));
    }
    let held = held(&peer, CertificateOrigin::Existing).map_err(|_| Problem::Internal)?;
    let (organism, name) = code_of(desk, attempt, asked)
        .await
        .map_err(|it| it.on(held.key))?;
    let evidence = Entry {
        file: Some(name),
        ..attempt.entry(&organism, &held, body)
    };
    desk.record(evidence).await?;
    use_code(desk, attempt, asked, &held).await?;
    Ok(answer(&organism.id, &peer, None))
}

const UNPROVEN: (&str, &str) = (
    "sin-prueba-de-posesion",
    "la prueba no está firmada con la clave del certificado",
);

/// The organism of the code, and the code's name, if it may be used; whatever is wrong with it, one answer.
///
/// The database looks for a digest under a key that nobody has: how long that takes says nothing of the code.
async fn code_of(
    desk: &Desk,
    attempt: &Attempt,
    asked: &Asked,
) -> Result<(Organism, String), Refusal> {
    let digest = digest(desk, &asked.code)?;
    let store = &desk.shared.store;
    let found = store
        .usable_code(&digest, &asked.organism, attempt.now)
        .await;
    let name = found.map_err(|error| unregistered(&error))?;
    let standing = desk.shared.current.get();
    let organism = standing.registry.organism(&asked.organism);
    match (organism, name) {
        (Some(organism), Some(name)) => Ok((organism.clone(), name)),
        (Some(_) | None, _) => Err(Problem::InvalidEnrolmentCode.into()),
    }
}

/// Uses the code and registers the key, both or neither.
async fn use_code(
    desk: &Desk,
    attempt: &Attempt,
    asked: &Asked,
    held: &Held,
) -> Result<(), Refusal> {
    let digest = digest(desk, &asked.code)?;
    let store = &desk.shared.store;
    let used = store
        .enrol(&digest, &asked.organism, held, attempt.now)
        .await;
    match used.map_err(|error| unregistered(&error).on(held.key))? {
        Enrolled::Registered => Ok(()),
        // Somebody else used it since it was looked at.
        Enrolled::CodeNotUsable => Err(Refusal::from(Problem::InvalidEnrolmentCode).on(held.key)),
    }
}

fn digest(desk: &Desk, code: &EnrolmentCode) -> Result<[u8; 32], Refusal> {
    desk.shared.veil.code(code.canonical()).map_err(|error| {
        tracing::error!(%error, "a code cannot be digested");
        Problem::Internal.into()
    })
}
