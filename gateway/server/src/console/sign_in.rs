//! `GET /entrar`, `POST /entrar`, `POST /salir` · the certificate says who it is; signing in says that she is there. Where
//! there is an identity provider, whoever shows no certificate is led to it.

use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::clock;

use super::desk::{Desk, act};
use super::door::{self, SIGN_IN, destination};
use super::fields::{Fields, encoded};
use super::frame::Frame;
use super::language::Chosen;
use super::oidc::{self, BEGIN, Gate};
use super::refusal::Refusal;
use super::response::{self, Keep, Reply};
use super::session::{LONGEST, Session, Terms, first_token};
use super::visit::{self, Known};

/// Where everyone signs out.
const SIGN_OUT: &str = "/salir";
/// Where she is then told that her session at the provider goes on.
const SIGNED_OUT: &str = "/entrar?salida=1";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    id: String,
    roles: Vec<String>,
    destination: String,
}

#[derive(Template)]
#[template(path = "sign_in_ways.html")]
struct WaysPage {
    frame: Frame,
    /// What staff call the provider.
    name: String,
    begin: String,
    ended: Ended,
}

/// Whether she has just signed out.
enum Ended {
    Not,
    /// Here; the provider offers no end of its own session.
    Here,
    /// Here; and the address at which her session at the provider ends.
    Offered(String),
}

/// Serves them.
pub(crate) fn serve(services: &mut ServiceConfig) {
    services
        .route(SIGN_IN, web::get().to(show))
        .route(SIGN_IN, web::post().to(enter))
        .route(SIGN_OUT, web::post().to(leave));
}

async fn show(desk: Data<Desk>, http: HttpRequest) -> HttpResponse {
    let (mut known, chosen) = (Known::default(), visit::chosen(&http));
    let reply = shown(&desk, &http, &mut known, &chosen).await;
    visit::finish(&desk, &http, reply, (&known, &chosen)).await
}

async fn shown(desk: &Desk, http: &HttpRequest, known: &mut Known, chosen: &Chosen) -> Reply {
    let query = Fields::read(http.query_string())?;
    let (staff, key) = match (
        door::identify(desk, http, clock::now(), known).await,
        &desk.gate,
    ) {
        (Err(Refusal::Anonymous), Some(gate)) => return ways(gate, &query, http, chosen),
        (identified, _) => identified?,
    };
    if key.identity().is_some() {
        // She is signed in: what begins another session is the provider's word alone.
        return Ok(response::go_to(destination(query.get("destino"))));
    }
    let mut frame = Frame::new(chosen, "sign-in-title", SIGN_IN, http.query_string());
    frame.token = first_token(&key, &desk.veil).map_err(Refusal::broken)?;
    let roles = staff.roles.iter();
    response::page(&SignInPage {
        id: staff.id.to_string(),
        roles: roles
            .map(|role| frame.term("role", role.as_str()))
            .collect(),
        destination: destination(query.get("destino")).to_owned(),
        frame,
    })
}

/// The ways in, for whoever shows no certificate.
fn ways(gate: &Gate, query: &Fields, http: &HttpRequest, chosen: &Chosen) -> Reply {
    let ended = match query.get("salida") {
        None => Ended::Not,
        Some(_) => oidc::ended(gate).map_or(Ended::Here, Ended::Offered),
    };
    let begin = match destination(query.get("destino")) {
        "/" => BEGIN.to_owned(),
        path => format!("{BEGIN}?destino={}", encoded(path)),
    };
    response::page(&WaysPage {
        frame: Frame::new(chosen, "sign-in-title", SIGN_IN, http.query_string()),
        name: gate.name().to_owned(),
        begin,
        ended,
    })
}

async fn enter(desk: Data<Desk>, http: HttpRequest, payload: Payload) -> HttpResponse {
    let (mut known, chosen) = (Known::default(), visit::chosen(&http));
    let reply = entered(&desk, &http, payload, &mut known).await;
    visit::finish(&desk, &http, reply, (&known, &chosen)).await
}

async fn entered(desk: &Desk, http: &HttpRequest, payload: Payload, known: &mut Known) -> Reply {
    let now = clock::now();
    let (staff, key) = door::identify(desk, http, now, known).await?;
    if key.identity().is_some() {
        return Ok(response::go_to("/"));
    }
    let token = first_token(&key, &desk.veil).map_err(Refusal::broken)?;
    let query = Fields::default();
    let (_, form) = visit::sent(desk, http, payload, &query, &token).await?;
    let entry = act("entrar");
    let now = now.as_second();
    let terms = Terms {
        idle: desk.idle,
        last: now.saturating_add(LONGEST),
    };
    let session = Session::begin(entry.exchange.clone(), now, terms);
    desk.record(entry, &staff).await?;
    known.session = Some(session);
    Ok(response::go_to(destination(form.get("destino"))))
}

async fn leave(desk: Data<Desk>, http: HttpRequest, payload: Payload) -> HttpResponse {
    let (mut known, chosen) = (Known::default(), visit::chosen(&http));
    let reply = left(&desk, &http, payload, &mut known).await;
    visit::finish(&desk, &http, reply, (&known, &chosen)).await
}

async fn left(desk: &Desk, http: &HttpRequest, payload: Payload, known: &mut Known) -> Reply {
    let now = clock::now();
    let (staff, key) = match door::identify(desk, http, now, known).await {
        Err(Refusal::Anonymous) => return Ok(response::go_to(SIGN_IN)),
        identified => identified?,
    };
    if let Some(session) = door::session(desk, http, &key, now)? {
        let token = session.token(&key, &desk.veil).map_err(Refusal::broken)?;
        visit::sent(desk, http, payload, &Fields::default(), &token).await?;
        desk.record(act("salir"), &staff).await?;
    }
    let to = key.identity().map_or(SIGN_IN, |_| SIGNED_OUT);
    let mut response = response::go_to(to);
    response::set_cookie(&mut response, door::COOKIE, "", Keep::Forget);
    Ok(response)
}
