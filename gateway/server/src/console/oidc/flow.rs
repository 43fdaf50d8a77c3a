//! `GET /entrar/proveedor`, `GET /entrar/vuelta` · to the identity provider and back (`OpenID` Connect Core §3.1.2).
//!
//! The way back ends on a page and not in a redirect: the cookie of the session is never sent with what another site has
//! led to, a chain of redirects included, and the link on the page is the console's own.

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::Staff;
use jiff::Timestamp;
use journal::Digest;
use store::sign_ins::Taken;

use crate::clock;
use crate::console::desk::{Desk, act};
use crate::console::door::{self, SIGN_IN};
use crate::console::fields::{Fields, encoded};
use crate::console::frame::Frame;
use crate::console::language::Chosen;
use crate::console::refusal::Refusal;
use crate::console::response::{self, Keep, Reply};
use crate::console::session::{Session, Terms};
use crate::console::visit::{self, Known};

use super::attempt::{Attempt, Derived};
use super::back::Back;
use super::claims::{Expected, Proven};
use super::description::Description;
use super::fault::SignInFault;
use super::{BACK, BEGIN, Gate, SessionEnd, identity};

/// The cookie of an attempt.
const COOKIE: &str = "__Host-entrada";

#[derive(Template)]
#[template(path = "signed_in.html")]
struct SignedInPage {
    frame: Frame,
    id: String,
    roles: Vec<String>,
    destination: String,
}

/// Serves them, where there is a provider.
pub(crate) fn serve(services: &mut ServiceConfig) {
    services
        .route(BEGIN, web::get().to(begin))
        .route(BACK, web::get().to(back));
}

async fn begin(desk: Data<Desk>, http: HttpRequest) -> HttpResponse {
    let (known, chosen) = (Known::default(), visit::chosen(&http));
    let reply = begun(&desk, &http).await;
    visit::finish(&desk, &http, reply, (&known, &chosen)).await
}

async fn begun(desk: &Desk, http: &HttpRequest) -> Reply {
    let gate = desk.gate.as_ref().ok_or(Refusal::Nothing)?;
    if door::shows_certificate(http) {
        return Ok(response::go_to(SIGN_IN));
    }
    let now = clock::now().as_second();
    gate.admit(http, now)?;
    let query = Fields::read(http.query_string())?;
    let attempt = Attempt::begin(query.get("destino"), now)?;
    let description = gate.0.provider.description().await?;
    let asked = question(gate, &description, &attempt.derived(&desk.veil)?)?;
    let mut response = response::go_to(&asked);
    let cookie = attempt.cookie(&desk.veil)?;
    response::set_cookie(&mut response, COOKIE, &cookie, Keep::Attempt);
    Ok(response)
}

