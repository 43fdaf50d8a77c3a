//! `GET /avisos` · the notices for the organism that asks: cases it is in charge of, of which others learned by
//! exceptional access. No field of any case. `?limite=` says how many at most, `?cursor=` after which.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::web::Data;
use adapters::rest;
use domain::{Finding, OrganismId, Problem, Standing};
use exchange::{Caller, Seen};
use journal::{Digest, Entry, EntryKind, Verdict};
use serde_json::{Value, json};
use store::exceptional::{Mark, Notice, Page};

use crate::call::{Call, Refused};
use crate::clock;
use crate::connection::identify;
use crate::gateway::Gateway;
use crate::http_security::{self, Answering};
use crate::life::{broken, record};
use crate::rest::problem;

/// The address.
pub(crate) const PATH: &str = "/avisos";
/// What the evidence calls it.
const OPERATION: &str = "leerAvisos";
/// How many notices are told at once, if the caller does not say.
const USUAL: u32 = 100;
/// How many at most.
const MOST: u32 = 500;

/// Serves the notices.
pub(crate) async fn serve(gateway: Data<Gateway>, request: HttpRequest) -> HttpResponse {
    let call = Call::begin(&gateway, request.headers());
    let mut answering = Answering::default();
    let response = match answer(&gateway, &call, &request, &mut answering).await {
        Ok(bytes) => HttpResponse::Ok()
            .content_type(rest::CONTENT_TYPE)
            .body(bytes),
        Err(refused) => problem(&refused.journalled(&gateway, &call).await),
    };
    answering.sign(&gateway, &call, response).await
}

async fn answer(
    gateway: &Gateway,
    call: &Call,
    request: &HttpRequest,
    answering: &mut Answering,
) -> Result<Vec<u8>, Refused> {
    let now = call.moment.now;
    let caller = identify(request, &call.standing, now).map_err(|nobody| call.nobody(nobody))?;
    answering.begin(request, &caller);
    let (from, seen) = ((caller, &[][..]), Seen::default());
    let secured = http_security::verify(gateway, (call, request), from, seen, answering).await?;
    let caller = secured.own(call, seen)?;
    let refuse = |problem| call.unread(&caller, Seen::default(), call.report(problem));
    let agreement = caller.agreement();
    if agreement.map(|agreement| agreement.standing(now)) != Some(Standing::Effective) {
        return Err(refuse(Problem::AgreementNotEffective));
    }
    let organism = &caller.organism().id;
    let failed = |error: &store::Error| broken(refuse(Problem::Internal), error);
    let page = page(request).ok_or_else(|| refuse(Problem::SchemaViolation))?;
    // One more than is told: whether there are more.
    let asked = Page {
        most: page.most + 1,
        ..page.clone()
    };
    let notices = gateway.store.notices(organism, &asked).await;
    let mut notices = notices.map_err(|error| failed(&error))?;
    let more = notices.len() > page.most as usize;
    notices.truncate(page.most as usize);
    let next = notices.last().filter(|_| more).map(Notice::mark);
    let bytes = body(&notices, next.as_ref());
    record(gateway, evidence(call, &caller, &notices, &bytes)).await?;
    let read = gateway.store.notices_read(organism, &notices, clock::now());
    read.await.map_err(|error| failed(&error))?;
    Ok(bytes)
}

/// Which page is asked for; none when that cannot be read.
fn page(request: &HttpRequest) -> Option<Page> {
    let mut page = Page::first(USUAL);
    let query = request.uri().query().unwrap_or_default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=')? {
            ("limite", most) => page.most = most.parse().ok()?,
            ("cursor", mark) => page.after = Some(mark.parse().ok()?),
            _ => return None,
        }
    }
    (1..=MOST).contains(&page.most).then_some(page)
}

fn body(notices: &[Notice], next: Option<&Mark>) -> Vec<u8> {
    let told: Vec<Value> = notices.iter().map(told).collect();
    let mut body = json!({ "avisos": told });
    if let (Some(members), Some(next)) = (body.as_object_mut(), next) {
        members.insert("cursor".to_owned(), json!(next.to_string()));
    }
    body.to_string().into_bytes()
}

fn told(notice: &Notice) -> Value {
    json!({
        "intercambio": notice.exchange,
        "fecha": notice.at.to_string(),
        "organismo": notice.organism.as_str(),
        "funcionario": notice.officer.as_str(),
        "idCaso": notice.case.as_str(),
        "responsable": notice.responsible.as_ref().map(OrganismId::as_str),
        "revision": notice.finding.map_or("pendiente", Finding::as_str),
    })
}

fn evidence(call: &Call, caller: &Caller, notices: &[Notice], bytes: &[u8]) -> Entry {
    let id = &caller.organism().id;
    let fresh = Entry::new(
        EntryKind::Released,
        call.moment.now,
        call.moment.exchange.as_str(),
    );
    Entry {
        operation: Some(OPERATION.to_owned()),
        organism: Some(id.clone()),
        certificate: Some(*caller.certificate()),
        agreement: caller.agreement().map(|agreement| agreement.id.clone()),
        verdict: Some(Verdict::Allowed),
        cases: notices.iter().map(|notice| notice.case).collect(),
        recipient: Some(id.clone()),
        answer_digest: Some(Digest::of(bytes)),
        signer: caller.signed().map(|it| it.certificate),
        signature: caller.signed().map(|it| it.signature),
        ..fresh
    }
}
