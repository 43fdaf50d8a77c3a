//! One visit to a page, from the certificate to the answer. The order is the security argument: who is it, is the
//! session good, may she, is the form hers; only then the page. A refusal at any step is evidence.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use domain::{Staff, StaffKey, StaffRole};
use jiff::Timestamp;
use journal::{Entry, EntryKind, Verdict};

use crate::{body, clock};

use super::desk::Desk;
use super::door;
use super::fields::Fields;
use super::frame::{Again, Frame, RefusalPage};
use super::language::{self, Chosen};
use super::messages::Words;
use super::pages::Handler;
use super::refusal::Refusal;
use super::response::{self, Keep, Reply};
use super::session::{Session, same};

/// What is asked for, as the list of pages has it.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    /// The message that names the page.
    pub title: &'static str,
    /// Whoever may.
    pub by: &'static [StaffRole],
    /// Serves it.
    pub handler: Handler,
}

/// What a page or an act is given.
pub(crate) struct Visit {
    /// What every page has at hand.
    pub desk: Data<Desk>,
    /// Who is there.
    pub staff: Staff,
    /// What surrounds the page; to be moved into its template.
    pub frame: Frame,
    /// The fields of the address.
    pub query: Fields,
    /// The fields of the form, where one was sent as `application/x-www-form-urlencoded`.
    pub form: Fields,
    /// What was sent, as it came.
    pub body: Bytes,
    /// The request itself.
    pub http: HttpRequest,
    /// When it came.
    pub now: Timestamp,
}

impl Visit {
    /// The part of the address that the page's path names so.
    ///
    /// # Errors
    /// It is not what it must be: then there is no such page.
    pub(crate) fn part<T: std::str::FromStr>(&self, name: &str) -> Result<T, Refusal> {
        let text = self.http.match_info().get(name);
        let read = text.and_then(|text| text.parse().ok());
        read.ok_or(Refusal::Nothing)
    }

    /// The messages of the page's language.
    pub(crate) fn words(&self) -> &'static Words {
        self.frame.words
    }
}

/// What the evidence calls a form that came back with what is wrong in it.
const NOT_TAKEN: &str = "formulario-no-admitido";

/// What is known of a visitor so far: for the evidence of a refusal.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) key: Option<StaffKey>,
    pub(crate) staff: Option<Staff>,
    pub(crate) session: Option<Session>,
}

/// Serves a page.
pub(crate) async fn read(request: Request, desk: Data<Desk>, http: HttpRequest) -> HttpResponse {
    answer(request, desk, http, None).await
}

/// Does what a form asks for.
pub(crate) async fn perform(
    request: Request,
    desk: Data<Desk>,
    http: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    answer(request, desk, http, Some(payload)).await
}

async fn answer(
    request: Request,
    desk: Data<Desk>,
    http: HttpRequest,
    form: Option<Payload>,
) -> HttpResponse {
    let mut known = Known::default();
    let chosen = chosen(&http);
    let acts = form.is_some();
    let reply = match visit(request, &desk, &http, form, (&mut known, &chosen)).await {
        Ok(Some(visit)) => (request.handler)(visit).await,
        Ok(None) => Ok(response::go_to(&door::sign_in_before(&http))),
        Err(refusal) => Err(refusal),
    };
    if acts && let Ok(response) = &reply {
        not_taken(&desk, &http, response.status(), &known).await;
    }
    finish(&desk, &http, reply, (&known, &chosen)).await
}

/// Leaves evidence of a form that came back with what is wrong in it, be it a file that is none or a day that is not one.
async fn not_taken(desk: &Desk, http: &HttpRequest, status: StatusCode, known: &Known) {
    if ![StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT].contains(&status) {
        return;
    }
    let denied = denied(http, NOT_TAKEN, known);
    if let Err(error) = desk.journal.record(denied).await {
        tracing::error!(%error, "a form that was not taken could not be journalled");
    }
}

/// The language of an answer.
pub(crate) fn chosen(http: &HttpRequest) -> Chosen {
    let query = Fields::read(http.query_string()).unwrap_or_default();
    language::choose(http, query.get("lang"))
}

/// Everything that must be so before a handler runs; nothing if she must sign in first.
async fn visit(
    request: Request,
    desk: &Data<Desk>,
    http: &HttpRequest,
    form: Option<Payload>,
    (known, chosen): (&mut Known, &Chosen),
) -> Result<Option<Visit>, Refusal> {
    let now = clock::now();
    let (staff, key) = match door::identify(desk, http, now, known).await {
        Err(Refusal::Anonymous) => return Ok(None),
        identified => identified?,
    };
    let Some(session) = door::session(desk, http, &key, now)? else {
        return Ok(None);
    };
    let token = session.token(&key, &desk.veil).map_err(Refusal::broken)?;
    known.session = Some(session);
    if !request.by.iter().any(|role| staff.roles.has(*role)) {
        return Err(Refusal::Role);
    }
    let query = Fields::read(http.query_string())?;
    let (body, form) = match form {
        Some(payload) => sent(desk, http, payload, &query, &token).await?,
        None => (Bytes::new(), Fields::default()),
    };
    let mut frame = Frame::new(chosen, request.title, http.path(), http.query_string());
    frame.staff = Some(staff.clone());
    frame.token = token;
    Ok(Some(Visit {
        desk: desk.clone(),
        staff,
        frame,
        query,
        form,
        body,
        http: http.clone(),
        now,
    }))
}