/// The address at which the provider is asked who is there.
fn question(gate: &Gate, to: &Description, told: &Derived) -> Result<String, Refusal> {
    let settings = gate.0.provider.settings();
    let (scopes, acr) = (settings.scopes.join(" "), settings.acr.join(" "));
    let challenge = told.challenge()?;
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", settings.client_id.as_str()),
        ("redirect_uri", settings.redirect.as_str()),
        ("scope", scopes.as_str()),
        ("state", told.state.as_str()),
        ("nonce", told.nonce.as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    if !acr.is_empty() {
        parameters.push(("acr_values", &acr));
    }
    Ok(to.authorization.with(&parameters))
}

async fn back(desk: Data<Desk>, http: HttpRequest) -> HttpResponse {
    let (mut known, chosen) = (Known::default(), visit::chosen(&http));
    let reply = returned(&desk, &http, &mut known, &chosen).await;
    let busy = matches!(&reply, Err(Refusal::SignIn(SignInFault::Busy)));
    let mut response = visit::finish(&desk, &http, reply, (&known, &chosen)).await;
    // Whatever came of it, it does not come back again; unless nothing did: then the same address may be asked again.
    if !busy {
        response::set_cookie(&mut response, COOKIE, "", Keep::Forget);
    }
    response
}

async fn returned(desk: &Desk, http: &HttpRequest, known: &mut Known, chosen: &Chosen) -> Reply {
    let gate = desk.gate.as_ref().ok_or(Refusal::Nothing)?;
    if door::shows_certificate(http) {
        return Ok(response::go_to(SIGN_IN));
    }
    let now = clock::now();
    gate.admit(http, now.as_second())?;
    let cookie = response::cookie(http, COOKIE);
    let attempt = Attempt::read(cookie, &desk.veil, now.as_second())?;
    let derived = attempt.derived(&desk.veil)?;
    let fields = Fields::read(http.query_string())?;
    let brought = Back::read(&fields)?;
    brought.is_of(&derived.state)?;
    let provider = &gate.0.provider;
    let description = provider.description().await?;
    // Before the attempt is used up: that too many come at once is nothing of hers.
    let turn = provider.turn().await?;
    taken(desk, &derived.state, (now, attempt.until())).await?;
    let code = brought.code(&provider.settings().issuer, description.names_itself)?;
    let exchanged = provider.exchange(turn, &description, (code, &derived.verifier));
    let token = exchanged.await?;
    let proven = proven(gate, &description, (&token, &attempt, &derived)).await?;
    let staff = enlisted(desk, gate, &proven, known).await?;
    begin_session(desk, gate, (&staff, &proven, &token), known).await?;
    shown(desk, (&staff, attempt.destination()), known, chosen)
}

/// Takes the attempt in, once.
async fn taken(desk: &Desk, state: &str, (now, until): (Timestamp, i64)) -> Result<(), Refusal> {
    let until = Timestamp::from_second(until).map_err(Refusal::broken)?;
    match desk.store.take_sign_in(state, (now, until)).await? {
        Taken::First => Ok(()),
        Taken::Again => Err(SignInFault::AttemptUsed.into()),
    }
}

async fn proven(
    gate: &Gate,
    description: &Description,
    (token, attempt, derived): (&str, &Attempt, &Derived),
) -> Result<Proven, SignInFault> {
    let provider = &gate.0.provider;
    let claims = provider.verified(description, token).await?;
    let now = clock::now().as_second();
    let settings = provider.settings();
    let expected = Expected {
        issuer: &settings.issuer,
        client_id: &settings.client_id,
        nonce: &derived.nonce,
        claim: &settings.claim,
        acr: &settings.acr,
        begun: attempt.begun,
        now,
        skew_s: settings.skew_s,
    };
    expected.judge(&claims)
}

/// Whose identity it is, as the list of staff says at this moment.
async fn enlisted(
    desk: &Desk,
    gate: &Gate,
    proven: &Proven,
    known: &mut Known,
) -> Result<Staff, Refusal> {
    let settings = gate.0.provider.settings();
    let named = (settings.issuer.as_str(), settings.claim.as_str());
    let identity = identity(&desk.veil, named, &proven.identity).map_err(Refusal::broken)?;
    let enlisted = desk.store.staff_by_key(identity).await?;
    let enlisted = enlisted.ok_or(SignInFault::Stranger)?;
    known.staff = Some(enlisted.staff.clone());
    if enlisted.revoked_at.is_some() {
        return Err(Refusal::Revoked);
    }
    known.key = Some(identity.into());
    Ok(enlisted.staff)
}

async fn begin_session(
    desk: &Desk,
    gate: &Gate,
    (staff, proven, token): (&Staff, &Proven, &str),
    known: &mut Known,
) -> Result<(), Refusal> {
    let settings = gate.0.provider.settings();
    let now = clock::now().as_second();
    let longest = i64::try_from(settings.longest.as_secs()).unwrap_or(0);
    let last = now.saturating_add(longest);
    let terms = Terms {
        idle: desk.idle,
        last: match settings.end {
            SessionEnd::Longest => last,
            SessionEnd::Token => last.min(proven.until),
        },
    };
    let mut entry = act("entrarPorProveedor");
    // Joins the evidence to what the provider has signed.
    entry.request_digest = Some(Digest::of(token.as_bytes()));
    let session = Session::begin(entry.exchange.clone(), now, terms);
    desk.record(entry, staff).await?;
    known.session = Some(session);
    Ok(())
}

fn shown(
    desk: &Desk,
    (staff, destination): (&Staff, &str),
    known: &Known,
    chosen: &Chosen,
) -> Reply {
    // The languages lead to where she goes: this page is shown once.
    let onward = format!("destino={}", encoded(destination));
    let mut frame = Frame::new(chosen, "signed-in-title", SIGN_IN, &onward);
    frame.staff = Some(staff.clone());
    if let (Some(session), Some(key)) = (&known.session, &known.key) {
        frame.token = session.token(key, &desk.veil).map_err(Refusal::broken)?;
    }
    let roles = staff.roles.iter();
    response::page(&SignedInPage {
        id: staff.id.to_string(),
        roles: roles
            .map(|role| frame.term("role", role.as_str()))
            .collect(),
        destination: destination.to_owned(),
        frame,
    })
}

/// Where someone who has signed out here ends her session at the provider, if it offers that (`OpenID` Connect RP-Initiated
/// Logout 1.0 §2). As far as is known already: nobody waits for the provider, nor makes the console ask it, in order to leave.
pub(crate) fn ended(gate: &Gate) -> Option<String> {
    let provider = &gate.0.provider;
    let end = provider.described_already()?.end.clone()?;
    let settings = provider.settings();
    Some(end.with(&[
        ("client_id", &settings.client_id),
        ("post_logout_redirect_uri", &settings.home),
    ]))
}