/// What was sent, if it carries the token of the session: in a field of the form, or, where files are sent, in the
/// address that the form goes to.
pub(crate) async fn sent(
    desk: &Desk,
    http: &HttpRequest,
    payload: Payload,
    query: &Fields,
    token: &str,
) -> Result<(Bytes, Fields), Refusal> {
    let body = body::collect(http.headers(), payload, desk.body).await;
    let body = body.map_err(|problem| {
        tracing::debug!(problem = problem.entry().code, "a form did not arrive");
        Refusal::of_body(problem)
    })?;
    let fields = if http.content_type() == "application/x-www-form-urlencoded" {
        let text = std::str::from_utf8(&body).map_err(|_| Refusal::Unreadable)?;
        Fields::read(text)?
    } else {
        Fields::default()
    };
    let carried = fields.get("token").or_else(|| query.get("token"));
    if !carried.is_some_and(|carried| same(carried.as_bytes(), token.as_bytes())) {
        return Err(Refusal::Token);
    }
    Ok((body, fields))
}

/// Tells a refusal, and puts on every answer what it must carry.
pub(crate) async fn finish(
    desk: &Desk,
    http: &HttpRequest,
    reply: Reply,
    (known, chosen): (&Known, &Chosen),
) -> HttpResponse {
    let mut response = match reply {
        Ok(mut response) => {
            prolong(desk, &mut response, known);
            response
        }
        Err(refusal) => refused(desk, http, &refusal, (known, chosen)).await,
    };
    if chosen.anew {
        let tag = chosen.words.tag;
        response::set_cookie(&mut response, language::COOKIE, tag, Keep::Year);
    }
    response::harden(&mut response);
    response
}

fn prolong(desk: &Desk, response: &mut HttpResponse, known: &Known) {
    if let (Some(session), Some(key)) = (&known.session, &known.key) {
        let used = session
            .clone()
            .prolonged(clock::now().as_second(), desk.idle);
        if let Ok(cookie) = used.cookie(key, &desk.veil) {
            response::set_cookie(response, door::COOKIE, &cookie, Keep::Browser);
        }
    }
}

async fn refused(
    desk: &Desk,
    http: &HttpRequest,
    refusal: &Refusal,
    (known, chosen): (&Known, &Chosen),
) -> HttpResponse {
    let entry = evidence(http, refusal, known);
    let incident = entry.exchange.clone();
    if let Refusal::Broken(why) = refusal {
        tracing::error!(incident, why, "the console could not answer");
    } else {
        tracing::info!(incident, reason = refusal.code(), "the console refused");
    }
    if !is_told(desk, http, known) {
        tracing::warn!(
            incident,
            "nobody is refused so often that it is not journalled"
        );
    } else if let Err(error) = desk.journal.record(entry).await {
        tracing::error!(%error, "a refusal of the console could not be journalled");
    }
    // What the provider has led to comes once, in whichever language.
    let led = matches!(refusal, Refusal::SignIn(_));
    let path = if led { door::SIGN_IN } else { http.path() };
    let mut frame = Frame::new(chosen, "refusal-title", path, "");
    frame.staff.clone_from(&known.staff);
    if let (Some(session), Some(key)) = (&known.session, &known.key) {
        frame.token = session.token(key, &desk.veil).unwrap_or_default();
    }
    let page = RefusalPage {
        told: chosen.words.tell(refusal.message(), &refusal.values()),
        code: refusal.code(),
        incident,
        again: Again::after(refusal),
        frame,
    };
    let told = response::page_with(refusal.status(), &page);
    let mut response = told.unwrap_or_else(|_| HttpResponse::InternalServerError().finish());
    if page.again == Again::SignIn {
        response::set_cookie(&mut response, door::COOKIE, "", Keep::Forget);
    }
    response
}

/// Whether a refusal is written down; of nobody at all not more often than is worth it.
pub(crate) fn is_told(desk: &Desk, http: &HttpRequest, known: &Known) -> bool {
    let somebody = known.key.is_some() || known.staff.is_some();
    let gate = desk.gate.as_ref().filter(|_| !somebody);
    gate.is_none_or(|gate| gate.is_told(http, clock::now().as_second()))
}

/// The evidence of a refusal.
pub(crate) fn evidence(http: &HttpRequest, refusal: &Refusal, known: &Known) -> Entry {
    denied(http, refusal.code(), known)
}

/// The evidence of something that was not done at that address.
fn denied(http: &HttpRequest, problem: &str, known: &Known) -> Entry {
    let mut entry = Entry::new(EntryKind::Managed, clock::now(), clock::fresh_id());
    let place = http.match_pattern().unwrap_or_else(|| "?".to_owned());
    entry.operation = Some(format!("{} {place}", http.method()));
    entry.verdict = Some(Verdict::Denied);
    entry.problem = Some(problem.to_owned());
    entry.certificate = known.key.and_then(StaffKey::certificate);
    entry.staff = known.staff.as_ref().map(|staff| staff.id.clone());
    // Whoever is of the staff: what strangers write in an address is no organism.
    let named = known
        .staff
        .as_ref()
        .and_then(|_| http.match_info().get("organismo"));
    entry.organism = named.and_then(|id| id.parse().ok());
    entry.incident = Some(entry.exchange.clone());
    entry
}

/// An address that names nothing.
pub(crate) async fn nothing(desk: Data<Desk>, http: HttpRequest) -> HttpResponse {
    let (mut known, chosen) = (Known::default(), chosen(&http));
    let now = clock::now();
    let reply = match door::identify(&desk, &http, now, &mut known).await {
        Ok(_) => Err(Refusal::Nothing),
        Err(refusal) => Err(refusal),
    };
    finish(&desk, &http, reply, (&known, &chosen)).await
}
